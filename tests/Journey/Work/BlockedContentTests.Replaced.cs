using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Issuance;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Work;

public sealed partial class BlockedContentTests
{
    [Fact, Trait("Requirement", "DA-11"), Trait("Requirement", "DA-25")]
    public async Task What_replaced_a_diploma_by_the_command_line_is_its_holders_and_is_blocked_with_it()
    {
        var (home, old) = (few.Site.Home, few.Take());
        var holder = await few.Site.MakeAsync("replaced@one.example");
        await home.Log.RunAsync(async log =>
        {
            Assert.True(await Holdings.AddAsync(log.Transaction, old.Summary.Asset, holder, few.Site.Time.GetUtcNow()));
            return (await new TransferDiploma(home.Credentials).RunAsync(
                log.Transaction, entries => log.AppendAsync(entries), old.Summary.Asset, few.Site.Time.GetUtcNow())).Value;
        });

        var newer = await SupersedeAsync(old, "85000041");

        var recorded = await few.Site.LastRecordedAsync();
        Assert.Equal(("changes/replaced", old.Summary.Asset.ToString()), (recorded.What, recorded.Subject.Id));
        Assert.Contains(await new HeldDiplomas(home).OfAsync(holder, default), d => d.Summary.Asset == newer && d.Summary.TransferredAt is not null);
        await using (var connection = await home.Database.ConnectAsync())
        {
            Assert.Equal(holder, await Holdings.HolderOfAsync(connection, newer));
        }

        // One decision blocks both, and lifts both; what another decision blocked stays so.
        await BlockAsync(old);
        Assert.Equal(2, await BlockedAsync(old.Summary.Asset, newer));
        Assert.Equal(2, await CountAsync(
            "SELECT COUNT(*) FROM trail WHERE what = 'me/data-blocked' AND subject IN (@id, (SELECT superseded_by FROM credentials WHERE asset = @id))",
            old.Summary.Asset.ToString()));
        await LiftAsync(old);
        Assert.Equal(0, await BlockedAsync(old.Summary.Asset, newer));
        Assert.True((await new BlockData(home).BlockAsync(Actor.AtConsole("dpo-2"), newer, "dispute", default)).IsDone);
        await BlockAsync(old);
        await LiftAsync(old);
        Assert.Equal(1, await BlockedAsync(old.Summary.Asset, newer));
    }

    [Fact, Trait("Requirement", "X-13"), Trait("Requirement", "DA-25")]
    public async Task An_order_keeps_the_list_it_was_made_of_and_answers_no_request_about_another_diploma()
    {
        const string email = "forges@one.example";
        using var registrar = await few.Site.SignedInAsync(email, Role.Registrar);
        var (home, by) = (few.Site.Home, await AccountAsync(email));
        var (diploma, other) = (few.Take(), few.Take());
        var order = (await ProposeAsync(diploma, "85000051", "draft:some-list", by)).Value;
        Assert.True((await new DecideChange(home).ReturnAsync(
            Actor.AtConsole("rector-1"), null, SmallSite.Uni, order.Id, 1, "rector", "Again")).IsDone);

        // Made by hand: the form of one diploma with the id of the list's order.
        foreach (var (form, fields) in new[]
        {
            ($"correct/{diploma.Summary.Asset.Value:D}", new[] { ("f.number", $"{diploma.Summary.Series} 85000052"), ("f.passport-family", "FORGED") }),
            ("new", [("numbers", $"{diploma.Summary.Series} {diploma.Summary.Number}"), ("reason", "suspend/under-review")]),
        })
        {
            var answer = await registrar.PostAsync(
                $"{Console}/changes/{form}", await registrar.TokenAsync("/en/me/security"),
                [("id", order.Id), ("version", "2"), ("basis", "Order 7"), .. fields, ("reason", "supersede/correction")]);
            Assert.Equal(System.Net.HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        }

        await using var connection = await home.Database.ConnectAsync();
        var stands = (await home.ChangeOrders.FindAsync(connection, SmallSite.Uni, order.Id))!;
        Assert.Equal((ChangeOrderState.Returned, "draft:some-list"), (stands.State, stands.Origin));
        var revised = await new ProposeChange(home, new DiplomaFlow(home)).RunAsync(
            Actor.AtConsole(by), null,
            new ChangeProposal(order.Id, SmallSite.Uni, StateAct.Suspend, "under-review", "Order 8", by, few.Site.Time.GetUtcNow(), null, [new ProposedChange(diploma.Summary.Asset)]),
            version: 2);
        Assert.Equal("changes/made-of-a-list", revised.Problem!.Code);

        // A request is answered by the correction of its own diploma alone.
        var asked = new HolderRequest(
            "r-" + order.Id, RequestKind.Correct, SmallSite.Uni, other.Summary.Asset, by, RequestState.Open, 1, few.Site.Time.GetUtcNow(),
            new DateOnly(2026, 12, 31), null, null, new RequestWords("name", "Wrong", "Right", ""));
        Assert.True(await home.Database.WriteAsync(t => new HolderRequests(home.Vault).AddAsync(t, asked)));
        Assert.Equal("me/no-request", (await ProposeAsync(diploma, "85000053", "request:" + asked.Id)).Problem!.Code);
        Assert.True((await ProposeAsync(other, "85000054", "request:" + asked.Id)).IsDone);
    }

    [Fact, Trait("Requirement", "DA-19"), Trait("Requirement", "DA-25")]
    public async Task A_message_about_a_change_goes_with_the_last_of_its_diplomas_and_the_answer_to_a_request_with_its_own()
    {
        var (home, flow) = (few.Site.Home, Service<DiplomaFlow>());
        StoredDiploma[] two = [few.Take(), few.Take()];
        var holder = await few.Site.MakeAsync("told@one.example");
        await home.Database.WriteAsync(async t =>
        {
            foreach (var diploma in two)
            {
                Assert.True(await Holdings.AddAsync(t, diploma.Summary.Asset, holder, few.Site.Time.GetUtcNow()));
            }
        });
        var order = (await new ProposeChange(home, flow).RunAsync(
            Actor.AtConsole("registrar-1"), null,
            new ChangeProposal(
                Guid.NewGuid().ToString(), SmallSite.Uni, StateAct.Suspend, "under-review", "Order 9", "registrar-1", few.Site.Time.GetUtcNow(), null,
                [.. two.Select(d => new ProposedChange(d.Summary.Asset))]),
            null)).Value;
        _ = (await new DecideChange(home).ApproveAsync(Actor.AtConsole("rector-1"), null, SmallSite.Uni, order.Id, 1, "rector")).Value;
        while (await new CarryOutChanges(home, flow, Service<MailQueue>(), Service<Texts>()).RunAsync() > 0)
        {
            // Until nothing is left, whoever did it.
        }

        const string messages = "SELECT COUNT(*) FROM mail_queue WHERE subject_kind = 'change' AND subject = @id";
        Assert.Equal(1, await CountAsync(messages, order.Id));
        await EraseAsync(two[0]);
        Assert.Equal(1, await CountAsync(messages, order.Id));

        var asked = new HolderRequest(
            "q-" + order.Id, RequestKind.Correct, SmallSite.Uni, two[1].Summary.Asset, holder, RequestState.Open, 1, few.Site.Time.GetUtcNow(),
            new DateOnly(2026, 12, 31), null, null, new RequestWords("name", "Wrong", "Right", ""));
        Assert.True(await home.Database.WriteAsync(t => new HolderRequests(home.Vault).AddAsync(t, asked)));
        Assert.True((await new AnswerRequest(home, flow).CorrectionAsync(
            Actor.AtConsole("registrar-1"), SmallSite.Uni, asked.Id, 1, RequestState.Refused, "It is right.", default, Service<MailQueue>(),
            Service<MailQueue>().Protect("told@one.example", "Title", "Body"))).IsDone);
        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM mail_queue WHERE subject = @id", asked.Id));
        await EraseAsync(two[1]);
        Assert.Equal(0, await CountAsync(messages, order.Id));
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM mail_queue WHERE subject = @id", asked.Id));
    }

    [Fact, Trait("Requirement", "DA-19")]
    public async Task Nothing_is_stored_about_a_diploma_that_was_erased_after_it_was_read()
    {
        var (home, diploma) = (few.Site.Home, few.Take());
        var holder = new Actor(ActorKind.Person, await few.Site.MakeAsync("late@one.example"), "", []);
        await home.Database.WriteAsync(t => Holdings.AddAsync(t, diploma.Summary.Asset, holder.Id, few.Site.Time.GetUtcNow()));
        await EraseAsync(diploma);

        var shared = await new ShareDiploma(home).RunAsync(
            holder, diploma,
            new ShareOrder(
                Guid.NewGuid().ToString("N"), "Employer", "job", "", new HashSet<string>(["name"]), new HashSet<int>(), Language.En, 30, null,
                AsksPin: false, MayDownload: false, Abroad: true, EvenSo: true), default);
        Assert.Equal("me/erased-meanwhile", shared.Problem?.Code);
        var asked = await new AskAboutDiploma(home).RunAsync(
            holder, diploma, Guid.NewGuid().ToString("N"), RequestKind.Correct, new RequestWords("name", "Wrong", "Right", ""), default);
        Assert.Equal("me/erased-meanwhile", asked.Problem?.Code);
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM shares WHERE account = @id", holder.Id));
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM correction_requests WHERE account = @id", holder.Id));
    }

    private async Task<AssetId> SupersedeAsync(StoredDiploma old, string number)
    {
        var (home, at) = (few.Site.Home, few.Site.Time.GetUtcNow());
        Assert.True((await new DiplomaFlow(home).SupersedeAsync(
            new ChangeRequest(old.Summary.Asset, "correction", "Order 6", TwoPersons.Of("one", "two", "rector", at, "Order 6").Value),
            content => content with { Number = number })).IsDone);
        await using var connection = await home.Database.ConnectAsync();
        return (await home.Credentials.FindAsync(connection, old.Summary.Asset))!.SupersededBy!.Value;
    }

    private async Task EraseAsync(StoredDiploma diploma)
    {
        var flow = new DiplomaFlow(few.Site.Home);
        var erased = await flow.EraseAsync(flow.Reasons().Value, new ChangeRequest(
            diploma.Summary.Asset, "court-order", "Ruling 1", TwoPersons.Of("officer-1", "rector-1", "rector", few.Site.Time.GetUtcNow(), "Ruling 1").Value));
        Assert.True(erased.IsDone, erased.Problem?.Detail);
    }

    private async Task<int> BlockedAsync(params AssetId[] assets)
    {
        await using var connection = await few.Site.Home.Database.ConnectAsync();
        return (await DataBlocks.AmongAsync(connection, assets)).Count;
    }

    private async Task<string> AccountAsync(string email)
    {
        await using var connection = await few.Site.Home.Database.ConnectAsync();
        return (await Sql.QueryAsync(
            connection, "SELECT id FROM accounts WHERE email = @email", r => r.GetString(0), default, ("email", email))).Single();
    }
}
