using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Demo;
using Mortanba.Intake;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Journey.Tests.Site;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <summary>
/// Everybody's way through the real site in Chromium, each with a browser of their own, once in each language: invited,
/// imported, repaired, approved, signed, delivered, claimed, shared, checked, corrected, and all of it in the record. Elements
/// are found by what they are (names, addresses of forms), so that the same steps serve the three languages.
/// </summary>
[Collection(DemoTests.Name)]
public sealed partial class PeopleJourneyTests(DemoSite demo, Chromium chromium)
{
    private const string Password = "a long sentence for the journey";
    private const int Graduates = 3;
    private static readonly string[] Shared = ["qualification", "institution", "award_date"];
    private static readonly TimeSpan LetterComesWithin = Chromium.Patience;

    /// <summary>Called between the steps, with the name of the one that is under way.</summary>
    internal Func<string, Task> Meanwhile { get; init; } = _ => Task.CompletedTask;

    // What stood in the cells that were spoilt.
    private readonly Dictionary<(int Row, int Column), string> good = [];

    public static TheoryData<string, int> Ways => new() { { "kk", 0 }, { "ru", 1 }, { "en", 2 } };

    [Theory]
    [MemberData(nameof(Ways))]
    [Trait("Requirement", "X-5")]
    [Trait("Requirement", "X-6")]
    [Trait("Requirement", "X-13")]
    [Trait("Requirement", "DA-11")]
    [Trait("Requirement", "DA-17")]
    [Trait("Requirement", "DA-18")]
    [Trait("Requirement", "DA-25")]
    public async Task From_an_invitation_to_a_replaced_diploma_and_its_record(string language, int place)
    {
        Chromium.SkipUnlessPresent();
        var institutions = DemoLists.Organisations(demo.Site).Where(o => o.Role == Permits.OrganisationRole.Initiator).ToList();
        var bin = institutions[place].Bin;
        var console = $"{demo.Site}/{language}/console/{bin}";

        var registrar = await InvitedAsync(language, bin, "registrar", $"journey-registrar@{bin}.example");
        var rector = await InvitedAsync(language, bin, "approver", $"journey-rector@{bin}.example");
        var draft = await ImportAsync(registrar, console, bin, place);
        await RepairAsync(registrar);
        await Meanwhile("send");
        await PreviewAndSendAsync(registrar);
        await ApproveAsync(rector, console, draft);
        var (link, code) = await DeliverAsync(registrar, console, bin);
        var graduate = await ClaimAsync(link, code, bin);
        var number = NumberPattern().Match((await graduate.TextContentAsync("main"))!).Value;
        await Meanwhile("share");
        var (share, pin) = await ShareAsync(graduate, language);
        await CheckAsEmployerAsync(share, pin, isReplaced: false);
        await ReplaceAsync(registrar, rector, console, number);
        await CheckAsEmployerAsync(share, pin, isReplaced: true);
        await ReadTrailAsync(rector, console);
        foreach (var page in (IPage[])[registrar, rector, graduate])
        {
            await page.Context.CloseAsync();
        }
    }

    private static string EmailOf(Bin bin) => $"journey-graduate@{bin}.example";

    /// <summary>An administrator invites; the invited person follows the link in the letter and is in the console.</summary>
    private async Task<IPage> InvitedAsync(string language, Bin bin, string role, string email)
    {
        var admin = await chromium.PageAsync(1280);
        await SignInAsync(admin, language, $"admin@{bin}.example", (await File.ReadAllLinesAsync(Path.Combine(demo.Directory, DemoPeople.FileName)))[0]);
        await admin.GotoAsync($"{demo.Site}/{language}/console/{bin}/people");
        await admin.FillAsync("#email", email);
        await admin.SelectOptionAsync("#role", role);
        await admin.ClickAsync("form[action$='/invite'] button.primary");
        await admin.WaitForSelectorAsync($"text={email}");
        await admin.Context.CloseAsync();

        var person = await chromium.PageAsync(1280);
        await person.GotoAsync(await LinkToAsync(demo, email, "invitation"));
        await person.FillAsync("#name", "Journey " + role);
        await person.FillAsync("#password", Password);
        await person.ClickAsync("#accept");
        await person.ArriveAsync("/console");
        return person;
    }

    private async Task SignInAsync(IPage page, string language, string email, string password)
    {
        await page.GotoAsync($"{demo.Site}/{language}/sign-in");
        await page.FillAsync("input[name=email]", email);
        await page.FillAsync("input[name=password]", password);
        await page.PressAsync("input[name=password]", "Enter");
        await page.ArriveAsync("^(?!.*/sign-in)");
    }

    /// <summary>A list with a wrong birth date and an impossible average, uploaded with its courses; gives the draft's id.</summary>
    private async Task<string> ImportAsync(IPage page, string console, Bin bin, int place)
    {
        var (file, emailColumn) = await WriteSpoiltAsync(demo, bin, 40_000 + (place * 100), EmailOf(bin), good);
        await page.GotoAsync(console + "/lists/new");
        await page.FillAsync("#title", "Journey");
        await page.SetInputFilesAsync("#graduates", file);
        await page.SetInputFilesAsync("#courses", Path.ChangeExtension(file, ".courses.csv"));
        await page.ClickAsync("main form button.primary");
        await page.ArriveAsync("/columns$");
        Assert.Equal("email", await page.InputValueAsync($"select[name='g{emailColumn}']"));
        await page.ClickAsync("main form button.primary");
        await page.ArriveAsync("/rows");
        return DraftPattern().Match(page.Url).Groups[1].Value;
    }

    /// <summary>Writes a list of three with its courses, two of its cells wrong; tells which column holds the e-mail.</summary>
    /// <param name="good">Is told what stood in the wrong cells.</param>
    internal static async Task<(string File, int EmailColumn)> WriteSpoiltAsync(
        DemoSite demo, Bin bin, int first, string email, Dictionary<(int Row, int Column), string> good)
    {
        var file = Path.Combine(demo.Directory, $"journey-{first}.csv");
        var today = new WorkingCalendar(demo.Home.Rules).DateOf(demo.Home.Time.GetUtcNow()).Value;
        var lists = new DemoLists(IntakeRules.For(demo.Home.Rules, today).Value, today);
        lists.WriteMore(file, bin, first, Graduates);
        if (bin == DemoLists.Registered)
        {
            // Its enrolment register is entered: nobody graduates there who was not enrolled.
            var register = Path.Combine(demo.Directory, $"journey-{first}-learners.csv");
            var learners = lists.LearnersOf(bin, first, Graduates).Select(l => $"{l.Iin};{l.Programme};{lists.EntryYear};обучается");
            await File.WriteAllLinesAsync(register, learners.Prepend("ИИН;Код программы;Год поступления;Статус"), new UTF8Encoding(true));
            _ = (await ImportEnrolment.RunAsync(demo.Home, Actor.AtConsole("journey"), null, bin, ListBytes.OfFile(register), default)).Value;
        }

        var lines = File.ReadAllLines(file);
        lines[0] += ";E-mail";
        for (var i = 1; i < lines.Length; i++)
        {
            lines[i] += i == 1 ? ";" + email : $";journey-{first + i}@{bin}.example";
        }

        var header = lines[0].Split(';');
        var (birth, gpa) = (Array.IndexOf(header, "Дата рождения"), Array.IndexOf(header, "GPA"));
        good[(2, birth)] = Spoil(lines, 1, birth, "31.02.2003");
        good[(3, gpa)] = Spoil(lines, 2, gpa, "4.90");
        await File.WriteAllLinesAsync(file, lines, new UTF8Encoding(true));
        return (file, header.Length - 1);
    }

    private static string Spoil(string[] lines, int line, int column, string wrong)
    {
        var cells = lines[line].Split(';');
        var right = cells[column];
        cells[column] = wrong;
        lines[line] = string.Join(';', cells);
        return right;
    }

    /// <summary>Each cell in error is an input; it gets its right value, and one save takes them all.</summary>
    private async Task RepairAsync(IPage page)
    {
        // While the list is checked, the page loads itself again.
        await page.WaitForSelectorAsync("main:not(:has([data-checking])) td.bad input.input");
        foreach (var input in await page.QuerySelectorAllAsync("td.bad input.input"))
        {
            var place = (await input.GetAttributeAsync("name"))!.Split('.');
            await input.FillAsync(good[(int.Parse(place[1], null), int.Parse(place[2], null))]);
        }

        await page.ClickAsync("form#cells .savebar button.primary");
        await page.WaitForSelectorAsync("a.primary[href$='/preview']");
    }

    private static async Task PreviewAndSendAsync(IPage page)
    {
        await page.ClickAsync("a.primary[href$='/preview']");
        await page.WaitForSelectorAsync(".sheet-of-paper");
        await page.ClickAsync("main .tabs a >> nth=1");
        await page.WaitForSelectorAsync(".preview dl.facts");
        await page.ClickAsync("a[href$='/send']");
        if (await page.QuerySelectorAsync("#warnings") is { } warnings)
        {
            await warnings.CheckAsync();
        }

        await page.ClickAsync("form[action$='/send'] button.primary");
        await page.WaitForSelectorAsync("form[action$='/take-back']");
    }

    private async Task ApproveAsync(IPage page, string console, string draft)
    {
        await page.GotoAsync(console + "/approvals");
        await page.ClickAsync($"a[href$='/approvals/{draft}'] >> nth=0");
        await page.ClickAsync("a.primary[href$='/sign']");
        await page.FillAsync("#office", "Rector");
        await page.FillAsync("#order", "Order 17");
        await page.CheckAsync("#understood");
        if (await page.QuerySelectorAsync("#password") is { } password)
        {
            await password.FillAsync(Password);
        }

        await page.ClickAsync("form[action$='/sign'] button.primary");
        await page.ArriveAsync($"/approvals/{draft}$");
        await Meanwhile("sign");
        await AwaitAsync(page, "a[href$='/receipt']");
        await page.ClickAsync("a[href$='/receipt']");
        await page.WaitForSelectorAsync("a[href$='/receipt.json']");
    }

    /// <summary>The link goes by e-mail, the code by the registrar's own hand.</summary>
    private async Task<(string Link, string Code)> DeliverAsync(IPage page, string console, Bin bin)
    {
        await page.GotoAsync(console + "/deliveries");
        await page.ClickAsync("form[action$='/run']:has(input[value=prepared]) button.primary");
        var link = await LinkToAsync(demo, EmailOf(bin), "claim");
        await page.GotoAsync(console + "/diplomas?state=active");
        await page.GotoAsync(console + "/deliveries?state=sent");
        var recipients = await page.EvalOnSelectorAllAsync<string[]>(
            "main tbody th a", "links => links.map(a => a.href)");
        foreach (var recipient in recipients)
        {
            await page.GotoAsync(recipient);
            if (await page.InputValueAsync("#email") == EmailOf(bin))
            {
                await page.ClickAsync("form[action$='/code'] button");
                return (link, (await page.TextContentAsync("#new-code"))!.Trim());
            }
        }

        throw new InvalidOperationException("The graduate is not among the recipients.");
    }

    private async Task<IPage> ClaimAsync(string link, string code, Bin bin)
    {
        var page = await chromium.PageAsync(320);
        await page.GotoAsync(link);
        await page.ClickAsync("form[action$='/open'] button.primary");
        await page.FillAsync("#code", code);
        await page.ClickAsync("form[action$='/code'] button");
        await page.CheckAsync("#read");
        await page.ClickAsync("form[action$='/accept'] button.primary");
        await page.FillAsync("#email", EmailOf(bin));
        await page.FillAsync("#password", Password);
        await page.ClickAsync("form[action$='/account'] button.primary");
        if (await page.QuerySelectorAsync("#take") is { } take)
        {
            await take.ClickAsync();
        }

        await page.GotoAsync(Regex.Replace(link, "/claim/.*", "/me"));
        await page.WaitForSelectorAsync("a[href*='/me/diplomas/']");
        return page;
    }

    /// <summary>Three fields, a code of six digits; gives the address and the code.</summary>
    private static async Task<(string Share, string Pin)> ShareAsync(IPage page, string language)
    {
        await page.ClickAsync("a[href$='/share'] >> nth=0");
        foreach (var box in await page.QuerySelectorAllAsync("input[name=field]:checked"))
        {
            await box.UncheckAsync();
        }

        foreach (var field in Shared)
        {
            await page.CheckAsync($"input[name=field][value='{field}']");
        }

        await page.FillAsync("#who", "Employer of the journey");
        await page.CheckAsync("input[name=pin]");
        await page.SelectOptionAsync("#lang", language);
        await page.ClickAsync("button[name=act][value=make]");
        await page.WaitForSelectorAsync("#pin");
        return (await page.InputValueAsync("#link"), (await page.TextContentAsync("#pin"))!.Replace(" ", "", StringComparison.Ordinal));
    }

    private async Task CheckAsEmployerAsync(string share, string pin, bool isReplaced)
    {
        var page = await chromium.PageAsync(768, script: false);
        await page.GotoAsync(share);
        Assert.Null(await page.QuerySelectorAsync("section.verdict"));
        await page.FillAsync("#pin", pin);
        await page.ClickAsync("main form button.primary");
        var verdict = isReplaced ? "section.verdict.hold" : "section.verdict.ok";
        Assert.True(await page.QuerySelectorAsync(verdict) is not null, page.Url + await page.TextContentAsync("main"));
        Assert.Equal(Shared.Length, await page.Locator("section[aria-labelledby=what] dl.facts > div").CountAsync());
        await page.Context.CloseAsync();
    }

    /// <summary>The registrar corrects a name, the rector decides, the old number says that it was replaced.</summary>
    private static async Task ReplaceAsync(IPage registrar, IPage rector, string console, string number)
    {
        await registrar.GotoAsync(console + "/diplomas");
        await registrar.ClickAsync($"main a:has-text('{number}')");
        await registrar.ClickAsync("a.btn[href*='/correct/']");
        // The demonstration's state register holds numbers below 99,000,000 only.
        await registrar.FillAsync("[id='f.number']", (number[^8] == '1' ? "2" : "1") + number[^7..]);
        await registrar.FillAsync("[id='f.family-en']", "Corrected");
        await registrar.SelectOptionAsync("#reason", new SelectOptionValue { Index = 1 });
        await registrar.FillAsync("#basis", "Application 5");
        await registrar.ClickAsync("main form button.primary");
        await registrar.WaitForLoadStateAsync();
        Assert.True(ChangePattern().IsMatch(registrar.Url), await registrar.TextContentAsync("main"));

        await rector.GotoAsync(registrar.Url);
        await rector.ClickAsync("form[action$='/approve'] button.primary");
        await AwaitAsync(rector, "#receipt");
        await rector.GotoAsync(Regex.Replace(console, "/console/.*", "/n/" + Uri.EscapeDataString(number)));
        await rector.WaitForSelectorAsync("main a[href*='/n/']");
    }

    private static async Task ReadTrailAsync(IPage page, string console)
    {
        await page.GotoAsync(console + "/trail");
        Assert.True(await page.Locator("main tbody tr").CountAsync() >= 8);
    }

    /// <summary>Loads the page again until the work of the background has brought the element about.</summary>
    internal static async Task AwaitAsync(IPage page, string selector)
    {
        var patience = Stopwatch.StartNew();
        while (await page.QuerySelectorAsync(selector) is null)
        {
            Assert.True(patience.Elapsed < Chromium.Patience, $"{selector} did not come: {await page.TextContentAsync("main")}");
            await page.ReloadAsync();
        }
    }

    /// <summary>The link in the newest letter to an address; waits for the letter while the site sends it.</summary>
    internal static async Task<string> LinkToAsync(DemoSite demo, string email, string kind)
    {
        var folder = Directory.CreateDirectory(Path.Combine(demo.Directory, "mail"));
        using var watcher = new FileSystemWatcher(folder.FullName, "*.eml");
        var came = new SemaphoreSlim(0);
        watcher.Created += (_, _) => came.Release();
        watcher.Renamed += (_, _) => came.Release();
        watcher.EnableRaisingEvents = true;
        do
        {
            foreach (var letter in folder.GetFiles("*.eml").OrderByDescending(f => f.Name, StringComparer.Ordinal))
            {
                var text = await File.ReadAllTextAsync(letter.FullName);
                if (text.Contains($"To: {email}", StringComparison.Ordinal)
                    && Regex.Match(text, $@"http\S+/{kind}/\S+") is { Success: true } found)
                {
                    return found.Value;
                }
            }
        }
        while (await came.WaitAsync(LetterComesWithin));

        throw new InvalidOperationException($"No letter with a link of kind {kind} came.");
    }

    [GeneratedRegex("[A-Z]{2,3} [0-9]{8}")]
    private static partial Regex NumberPattern();

    [GeneratedRegex("/lists/([^/]+)/")]
    private static partial Regex DraftPattern();

    [GeneratedRegex("/changes/[0-9a-f-]{36}$")]
    private static partial Regex ChangePattern();
}
