using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Mortanba.Foundation;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Journey.Tests.Site;

namespace Mortanba.Journey.Tests.Work;

/// <summary>
/// Looks at the working pages as the demonstration's people do: signed in, in real Chromium, wide and light, at 320 px and
/// dark, with axe-core. Pictures are kept when MORTANBA_SCREENSHOTS names a folder.
/// </summary>
[Collection(WalkTests.Name)]
public sealed class WorkBrowserTests(DemoSite demo, Chromium chromium)
{
    private const string Uni = "940540002029";
    private const string Nobody = "";
    private const string OneCase = "main tbody th a";
    private const string Graduate = "graduate@platform.example";

    // Two bytes a letter, and the longest words.
    internal const string Heaviest = "kk";

    // For a cheap phone. Kilobytes of 1,024, as they come out of compression.
    private const int HtmlMaxBytes = 60 * 1024;
    private const int StyleAndScriptMaxBytes = 100 * 1024;

    /// <summary>The walk: one line a page. Grouped by whoever looks, so that each signs in once.</summary>
    private static readonly WalkedPage[] Pages =
    [
        new(Nobody, "/sign-in"),
        new("auditor", "/console"),
        new("auditor", $"/console/{Uni}/trail"),
        new("rector", $"/console/{Uni}/approvals"),
        new("rector", $"/console/{Uni}/approvals", "main section.panel h2 a"),
        new("rector", $"/console/{Uni}/approvals", "main table th a"),
        new("rector", $"/console/{Uni}/approvals", "main table a[href$='/receipt']"),
        new("auditor", $"/console/{Uni}/deliveries"),
        new("registrar", $"/console/{Uni}/deliveries?state=bounced", "tbody th a"),
        new("admin", $"/console/{Uni}/people"),
        new("admin", $"/console/{Uni}/clients"),
        new("admin", $"/console/{Uni}/webhooks"),
        new("admin", "/me/security"),
        new("registrar", $"/console/{Uni}/lists"),
        new("registrar", $"/console/{Uni}/lists/new"),
        new("registrar", $"/console/{Uni}/lists/new?purpose=correct"),
        new("registrar", $"/console/{Uni}/lists", "tbody a:has-text('to be repaired')"),
        new("registrar", $"/console/{Uni}/lists", "tbody a:has-text('next cohort')"),
        new(Graduate, "/me"),
        new(Graduate, "/me", "article.doc h2 a"),
        new(Graduate, "/me", "article.doc a.primary"),
        new(Graduate, "/me", "aside a[href$='/wrong']"),
        new(Graduate, "/me/shares"),
        new(Graduate, "/me/shares", "table a"),
        new(Graduate, "/me/data"),
        new(Graduate, "/me/data", "a[href$='/erase']"),
        new(Graduate, "/me/data", "a[href$='/erase']", "../block"),
        new(Graduate, "/me/data/looked"),
        new("applicant@platform.example", "/me/cases"),
        new("applicant@platform.example", "/me/cases/new"),
        new("applicant@platform.example", "/me/cases", "main ul.stack li:has(.badge.teal) h2 a"),
        new("applicant@platform.example", "/me/cases", "main ul.stack li:has(.badge.ok) h2 a"),
        new(Nobody, "/recognition/apply?country=DE&awarded=2024-06-30"),
        new("dpo@platform.example", "/console/platform/requests"),
        new("dpo@platform.example", "/console/platform/trail"),
        new("operator@platform.example", "/console"),
        new("operator@platform.example", "/console/platform"),
        new("operator@platform.example", "/console/platform/institutions"),
        new("regulator@platform.example", "/console/platform/compliance"),
        new("regulator@platform.example", "/console/platform/keys"),
        new("regulator@platform.example", "/console/platform/trail?act=block"),
        new("registrar", $"/console/{Uni}/lists", "tbody a:has-text('to be repaired')", "columns"),
        new("registrar", $"/console/{Uni}/lists", "tbody a:has-text('next cohort')", "columns"),
        new("registrar", $"/console/{Uni}/lists", "tbody a:has-text('next cohort')", "preview"),
        new("registrar", $"/console/{Uni}/lists", "tbody a:has-text('to be repaired')", "a[href*='/compare']"),
        new("registrar", $"/console/{Uni}/lists", "tbody a:has-text('next cohort')", "send"),
        new("registrar", $"/console/{Uni}/diplomas"),
        new("registrar", $"/console/{Uni}/diplomas", "main tbody th a"),
        new("registrar", $"/console/{Uni}/changes"),
        new("registrar", $"/console/{Uni}/changes", "main tbody th a"),
        new("registrar", $"/console/{Uni}/changes/new"),
        new("registrar", $"/console/{Uni}/changes/cohort"),
        new("registrar", $"/console/{Uni}/keys"),
        new("registrar", $"/console/{Uni}/keys/new?act=compromise"),
        new("registrar@920140004047.example", "/console/920140004047/register"),
        new("auditor", $"/console/{Uni}/alarms"),
        new("operator@platform.example", "/console/platform/enrolment"),
        new("compliance@platform.example", "/console/platform/alarms"),
        new("recognition@platform.example", "/console/recognition/registers"),
        new("recognition@platform.example", "/console/recognition/registers/of/ru-sample-1"),
        new("recognition@platform.example", "/console/recognition/registers/import"),
        new("recognition@platform.example", "/console/recognition/inquiries/new"),
    ];

    /// <summary>
    /// The recognition body, a page of a case in each stage for each of its people. The layout is one for all languages, so each page is looked
    /// at in one of them, in turn.
    /// </summary>
    private static readonly WalkedPage[] Body =
    [
        new("recognition@platform.example", "/console/recognition?view=open"),
        new("recognition@platform.example", "/console/recognition?stage=intake", OneCase),
        new("recognition@platform.example", "/console/recognition?stage=incomplete", OneCase),
        new("recognition@platform.example", "/console/recognition?stage=authenticity", OneCase),
        new("recognition@platform.example", "/console/recognition?stage=issuer-right", OneCase),
        new("recognition@platform.example", "/console/recognition?stage=appealed", OneCase),
        new("recognition@platform.example", "/console/recognition?view=decided", OneCase),
        new("recognition@platform.example", "/console/recognition/inquiries"),
        new("recognition@platform.example", "/console/recognition/consistency"),
        new("recognition@platform.example", "/console/recognition/disparity"),
        new("evaluator@platform.example", "/console/recognition?stage=evaluation", OneCase),
        new("decision@platform.example", "/console/recognition?stage=decision", OneCase),
        new("reviewer@platform.example", "/console/recognition?view=appeals", OneCase),
    ];

    private static readonly int[] BothWidths = [1280, 320];

    public static TheoryData<string> LanguageTags => [.. Languages.All.Select(l => l.Tag())];

    [Theory]
    [MemberData(nameof(LanguageTags))]
    [Trait("Requirement", "X-5")]
    [Trait("Requirement", "X-14")]
    public async Task No_working_page_scrolls_sideways_or_weighs_too_much_and_axe_finds_nothing(string language)
    {
        Chromium.SkipUnlessPresent();
        var axe = Axe.Source();
        Assert.SkipWhen(axe is null, "axe-core is not installed: npm ci in tests/Journey.");
        var faults = new List<string>();
        var turn = Languages.All.ToList().FindIndex(l => l.Tag() == language);
        var looked = Pages.Select((p, i) => (Walked: p, Rules: RulesAt(i + turn)))
            .Concat(Body.Where((_, i) => i % Languages.All.Count == turn).Select(p => (Walked: p, Rules: BothWidths)));
        foreach (var group in looked.GroupBy(p => p.Walked.Who))
        {
            // axe-core is put in by the test, which the strict policy would refuse.
            var page = await chromium.PageAsync(1280, policy: false);
            if (group.Key.Length > 0)
            {
                await SignInAsync(page, group.Key);
            }

            foreach (var (walked, rules) in group)
            {
                await OpenAsync(page, language, walked);
                if (language == Heaviest)
                {
                    await WeighAsync(page, walked.Name, faults);
                }

                await LookAsync(page, $"{language}-{walked.Name}", axe!, faults, rules);
            }

            await page.Context.CloseAsync();
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>What the page that stands there weighs: itself, and its style and script.</summary>
    internal static async Task WeighAsync(IPage page, string name, List<string> faults)
    {
        var sizes = await page.EvaluateAsync<int[]>(
            """
            [performance.getEntriesByType('navigation')[0].decodedBodySize,
             performance.getEntriesByType('resource').filter(r => /\.(css|js)(\?|$)/.test(r.name)).reduce((all, r) => all + r.decodedBodySize, 0)]
            """);
        if (sizes[0] is 0 or > HtmlMaxBytes || sizes[1] is 0 or > StyleAndScriptMaxBytes)
        {
            faults.Add($"{name} weighs {sizes[0]} bytes of HTML and {sizes[1]} of style and script.");
        }
    }

    /// <summary>
    /// What the rules ask for hardly depends on the language, and asking takes longer than the page: of the three languages one is asked wide,
    /// another narrow, in turn from page to page. Widths are looked at in all.
    /// </summary>
    internal static int[] RulesAt(int turn) => (turn % Languages.All.Count) switch { 0 => [1280], 1 => [320], _ => [] };

    /// <summary>Wide and light, narrow and dark: nothing is too wide, and all rules hold.</summary>
    /// <param name="rules">At which widths the rules are asked; null: both in English, one in Kazakh, the other in Russian.</param>
    internal static async Task LookAsync(IPage page, string name, string axe, List<string> faults, int[]? rules = null)
    {
        rules ??= name.StartsWith("kk-", StringComparison.Ordinal) ? [1280] : name.StartsWith("ru-", StringComparison.Ordinal) ? [320] : BothWidths;
        if (rules.Length > 0)
        {
            await page.EvaluateAsync(axe);
        }

        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (320, ColorScheme.Dark) })
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            var where = $"{name}-{width}{(scheme == ColorScheme.Dark ? "-dark" : "")}";
            var wide = await page.EvaluateAsync<string?>(
                "[document.documentElement, ...document.querySelectorAll('section, table')]"
                + ".find(e => e.scrollWidth > e.clientWidth + 1 && !['auto', 'clip'].includes(getComputedStyle(e).overflowX))?.outerHTML.slice(0, 120)");
            if (wide is not null)
            {
                faults.Add($"{where} is too wide: {wide}");
            }

            await PictureAsync(page, where);
            if (!rules.Contains(width))
            {
                continue;
            }

            var found = await page.EvaluateAsync<JsonElement>(
                "axe.run({ resultTypes: ['violations'] }).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 140)).join(' | ')))");
            faults.AddRange(found.EnumerateArray().Select(f => $"{where}: {f.GetString()}"));
        }
    }

    private static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("MORTANBA_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }
    }

    private async Task SignInAsync(IPage page, string who)
    {
        var password = (await File.ReadAllLinesAsync(Path.Combine(demo.Directory, "demo-accounts.txt")))[0];
        await page.GotoAsync(demo.Site + "/en/sign-in");
        await BrowserSignIn.SendAsync(page, who.Contains('@', StringComparison.Ordinal) ? who : $"{who}@{Uni}.example", password);
    }

    private async Task OpenAsync(IPage page, string language, WalkedPage walked)
    {
        await page.SetViewportSizeAsync(1280, 900);
        var answer = await page.GotoAsync($"{demo.Site}/{language}{walked.Path}");
        if (walked.Follow is { } link)
        {
            var address = await page.Locator(link).First.GetAttributeAsync("href");
            // Of an address that ends in an id and a page, the id; then the page asked for.
            var target = new Uri(new Uri(page.Url), address!).ToString();
            if (walked.Then?.StartsWith("a[", StringComparison.Ordinal) == true)
            {
                await page.GotoAsync(target);
                target = new Uri(new Uri(page.Url), await page.Locator(walked.Then).First.GetAttributeAsync("href")).ToString();
                walked = walked with { Then = null };
            }

            answer = await page.GotoAsync(walked.Then is null ? target
                : walked.Then.StartsWith("../", StringComparison.Ordinal) ? target[..target.LastIndexOf('/')] + walked.Then[2..] : $"{target}/{walked.Then}");
        }

        Assert.True(answer?.Status == 200, string.Create(CultureInfo.InvariantCulture, $"{walked} answers {answer?.Status}"));
    }

    /// <param name="Who">Local part of a demonstration account of the university, or a whole address; empty: nobody.</param>
    /// <param name="Path">After the language.</param>
    /// <param name="Follow">Selector of a link on that page: its target is looked at, for pages whose address holds an id.</param>
    /// <param name="Then">A page beneath that target, one beside it after <c>../</c>, or a link on it.</param>
    private sealed record WalkedPage(string Who, string Path, string? Follow = null, string? Then = null)
    {
        public string Name => $"{Who}{Path}{(Follow is null ? "" : "-one")}{(Then?.StartsWith("a[", StringComparison.Ordinal) == true ? "-link" : Then)}"
            .Replace("..", "", StringComparison.Ordinal).Replace('/', '-').Replace('?', '-').Replace('=', '-').Replace('&', '-').Replace(Uni, "uni", StringComparison.Ordinal);
    }
}
