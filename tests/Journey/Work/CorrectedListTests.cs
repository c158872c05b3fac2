using System.Net;
using System.Text;
using AngleSharp.Dom;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Demo;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Work;

/// <summary>A whole cohort is corrected by a list that is uploaded from the console.</summary>
public sealed class CorrectedListTests(SmallSite site) : IClassFixture<SmallSite>
{
    private const int Cohort = 52;

    private static readonly string Console = $"/en/console/{SmallSite.Uni}";

    [Fact, Trait("Requirement", "DA-25"), Trait("Requirement", "X-13")]
    public async Task The_corrected_list_of_a_cohort_replaces_its_diplomas_by_two_people_who_share_no_hand_in_it()
    {
        using var preparer = await site.SignedInAsync("prepares@one.example", Role.Preparer);
        using var registrar = await site.SignedInAsync("registers@one.example", Role.Registrar);
        using var mapper = await site.SignedInAsync("maps@one.example", Role.Preparer);
        await GrantAsync("maps@one.example", Role.Approver);
        using var rector = await site.SignedInAsync("decides@one.example", Role.Approver);
        var (file, old) = await IssuedAsync();
        var (token, at) = (ClaimToken.New(), site.Time.GetUtcNow());
        await site.Home.Database.WriteAsync(
            t => Deliveries.AddLinkAsync(t, old[0].Summary.Asset, token, LinkChannel.Mail, at, TimeSpan.FromDays(30)));

        var list = await UploadAsync(preparer, mapper, Corrected(file, old[0].Record.Content));
        await OpenIsLeftToTheOrderAsync(registrar, list);
        Assert.Contains("SPECIMEN", (await registrar.PageAsync(list + "/preview")).QuerySelector(".sheet-of-paper")!.TextContent, StringComparison.Ordinal);

        // Sent twice it proposes once, and from then on the list is locked.
        var form = await registrar.PageAsync($"{Console}/changes/cohort?draft={IdOf(list)}");
        Assert.Null(form.GetElementById("column"));
        var typed = Typed(form, IdOf(list), "");
        var first = $"{old[0].Summary.Series} 85000001";
        Assert.Contains(
            "first of them", await (await ProposeAsync(registrar, form, typed, "")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(DraftState.Open, (await DraftAsync(list)).State);
        var order = (await ProposeAsync(registrar, form, typed, first)).Headers.Location!.ToString();
        Assert.Equal(order, (await ProposeAsync(registrar, form, typed, first)).Headers.Location!.ToString());
        Assert.Equal(DraftState.Submitted, (await DraftAsync(list)).State);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await VersionedAsync(preparer, list, "/take-back")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await VersionedAsync(preparer, list, "/withdraw")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await rector.GetAsync($"{Console}/approvals/{IdOf(list)}")).StatusCode);

        // Whoever mapped the columns decides nothing, either way.
        var shown = await mapper.PageAsync(order);
        Assert.True(shown.QuerySelector("#decide button")!.HasAttribute("disabled"));
        foreach (var act in (string[])["/approve", "/return"])
        {
            var refused = await mapper.PostAsync(order + act, await mapper.TokenAsync(Console + "/lists/new"), ("version", "1"), ("note", "A note"));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        }

        // Sent back, repaired by proposing anew, approved.
        var page = await rector.PageAsync(order);
        Assert.Equal(HttpStatusCode.Redirect, (await rector.PostAsync(order + "/return", Token(page), ("version", "1"), ("note", "Other numbers"))).StatusCode);
        Assert.Equal(("Other numbers", DraftState.Open), ((await DraftAsync(list)).ReturnNote, (await DraftAsync(list)).State));
        var again = await registrar.PageAsync(order + "/revise");
        typed = Typed(again, IdOf(list), again.QuerySelector("input[name=version]")!.GetAttribute("value")!);
        Assert.Equal(order, (await ProposeAsync(registrar, again, typed, $"{old[0].Summary.Series} 86000001")).Headers.Location!.ToString());
        page = await rector.PageAsync(order);
        Assert.Contains("77", page.QuerySelectorAll("#rows ins").Select(e => e.TextContent));
        var approved = await rector.PostAsync(order + "/approve", Token(page), ("version", page.QuerySelector("input[name=version]")!.GetAttribute("value")!));
        Assert.Equal(HttpStatusCode.Redirect, approved.StatusCode);
        Assert.NotEqual(DraftState.Open, (await DraftAsync(list)).State);
        await CarryOutAsync();

        Assert.Equal(DraftState.Issued, (await DraftAsync(list)).State);
        await AllAreReplacedAsync(old, IdOf(order), token);
        var number = (await registrar.PageAsync($"/en/n/{old[0].Summary.Series}{old[0].Summary.Number}")).QuerySelector("dd a.mono")!;
        var byCode = (await registrar.PageAsync($"/en/q/{old[0].Record.Capability}")).QuerySelector("a.strong.mono")!;
        Assert.Equal($"/en/n/{byCode.TextContent.Replace(" ", "", StringComparison.Ordinal)}", number.GetAttribute("href"));
        Assert.StartsWith($"{old[0].Summary.Series} 860000", byCode.TextContent, StringComparison.Ordinal);
    }

    /// <summary>Sent like a list of graduates it would wait for ever.</summary>
    private async Task OpenIsLeftToTheOrderAsync(Person registrar, string list)
    {
        var page = await registrar.PageAsync(list + "/send");
        Assert.NotNull(page.QuerySelector($"main a[href$='/changes/cohort?draft={IdOf(list)}']"));
        Assert.Null(page.QuerySelector("form[action$='/send']"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await VersionedAsync(registrar, list, "/send")).StatusCode);
        Assert.Equal(DraftState.Open, (await DraftAsync(list)).State);
    }

    private async Task AllAreReplacedAsync(IReadOnlyList<StoredDiploma> old, string order, string token)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        var done = (await site.Home.ChangeOrders.FindAsync(connection, SmallSite.Uni, order))!;
        Assert.Equal((ChangeOrderState.Done, Cohort, 0), (done.State, done.DoneCount, done.RefusedCount));
        foreach (var diploma in old)
        {
            var (_, by) = (diploma, (await site.Home.Credentials.FindAsync(connection, diploma.Summary.Asset))!.SupersededBy!.Value);
            Assert.Equal("77", (await site.Home.Credentials.LoadAsync(connection, by))!.Record.Content.MinutesNumber);
        }

        var first = (await site.Home.Credentials.FindAsync(connection, old[0].Summary.Asset))!.SupersededBy!.Value;
        Assert.Equal("Corrected", (await site.Home.Credentials.LoadAsync(connection, first))!.Record.Content.Name.Family.En);
        Assert.Equal(first, (await Deliveries.FindLinkAsync(connection, token))!.Asset);

        // Two of the diplomas are one graduate's, by the address.
        Assert.Equal(Cohort - 1, (await connection.QueryAsync(
            "SELECT id FROM mail_queue WHERE subject_kind = 'change' AND subject = @id", r => r.GetString(0), default, ("id", order))).Count);
    }

    /// <summary>A cohort of the university, issued and with addresses; gives its file.</summary>
    private async Task<(string File, IReadOnlyList<StoredDiploma> Diplomas)> IssuedAsync()
    {
        var home = site.Home;
        var today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;
        var file = Path.Combine(site.Directory, "cohort.csv");
        new DemoLists(IntakeRules.For(home.Rules, today).Value, today).WriteNext(file, Cohort);
        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, text.Replace("graduate-2@", "graduate-1@", StringComparison.Ordinal), new UTF8Encoding(true));
        _ = (await site.Services.GetRequiredService<DiplomaFlow>().IssueAsync(new IssueRequest(
            new GraduationList(file), SmallSite.Uni, DemoSetup.DecisionOf(SmallSite.Uni), "registrar-0", "rector-0", "rector", "Order 1"))).Value;
        var diplomas = new List<StoredDiploma>();
        await using var connection = await home.Database.ConnectAsync();
        foreach (var credential in await home.Credentials.ListAsync(connection, 0, 1_000))
        {
            diplomas.Add((await home.Credentials.LoadAsync(connection, credential.Asset))!);
        }

        Assert.Equal(Cohort, diplomas.Count);
        return (file, diplomas);
    }

    /// <summary>Another number of the minutes on every row, and a slip in the name of one graduate.</summary>
    private static byte[] Corrected(string file, ValidatedDiploma one)
    {
        var rows = File.ReadAllLines(file).Select(line => line.Split(';')).ToList();
        var column = Array.IndexOf(rows[1], one.MinutesNumber);
        foreach (var row in rows.Skip(1))
        {
            row[column] = "77";
        }

        var slip = rows.Single(r => r.Contains(one.StudentNumber));
        slip[Array.IndexOf(slip, one.Name.Family.En)] = "Ж";

        return Encoding.UTF8.GetBytes(string.Join("\r\n", rows.Select(r => string.Join(';', r))));
    }

    /// <summary>One uploads, another maps, and the one who uploaded repairs a name.</summary>
    private async Task<string> UploadAsync(Person preparer, Person mapper, byte[] graduates)
    {
        var start = (await preparer.PageAsync($"{Console}/lists/new?purpose=correct"));
        Assert.Null(start.GetElementById("decision"));
        using var body = new MultipartFormDataContent
        {
            { new StringContent(Token(start)), "form" }, { new StringContent("Corrected"), "title" },
            { new StringContent(start.QuerySelector("input[name=purpose]")!.GetAttribute("value")!), "purpose" },
        };
        body.Add(new ByteArrayContent(graduates), "graduates", "corrected.csv");
        body.Add(new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(site.Directory, "cohort.courses.csv"))), "courses", "c.csv");
        var uploaded = await preparer.SendAsync($"{Console}/lists/new", body);
        Assert.Equal(HttpStatusCode.SeeOther, uploaded.StatusCode);
        var address = uploaded.Headers.Location!.OriginalString;
        var columns = await mapper.PageAsync(address);
        var choices = columns.QuerySelectorAll("main select").Select(s =>
            (s.GetAttribute("name")!, s.QuerySelector("option[selected]")?.GetAttribute("value") ?? "skip"));
        Assert.Equal(HttpStatusCode.SeeOther, (await mapper.PostAsync(address, Token(columns), [("version", Version(columns)), .. choices])).StatusCode);
        var list = address[..^"/columns".Length];
        var rows = await preparer.PageAsync(list + "/rows");
        var cell = rows.QuerySelector("td.bad input[name^='c.'][value='Ж']")!.GetAttribute("name")!;
        var saved = await preparer.PostAsync(
            list + "/rows", Token(rows), ("version", Version(rows)), ("view", ""), (cell, "Corrected"), ("w" + cell[1..], "Ж"));
        Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);
        return list;
    }

    private static (string, string)[] Typed(IDocument form, string list, string version) =>
    [
        ("id", form.QuerySelector("input[name=id]")!.GetAttribute("value")!), ("reason", "supersede/correction"), ("basis", "Order 21"),
        ("draft", list), ("version", version), ("numbers", ""), ("batch", ""), ("column", ""), ("value", ""),
    ];

    private static Task<HttpResponseMessage> ProposeAsync(Person person, IDocument form, (string, string)[] typed, string first) =>
        person.PostAsync($"{Console}/changes/cohort", Token(form), [.. typed, ("first", first)]);

    private async Task<HttpResponseMessage> VersionedAsync(Person person, string list, string act) => await person.PostAsync(
        list + act, await person.TokenAsync(Console + "/lists/new"), ("version", $"{(await DraftAsync(list)).Version}"), ("warnings", "seen"));

    private async Task GrantAsync(string email, Role role) => await site.Home.Database.WriteAsync(async t =>
    {
        var id = (await t.QueryAsync("SELECT id FROM accounts WHERE email = @email", r => r.GetString(0), default, ("email", email))).Single();
        return (await Memberships.GrantAsync(t, Actor.AtConsole("test"), id, SmallSite.Uni, role, site.Time.GetUtcNow())).Value;
    });

    private async Task<Draft> DraftAsync(string list)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        return (await site.Home.Drafts.FindAsync(connection, SmallSite.Uni, IdOf(list)))!;
    }

    private static string IdOf(string address) => address[(address.LastIndexOf('/') + 1)..];

    private static string Token(IDocument page) => page.QuerySelector("main input[name=form]")!.GetAttribute("value")!;

    private static string Version(IDocument page) => page.QuerySelector("main input[name=version]")!.GetAttribute("value")!;

    /// <summary>What the worker of the site does, too, perhaps at the same moment: each diploma is changed once.</summary>
    private async Task CarryOutAsync()
    {
        var carryOut = new CarryOutChanges(
            site.Home, site.Services.GetRequiredService<DiplomaFlow>(), site.Services.GetRequiredService<MailQueue>(),
            site.Services.GetRequiredService<Texts>());
        while (await carryOut.RunAsync() > 0)
        {
            // Until nothing is left, whoever did it.
        }
    }
}
