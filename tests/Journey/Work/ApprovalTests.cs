using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Foundation;
using Mortanba.Host.Demo;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Journey.Tests.Site;

namespace Mortanba.Journey.Tests.Work;

/// <summary>The approver's pages over HTTP: each test has a list of its own.</summary>
[Collection(DemoTests.Name)]
public sealed partial class ApprovalTests(DemoSite demo, Chromium chromium)
{
    private const string Own = "940540002029";
    private const string Other = "980940003039";
    private static int next = 300_000;

    [Fact, Trait("Requirement", "X-13")]
    public async Task A_rector_reads_signs_and_gets_a_receipt_that_the_command_line_finds_genuine()
    {
        var draft = await SubmitAsync(6);
        using var rector = await Person.SignedInAsync(demo, $"rector@{Own}.example");

        var review = await rector.PageAsync(Path(draft));
        Assert.Contains("6 diplomas", review.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(7, review.QuerySelectorAll("section[aria-labelledby=gate] tbody tr").Length);
        var sign = await rector.PageAsync(Path(draft) + "/sign");
        Assert.Equal("Sign 6 diplomas with the university's key", sign.QuerySelector("main form button.primary")!.TextContent.Trim());
        var answer = await SignAsync(rector, draft);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        await SignedAsync(draft);
        var file = await (await rector.GetAsync(Path(draft) + "/receipt.json")).Content.ReadAsByteArrayAsync();
        var receipt = BatchReceipt.Parse(file);
        Assert.Equal(6, receipt.Count);
        Assert.Equal("registrar", receipt.PreparedAs);
        Assert.Equal("rector", receipt.ApprovedAs);
        Assert.Equal(draft.ListHash, receipt.ListHash);
        var path = System.IO.Path.Combine(demo.Directory, "a.receipt.json");
        await File.WriteAllBytesAsync(path, file);
        var ended = await Programs.MortanbaAsync("receipt", path, "--trust", demo.Trust);
        Assert.True(ended.Exit == 0, ended.ToString());
        file[Array.LastIndexOf(file, (byte)'6')] = (byte)'7';
        await File.WriteAllBytesAsync(path, file);
        Assert.NotEqual(0, (await Programs.MortanbaAsync("receipt", path, "--trust", demo.Trust)).Exit);
        Assert.Equal(HttpStatusCode.OK, (await rector.GetAsync(Path(draft) + "/receipt")).StatusCode);
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task A_double_click_and_a_back_button_sign_once()
    {
        var draft = await SubmitAsync(3);
        using var rector = await Person.SignedInAsync(demo, $"rector@{Own}.example");
        var token = await rector.TokenAsync(Path(draft) + "/sign");

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SignAsync(rector, draft, token)));
        await SignedAsync(draft);
        var late = await SignAsync(rector, draft, token);

        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Redirect);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.StatusCode);
        await using var connection = await demo.Home.Database.ConnectAsync();
        Assert.Single(await SigningJobs.OfInstitutionAsync(connection, draft.Institution, 100), j => j.Draft == draft.Id);
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task Whoever_had_a_hand_in_the_list_cannot_approve_it_though_holding_both_roles()
    {
        var draft = await SubmitAsync(3);
        await using var services = DemoApprovals.Services(demo.Home, demo.Flow);
        await using var connection = await demo.Home.Database.ConnectAsync();
        var both = new Accounts.Actor(Accounts.ActorKind.Person, draft.PreparedBy, "Both", []);

        var refused = await services.GetRequiredService<Host.Acts.ApproveDraft>().RunAsync(
            new Host.Web.Visit(both, draft.Institution, Accounts.Role.Approver),
            new Host.Acts.ApproveDraft.Request(draft.Id, draft.Version, draft.ListHash!, "rector", "Order 1"), CancellationToken.None);

        Assert.Equal("issuance/same-person", refused.Problem?.Code);
        Assert.Equal(DraftState.Submitted, (await demo.Home.Drafts.FindAsync(connection, draft.Institution, draft.Id))!.State);
        Assert.Null(await SigningJobs.OfDraftAsync(connection, draft.Institution, draft.Id));
    }

    [Theory, Trait("Requirement", "X-13")]
    [InlineData("took-it-back")]
    [InlineData("made-the-key")]
    public async Task Whoever_left_no_trace_in_the_list_or_acted_through_a_program_cannot_approve_it(string approver)
    {
        var draft = await SubmitAsync(3);
        var (home, at) = (demo.Home, demo.Home.Time.GetUtcNow());
        draft = await home.Database.WriteAsync(async t =>
        {
            var (client, _) = (await Accounts.ApiClients.CreateAsync(
                t, new Accounts.Actor(Accounts.ActorKind.Person, "made-the-key", "Both", []), draft.Institution, "SIS",
                [Accounts.ApiClients.PrepareScope], at.AddDays(1), at)).Value;
            var version = draft.Version;
            foreach (var who in new[] { client.Id, "took-it-back" })
            {
                version = (await home.Drafts.TakeBackAsync(t, draft.Id, version, who, at)).Value.Version;
                version = (await home.Drafts.SubmitAsync(t, draft.Id, version, draft.PreparedBy, at)).Value.Version;
            }

            return (await home.Drafts.FindAsync(t, draft.Institution, draft.Id))!;
        });
        await using var services = DemoApprovals.Services(home, demo.Flow);

        var refused = await services.GetRequiredService<Host.Acts.ApproveDraft>().RunAsync(
            new Host.Web.Visit(
                new Accounts.Actor(Accounts.ActorKind.Person, approver, "Both", []), draft.Institution, Accounts.Role.Approver),
            new Host.Acts.ApproveDraft.Request(draft.Id, draft.Version, draft.ListHash!, "rector", "Order 1"), CancellationToken.None);

        Assert.Equal("issuance/same-person", refused.Problem?.Code);
    }

    [Theory]
    [InlineData("version", "0", "changed")]
    [InlineData("list", "00", "not the one")]
    [InlineData("office", " ", "Fill in")]
    [InlineData("order", "a\u0001b", "Fill in")]
    [InlineData("understood", "", "Tick")]
    public async Task A_stale_page_or_a_missing_word_signs_nothing_and_keeps_what_was_typed(string field, string value, string said)
    {
        var draft = await SubmitAsync(2);
        using var rector = await Person.SignedInAsync(demo, $"rector@{Own}.example");
        var fields = Fields(draft).Select(f => f.Name == field ? (f.Name, value) : f).ToArray();

        var answer = await rector.PostAsync(Path(draft) + "/sign", await rector.TokenAsync(Path(draft) + "/sign"), fields);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains(said, page, StringComparison.Ordinal);
        Assert.True(field is "order" || page.Contains("Order 42", StringComparison.Ordinal));
        await using var connection = await demo.Home.Database.ConnectAsync();
        Assert.Null(await SigningJobs.OfDraftAsync(connection, draft.Institution, draft.Id));
    }

    [Fact]
    public async Task A_list_goes_back_with_a_note_once_and_hostile_words_stay_words()
    {
        var draft = await SubmitAsync(2);
        using var rector = await Person.SignedInAsync(demo, $"rector@{Own}.example");
        var token = await rector.TokenAsync(Path(draft));
        const string note = "<script>alert(1)</script> \u202Erow 3 🎓";

        var empty = await rector.PostAsync(Path(draft) + "/return", token, ("version", $"{draft.Version}"), ("note", " "));
        var first = await rector.PostAsync(Path(draft) + "/return", token, ("version", $"{draft.Version}"), ("note", note));
        var again = await rector.PostAsync(Path(draft) + "/return", token, ("version", $"{draft.Version}"), ("note", note));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, empty.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        Assert.NotEqual(HttpStatusCode.Redirect, again.StatusCode);
        Assert.DoesNotContain("<script>alert", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await using var connection = await demo.Home.Database.ConnectAsync();
        var back = (await demo.Home.Drafts.FindAsync(connection, draft.Institution, draft.Id))!;
        Assert.Equal((DraftState.Open, note), (back.State, back.ReturnNote));
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task Another_institutions_list_is_not_there_for_its_rector()
    {
        var draft = await SubmitAsync(2);
        using var stranger = await Person.SignedInAsync(demo, $"rector@{Other}.example");
        var token = await stranger.TokenAsync("/en/me/security");
        var own = $"/en/console/{Other}/approvals/{draft.Id}";

        foreach (var path in new[] { own, own + "/sign", own + "/receipt", own + "/receipt.json" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path)).StatusCode);
        }

        foreach (var act in new[] { "sign", "return", "again" })
        {
            var answer = await stranger.PostAsync($"{own}/{act}", token, [.. Fields(draft), ("note", "x")]);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_registrar_sees_how_far_it_is_and_cannot_sign()
    {
        var draft = await SubmitAsync(2);
        using var registrar = await Person.SignedInAsync(demo, $"registrar@{Own}.example");

        Assert.Equal(HttpStatusCode.OK, (await registrar.GetAsync(Path(draft))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await registrar.GetAsync(Path(draft) + "/sign")).StatusCode);
        var answer = await registrar.PostAsync(Path(draft) + "/sign", await registrar.TokenAsync("/en/me/security"), Fields(draft));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task The_page_of_a_list_under_way_follows_it_by_itself_until_it_is_done()
    {
        Chromium.SkipUnlessPresent();
        var page = await chromium.PageAsync(1280);
        var password = (await File.ReadAllLinesAsync(System.IO.Path.Combine(demo.Directory, "demo-accounts.txt")))[0];
        await page.GotoAsync($"{demo.Site}/en/sign-in?to={Uri.EscapeDataString($"/en/console/{Own}/approvals")}");
        await page.FillAsync("input[name=email]", $"rector@{Own}.example");
        await page.FillAsync("input[name=password]", password);
        await page.PressAsync("input[name=password]", "Enter");
        await page.ArriveAsync("/approvals$");
        var signed = await page.GetAttributeAsync("main table th a[href*='/approvals/draft']", "href");
        // The page as it was before the service of the site took the list, and a clock that the test moves.
        await page.Clock.InstallAsync();
        var isFirst = true;
        await page.RouteAsync(address => address.EndsWith(signed!, StringComparison.Ordinal), async route =>
        {
            if (!isFirst)
            {
                await route.ContinueAsync();
                return;
            }

            isFirst = false;
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new()
            {
                Status = 200,
                ContentType = "text/html; charset=utf-8",
                Body = Done().Replace(await answer.TextAsync(), "0 of $1").Replace("id=\"act\"", "id=\"act\" data-live=\"on\"", StringComparison.Ordinal),
            });
        });
        await page.GotoAsync(demo.Site + signed);
        Assert.Contains("0 of", await page.InnerTextAsync("#act[data-live] .progress"), StringComparison.Ordinal);

        await page.Clock.FastForwardAsync(3000);
        await page.WaitForSelectorAsync("#act:not([data-live])");
        Assert.DoesNotMatch(@"\b0 of", await page.InnerTextAsync("#act .progress"));
        await page.Context.CloseAsync();
    }

    [GeneratedRegex(@"\d+ of (\d+)")]
    private static partial Regex Done();

    private static string Path(Draft draft) => $"/en/console/{Own}/approvals/{draft.Id}";

    private static (string Name, string Value)[] Fields(Draft draft) =>
    [
        ("version", $"{draft.Version}"), ("list", draft.ListHash!), ("office", "rector"), ("order", "Order 42"),
        ("understood", "yes"),
    ];

    private static async Task<HttpResponseMessage> SignAsync(Person rector, Draft draft, string? token = null) =>
        await rector.PostAsync(Path(draft) + "/sign", token ?? await rector.TokenAsync(Path(draft) + "/sign"), Fields(draft));

    private Task<Draft> SubmitAsync(int count) => DemoApprovals.SubmitAsync(
        demo.Home, demo.Flow, Bin.Parse(Own),
        DemoApprovals.List(demo.Home, Interlocked.Add(ref next, 100), count, $"list-{next}.csv"), CancellationToken.None);

    /// <summary>Waits until the service of the site has signed it.</summary>
    private async Task SignedAsync(Draft draft)
    {
        using var patience = new CancellationTokenSource(Chromium.Patience);
        while (true)
        {
            await using (var connection = await demo.Home.Database.ConnectAsync(patience.Token))
            {
                if (await SigningJobs.OfDraftAsync(connection, draft.Institution, draft.Id, patience.Token) is { State: SigningState.Done })
                {
                    return;
                }
            }

            await Task.Delay(50, patience.Token);
        }
    }
}
