using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Issuance;
using Mortanba.Journey.Tests.Demo;

namespace Mortanba.Journey.Tests.Work;

/// <summary>The register of diplomas and the orders of change as the demonstration's people use them.</summary>
[Collection(DemoTests.Name)]
public sealed partial class ChangesTests(DemoSite demo)
{
    private const string Own = "980940003039";
    private const string Other = "920140004047";
    private const string Console = $"/en/console/{Own}";

    [Fact, Trait("Requirement", "DA-25"), Trait("Requirement", "X-13")]
    public async Task A_name_is_corrected_by_two_people_and_every_old_way_says_replaced_by()
    {
        using var registrar = await Person.SignedInAsync(demo, $"registrar@{Own}.example");
        using var rector = await Person.SignedInAsync(demo, $"rector@{Own}.example");
        var old = (await FreeAsync(1))[0];
        var id = IdOf(old.Summary.Asset);
        var form = await registrar.PageAsync($"{Console}/changes/correct/{id}");
        Assert.Equal(old.Record.Content.Name.PassportFamily, form.GetElementById("f.passport-family")!.GetAttribute("value"));
        (string, string)[] typed =
        [
            ("id", form.QuerySelector("input[name=id]")!.GetAttribute("value")!), ("reason", "supersede/correction"), ("basis", "Order 12 of 2026-11-20"),
            ("f.number", $"{old.Summary.Series} 88000001"), ("f.passport-family", "NEWSPELLING"), ("request", ""),
        ];
        var token = form.QuerySelector("main input[name=form]")!.GetAttribute("value");

        // Nothing typed is lost.
        var refused = await registrar.PostAsync($"{Console}/changes/correct/{id}", token, [.. typed[..^2], ("f.passport-family", "Ж<script>"), ("request", "")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var again = await new HtmlParser().ParseDocumentAsync(await refused.Content.ReadAsStringAsync());
        Assert.Equal("Ж<script>", again.GetElementById("f.passport-family")!.GetAttribute("value"));
        Assert.Contains("88000001", again.GetElementById("f.number")!.GetAttribute("value"), StringComparison.Ordinal);

        var proposed = await registrar.PostAsync($"{Console}/changes/correct/{id}", token, typed);
        Assert.Equal(HttpStatusCode.Redirect, proposed.StatusCode);
        var order = proposed.Headers.Location!.ToString();
        Assert.Equal(order, (await registrar.PostAsync($"{Console}/changes/correct/{id}", token, typed)).Headers.Location!.ToString());

        var page = await rector.PageAsync(order);
        Assert.Equal(
            [old.Record.Content.Number, old.Record.Content.Name.PassportFamily], page.QuerySelectorAll("#rows del").Select(e => e.TextContent));
        Assert.Equal(["88000001", "NEWSPELLING"], page.QuerySelectorAll("#rows ins").Select(e => e.TextContent));
        Assert.Equal(HttpStatusCode.Forbidden, (await registrar.PostAsync(order + "/approve", await registrar.TokenAsync(order), ("version", "1"))).StatusCode);
        var rectorToken = page.QuerySelector("main input[name=form]")!.GetAttribute("value");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await rector.PostAsync(order + "/approve", rectorToken, ("version", "7"))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await rector.PostAsync(order + "/approve", rectorToken, ("version", "1"))).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await rector.PostAsync(order + "/return", rectorToken, ("version", "1"), ("note", "late"))).StatusCode);
        await CarryOutAsync();

        var receipt = await registrar.PageAsync(order);
        Assert.NotNull(receipt.QuerySelector("#rows .state.ok"));
        Assert.Contains("Carried out", receipt.QuerySelector("h1 + p")!.TextContent, StringComparison.Ordinal);
        var number = await demo.GetAsync($"/en/n/{old.Summary.Series}{old.Summary.Number}");
        Assert.Equal($"/en/n/{old.Summary.Series}88000001", number.QuerySelector("dd a.mono")!.GetAttribute("href"));
        var result = await demo.PostFileAsync(Language.En, "old.json", File.ReadAllBytes(Path.Combine(demo.Home.Outbox, Delivery.Outbox.Name(old.Record.Content.FullNumber) + ".diploma.json")));
        Assert.Equal($"{old.Summary.Series} 88000001", result.QuerySelector("a.strong.mono")!.TextContent);
        var byCode = await demo.GetAsync($"/en/q/{old.Record.Capability}");
        Assert.Equal($"{old.Summary.Series} 88000001", byCode.QuerySelector("a.strong.mono")!.TextContent);
        var newer = await demo.ApiVerifyAsync(File.ReadAllBytes(Path.Combine(demo.Home.Outbox, $"{old.Summary.Series}-88000001.diploma.json")));
        Assert.Equal("in-force", newer.GetProperty("verdict").GetString());
        var one = await registrar.PageAsync($"{Console}/diplomas/{id}");
        Assert.Contains("88000001", one.QuerySelector("section.note")!.TextContent, StringComparison.Ordinal);
        var trail = (await registrar.PageAsync($"{Console}/trail")).Body!.TextContent;
        foreach (var said in (string[])["Change proposed", "Change approved", "Diploma corrected and replaced", "Looked at a proposed change", "Diploma looked at"])
        {
            Assert.Contains(said, trail, StringComparison.Ordinal);
        }
    }

    [Fact, Trait("Requirement", "DA-25")]
    public async Task A_birth_date_that_contradicts_the_IIN_is_told_to_who_proposes_it_and_to_who_decides()
    {
        using var registrar = await Person.SignedInAsync(demo, $"registrar@{Own}.example");
        using var rector = await Person.SignedInAsync(demo, $"rector@{Own}.example");
        var old = (await FreeAsync(1))[0];
        var address = $"{Console}/changes/correct/{IdOf(old.Summary.Asset)}";
        var form = await registrar.PageAsync(address);
        Assert.Null(form.GetElementById("warnings"));
        var token = form.QuerySelector("main input[name=form]")!.GetAttribute("value");
        (string, string) id = ("id", form.QuerySelector("input[name=id]")!.GetAttribute("value")!);
        Task<HttpResponseMessage> Propose(string reason, string birth) => registrar.PostAsync(
            address, token, id, ("reason", reason), ("basis", "Order 14 of 2026-11-20"), ("request", ""),
            ("f.number", $"{old.Summary.Series} 88000991"), ("f.birth-date", birth));
        const string said = "The birth date differs from the one in the IIN.";
        var other = $"{old.Record.Content.BirthDate.AddDays(-3):O}";

        var wrong = await Propose("supersede/correction", "2003-02-31");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        var refused = await Propose("", other);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var again = await new HtmlParser().ParseDocumentAsync(await refused.Content.ReadAsStringAsync());
        Assert.Contains(said, again.GetElementById("warnings")!.TextContent, StringComparison.Ordinal);

        var proposed = await Propose("supersede/correction", other);
        Assert.Equal(HttpStatusCode.Redirect, proposed.StatusCode);
        var order = proposed.Headers.Location!.ToString();
        foreach (var person in new[] { registrar, rector })
        {
            var page = await person.PageAsync(order);
            Assert.Contains(said, page.GetElementById("warnings")!.TextContent, StringComparison.Ordinal);
            Assert.Contains(said, page.GetElementById("rows")!.TextContent, StringComparison.Ordinal);
        }

        await registrar.PostAsync(order + "/withdraw", await registrar.TokenAsync(order), ("version", "1"));
        Assert.Null((await rector.PageAsync(order)).GetElementById("warnings"));
    }

    [Fact, Trait("Requirement", "DA-13")]
    public async Task Pasted_numbers_are_suspended_together_or_not_at_all_and_reinstated()
    {
        using var registrar = await Person.SignedInAsync(demo, $"registrar@{Own}.example");
        using var rector = await Person.SignedInAsync(demo, $"rector@{Own}.example");
        var two = await FreeAsync(2);
        var lines = "Number;Note\n" + string.Join('\n', two.Select(d => $"{d.Summary.Series}-{d.Summary.Number};x"));
        var token = await registrar.TokenAsync($"{Console}/changes/new");
        Task<HttpResponseMessage> Propose(string reason, string numbers, string basis = "Order 5") => registrar.PostAsync(
            $"{Console}/changes/new", token, ("id", Guid.NewGuid().ToString()), ("reason", reason), ("basis", basis), ("numbers", numbers), ("batch", ""));

        foreach (var (reason, numbers, basis, said) in new[]
        {
            ("suspend/under-review", lines + "\nBD 99999999", "Order 5", "BD 99999999"),
            ("suspend/under-review", lines + "\nno number 1", "Order 5", "4"),
            ("suspend/because", lines, "Order 5", "Choose what happens"),
            ("supersede/correction", lines, "Order 5", "Choose what happens"),
            ("suspend/under-review", lines, "\u202Eevil", "cannot be seen"),
            ("suspend/under-review", lines, "", "number and date"),
            ("suspend/under-review", lines, new string('x', 10_240), "At most"),
            ("reinstate/review-closed", lines, "Order 5", "In force"),
            ("suspend/under-review", "", "Order 5", "at least one"),
        })
        {
            var answer = await Propose(reason, numbers, basis);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.Contains(said, text, StringComparison.Ordinal);
            Assert.True(numbers.Length == 0 || text.Contains(two[0].Summary.Number, StringComparison.Ordinal));
        }

        var order = (await Propose("suspend/under-review", lines)).Headers.Location!.ToString();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Propose("annul/court-order", lines)).StatusCode);
        await rector.PostAsync(order + "/approve", await rector.TokenAsync(order), ("version", "1"));
        await CarryOutAsync();
        Assert.Equal(DiplomaState.Suspended, (await demo.StoredAsync(two[1].Record.Content.FullNumber)).Summary.State);

        var back = (await Propose("reinstate/review-closed", lines)).Headers.Location!.ToString();
        var returned = await rector.PostAsync(back + "/return", await rector.TokenAsync(back), ("version", "1"), ("note", "Name the review."));
        Assert.Equal(HttpStatusCode.Redirect, returned.StatusCode);
        var revise = await registrar.PageAsync(back + "/revise");
        Assert.Contains(two[0].Summary.Number, revise.GetElementById("numbers")!.TextContent, StringComparison.Ordinal);
        var revised = await registrar.PostAsync(
            $"{Console}/changes/new", token, ("id", revise.QuerySelector("input[name=id]")!.GetAttribute("value")!), ("version", "2"),
            ("reason", "reinstate/review-closed"), ("basis", "Review 4 of 2026-11-21"), ("numbers", lines), ("batch", ""));
        Assert.Equal(back, revised.Headers.Location!.ToString());
        await rector.PostAsync(back + "/approve", await rector.TokenAsync(back), ("version", "3"));
        await CarryOutAsync();
        Assert.All(two, d => Assert.Equal(DiplomaState.Active, demo.StoredAsync(d.Record.Content.FullNumber).Result.Summary.State));
    }

    [Fact, Trait("Requirement", "DA-13")]
    public async Task An_order_that_fails_does_not_stop_the_one_behind_it_and_is_tried_again()
    {
        using var registrar = await Person.SignedInAsync(demo, $"registrar@{Own}.example");
        using var rector = await Person.SignedInAsync(demo, $"rector@{Own}.example");
        var two = await FreeAsync(2);
        var token = await registrar.TokenAsync($"{Console}/changes/new");
        async Task<string> ProposeAsync(string reason, params StoredDiploma[] diplomas) => (await registrar.PostAsync(
            $"{Console}/changes/new", token, ("id", Guid.NewGuid().ToString()), ("reason", reason), ("basis", "Order 6"),
            ("numbers", string.Join('\n', diplomas.Select(d => $"{d.Summary.Series}-{d.Summary.Number}"))), ("batch", ""))).Headers.Location!.ToString();
        async Task ApproveAsync(string order) => Assert.Equal(
            HttpStatusCode.Redirect, (await rector.PostAsync(order + "/approve", await rector.TokenAsync(order), ("version", "1"))).StatusCode);
        async Task<DiplomaState[]> StatesAsync() =>
            [.. (await Task.WhenAll(two.Select(d => demo.StoredAsync(d.Record.Content.FullNumber)))).Select(d => d.Summary.State)];
        Task RunSqlAsync(string sql) => demo.Home.Database.WriteAsync(t => Storage.Sql.ExecuteAsync(t, sql, default));

        var bad = await ProposeAsync("suspend/under-review", two[0]);
        var good = await ProposeAsync("suspend/under-review", two[1]);
        await RunSqlAsync(
            $"CREATE TRIGGER bad BEFORE UPDATE ON change_rows WHEN OLD.change_order = '{bad.Split('/')[^1]}' BEGIN SELECT RAISE(ABORT, 'bad'); END");
        try
        {
            await ApproveAsync(bad);
            await ApproveAsync(good);
            await Assert.ThrowsAsync<AggregateException>(CarryOutAsync);
            Assert.Equal([DiplomaState.Active, DiplomaState.Suspended], await StatesAsync());
        }
        finally
        {
            await RunSqlAsync("DROP TRIGGER bad");
        }

        await CarryOutAsync();
        Assert.Equal([DiplomaState.Suspended, DiplomaState.Suspended], await StatesAsync());
        await ApproveAsync(await ProposeAsync("reinstate/review-closed", two));
        await CarryOutAsync();
        Assert.Equal([DiplomaState.Active, DiplomaState.Active], await StatesAsync());
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task Another_institutions_diplomas_and_orders_are_nobodys_here()
    {
        using var registrar = await Person.SignedInAsync(demo, $"registrar@{Own}.example");
        using var foreign = await Person.SignedInAsync(demo, $"registrar@{Other}.example");
        using var auditor = await Person.SignedInAsync(demo, $"auditor@{Own}.example");
        var mine = await UnchangedAsync();
        var foreignConsole = $"/en/console/{Other}";
        var id = IdOf(mine.Summary.Asset);
        foreach (var path in (string[])[$"/diplomas/{id}", $"/diplomas/{id}/pdf", $"/diplomas/{id}/file", $"/changes/correct/{id}"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await foreign.GetAsync(foreignConsole + path)).StatusCode);
        }

        var token = await foreign.TokenAsync($"{foreignConsole}/changes/new");
        var stolen = await foreign.PostAsync(
            $"{foreignConsole}/changes/new", token, ("id", Guid.NewGuid().ToString()), ("reason", "annul/court-order"), ("basis", "x"),
            ("numbers", mine.Record.Content.FullNumber), ("batch", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, stolen.StatusCode);
        var batch = await foreign.PostAsync(
            $"{foreignConsole}/changes/new", token, ("id", Guid.NewGuid().ToString()), ("reason", "annul/court-order"), ("basis", "x"), ("numbers", ""),
            ("batch", mine.Summary.Batch));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, batch.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.GetAsync($"{Console}/changes/new")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await auditor.GetAsync($"{Console}/diplomas/{id}")).StatusCode);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await registrar.PostAsync($"{Console}/changes/new", "forged", ("reason", "annul/court-order"), ("numbers", mine.Record.Content.FullNumber))).StatusCode);
    }

    [Fact]
    public async Task A_diploma_is_found_by_number_by_its_beginning_and_by_IIN_which_stands_in_no_address()
    {
        using var auditor = await Person.SignedInAsync(demo, $"auditor@{Own}.example");
        var mine = await UnchangedAsync();
        var token = await auditor.TokenAsync($"{Console}/diplomas");
        async Task<string> Find(string what) => (await auditor.PostAsync($"{Console}/diplomas/find", token, ("q", what))).Headers.Location?.ToString() ?? "";

        var page = $"{Console}/diplomas/{IdOf(mine.Summary.Asset)}";
        Assert.Equal(page, await Find(mine.Record.Content.FullNumber));
        Assert.Equal(page, await Find(mine.Record.Content.Iin.Value));
        Assert.Equal($"{Console}/diplomas?q={mine.Summary.Number[..4]}", await Find(mine.Summary.Number[..4]));
        Assert.Contains(mine.Summary.Number, (await auditor.PageAsync($"{Console}/diplomas?q={mine.Summary.Number[..4]}")).Body!.TextContent, StringComparison.Ordinal);
        foreach (var hostile in (string[])["<script>alert(1)</script>", "' OR 1=1 --", "%", new string('9', 10_000), "😀", "\u202E123"])
        {
            var answer = await auditor.PostAsync($"{Console}/diplomas/find", token, ("q", hostile));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.DoesNotContain("<script>alert", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        foreach (var query in (string[])["?state=active&programme=x&kind=y&year=2026&batch=z&claimed=yes&sort=number&page=9", "?state=%3Cscript%3E&year=99999&page=-1", "?page=99999999999"])
        {
            Assert.Equal(HttpStatusCode.OK, (await auditor.GetAsync($"{Console}/diplomas{query}")).StatusCode);
        }
    }

    [Fact, Trait("Requirement", "DA-25")]
    public async Task One_value_wrong_in_many_is_corrected_in_one_order_and_each_holder_gets_one_message()
    {
        using var registrar = await Person.SignedInAsync(demo, $"registrar@{Own}.example");
        using var rector = await Person.SignedInAsync(demo, $"rector@{Own}.example");
        // Others of the collection claim diplomas of their own: a person with two is made of two that nobody holds.
        var two = await FreeAsync(2);
        foreach (var diploma in two)
        {
            Assert.True(await demo.Home.Database.WriteAsync(t => Delivery.Holdings.AddAsync(t, diploma.Summary.Asset, AccountOf($"auditor@{Own}.example"), demo.Home.Time.GetUtcNow())));
        }

        var numbers = string.Join('\n', two.Select(d => d.Record.Content.FullNumber));
        var token = await registrar.TokenAsync($"{Console}/changes/cohort");
        Task<HttpResponseMessage> Propose(string column, string value, string first) => registrar.PostAsync(
            $"{Console}/changes/cohort", token, ("id", Guid.NewGuid().ToString()), ("reason", "supersede/correction"), ("basis", "Order 14"),
            ("numbers", numbers), ("batch", ""), ("column", column), ("value", value), ("first", first), ("draft", ""));

        Assert.Contains("first of them", await (await Propose("minutes-number", "77", "")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("Nothing would change", await (await Propose("award-date", $"{two[0].Record.Content.AwardDate:yyyy-MM-dd}", "BD 87000001")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Propose("award-date", "31.02.2026", "BD 87000001")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Propose("iin", "1", "BD 87000001")).StatusCode);
        var order = (await Propose("minutes-number", "77", $"{two[0].Summary.Series} 87000001")).Headers.Location!.ToString();
        Assert.Equal(["77", "77"], (await rector.PageAsync(order)).QuerySelectorAll("#rows ins").Select(e => e.TextContent).Where(t => t == "77"));
        await rector.PostAsync(order + "/approve", await rector.TokenAsync(order), ("version", "1"));
        await CarryOutAsync();

        await using var connection = await demo.Home.Database.ConnectAsync();
        Assert.Single(await Storage.Sql.QueryAsync(
            connection, "SELECT id FROM mail_queue WHERE subject_kind = 'change' AND subject = @id", r => r.GetString(0), default, ("id", order.Split('/')[^1])));
        var replaced = await demo.StoredAsync(two[0].Record.Content.FullNumber);
        var newer = (await demo.Home.Credentials.LoadAsync(connection, replaced.Summary.SupersededBy!.Value))!;
        Assert.Equal("77", newer.Record.Content.MinutesNumber);
        Assert.NotNull(newer.Summary.TransferredAt);
        Assert.Equal(AccountOf($"auditor@{Own}.example"), await Delivery.Holdings.HolderOfAsync(connection, newer.Summary.Asset));
    }

    [Fact, Trait("Requirement", "DA-25")]
    public async Task Link_and_code_of_an_unclaimed_diploma_open_its_replacement()
    {
        var (home, bin) = (demo.Home, Bin.Parse(Other));
        var old = (await FreeAsync(1, Other))[0];
        var (token, code, at) = (Delivery.ClaimToken.New(), Delivery.ClaimCode.New(), home.Time.GetUtcNow());
        await home.Database.WriteAsync(async t =>
        {
            var row = await Delivery.Deliveries.OpenAsync(t, old.Summary.Asset, bin, at);
            await Delivery.Deliveries.AddLinkAsync(t, old.Summary.Asset, token, Delivery.LinkChannel.Letter, at, TimeSpan.FromDays(30));
            await home.Deliveries.SetCodeAsync(t, row, code, at);
        });
        var proposed = (await new ProposeChange(home, demo.Flow).RunAsync(
            Accounts.Actor.AtConsole("registrar-1"), null,
            new ChangeProposal(
                Guid.CreateVersion7().ToString(), bin, Rules.StateAct.Supersede, "correction", "Order 15", "registrar-1", at, null,
                [new ProposedChange(old.Summary.Asset, old.Record.Content with { Number = "86000001", MinutesNumber = "78" })]),
            version: null)).Value;
        _ = (await new DecideChange(home).ApproveAsync(
            Accounts.Actor.AtConsole("rector-1"), null, bin, proposed.Id, proposed.Version, "rector")).Value;
        await CarryOutAsync();

        await using var connection = await home.Database.ConnectAsync();
        var replacement = (await home.Credentials.FindAsync(connection, old.Summary.Asset))!.SupersededBy;
        Assert.NotNull(replacement);
        Assert.Equal(replacement, (await Delivery.Deliveries.FindLinkAsync(connection, token))!.Asset);
        Assert.Null(await Delivery.Deliveries.FindAsync(connection, old.Summary.Asset));
        Assert.Equal(replacement, (await home.Database.WriteAsync(
            t => home.Deliveries.TryCodeAsync(t, replacement.Value, Delivery.ClaimCode.Printed(code)))).Value);
    }

    private static string IdOf(AssetId asset) => UuidPattern().Match(asset.ToString()).Value;

    [GeneratedRegex("[0-9a-f-]{36}$")]
    private static partial Regex UuidPattern();

    private string AccountOf(string email)
    {
        using var connection = demo.Home.Database.ConnectAsync().Result;
        return Storage.Sql.QueryAsync(connection, "SELECT id FROM accounts WHERE email = @email", r => r.GetString(0), default, ("email", email)).Result.Single();
    }

    /// <summary>One in force, to look at: never corrected, so that nobody else's has its IIN.</summary>
    private async Task<StoredDiploma> UnchangedAsync()
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        var (rows, _) = await new DiplomaRegister(demo.Home.Credentials).PageAsync(
            connection, Bin.Parse(Own), new RegisterQuery(State: DiplomaState.Active, Sort: RegisterSort.Number), 0, 100);
        foreach (var row in rows)
        {
            if (await Delivery.DataBlocks.FindAsync(connection, row.Asset) is null
                && await demo.Home.Credentials.LoadAsync(connection, row.Asset) is { Summary.Supersedes: null } diploma)
            {
                return diploma;
            }
        }

        throw new InvalidOperationException("Every diploma of the institution was corrected or blocked.");
    }

    /// <summary>Transferred diplomas in force that no account holds, no order touched, no officer blocked and no other test looks at.</summary>
    private async Task<StoredDiploma[]> FreeAsync(int count, string institution = Own)
    {
        var found = new List<StoredDiploma>();
        await using var connection = await demo.Home.Database.ConnectAsync();
        var (rows, _) = await new DiplomaRegister(demo.Home.Credentials).PageAsync(
            connection, Bin.Parse(institution), new RegisterQuery(State: DiplomaState.Active, Sort: RegisterSort.Number), 0, 100);
        foreach (var row in rows)
        {
            if (found.Count < count
                && !demo.LookedAt.Contains(row.Asset)
                && await Delivery.Holdings.HolderOfAsync(connection, row.Asset) is null
                && await Delivery.DataBlocks.FindAsync(connection, row.Asset) is null
                && (await demo.Home.ChangeOrders.OfAssetAsync(connection, row.Asset)).Count == 0
                && await demo.Home.Credentials.LoadAsync(connection, row.Asset) is { Summary: { TransferredAt: not null, Supersedes: null } } diploma)
            {
                found.Add(diploma);
            }
        }

        Assert.Equal(count, found.Count);
        return [.. found];
    }

    /// <summary>What the worker of the site does, too, perhaps at the same moment: each diploma is changed once.</summary>
    private async Task CarryOutAsync()
    {
        await using var scope = demo.Services.CreateAsyncScope();
        var carryOut = new CarryOutChanges(
            demo.Home, demo.Flow, demo.Services.GetRequiredService<MailQueue>(), demo.Services.GetRequiredService<Texts>());
        while (await carryOut.RunAsync() > 0)
        {
            // Until nothing is left, whoever did it.
        }
    }
}
