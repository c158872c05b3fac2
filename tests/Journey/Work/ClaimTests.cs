using System.Net;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Web;
using Mortanba.Issuance;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Work;

/// <summary>The way of a graduate from the link to the diploma, by plain forms, and everybody who should not get through.</summary>
[Collection(DemoTests.Name)]
public sealed class ClaimTests(DemoSite demo)
{
    private const string Own = "940540002029";
    private const string Password = "correct horse battery";

    /// <summary>Its diplomas are for the tests of changes.</summary>
    private static readonly Bin Changed = Bin.Parse("980940003039");

    private static int counted;

    [Fact, Trait("Requirement", "DA-11"), Trait("Requirement", "DA-18")]
    public async Task Link_code_notice_and_account_make_the_diploma_the_graduates_and_a_second_browser_is_told_so()
    {
        var (asset, token, code) = await GivenAsync();
        using var graduate = new Person(demo.Site);
        await AssertNothingPersonalAsync(graduate, token, asset);
        Assert.Equal(DeliveryState.Prepared, (await RowAsync(asset)).State);
        await StepAsync(graduate, token, "open");
        Assert.Equal(DeliveryState.Opened, (await RowAsync(asset)).State);
        await AssertNothingPersonalAsync(graduate, token, asset);
        await StepAsync(graduate, token, "code", ("code", code.ToLowerInvariant()));
        Assert.Contains("You are recognised", await TextAsync(graduate, token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(graduate, token, "accept")).StatusCode);
        await StepAsync(graduate, token, "accept", ("read", "yes"));
        var email = NewEmail();
        await StepAsync(graduate, token, "account", ("email", email), ("password", Password));

        Assert.Contains("The diploma is yours", await TextAsync(graduate, token), StringComparison.Ordinal);
        var row = await RowAsync(asset);
        Assert.Equal(DeliveryState.Claimed, row.State);
        // Back, and again: nothing more happens.
        await PostAsync(graduate, token, "take");
        Assert.Equal(1, await TransfersAsync(asset));
        Assert.NotNull(await HolderAsync(asset));
        using var second = new Person(demo.Site);
        var told = await TextAsync(second, token);
        Assert.Contains("was claimed already", told, StringComparison.Ordinal);
        Assert.Contains("tell the registrar", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_browsers_that_claim_at_once_one_gets_it_and_the_ledger_has_one_transfer()
    {
        var (asset, token, code) = await GivenAsync();
        var browsers = new List<Person>();
        foreach (var _ in (int[])[1, 2])
        {
            var browser = new Person(demo.Site);
            await ReadyAsync(browser, token, code);
            browsers.Add(browser);
        }

        await Task.WhenAll(browsers.Select(b => PostAsync(b, token, "account", ("email", NewEmail()), ("password", Password))));

        var told = await Task.WhenAll(browsers.Select(b => TextAsync(b, token)));
        Assert.Single(told, t => t.Contains("The diploma is yours", StringComparison.Ordinal));
        Assert.Single(told, t => t.Contains("was claimed already", StringComparison.Ordinal));
        Assert.Equal(1, await TransfersAsync(asset));
        browsers.ForEach(b => b.Dispose());
    }

    [Fact]
    public async Task A_claim_does_not_take_an_address_that_an_invitation_waits_for()
    {
        var (_, token, code) = await GivenAsync();
        var (email, invitation) = (NewEmail(), Invitations.NewToken());
        await demo.Home.Database.WriteAsync(async t => (await Invitations.InviteAsync(
            t, Actor.AtConsole("test"), invitation, email, null, Role.ComplianceOfficer, demo.Home.Time.GetUtcNow())).Value);
        using var graduate = new Person(demo.Site);
        await ReadyAsync(graduate, token, code);

        await StepAsync(graduate, token, "account", HttpStatusCode.UnprocessableEntity, ("email", email.ToUpperInvariant()), ("password", Password));

        using var invited = new Person(demo.Site);
        var link = $"/en/invitation/{invitation}";
        var taken = await invited.PostAsync(link, await invited.TokenAsync(link), ("name", "Trial"), ("password", Password));
        Assert.Equal("/en/console", taken.Headers.Location?.ToString());
        await StepAsync(graduate, token, "account", ("email", NewEmail()), ("password", Password));
        Assert.Contains("The diploma is yours", await TextAsync(graduate, token), StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task A_holder_who_is_invited_takes_the_role_with_the_account_of_the_claim_after_a_fresh_proof()
    {
        var (email, asset, graduate, link) = await HolderThenInvitedAsync();
        using var _ = graduate;
        // The link passed on opens nothing for whoever is signed in as somebody else, nor does the address without the link.
        using var other = await Person.SignedInAsync(demo, $"registrar@{Own}.example");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await other.PostAsync(link, await other.TokenAsync(link))).StatusCode);

        var taken = await graduate.PostAsync(link, await graduate.TokenAsync(link));

        Assert.Equal("/en/console", taken.Headers.Location?.ToString());
        await using var connection = await demo.Home.Database.ConnectAsync();
        Assert.Null(await UnprovedAddress.OfAsync(connection, email));
        var holder = (await Holdings.HolderOfAsync(connection, asset))!;
        Assert.Contains(await Memberships.OfAccountAsync(connection, holder), m => m.Role == Role.ComplianceOfficer);
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task An_address_squatted_at_a_claim_goes_to_whoever_the_invitation_went_to_and_the_diploma_stays()
    {
        var (email, asset, squatter, link) = await HolderThenInvitedAsync();
        using var _ = squatter;
        var holder = await HolderAsync(asset);
        using var invited = new Person(demo.Site);
        var token = await invited.TokenAsync(link);
        var asked = await invited.PostAsync(link, token, ("name", "The Invited"), ("password", Password));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, asked.StatusCode);
        Assert.Contains("name=\"take\"", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity, (await invited.PostAsync(link, token, ("name", "The Invited"), ("password", "short"), ("take", "yes"))).StatusCode);

        var taken = await invited.PostAsync(link, token, ("name", "The Invited"), ("password", "another long password"), ("take", "yes"));

        Assert.Equal("/en/console", taken.Headers.Location?.ToString());
        Assert.Equal(holder, await HolderAsync(asset));
        using var again = new Person(demo.Site);
        Assert.Equal(HttpStatusCode.Unauthorized, (await again.SignInAsync(email, Password)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await again.SignInAsync(email, "another long password")).StatusCode);
        await using var connection = await demo.Home.Database.ConnectAsync();
        Assert.Empty(await Memberships.OfAccountAsync(connection, holder!));
        Assert.Equal([holder + UnprovedAddress.None], await connection.QueryAsync(
            "SELECT email FROM accounts WHERE id = @id", r => r.GetString(0), default, ("id", holder)));
    }

    /// <summary>Somebody claims with an address that nobody proved; then an invitation goes to it.</summary>
    private async Task<(string Email, AssetId Asset, Person Holder, string Link)> HolderThenInvitedAsync()
    {
        var (asset, token, code) = await GivenAsync();
        var (email, invitation, person) = (NewEmail(), Invitations.NewToken(), new Person(demo.Site));
        await ReadyAsync(person, token, code);
        await StepAsync(person, token, "account", ("email", email), ("password", Password));
        await demo.Home.Database.WriteAsync(async t => (await Invitations.InviteAsync(
            t, Actor.AtConsole("test"), invitation, email, null, Role.ComplianceOfficer, demo.Home.Time.GetUtcNow())).Value);
        return (email, asset, person, $"/en/invitation/{invitation}");
    }

    [Fact]
    public async Task The_same_form_sent_twice_at_once_claims_once()
    {
        var (asset, token, code) = await GivenAsync();
        using var graduate = new Person(demo.Site);
        await ReadyAsync(graduate, token, code);
        await StepAsync(graduate, token, "account", ("email", NewEmail()), ("password", "too short"), HttpStatusCode.UnprocessableEntity);
        await StepAsync(graduate, token, "account", ("email", NewEmail()), ("password", Password));
        await Task.WhenAll(PostAsync(graduate, token, "take"), PostAsync(graduate, token, "take"));

        Assert.Equal(1, await TransfersAsync(asset));
    }

    [Fact]
    public async Task Wrong_codes_lock_the_link_and_the_registrar_sees_it()
    {
        var (asset, token, code) = await GivenAsync();
        using var guesser = new Person(demo.Site);
        await StepAsync(guesser, token, "open");
        for (var i = 0; i < ClaimCode.AttemptsMax; i++)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(guesser, token, "code", ("code", "ZZZZ-2222"))).StatusCode);
        }

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(guesser, token, "code", ("code", code))).StatusCode);
        Assert.Contains("locked", await TextAsync(guesser, token), StringComparison.Ordinal);
        var university = (await RowAsync(asset)).Institution;
        using var registrar = await Person.SignedInAsync(demo, $"registrar@{university}.example");
        var page = await registrar.PageAsync($"/en/console/{university}/deliveries/{asset.Value:D}");
        var foreign = university.Value == Own ? "980940003039" : Own;
        using var other = await Person.SignedInAsync(demo, $"registrar@{foreign}.example");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/en/console/{foreign}/deliveries/{asset.Value:D}")).StatusCode);
        Assert.Contains("Code locked", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, await TransfersAsync(asset) - await BeforeAsync(asset));
    }

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("%3Cscript%3Ealert(1)%3C%2Fscript%3E")]
    [InlineData("%00")]
    [InlineData("%F0%9F%98%80%E2%80%AE")]
    public async Task A_guessed_or_hostile_token_opens_nothing(string token)
    {
        using var person = new Person(demo.Site);

        var answer = await person.GetAsync($"/en/claim/{token}");

        Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{answer.StatusCode}");
        Assert.DoesNotContain("<script>alert", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_step_can_be_left_out_and_no_form_goes_without_its_token()
    {
        var (asset, token, _) = await GivenAsync();
        using var person = new Person(demo.Site);
        var form = await person.TokenAsync($"/en/claim/{token}");
        foreach (var (step, fields) in new[] { ("accept", new[] { ("read", "yes") }), ("account", [("email", NewEmail()), ("password", Password)]) })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await person.PostAsync($"/en/claim/{token}/{step}", null, fields)).StatusCode);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await person.PostAsync($"/en/claim/{token}/{step}", form, fields)).StatusCode);
        }

        using var staff = await Person.SignedInAsync(demo, $"registrar@{Own}.example");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(staff, token, "take")).StatusCode);
        Assert.NotEqual(DeliveryState.Claimed, (await RowAsync(asset)).State);
    }

    [Fact]
    public async Task The_address_with_the_token_goes_to_no_cache_and_no_referrer()
    {
        var (_, token, _) = await GivenAsync();
        using var person = new Person(demo.Site);
        var answer = await person.GetAsync($"/kk/claim/{token}");

        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
    }

    [Fact]
    public void The_text_of_the_risks_is_the_one_of_its_version()
    {
        var texts = Texts.Read();
        var all = string.Join('\n', Languages.All.SelectMany(l => Enumerable.Range(1, 7).Select(i => texts.Get(l, $"claim/risk.{i}"))));

        // Who changes a text gives it another version, and its hash here.
        Assert.Equal(
            ("2026-11-22", RiskHash), (ClaimPages.RiskVersion, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))));
    }

    private const string RiskHash = "586d9a4e24401d227f910719c3dc6ec707162bc229175e264dcebf05dc0ab878";

    /// <summary>A diploma of the university that nobody holds, with a link and a code of its own.</summary>
    private async Task<(AssetId Asset, string Token, string Code)> GivenAsync()
    {
        AssetId asset;
        await using (var connection = await demo.Home.Database.ConnectAsync())
        {
            var held = await connection.QueryAsync("SELECT credential FROM holdings", r => AssetId.Parse(r.GetString(0)), default);
            var prepared = await connection.QueryAsync("SELECT credential FROM deliveries", r => AssetId.Parse(r.GetString(0)), default);
            asset = (await demo.Home.Credentials.ListAsync(connection, 0, 1000))
                .Where(c => c.State == DiplomaState.Active && c.Initiator != Changed && !demo.LookedAt.Contains(c.Asset))
                .Where(c => !held.Contains(c.Asset) && !prepared.Contains(c.Asset))
                .Select(c => c.Asset).First();
        }

        var (token, code, at) = (ClaimToken.New(), ClaimCode.New(), demo.Home.Time.GetUtcNow());
        await demo.Home.Database.WriteAsync(async t =>
        {
            var credential = (await demo.Home.Credentials.FindAsync(t, asset))!;
            var row = await Deliveries.OpenAsync(t, asset, credential.Initiator, at);
            await Deliveries.AddLinkAsync(t, asset, token, LinkChannel.Letter, at, TimeSpan.FromDays(1));
            await demo.Home.Deliveries.SetCodeAsync(t, row, code, at);
        });
        return (asset, token, ClaimCode.Printed(code));
    }

    private static string NewEmail() => $"graduate-test-{Interlocked.Increment(ref counted)}@post.example";

    private static async Task ReadyAsync(Person person, string token, string code)
    {
        await StepAsync(person, token, "open");
        await StepAsync(person, token, "code", ("code", code));
        await StepAsync(person, token, "accept", ("read", "yes"));
    }

    private static Task StepAsync(Person person, string token, string step, params (string, string)[] fields) =>
        StepAsync(person, token, step, HttpStatusCode.Redirect, fields);

    private static Task StepAsync(
        Person person, string token, string step, (string, string) one, (string, string) two, HttpStatusCode expected) =>
        StepAsync(person, token, step, expected, one, two);

    private static async Task StepAsync(Person person, string token, string step, HttpStatusCode expected, params (string, string)[] fields) =>
        Assert.Equal(expected, (await PostAsync(person, token, step, fields)).StatusCode);

    private static async Task<HttpResponseMessage> PostAsync(Person person, string token, string step, params (string, string)[] fields) =>
        await person.PostAsync($"/en/claim/{token}/{step}", await person.TokenAsync("/en/sign-in"), fields);

    private static async Task<string> TextAsync(Person person, string token) => (await person.PageAsync($"/en/claim/{token}")).Body!.TextContent;

    private async Task AssertNothingPersonalAsync(Person person, string token, AssetId asset)
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        var content = (await demo.Home.Credentials.LoadAsync(connection, asset))!.Record.Content;
        var page = (await person.PageAsync($"/en/claim/{token}")).DocumentElement.OuterHtml;
        Assert.All(
            (string[])[content.Name.Family.Kk, content.Name.Family.En, content.Iin.Value, content.Number, content.StudentNumber],
            personal => Assert.DoesNotContain(personal, page, StringComparison.Ordinal));
    }

    private async Task<DeliveryRow> RowAsync(AssetId asset)
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        return (await Deliveries.FindAsync(connection, asset))!;
    }

    private async Task<string?> HolderAsync(AssetId asset)
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        return await Holdings.HolderOfAsync(connection, asset);
    }

    private async Task<int> TransfersAsync(AssetId asset)
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        return (await CredentialStore.EntriesOfAsync(connection, asset)).Count(e => e.Type == LedgerEntryTypes.AssetTransferred);
    }

    // Most of the demonstration's diplomas were transferred when it was set up.
    private async Task<int> BeforeAsync(AssetId asset)
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        return (await demo.Home.Credentials.FindAsync(connection, asset))!.TransferredAt is null ? 0 : 1;
    }
}
