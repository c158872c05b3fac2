using System.IO.Compression;
using System.Net;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Demo;
using Mortanba.Issuance;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Verification;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Personal data that are blocked: what stops, what goes on, who may do it, and what the record says.</summary>
[Collection(DemoTests.Name)]
[Trait("Requirement", "X-6")]
[Trait("Requirement", "X-8")]
public sealed class BlockTests(DemoSite demo)
{
    private const string Requests = "/en/console/platform/requests";

    [Fact]
    public async Task What_is_blocked_is_shown_to_nobody_is_verified_by_file_and_comes_back_once_the_block_is_lifted()
    {
        var (asset, number, initiator) = await HoldAnotherAsync();
        using var graduate = await Person.SignedInAsync(demo, DemoPeople.OtherGraduate);
        using var officer = await Person.SignedInAsync(demo, "dpo@platform.example");
        using var auditor = await Person.SignedInAsync(demo, $"auditor@{initiator}.example");
        using var stranger = new Person(demo.Site);
        var (link, file) = (await ShareAsync(asset), await FileAsync(asset));
        var stored = await StoredAsync(asset);
        var paper = "/en/q/" + stored.Record.Capability;
        var console = $"/en/console/{initiator}/diplomas/{asset.Value}";
        var name = stored.Record.Content.Name.PassportFamily;
        Assert.Contains(name, await TextAsync(auditor, console), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(link)).StatusCode);

        // The holder asks, the officer does it.
        var asking = $"/en/me/diplomas/{asset.Value}/block";
        var form = await graduate.PageAsync(asking);
        Assert.Contains("25(2)", form.Body!.TextContent, StringComparison.Ordinal);
        var id = form.QuerySelector("main input[name=id]")!.GetAttribute("value")!;
        Assert.Equal(HttpStatusCode.Redirect, (await graduate.PostAsync(asking, await graduate.TokenAsync(asking), ("id", id), ("wrong", "It is not me <b>"))).StatusCode);
        Assert.Contains("It is not me <b>", (await officer.PageAsync(Requests)).Body!.TextContent, StringComparison.Ordinal);
        var done = await officer.PostAsync($"{Requests}/{id}", await officer.TokenAsync(Requests), ("version", "1"), ("act", "done"), ("answer", "Until it is clarified."));
        Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);

        foreach (var language in (string[])["kk", "ru", "en"])
        {
            var refused = await stranger.GetAsync($"/{language}{link[3..]}");
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.DoesNotContain(name, await refused.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains("These data are blocked", await (await stranger.GetAsync(link)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.GetAsync(link + "/file")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.GetAsync(paper)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.GetAsync(paper + "/pdf")).StatusCode);
        var seen = await TextAsync(auditor, console);
        Assert.Contains("The personal data are blocked", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(name, seen, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.GetAsync(console + "/pdf")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.GetAsync(console + "/file")).StatusCode);
        Assert.Equal("me/data-blocked", (await TryShareAsync(asset)).Problem!.Code);
        Assert.Contains("Data blocked", await TextAsync(graduate, "/en/me"), StringComparison.Ordinal);
        Assert.Contains("Until it is clarified.", await TextAsync(graduate, "/en/me/data"), StringComparison.Ordinal);
        Assert.Contains("Personal data blocked", await TextAsync(graduate, "/en/me/data/looked"), StringComparison.Ordinal);
        Assert.Equal("holder-asked", (await ExportAsync(graduate, stored.Record.Content.FullNumber)).GetProperty("blocked").GetProperty("ground").GetString());
        await VerifiesAsync(file);

        // By number, on the officer's own decision.
        Assert.Equal(HttpStatusCode.Redirect, (await officer.PostAsync($"{Requests}/lift", await officer.TokenAsync(Requests), ("number", number))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(link)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(paper)).StatusCode);
        Assert.Contains(name, await TextAsync(auditor, console), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(JsonValueKind.Null, (await ExportAsync(graduate, stored.Record.Content.FullNumber)).GetProperty("blocked").ValueKind);
        Assert.Contains("Block of personal data lifted", await TextAsync(graduate, "/en/me/data/looked"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blocked_twice_at_once_it_is_blocked_and_recorded_once()
    {
        var (asset, _, _) = await HoldAnotherAsync();
        var act = new BlockData(demo.Home);
        var (one, two) = (Actor.AtConsole("dpo-1"), Actor.AtConsole("dpo-2"));
        var both = await Task.WhenAll(act.BlockAsync(one, asset, "dispute", default), act.BlockAsync(two, asset, "dispute", default));

        Assert.Equal("me/blocked-already", Assert.Single(both, o => !o.IsDone).Problem!.Code);
        Assert.True((await act.LiftAsync(two, asset, default)).IsDone);
        Assert.Equal("me/not-blocked", (await act.LiftAsync(one, asset, default)).Problem!.Code);
        await using var connection = await demo.Home.Database.ConnectAsync();
        var rows = await AuditTrail.OfSubjectsAsync(connection, [new TrailSubject("diploma", asset.ToString())], 100);
        Assert.Equal(["me/data-unblocked", "me/data-blocked"], rows.Where(r => r.Act == "block").Select(r => r.What));
        Assert.All(rows.Where(r => r.Act == "block"), r => Assert.NotNull(r.Person));
    }

    [Theory]
    [InlineData("block", "", "dispute")]
    [InlineData("block", "BD 99999999", "dispute")]
    [InlineData("block", "BD 99999999", "alleged-violation")]
    [InlineData("block", "<script>alert(1)</script>", "dispute")]
    [InlineData("block", "\u202eBD 1", "dispute")]
    [InlineData("lift", "BD 99999999", "")]
    public async Task A_number_that_is_none_is_refused_and_what_was_typed_stays(string act, string number, string ground)
    {
        using var officer = await Person.SignedInAsync(demo, "dpo@platform.example");
        var answer = await officer.PostAsync($"{Requests}/{act}", await officer.TokenAsync(Requests), ("number", number), ("ground", ground));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        var page = await new HtmlParser().ParseDocumentAsync(html);
        Assert.Equal(number, page.GetElementById("number")!.GetAttribute("value"));
        if (ground.Length > 0)
        {
            Assert.Equal(ground, page.QuerySelector("#ground option[selected]")!.GetAttribute("value"));
        }
    }

    [Theory, Trait("Requirement", "X-13")]
    [InlineData("operator@platform.example")]
    [InlineData("compliance@platform.example")]
    [InlineData("regulator@platform.example")]
    [InlineData("registrar@940540002029.example")]
    public async Task Nobody_but_the_officer_blocks(string who)
    {
        using var person = await Person.SignedInAsync(demo, who);
        var token = await person.TokenAsync("/en/me/security");
        foreach (var path in (string[])["block", "lift", "no-such-id"])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await person.PostAsync($"{Requests}/{path}", token, ("number", "BD 1"), ("ground", "dispute"), ("act", "done"))).StatusCode);
        }
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task A_holder_asks_for_their_own_diploma_alone()
    {
        var (asset, _, _) = await HoldAnotherAsync();
        using var other = await Person.SignedInAsync(demo, DemoPeople.Graduate);
        foreach (var kind in (string[])["block", "unblock"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/en/me/diplomas/{asset.Value}/{kind}")).StatusCode);
        }
    }

    private static async Task<string> TextAsync(Person person, string path) => (await person.PageAsync(path)).Body!.TextContent;

    private async Task VerifiesAsync(byte[] file)
    {
        var report = await new Verifier(TimeProvider.System).VerifyAsync(
            file, TrustBundleFile.Parse(await File.ReadAllBytesAsync(demo.Trust)).Value, null, default);
        Assert.Equal(Verdict.InForce, report.Verdict);
        using var body = new ByteArrayContent(file);
        Assert.Contains("in-force", await (await demo.Client.PostAsync("/api/v1/verify", body)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> ExportAsync(Person graduate, string number)
    {
        var answer = await graduate.PostAsync("/en/me/data/export", await graduate.TokenAsync("/en/me/data"));
        await using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync());
        await using var data = await zip.GetEntry("data.json")!.OpenAsync();
        using var json = await JsonDocument.ParseAsync(data);
        return json.RootElement.GetProperty("diplomas").EnumerateArray().Single(d => d.GetProperty("number").GetString() == number).Clone();
    }

    private async Task<byte[]> FileAsync(AssetId asset) =>
        (await new DeliverDiplomas(demo.Home).FileOfAsync(asset, default))!.Value.File.Write();

    private async Task<StoredDiploma> StoredAsync(AssetId asset)
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        return (await demo.Home.Credentials.LoadAsync(connection, asset))!;
    }

    private async Task<Outcome<string>> TryShareAsync(AssetId asset) => await new ShareDiploma(demo.Home).RunAsync(
        new Actor(ActorKind.Person, await AccountAsync(), "", []), await StoredAsync(asset),
        new ShareOrder(
            Guid.NewGuid().ToString("N"), "Employer", "job", "", new HashSet<string>(["name"]), new HashSet<int>(), Language.En, 5, null,
            AsksPin: false, MayDownload: true, Abroad: true, EvenSo: true), default);

    private async Task<string> ShareAsync(AssetId asset)
    {
        var id = (await TryShareAsync(asset)).Value;
        await using var connection = await demo.Home.Database.ConnectAsync();
        return "/en/s/" + (await new Shares(demo.Home.Vault).SecretsAsync(connection, id)).Link;
    }

    private async Task<string> AccountAsync()
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        return (await Mortanba.Storage.Sql.QueryAsync(
            connection, "SELECT id FROM accounts WHERE email = @email", r => r.GetString(0), default, ("email", DemoPeople.OtherGraduate))).Single();
    }

    private async Task<(AssetId Asset, string Number, Bin Initiator)> HoldAnotherAsync()
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        foreach (var credential in (await demo.Home.Credentials.ListAsync(connection, 0, 100))
            .Where(c => c is { State: DiplomaState.Active, Supersedes: null, SupersededBy: null } && !demo.LookedAt.Contains(c.Asset))
            .Reverse().Skip(3))
        {
            if (await Holdings.HolderOfAsync(connection, credential.Asset) is null)
            {
                var account = await AccountAsync();
                Assert.True(await demo.Home.Database.WriteAsync(t => Holdings.AddAsync(t, credential.Asset, account, demo.Home.Time.GetUtcNow())));
                return (credential.Asset, $"{credential.Series} {credential.Number}", credential.Initiator);
            }
        }

        throw new InvalidOperationException("Every diploma of the demonstration is held.");
    }
}
