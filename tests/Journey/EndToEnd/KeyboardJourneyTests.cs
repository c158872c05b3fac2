using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mortanba.Foundation;
using Mortanba.Host.Demo;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Journey.Tests.Site;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <summary>
/// Everybody's way once more, by keyboard alone: addresses are opened only where a letter or another person hands them over,
/// every other step is Tab, Enter, Space, an arrow or a letter (WCAG 2.2: 2.1.1, 2.4.3, 2.4.7).
/// </summary>
[Collection(DemoTests.Name)]
public sealed partial class KeyboardJourneyTests(DemoSite demo, Chromium chromium)
{
    private const string Password = "a long sentence for the keys";
    private const string Title = "By keyboard";
    private const int First = 41_000;
    private static readonly string[] Shared = ["qualification", "institution", "award_date"];

    private readonly Dictionary<(int Row, int Column), string> good = [];

    [Fact]
    [Trait("Requirement", "X-5")]
    [Trait("Requirement", "X-13")]
    [Trait("Requirement", "X-14")]
    public async Task From_an_invitation_to_a_replaced_diploma_by_keyboard_alone()
    {
        Chromium.SkipUnlessPresent();
        var bin = DemoLists.Organisations(demo.Site).Last(o => o.Role == Permits.OrganisationRole.Initiator).Bin;
        var email = $"keys-graduate@{bin}.example";
        var (file, _) = await PeopleJourneyTests.WriteSpoiltAsync(demo, bin, First, email, good);

        await InviteAsync(bin);
        var registrar = await JoinAsync($"keys-registrar@{bin}.example");
        var rector = await JoinAsync($"keys-rector@{bin}.example");
        await ImportAsync(registrar, file);
        await RepairAsync(registrar);
        await PreviewAndSendAsync(registrar);
        await ApproveAsync(rector);
        var code = await DeliverAsync(registrar, file);
        var graduate = await ClaimAsync(await PeopleJourneyTests.LinkToAsync(demo, email, "claim"), code, email);
        var number = NumberPattern().Match((await graduate.Page.TextContentAsync("main"))!).Value;
        var (share, pin) = await ShareAsync(graduate);
        await CheckAsEmployerAsync(share, pin, "section.verdict.ok");
        await ReplaceAsync(registrar, rector, number);
        await CheckAsEmployerAsync(share, pin, "section.verdict.hold");
        await rector.PressAsync(AriaRole.Link, rector.Text("work/tab.trail"));
        Assert.True(await rector.Page.Locator("main tbody tr").CountAsync() >= 8);
        foreach (var person in (Keys[])[registrar, rector, graduate])
        {
            await person.Page.Context.CloseAsync();
        }
    }

    private async Task<Keys> NewAsync(int width) => new(await chromium.PageAsync(width), demo, Language.Ru);

    /// <summary>To the institution's pages: the account's name leads to the console, the console to the institution.</summary>
    private static async Task ToInstitutionAsync(Keys person) => await person.PressAsync(person.Page.Locator("main h2 a"));

    private async Task InviteAsync(Bin bin)
    {
        var admin = await NewAsync(1280);
        await admin.Page.GotoAsync($"{demo.Site}/ru/sign-in");
        await admin.TypeAsync(admin.Text("work/email"), $"admin@{bin}.example");
        await admin.TypeAsync(admin.Text("work/password"), (await File.ReadAllLinesAsync(Path.Combine(demo.Directory, DemoPeople.FileName)))[0]);
        await admin.LeaveByEnterAsync();
        await ToInstitutionAsync(admin);
        await admin.PressAsync(AriaRole.Link, admin.Text("work/tab.people"));
        foreach (var (who, role) in new[] { ("registrar", "registrar"), ("rector", "approver") })
        {
            await admin.TypeAsync(admin.Text("work/email"), $"keys-{who}@{bin}.example");
            await admin.ChooseAsync(admin.Text("work/role"), value => value == role);
            await admin.PressAsync(AriaRole.Button, admin.Text("work/people.invite.go"));
            await admin.Page.WaitForSelectorAsync($"text=keys-{who}@{bin}.example");
        }

        await admin.Page.Context.CloseAsync();
    }

    private async Task<Keys> JoinAsync(string email)
    {
        var person = await NewAsync(1280);
        await person.Page.GotoAsync(Regex.Replace(await PeopleJourneyTests.LinkToAsync(demo, email, "invitation"), "/(kk|en)/", "/ru/"));
        await person.TypeAsync(person.Text("work/invitation.name"), "Keys " + email[5..9]);
        await person.TypeAsync(person.Text("work/invitation.password"), Password);
        await person.LeaveByEnterAsync();
        await ToInstitutionAsync(person);
        return person;
    }

    private static async Task ImportAsync(Keys registrar, string file)
    {
        await registrar.PressAsync(AriaRole.Link, registrar.Text("work/tab.lists"));
        await registrar.PressAsync(AriaRole.Link, registrar.Text("lists/new"));
        await registrar.TypeAsync(registrar.Text("lists/title"), Title);
        await registrar.PutFileAsync(registrar.Page.Locator("#graduates"), file);
        await registrar.PutFileAsync(registrar.Page.Locator("#courses"), Path.ChangeExtension(file, ".courses.csv"));
        await registrar.PressAsync(AriaRole.Button, registrar.Text("lists/upload"));
        await registrar.PressAsync(AriaRole.Button, registrar.Text("lists/columns.go"));
        Assert.Contains("/rows", registrar.Page.Url, StringComparison.Ordinal);
    }

    /// <summary>Enter saves a cell and goes to the next wrong one; behind the last one the list is ready, without another page.</summary>
    private async Task RepairAsync(Keys registrar)
    {
        await registrar.Page.WaitForSelectorAsync("main:not(:has([data-checking])) td.bad input.input");
        await registrar.ReachAsync(registrar.Page.Locator("td.bad input.input"));
        for (var repaired = 0; repaired < good.Count; repaired++)
        {
            var place = (await registrar.Page.GetAttributeAsync("td.bad :focus", "name"))!.Split('.');
            await registrar.Page.Keyboard.TypeAsync(good[(int.Parse(place[1], null), int.Parse(place[2], null))]);
            await registrar.Page.Keyboard.PressAsync("Enter");
        }

        await registrar.Page.WaitForSelectorAsync("a[data-ready]:visible");
    }

    private static async Task PreviewAndSendAsync(Keys registrar)
    {
        await registrar.PressAsync(AriaRole.Link, registrar.Text("lists/go-preview"));
        await registrar.PressAsync(AriaRole.Link, registrar.Text("lists/preview.verifier"));
        await registrar.Page.WaitForSelectorAsync(".preview dl.facts");
        await registrar.PressAsync(AriaRole.Link, registrar.Text("lists/preview.send"));
        if (await registrar.Page.QuerySelectorAsync("#warnings") is not null)
        {
            await registrar.TickAsync(registrar.Page.Locator("#warnings"));
        }

        await registrar.PressAsync(AriaRole.Button, registrar.Text("lists/send.go"));
        await registrar.Page.WaitForSelectorAsync("form[action$='/take-back']");
    }

    private static async Task ApproveAsync(Keys rector)
    {
        await rector.PressAsync(AriaRole.Link, rector.Text("work/tab.approvals"));
        await rector.PressAsync(AriaRole.Link, Title);
        await rector.PressAsync(rector.Page.Locator("a[href$='/sign']"));
        await rector.TypeAsync(rector.Text("approvals/office"), "Rector");
        await rector.TypeAsync(rector.Text("approvals/order"), "Order 18");
        await rector.TickAsync(rector.Page.Locator("#understood"));
        await ProveAsync(rector);
        await rector.PressAsync(AriaRole.Button, rector.Text("approvals/sign.go"));
        await PeopleJourneyTests.AwaitAsync(rector.Page, "a[href$='/receipt']");
        await rector.PressAsync(rector.Page.Locator("a[href$='/receipt']"));
    }

    private static async Task ProveAsync(Keys person)
    {
        if (await person.Page.QuerySelectorAsync("#password") is not null)
        {
            await person.TypeAsync(person.Text("approvals/password"), Password);
        }
    }

    /// <summary>Sends what is prepared, finds the graduate by name, and makes the code that goes by the registrar's own hand.</summary>
    private static async Task<string> DeliverAsync(Keys registrar, string file)
    {
        await registrar.PressAsync(AriaRole.Link, registrar.Text("work/tab.deliveries"));
        await registrar.PressAsync(registrar.Page.Locator("form[action$='/run']:has(input[value=prepared]) button"));
        var lines = await File.ReadAllLinesAsync(file);
        string Cell(string header) => lines[1].Split(';')[Array.IndexOf(lines[0].TrimStart('\uFEFF').Split(';'), header)];
        await registrar.TypeAsync(registrar.Text("delivery/filter.find"), $"{Cell("Фамилия")} {Cell("Имя")}");
        await registrar.LeaveByEnterAsync();
        await registrar.PressAsync(registrar.Page.Locator("main tbody th a"));
        await registrar.PressAsync(registrar.Page.Locator("form[action$='/code'] button"));
        return (await registrar.Page.TextContentAsync("#new-code"))!.Trim();
    }

    private async Task<Keys> ClaimAsync(string link, string code, string email)
    {
        var graduate = await NewAsync(320);
        await graduate.Page.GotoAsync(Regex.Replace(link, "/(kk|en)/", "/ru/"));
        await graduate.PressAsync(AriaRole.Button, graduate.Text("claim/intro.go"));
        await graduate.ReachAsync(graduate.Page.Locator("#code"));
        await graduate.Page.Keyboard.TypeAsync(code);
        await graduate.LeaveByEnterAsync();
        await graduate.TickAsync(graduate.Page.Locator("#read"));
        await graduate.PressAsync(AriaRole.Button, graduate.Text("claim/risk.go"));
        await graduate.TypeAsync(graduate.Text("work/email"), email);
        await graduate.ReachAsync(graduate.Page.Locator("#password"));
        await graduate.Page.Keyboard.TypeAsync(Password);
        await graduate.LeaveByEnterAsync();
        if (await graduate.Page.QuerySelectorAsync("#take") is not null)
        {
            await graduate.PressAsync(graduate.Page.Locator("#take"));
        }

        await graduate.PressAsync(AriaRole.Link, graduate.Text("claim/done.go"));
        return graduate;
    }

    private static async Task<(string Share, string Pin)> ShareAsync(Keys graduate)
    {
        await graduate.PressAsync(graduate.Page.Locator("main a[href$='/share']"));
        foreach (var box in await graduate.Page.Locator("input[name=field]").AllAsync())
        {
            var field = await box.GetAttributeAsync("value");
            var isWanted = Array.IndexOf(Shared, field) >= 0;
            if (await box.IsCheckedAsync() != isWanted)
            {
                await graduate.TickAsync(box);
            }
        }

        await graduate.TypeAsync(graduate.Text("me/share.for"), "Employer of the keys");
        var asksPin = graduate.Page.Locator("input[name=pin]");
        if (!await asksPin.IsCheckedAsync())
        {
            await graduate.TickAsync(asksPin);
        }

        await graduate.PressAsync(AriaRole.Button, graduate.Text("me/build.go"));
        Assert.True(await graduate.Page.QuerySelectorAsync("#pin") is not null, await graduate.Page.TextContentAsync("main"));
        return (
            await graduate.Page.InputValueAsync("#link"),
            (await graduate.Page.TextContentAsync("#pin"))!.Replace(" ", "", StringComparison.Ordinal));
    }

    private async Task CheckAsEmployerAsync(string share, string pin, string verdict)
    {
        var employer = await NewAsync(768);
        await employer.Page.GotoAsync(share);
        await employer.ReachAsync(employer.Page.Locator("#pin"));
        await employer.Page.Keyboard.TypeAsync(pin);
        await employer.LeaveByEnterAsync();
        Assert.True(await employer.Page.QuerySelectorAsync(verdict) is not null, await employer.Page.TextContentAsync("main"));
        Assert.Equal(Shared.Length, await employer.Page.Locator("section[aria-labelledby=what] dl.facts > div").CountAsync());
        await employer.Page.Context.CloseAsync();
    }

    private static async Task ReplaceAsync(Keys registrar, Keys rector, string number)
    {
        await registrar.PressAsync(AriaRole.Link, registrar.Text("work/tab.diplomas"));
        await registrar.PressAsync(AriaRole.Link, number);
        await registrar.PressAsync(registrar.Page.Locator("a.btn[href*='/correct/']"));
        await registrar.ChooseAsync(registrar.Text("changes/reason"), value => value.Length > 0);
        await registrar.TypeAsync(registrar.Text("changes/basis"), "Application 6");
        // The demonstration's state register holds numbers below 99,000,000 only.
        await registrar.ReachAsync(registrar.Page.Locator("[id='f.number']"));
        await registrar.Page.Keyboard.TypeAsync((number[^8] == '1' ? "2" : "1") + number[^7..]);
        await registrar.ReachAsync(registrar.Page.Locator("[id='f.family-en']"));
        await registrar.Page.Keyboard.TypeAsync("Corrected");
        await registrar.LeaveByEnterAsync();

        await rector.PressAsync(AriaRole.Link, rector.Text("work/tab.changes"));
        await rector.PressAsync(rector.Page.Locator("main tbody th a").First);
        await ProveAsync(rector);
        await rector.PressAsync(rector.Page.Locator("form[action$='/approve'] button.primary"));
        await PeopleJourneyTests.AwaitAsync(rector.Page, "#receipt");
    }

    [GeneratedRegex("[A-Z]{2,3} [0-9]{8}")]
    private static partial Regex NumberPattern();
}
