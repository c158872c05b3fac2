using System.Net;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;
using Mortanba.Host.Web;

namespace Mortanba.Journey.Tests.Work;

/// <summary>A role that signs, annuls, invites or erases opens with a second factor only.</summary>
[Trait("Requirement", "X-13")]
public sealed class SecondFactorTests(SecondFactorTests.Shared shared) : IClassFixture<SecondFactorTests.Shared>
{
    private static readonly string People = $"/en/console/{SmallSite.Uni}/people";

    private readonly SmallSite site = shared.Site;

    /// <summary>A preparer needs a second factor by the settings, and every other role that the law of the house names. Each test makes its own people.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        internal SmallSite Site { get; } = new()
        {
            Also = settings => settings with { SecondFactor = new SecondFactorSettings(["preparer"], InDemo: true) },
        };

        public ValueTask InitializeAsync() => Site.InitializeAsync();

        public ValueTask DisposeAsync() => Site.DisposeAsync();
    }

    [Theory]
    [InlineData(Role.Approver)]
    [InlineData(Role.Registrar)]
    [InlineData(Role.Administrator)]
    [InlineData(Role.Operator)]
    [InlineData(Role.DataProtectionOfficer)]
    [InlineData(Role.Preparer)] // By the settings.
    public async Task A_password_alone_opens_none_of_them(Role role)
    {
        using var person = await site.SignedInAsync($"{role.Word()}@one.example", role);

        Assert.Equal("/en/me/second-factor?to=%2Fen%2Fconsole", (await person.GetAsync("/en/console")).Headers.Location?.ToString());
        var page = await person.PageAsync("/en/me/second-factor");
        Assert.Contains(role == Role.DataProtectionOfficer ? "data-protection" : role.Word(), page.QuerySelector("main ul")!.TextContent, StringComparison.Ordinal);
        Assert.Null(page.QuerySelector(".waived"));
        var place = role.IsOfPlatform() ? "/en/console/platform/requests" : $"/en/console/{SmallSite.Uni}/diplomas";
        if (role != Role.Operator)
        {
            Assert.Equal("/en/me/second-factor", (await person.GetAsync(place)).Headers.Location?.ToString().Split('?')[0]);
        }
    }

    [Fact]
    public async Task Nothing_is_invited_by_a_form_that_a_password_alone_sends()
    {
        using var person = await site.SignedInAsync("post@one.example", Role.Administrator);

        var sent = await person.PostAsync(People + "/invite", await person.TokenAsync("/en/me/security"), ("email", "new@one.example"), ("role", "auditor"));

        Assert.Equal(HttpStatusCode.Forbidden, sent.StatusCode);
        Assert.Contains("A second factor is needed", await sent.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await using var connection = await site.Home.Database.ConnectAsync();
        Assert.Equal(
            0,
            (await Storage.Sql.QueryAsync(
                connection, "SELECT COUNT(*) FROM invitations WHERE email = 'new@one.example'", r => r.GetInt64(0), default)).Single());
    }

    [Fact]
    public async Task What_was_typed_when_the_factor_is_asked_for_waits_behind_it_and_is_sent_by_the_persons_hand()
    {
        using var person = await site.SignedInAsync("typed@one.example", Role.Administrator);
        var security = await person.PageAsync("/en/me/security");
        string Field(string name) => security.QuerySelector($"main input[name={name}]")!.GetAttribute("value")!;
        var asked = await person.PostFromAsync(
            People + "/invite", site.Site, ("form", Field("form")), ("who", Field("who")), ("email", "typed-new@one.example"), ("role", "auditor"));
        Assert.Equal(HttpStatusCode.Forbidden, asked.StatusCode);
        var shown = await new HtmlParser().ParseDocumentAsync(await asked.Content.ReadAsStringAsync());
        var link = shown.QuerySelector("#passkey input[name=to]")!.GetAttribute("value")!;
        Assert.StartsWith("/en/me/unsent/", link, StringComparison.Ordinal);

        var here = "/en/me/second-factor?to=" + Uri.EscapeDataString(link);
        await person.PostAsync("/en/me/security/app/start", await person.TokenAsync(here), ("to", here));
        var secret = (await person.PageAsync(here)).QuerySelector("#secret")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
        await person.PostAsync("/en/me/security/app", await person.TokenAsync(here), ("code", OneUseCodes.CodeAt(secret, site.Time.GetUtcNow())));
        Assert.Equal(link, (await person.GetAsync(here)).Headers.Location?.ToString());
        var kept = await person.PageAsync(link);
        var sent = await person.PostAsync(
            kept.QuerySelector("main form")!.GetAttribute("action")!, null,
            [.. kept.QuerySelectorAll("main form input[type=hidden]").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!))]);

        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        Assert.Contains("typed-new@one.example", (await person.PageAsync(People)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_that_a_script_saves_is_told_of_the_factor_in_words()
    {
        using var person = await site.SignedInAsync("cell@one.example", Role.Registrar);
        using var body = new FormUrlEncodedContent([KeyValuePair.Create("c.2.4", "typed"), KeyValuePair.Create("w.2.4", "was")]);

        using var answer = await person.SendAsync($"/en/console/{SmallSite.Uni}/lists/x/rows", body, "application/json");

        Assert.Equal((HttpStatusCode.Forbidden, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.ToString()));
        using var told = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Contains("second factor", told.RootElement.GetProperty("words").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_only_reads_is_not_asked_and_a_role_given_meanwhile_asks_at_once()
    {
        const string Email = "reads@one.example";
        using var person = await site.SignedInAsync(Email, Role.Auditor);
        await person.PageAsync($"/en/console/{SmallSite.Uni}/trail");

        var account = await AccountAsync(Email);
        await site.Home.Database.WriteAsync(async t => (await Memberships.GrantAsync(
            t, Actor.AtConsole("test"), account.Id, SmallSite.Uni, Role.Approver, site.Time.GetUtcNow())).Value);

        Assert.StartsWith(
            "/en/me/second-factor", (await person.GetAsync($"/en/console/{SmallSite.Uni}/trail")).Headers.Location?.ToString(), StringComparison.Ordinal);
        await person.PageAsync("/en/me");
    }

    [Fact]
    public async Task An_app_that_is_set_up_there_opens_the_role_and_the_next_sign_in_needs_its_code()
    {
        const string Email = "app@one.example";
        using var person = await site.SignedInAsync(Email, Role.Administrator);
        const string Page = "/en/me/second-factor?to=%2Fen%2Fconsole";
        var started = await person.PostAsync("/en/me/security/app/start", await person.TokenAsync(Page), ("to", Page));
        Assert.Equal(Page, started.Headers.Location?.ToString());
        var secret = (await person.PageAsync(Page)).QuerySelector("#secret")!.TextContent.Replace(" ", "", StringComparison.Ordinal);

        var on = await person.PostAsync("/en/me/security/app", await person.TokenAsync(Page), ("code", OneUseCodes.CodeAt(secret, site.Time.GetUtcNow())));
        Assert.Equal(HttpStatusCode.OK, on.StatusCode);
        await person.PageAsync(People);
        Assert.Equal("/en/console", (await person.GetAsync("/en/me/second-factor")).Headers.Location?.ToString());

        using var later = new Person(site.Site);
        Assert.Equal("/en/sign-in/code?to=", (await later.SignInAsync(Email, SmallSite.Password)).Headers.Location?.ToString());
        site.Time.Pass(TimeSpan.FromMinutes(1));
        var code = await later.PostAsync(
            "/en/sign-in/code", await later.TokenAsync("/en/sign-in/code"), ("code", OneUseCodes.CodeAt(secret, site.Time.GetUtcNow())));
        Assert.Equal("/en/console", code.Headers.Location?.ToString());
        await later.PageAsync(People);

        var off = await later.PostAsync("/en/me/security/app/off", await later.TokenAsync("/en/me/security"));
        Assert.Contains("add another first", await off.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True((await AccountAsync(Email)).TwoFactor);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    public async Task It_leads_to_no_other_site(string to)
    {
        using var person = await site.SignedInAsync($"to-{Guid.NewGuid():N}@one.example", Role.Administrator);
        var page = await person.PageAsync("/en/me/second-factor?to=" + Uri.EscapeDataString(to));

        Assert.All(page.QuerySelectorAll("input[name=to]"), i => Assert.StartsWith("/en/", i.GetAttribute("value"), StringComparison.Ordinal));
        var started = await person.PostAsync("/en/me/security/app/start", await person.TokenAsync("/en/me/second-factor"), ("to", to));
        Assert.Equal("/en/me/security", started.Headers.Location?.ToString());
    }

    [Fact]
    public void Settings_make_it_stricter_and_never_laxer()
    {
        var production = site.Home.Settings with { Profile = "production", SecondFactor = new SecondFactorSettings([], InDemo: false) };

        Assert.False(new SecondFactor(production).IsWaived);
        Assert.False(new SecondFactor(production with { SecondFactor = null }).IsWaived);
        Assert.Equal(
            [
                Role.Approver, Role.Registrar, Role.Administrator, Role.Operator, Role.DataProtectionOfficer, Role.DecisionMaker, Role.AppealReviewer,
                Role.SchoolHead, Role.AiApprover, Role.MinistryOfficer,
            ],
            RoleWords.All.Where(new SecondFactor(production).IsOf));
        Assert.True(new SecondFactor(site.Home.Settings).IsOf(Role.Preparer));
    }

    private async Task<Account> AccountAsync(string email)
    {
        await using var scope = site.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().FindByEmailAsync(email))!;
    }
}
