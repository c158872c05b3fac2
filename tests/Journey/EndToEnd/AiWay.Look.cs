using Microsoft.Playwright;
using Mortanba.Foundation;
using Mortanba.Journey.Tests.Ai;
using Mortanba.Journey.Tests.Site;
using Mortanba.Journey.Tests.Work;

namespace Mortanba.Journey.Tests.EndToEnd;

internal sealed partial class AiWay
{
    // True where there are none.
    private const string TabsFit =
        """
        () => {
          const tabs = document.querySelector('.tabs.many');
          const [row, now] = [tabs, tabs?.querySelector('[aria-current]')].map(e => e?.getBoundingClientRect());
          return !tabs || (row.height < 60 && now.left >= row.left && now.right <= row.right);
        }
        """;

    private const string PrintsAField =
        "() => [...document.querySelectorAll('main :is(input, select, textarea, .pager a)')].some(e => e.checkVisibility())";

    // The heading, and something below it.
    private const string PrintsItsContent =
        """
        () => {
          const [main, title] = ['main', 'main h1'].map(s => document.querySelector(s));
          const said = title?.innerText.trim() ?? '';
          return title?.checkVisibility() === true && said !== '' && main.innerText.replace(said, '').trim() !== '';
        }
        """;

    // Pages that are a form as such: it is what they print. On all others paper leaves the fields out.
    private static readonly string[] Forms = ["/ai/report", "/systems/new", "/incidents/duty", "/roster", "/tasks/new", "/vendor/new"];

    private static readonly int[] BothWidths = [1280, 320];

    /// <summary>
    /// The pages of everybody, full of what happened on the way: nothing scrolls sideways, a school's page is light, axe-core finds nothing. The
    /// layout is one for all languages, so each page is looked at in one of them, in turn.
    /// </summary>
    public async Task LookAsync(string system, string task)
    {
        var axe = Axe.Source();
        Assert.SkipWhen(axe is null, "axe-core is not installed: npm ci in tests/Journey.");
        var faults = new List<string>();
        var turn = Languages.All.ToList().FindIndex(l => l.Tag() == language);
        foreach (var group in Looked(system, task).Index().Where(p => p.Index % Languages.All.Count == turn).Select(p => p.Item).GroupBy(p => p.Who))
        {
            var page = await chromium.PageAsync(1280, policy: false);
            if (group.Key.Length > 0)
            {
                await page.GotoAsync($"{site.Small.Site}/{language}/sign-in");
                await BrowserSignIn.SendAsync(page, AiSite.Email(group.Key), SmallSite.Password);
            }

            foreach (var (_, path) in group)
            {
                await page.SetViewportSizeAsync(1280, 900);
                var answer = await page.GotoAsync($"{site.Small.Site}/{language}{path}");
                Assert.True(answer?.Status == 200, $"{path} answers {answer?.Status} to {group.Key}.");
                await WorkBrowserTests.WeighAsync(page, path, faults);
                await WorkBrowserTests.LookAsync(
                    page, $"{language}-ai{path.Replace('/', '-')}".Replace(learner.Id, "learner", StringComparison.Ordinal), axe!, faults, BothWidths);
                await page.SetViewportSizeAsync(320, 900);
                if (!await page.EvaluateAsync<bool>(TabsFit))
                {
                    faults.Add($"{path}: the tabs of the school are more than a row, or the current one is out of sight.");
                }

                await page.EmulateMediaAsync(new() { Media = Media.Print });
                if (!await page.EvaluateAsync<bool>(PrintsItsContent))
                {
                    faults.Add($"{path} prints nothing to read.");
                }

                // The consent that a parent is asked for is a form too.
                string[] forms = [.. Forms, $"/tools/{system}"];
                if (!forms.Any(f => path.EndsWith(f, StringComparison.Ordinal)) && await page.EvaluateAsync<bool>(PrintsAField))
                {
                    faults.Add($"{path} prints a form.");
                }

                await page.EmulateMediaAsync(new() { Media = Media.Null });
            }

            await page.Context.CloseAsync();
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private IEnumerable<(string Who, string Path)> Looked(string system, string task)
    {
        var (school, region) = ($"/console/{AiSite.SchoolBin}/ai", $"/console/{AiSite.DepartmentBin}/region");
        var mine = $"/me/ai/{learner.Id}";
        return new (string Who, string[] Paths)[]
        {
            ("", ["/ai/register", $"/ai/register/{system}", "/ai/indicators", "/ai/indicators/teachers-deepen", "/ai/roadmap", "/ai/topics", "/ai/schools",
                $"/ai/schools/{AiSite.SchoolBin}", "/ai/report"]),
            ("coordinator", [
                school, school + "/regulation", school + "/tools", school + "/systems", school + "/systems/new", $"{school}/systems/{system}", school + "/switch",
                school + "/consents", $"{school}/consents/{learner.Id}", school + "/incidents", school + "/incidents/duty", school + "/infrastructure", school + "/cases", school + "/courses",
                school + "/connections", school + "/roster", school + "/assess"]),
            ("teacher-" + language, [
                school + "/portfolio", school + "/learners", $"{school}/learners/{learner.Id}", school + "/tasks", school + "/tasks/new", $"{school}/tasks/{task}",
                $"{school}/tasks/{task}/{learner.Id}"]),
            ("learner-" + language, [
                "/me/ai", mine + "/tools", $"{mine}/tools/{system}", mine + "/tasks", $"{mine}/tasks/{task}", mine + "/cases", mine + "/competences",
                mine + "/projects", "/me/calendar"]),
            ("guardian-" + language, [$"{mine}/tools/{system}"]),
            ("region", [region, region + "/incidents", region + "/indicators/teachers-deepen"]),
            ("vendor", ["/console/ai/vendor", "/console/ai/vendor/new"]),
            ("ministry", [
                "/console/ai", "/console/ai/indicators/teachers-deepen", "/console/ai/roadmap", "/console/ai/incidents", "/console/ai/competences",
                "/console/ai/systems", $"/console/ai/systems/{system}", "/console/ai/directory"]),
        }.SelectMany(w => w.Paths.Select(p => (w.Who, p)));
    }
}
