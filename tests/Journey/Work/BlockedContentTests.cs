using System.Globalization;
using System.Net;
using System.Text;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Web;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Data that are blocked are read by nobody, whichever page or paper they would stand on.</summary>
[Trait("Requirement", "X-6")]
[Trait("Requirement", "X-8")]
public sealed partial class BlockedContentTests(SmallDiplomas few) : IClassFixture<SmallDiplomas>
{
    private const string Address = "blocked-holder@post.example";

    private static readonly Actor Officer = Actor.AtConsole("dpo-1");
    private static readonly string Console = $"/en/console/{SmallSite.Uni}";

    [Fact]
    public async Task The_pages_and_papers_of_a_delivery_give_neither_name_nor_address_while_the_data_are_blocked()
    {
        using var registrar = await few.Site.SignedInAsync("delivers@one.example", Role.Registrar);
        var (diploma, token) = await few.GiveAsync();
        var (asset, name) = (diploma.Summary.Asset, diploma.Record.Content.Name.In(Language.En));
        await few.Site.Home.Database.WriteAsync(async t => await few.Site.Home.Deliveries.SetRecipientAsync(
            t, (await Deliveries.FindAsync(t, asset))!, new Recipient(Address, null, Language.En)));
        string[] pages = [$"{Console}/deliveries/{asset.Value:D}", $"{Console}/deliveries?find={diploma.Summary.Number}"];
        Assert.Contains(name, await TextAsync(registrar, pages[0]), StringComparison.Ordinal);
        Assert.Contains(name, await TextAsync(registrar, pages[1]), StringComparison.Ordinal);
        Assert.Contains(Address, await TextAsync(registrar, pages[0]), StringComparison.Ordinal);
        await BlockAsync(diploma);

        foreach (var page in pages)
        {
            var shown = await TextAsync(registrar, page);
            Assert.Contains("The personal data are blocked", shown, StringComparison.Ordinal);
            Assert.DoesNotContain(name, shown, StringComparison.Ordinal);
            Assert.DoesNotContain("post.example", shown, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(diploma.Summary.Number, await TextAsync(registrar, $"{Console}/deliveries?find={Uri.EscapeDataString(name)}"), StringComparison.Ordinal);
        var form = await registrar.TokenAsync("/en/me/security");
        foreach (var act in (string[])["letter", "code", "send", "contact"])
        {
            var refused = await registrar.PostAsync($"{pages[0]}/{act}", form, ("kind", "link"), ("email", "other@post.example"));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains("are blocked until it is clarified", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var stranger = new Person(few.Site.Site);
        foreach (var (language, said) in new[] { ("kk", "бұғатталған"), ("ru", "заблокированы"), ("en", "are blocked") })
        {
            Assert.Contains(said, (await stranger.PageAsync($"/{language}/claim/{token}", HttpStatusCode.Forbidden)).Body!.TextContent, StringComparison.Ordinal);
        }

        await LiftAsync(diploma);
        Assert.Contains(name, await TextAsync(registrar, pages[0]), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync($"/en/claim/{token}")).StatusCode);
    }

    [Fact, Trait("Requirement", "DA-25")]
    public async Task An_order_shows_nothing_of_it_and_replaces_it_at_no_step_until_the_block_is_lifted()
    {
        using var registrar = await few.Site.SignedInAsync("corrects@one.example", Role.Registrar);
        using var rector = await few.Site.SignedInAsync("approves@one.example", Role.Approver);
        var diploma = few.Take();
        var (old, form) = (diploma.Record.Content.Name.PassportFamily, $"{Console}/changes/correct/{diploma.Summary.Asset.Value:D}");
        Assert.Contains(old, await TextAsync(registrar, form), StringComparison.Ordinal);
        var order = (await ProposeAsync(diploma, "85000001", null)).Value;
        var page = $"{Console}/changes/{order.Id}";
        Assert.Contains(old, await TextAsync(rector, page), StringComparison.Ordinal);
        Assert.Contains("BLOCKEDNOW", await TextAsync(rector, page), StringComparison.Ordinal);
        await BlockAsync(diploma);

        var shown = await TextAsync(rector, page);
        Assert.Contains("The personal data are blocked", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(old, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("BLOCKEDNOW", shown, StringComparison.Ordinal);
        var refused = await registrar.GetAsync(form);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.DoesNotContain(old, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // Neither proposed, nor approved, nor by the command line.
        Assert.Equal("me/data-blocked", Assert.IsType<ChangesRefused>((await ProposeAsync(diploma, "85000002", null)).Problem).Rows.Single().Problem.Code);
        foreach (var (language, said) in new[] { ("kk", "бұғатталған"), ("ru", "заблокированы"), ("en", "are blocked") })
        {
            var answer = await rector.PostAsync($"/{language}{page[3..]}/approve", await rector.TokenAsync("/en/me/security"), ("version", "1"));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains(said, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        var at = few.Site.Time.GetUtcNow();
        var byHand = await new DiplomaFlow(few.Site.Home).SupersedeAsync(
            new ChangeRequest(diploma.Summary.Asset, "correction", "Order 5", TwoPersons.Of("one", "two", "rector", at, "Order 5").Value),
            content => content with { Number = "85000003" });
        Assert.Equal("me/data-blocked", byHand.Problem!.Code);
        Assert.Equal("changes/data-blocked", (await new DecideChange(few.Site.Home).ApproveAsync(
            Actor.AtConsole("rector-1"), null, SmallSite.Uni, order.Id, 1, "rector")).Problem!.Code);

        await LiftAsync(diploma);
        Assert.Contains(old, await TextAsync(registrar, form), StringComparison.Ordinal);
        Assert.Contains("BLOCKEDNOW", await TextAsync(rector, page), StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "DA-25")]
    public async Task What_was_approved_before_the_block_is_refused_when_its_turn_comes()
    {
        var (home, diploma) = (few.Site.Home, few.Take());
        var order = (await ProposeAsync(diploma, "85000031", null)).Value;
        await BlockAsync(diploma);
        await home.Database.WriteAsync(async t =>
        {
            await t.TouchAsync("change_orders", default, order.Id);
            await t.ExecuteAsync(
                "UPDATE change_orders SET state = 'approved', decided_by = 'rector-1', decided_as = 'rector', decided_at = proposed_at WHERE id = @id",
                default, ("id", order.Id));
        });
        var carryOut = new CarryOutChanges(home, Service<DiplomaFlow>(), Service<Mortanba.Host.Mail.MailQueue>(), Service<Texts>());
        while (await carryOut.RunAsync() > 0)
        {
            // Until nothing is left, whoever did it.
        }

        await using var connection = await home.Database.ConnectAsync();
        Assert.Equal("me/data-blocked", Assert.Single(await home.ChangeOrders.Rows.PageAsync(connection, order.Id, 0, 10)).Refusal!.Code);
        Assert.Null((await home.Credentials.FindAsync(connection, diploma.Summary.Asset))!.SupersededBy);
    }

    [Fact, Trait("Requirement", "DA-25")]
    public async Task A_list_beside_an_issued_diploma_shows_its_number_alone()
    {
        var diploma = few.Take();
        var row = new (GridColumn, string)[]
        {
            (new GridColumn(0, "Number", "number"), diploma.Record.Content.FullNumber), (new GridColumn(1, "Series", "series"), diploma.Summary.Series),
        };
        var open = (await IssuedBeside.FindAsync(few.Site.Home, SmallSite.Uni, row, default))!;
        Assert.Equal(diploma.Record.Content.Iin.Value, open.Values["iin"]);
        var (texts, born) = (Texts.Load(), diploma.Record.Content.BirthDate.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture));
        Assert.Equal((born, true), open.Beside(texts, Language.Ru, "birth-date", born));
        Assert.Equal((born, false), open.Beside(texts, Language.Ru, "birth-date", "01.02.1990"));
        Assert.Equal(("күндізгі", false), open.Beside(texts, Language.Kk, "form", "заочная"));
        Assert.Equal(("очная", true), open.Beside(texts, Language.Kk, "form", "очная"));
        Assert.Contains(',', open.Beside(texts, Language.Ru, "gpa", "1.00")!.Value.Text);
        Assert.Null(open.Beside(texts, Language.Ru, "email", "a@b.example"));
        await BlockAsync(diploma);

        var beside = (await IssuedBeside.FindAsync(few.Site.Home, SmallSite.Uni, row, default))!;
        Assert.True(beside.IsBlocked);
        Assert.Empty(beside.Values);
        Assert.Equal(diploma.Record.Content.FullNumber, beside.Number);
    }

    [Fact]
    public async Task Its_files_are_not_made_anew()
    {
        var (blocked, other) = (few.Take(), few.Take());
        await BlockAsync(blocked);

        var delivered = await new DeliverDiplomas(few.Site.Home).RunAsync([blocked.Summary.Asset, other.Summary.Asset]);
        Assert.Equal(other.Summary.Asset, Assert.Single(delivered).Asset);
        Assert.False(File.Exists(Path.Combine(few.Site.Home.Outbox, Outbox.Name(blocked.Record.Content.FullNumber) + ".pdf")));

        await LiftAsync(blocked);
        Assert.Single(await new DeliverDiplomas(few.Site.Home).RunAsync([blocked.Summary.Asset]));
    }

    [Fact, Trait("Requirement", "X-13"), Trait("Requirement", "DA-25")]
    public async Task A_returned_order_of_one_row_goes_back_to_the_list_it_was_made_of()
    {
        const string email = "revises@one.example";
        using var registrar = await few.Site.SignedInAsync(email, Role.Registrar);
        string by;
        await using (var connection = await few.Site.Home.Database.ConnectAsync())
        {
            by = (await Sql.QueryAsync(
                connection, "SELECT id FROM accounts WHERE email = @email", r => r.GetString(0), default, ("email", email))).Single();
        }

        foreach (var (number, origin, form) in new[] { ("85000011", "draft:some-list", "/changes/cohort"), ("85000012", null, "/changes/correct/") })
        {
            var order = (await ProposeAsync(few.Take(), number, origin, by)).Value;
            Assert.True((await new DecideChange(few.Site.Home).ReturnAsync(
                Actor.AtConsole("rector-1"), null, SmallSite.Uni, order.Id, 1, "rector", "Again")).IsDone);

            var page = await registrar.PageAsync($"{Console}/changes/{order.Id}/revise");
            Assert.Contains(form, page.QuerySelector("main form")!.GetAttribute("action"), StringComparison.Ordinal);
            Assert.Equal(origin is null, page.Body!.InnerHtml.Contains("BLOCKEDNOW", StringComparison.Ordinal));
        }
    }

    [Fact, Trait("Requirement", "DA-19")]
    public async Task An_erasure_takes_the_person_out_of_lists_that_correct_and_out_of_queued_messages()
    {
        using var preparer = await few.Site.SignedInAsync("uploads@one.example", Role.Preparer);
        using var holder = await few.Site.SignedInAsync("erased@one.example");
        var (home, diploma) = (few.Site.Home, few.Take());
        var list = await UploadAsync(preparer, diploma);
        var other = await UploadAsync(preparer, few.Take());
        var share = await OpenedShareAsync(diploma, "erased@one.example");
        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM mail_queue WHERE subject = @id", share));
        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM drafts WHERE id = @id AND data_key IS NOT NULL", list));

        var flow = new DiplomaFlow(home);
        var erased = await flow.EraseAsync(flow.Reasons().Value, new ChangeRequest(
            diploma.Summary.Asset, "court-order", "Ruling 1", TwoPersons.Of("officer-1", "rector-1", "rector", few.Site.Time.GetUtcNow(), "Ruling 1").Value));

        Assert.True(erased.IsDone, erased.Problem?.Detail);
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM mail_queue WHERE subject = @id", share));
        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM drafts WHERE id = @id AND data_key IS NULL AND state = 'withdrawn'", list));
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM draft_pages WHERE draft = @id", list));
        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM drafts WHERE id = @id AND data_key IS NOT NULL AND state = 'open'", other));
    }

    [Fact, Trait("Requirement", "DA-19")]
    public async Task Messages_of_a_replaced_diploma_are_forgotten_with_the_one_that_replaced_it()
    {
        var (home, (diploma, _)) = (few.Site.Home, await few.GiveAsync());
        var (queue, asset) = (Service<Mortanba.Host.Mail.MailQueue>(), diploma.Summary.Asset);
        await home.Database.WriteAsync(async t => await home.Deliveries.SetRecipientAsync(
            t, (await Deliveries.FindAsync(t, asset))!, new Recipient(Address, null, Language.En)));
        var message = queue.Protect(Address, "Title", "Body");
        await home.Database.WriteAsync(async t => await Deliveries.SentAsync(
            t, asset, await queue.AddAsync(t, SendDeliveries.MailSubject, asset.ToString(), message), few.Site.Time.GetUtcNow()));
        var (flow, at) = (new DiplomaFlow(home), few.Site.Time.GetUtcNow());

        var replaced = await flow.SupersedeAsync(
            new ChangeRequest(asset, "correction", "Order 6", TwoPersons.Of("one", "two", "rector", at, "Order 6").Value),
            content => content with { Number = "85000021" });
        Assert.True(replaced.IsDone, replaced.Problem?.Detail);
        AssetId newer;
        await using (var connection = await home.Database.ConnectAsync())
        {
            newer = (await home.Credentials.FindAsync(connection, asset))!.SupersededBy!.Value;
        }

        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM mail_queue WHERE subject = @id", asset.ToString()));
        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM mail_queue q JOIN deliveries d ON d.mail = q.id WHERE q.subject = @id", newer.ToString()));
    }

    private async Task BlockAsync(StoredDiploma diploma) =>
        Assert.True((await new BlockData(few.Site.Home).BlockAsync(Officer, diploma.Summary.Asset, "dispute", default)).IsDone);

    private async Task LiftAsync(StoredDiploma diploma) =>
        Assert.True((await new BlockData(few.Site.Home).LiftAsync(Officer, diploma.Summary.Asset, default)).IsDone);

    private async Task<Outcome<ChangeOrder>> ProposeAsync(StoredDiploma diploma, string number, string? origin, string by = "registrar-1")
    {
        var content = diploma.Record.Content;
        var corrected = content with { Number = number, Name = content.Name with { PassportFamily = "BLOCKEDNOW" } };
        return await new ProposeChange(few.Site.Home, new DiplomaFlow(few.Site.Home)).RunAsync(
            Actor.AtConsole(by), null,
            new ChangeProposal(
                Guid.NewGuid().ToString(), SmallSite.Uni, StateAct.Supersede, "correction", "Order 4", by, few.Site.Time.GetUtcNow(), origin,
                [new ProposedChange(diploma.Summary.Asset, corrected)]), null);
    }

    /// <summary>A corrected list of one graduate, whose columns nobody confirmed yet; gives its id.</summary>
    private async Task<string> UploadAsync(Person preparer, StoredDiploma diploma)
    {
        var start = await preparer.PageAsync($"{Console}/lists/new?purpose=correct");
        var lines = await File.ReadAllLinesAsync(Path.Combine(few.Site.Directory, "few.csv"));
        var rows = string.Join("\r\n", lines.Take(1).Append(lines.Single(l => l.Contains(diploma.Record.Content.Iin.Value, StringComparison.Ordinal))));
        using var body = new MultipartFormDataContent
        {
            { new StringContent(start.QuerySelector("main input[name=form]")!.GetAttribute("value")!), "form" },
            { new StringContent("Corrected"), "title" },
            { new StringContent(start.QuerySelector("input[name=purpose]")!.GetAttribute("value")!), "purpose" },
        };
        body.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(rows)), "graduates", "corrected.csv");
        body.Add(new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(few.Site.Directory, "few.courses.csv"))), "courses", "c.csv");
        var uploaded = await preparer.SendAsync($"{Console}/lists/new", body);
        Assert.Equal(HttpStatusCode.SeeOther, uploaded.StatusCode);
        return uploaded.Headers.Location!.OriginalString.Split('/')[^2];
    }

    /// <summary>Shared by its holder and opened once, so that a message waits or went; gives the share.</summary>
    private async Task<string> OpenedShareAsync(StoredDiploma diploma, string email)
    {
        var home = few.Site.Home;
        await using var connection = await home.Database.ConnectAsync();
        var account = (await Sql.QueryAsync(
            connection, "SELECT id FROM accounts WHERE email = @email", r => r.GetString(0), default, ("email", email))).Single();
        Assert.True(await home.Database.WriteAsync(t => Holdings.AddAsync(t, diploma.Summary.Asset, account, few.Site.Time.GetUtcNow())));
        var id = (await new ShareDiploma(home).RunAsync(
            new Actor(ActorKind.Person, account, "", []), diploma,
            new ShareOrder(
                Guid.NewGuid().ToString("N"), "Employer", "job", "", new HashSet<string>(["name"]), new HashSet<int>(), Language.En, 30, null,
                AsksPin: false, MayDownload: false, Abroad: true, EvenSo: true), default)).Value;
        using var stranger = new Person(few.Site.Site);
        Assert.True((await stranger.GetAsync("/en/s/" + (await new Shares(home.Vault).SecretsAsync(connection, id)).Link)).IsSuccessStatusCode);
        return id;
    }

    private async Task<int> CountAsync(string sql, string id)
    {
        await using var connection = await few.Site.Home.Database.ConnectAsync();
        return (await Sql.QueryAsync(connection, sql, r => (int)r.GetInt64(0), default, ("id", id))).Single();
    }

    private T Service<T>()
        where T : notnull => Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<T>(few.Site.Services);

    private static async Task<string> TextAsync(Person person, string path) => (await person.PageAsync(path)).Body!.InnerHtml;
}
