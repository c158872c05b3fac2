using System.Globalization;
using Microsoft.Playwright;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Journey.Tests.Ai;
using Mortanba.Journey.Tests.Site;
using Mortanba.Journey.Tests.Work;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <summary>One way: a class, a learner, a parent and a teacher of its own, so that no language sees what another did.</summary>
internal sealed partial class AiWay(AiSite site, Chromium chromium, string language)
{
    private const string Crowded = "KZ-61";
    private static readonly string[] Deciders = ["m1", "m2", "m3", "o1", "o2", "o3"];

    private readonly string name = $"Tutor {language} (invented)";
    private readonly string inClass = "9" + language;
    private readonly Dictionary<string, string> sessions = [];
    private SchoolPerson learner = null!;
    private SchoolPerson teacher = null!;

    private string School => $"/{language}/console/{AiSite.SchoolBin}/ai";

    private string Mine => $"/{language}/me/ai/{learner.Id}";

    public static async Task<AiWay> BeginAsync(AiSite site, Chromium chromium, string language)
    {
        var way = new AiWay(site, chromium, language);
        await way.FillAsync();
        return way;
    }

    // What was waited for, or else what stands there instead.
    private static async Task StandsAsync(IPage page, string selector)
    {
        try
        {
            await page.WaitForSelectorAsync(selector);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{selector} did not come at {page.Url}: {(await page.InnerTextAsync("main")).ReplaceLineEndings(" ")}");
        }
    }

    private static async Task FillAsync(IPage page, params (string Field, string Text)[] fields)
    {
        foreach (var (field, text) in fields)
        {
            await page.FillAsync($"main [name={field}]", text);
        }
    }

    private async Task<IPage> EnterAsync(string who, string path, int width = 1280)
    {
        var page = await chromium.PageAsync(width, cookies: sessions.GetValueOrDefault(who));
        if (!sessions.ContainsKey(who))
        {
            await page.GotoAsync($"{site.Small.Site}/{language}/sign-in");
            await BrowserSignIn.SendAsync(page, AiSite.Email(who), SmallSite.Password);
            sessions[who] = await page.Context.StorageStateAsync();
        }

        await page.GotoAsync($"{site.Small.Site}/{language}{path}");
        return page;
    }

    private string Day(int days) => site.Small.Time.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private Actor Who(string who, bool shared = false) => site.Who(shared ? who : $"{who}-{language}");

    // A crowd beside: without it every figure would be hidden.
    private async Task FillAsync()
    {
        var at = site.Small.Time.GetUtcNow();
        await site.AddAsync($"teacher-{language}", Role.Teacher, AiSite.SchoolBin);
        await site.AddAsync($"learner-{language}", Role.Learner, AiSite.SchoolBin);
        await site.AddAsync($"guardian-{language}", Role.Guardian, AiSite.SchoolBin);
        foreach (var member in Deciders)
        {
            await site.AddAsync(member, Role.Teacher, AiSite.SchoolBin);
        }

        teacher = Person(SchoolPersonKind.Teacher, "", "Trial teacher " + language, new DateOnly(1985, 3, 4)) with
        {
            Classes = [inClass],
            Account = Who("teacher").Id,
        };
        learner = Person(SchoolPersonKind.Learner, inClass, "Trial learner " + language, new DateOnly(2012, 3, 4)) with
        {
            Account = Who("learner").Id,
            Guardians = [Who("guardian").Id],
        };
        await site.Home.Database.WriteAsync(async t =>
        {
            await site.Desk.Directory.AddAsync(t, AiSite.SchoolBin, [teacher, learner], null);
            await FactLog.AppendAsync(t, site.Home.Vault, [.. Enumerable.Range(0, 30).SelectMany(i => Crowd(i, at))]);
        });
    }

    private IEnumerable<KeptFact> Crowd(int i, DateTimeOffset at)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"p-{language}-{i}");
        yield return new KeptFact(0, at, AiSite.OtherSchoolBin.Value, new EventFact("teacher.joined", id), id, 1);
        if (i < 12)
        {
            yield return new KeptFact(
                0, at, AiSite.OtherSchoolBin.Value, new EventFact("level.reached", id, ("level", "deepen")), "level-" + id, 1);
        }
    }

    private SchoolPerson Person(SchoolPersonKind kind, string inClass, string words, DateOnly born) => new(
        SchoolDirectory.NewPersonId(), AiSite.SchoolBin, kind, inClass, [], kind == SchoolPersonKind.Learner ? 9 : 0, language, "female", false, null, [],
        new PersonWords(words, born), site.Small.Time.GetUtcNow(), null);
}
