using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Journey.Tests.Ai;
using Mortanba.Journey.Tests.Site;
using Mortanba.Journey.Tests.Work;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <summary>
/// AI in education on its whole way through the real site in Chromium, once in each language: a vendor answers, a coordinator proposes, the
/// ethics board sends back and then agrees, a system is approved until a day, a head adopts the regulation, a parent consents, a teacher sets
/// a task and decides otherwise than AI proposed, a case that rests on a detector cannot be closed and is decided by people and by others on
/// appeal, a teacher's certificate is verified in public, and the ministry sees the figure move and drills down until it is hidden. Elements
/// are found by what they are, so that the same steps serve the three languages.
/// </summary>
public sealed class AiJourneyTests(AiSite site, Chromium chromium) : IClassFixture<AiSite>, IClassFixture<Chromium>
{
    private const string Crowded = "KZ-61";
    private static readonly string[] Deciders = ["m1", "m2", "m3", "o1", "o2", "o3"];

    public static TheoryData<string> Languages => ["kk", "ru", "en"];

    [Theory]
    [MemberData(nameof(Languages))]
    [Trait("Requirement", "AI-1")]
    [Trait("Requirement", "AI-2")]
    [Trait("Requirement", "AI-4")]
    [Trait("Requirement", "AI-6")]
    [Trait("Requirement", "AI-9")]
    [Trait("Requirement", "AI-12")]
    [Trait("Requirement", "AI-14")]
    [Trait("Requirement", "AI-16")]
    [Trait("Requirement", "AI-18")]
    [Trait("Requirement", "AI-19")]
    [Trait("Requirement", "AI-20")]
    [Trait("Requirement", "AI-21")]
    [Trait("Requirement", "AI-22")]
    [Trait("Requirement", "AI-23")]
    [Trait("Requirement", "AI-24")]
    [Trait("Requirement", "AI-26")]
    [Trait("Requirement", "AI-31")]
    public async Task From_a_vendors_answers_to_a_figure_that_moves(string language)
    {
        Chromium.SkipUnlessPresent();
        var way = await Way.BeginAsync(site, chromium, language);
        var system = await way.AnswerAsVendorAsync();
        await way.ProposeAsync(system);
        await way.ReviewEthicsAsync(system, "sent-back");
        await way.DescribeAgainAsync(system);
        await way.ReviewEthicsAsync(system, "favourable");
        await way.ApproveAsync(system);
        await way.AdoptRegulationAsync();
        await way.AllowAsync(system);
        await way.ConsentAsync(system);
        var task = await way.SetTaskAsync(system);
        await way.HandInAsync(task, system);
        await way.DecideOtherwiseAsync(task, system);
        var one = await way.ReportAsync(task);
        await way.HearAsync(one);
        await way.RefuseOnDetectorAloneAsync(one);
        await way.DecideByPeopleAsync(one);
        await way.AppealAsync(one);
        var before = await way.FigureAsync();
        await way.ReachDeepenAsync();
        await way.ShowCertificateAsync();
        await way.SeeTheFigureMoveAsync(before);
    }

    /// <summary>One way: a class, a learner, a parent and a teacher of its own, so that no language sees what another did.</summary>
    private sealed class Way(AiSite site, Chromium chromium, string language)
    {
        private readonly string name = $"Tutor {language} (invented)";
        private readonly string inClass = "9" + language;
        private readonly Dictionary<string, string> sessions = [];
        private SchoolPerson learner = null!;
        private SchoolPerson teacher = null!;

        private string School => $"/{language}/console/{AiSite.SchoolBin}/ai";

        private string Mine => $"/{language}/me/ai/{learner.Id}";

        public static async Task<Way> BeginAsync(AiSite site, Chromium chromium, string language)
        {
            var way = new Way(site, chromium, language);
            await way.FillAsync();
            return way;
        }

        // The vendor answers once, for every school.
        public async Task<string> AnswerAsVendorAsync()
        {
            var page = await EnterAsync("vendor", "/console/ai/vendor/new");
            await DescribeAsync(page);
            await FillAsync(page, ("company", "Invented Tutors"), ("models", "Tutor 1"), ("stored", "KZ"), ("retention", "30 days"), ("agefrom", "13"));
            foreach (var (field, answer) in new[] { ("trains", "no"), ("deletes", "yes"), ("advertising", "no"), ("profiles", "no"), ("marks", "yes") })
            {
                await page.CheckAsync($"input[name={field}][value={answer}]");
            }

            await page.ClickAsync("main form button.primary");
            await StandsAsync(page, "main .badge");
            var id = page.Url[(page.Url.LastIndexOf('/') + 1)..];
            await page.Context.CloseAsync();
            return id;
        }

        public async Task ProposeAsync(string system)
        {
            var page = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/systems/{system}");
            await page.ClickAsync("form#propose button.primary");
            await StandsAsync(page, "form#class");
            await page.SelectOptionAsync("#risk", "medium");
            await page.SelectOptionAsync("#autonomy", "low");
            await page.SelectOptionAsync("#mode", "closed");
            foreach (var group in await page.Locator("form#class input[type=radio][value=no]").AllAsync())
            {
                await group.CheckAsync();
            }

            // Grading is a use with a high impact: it wants an assessment and the board.
            await page.CheckAsync("form#class input[name='function.outcomes'][value=yes]");
            await page.ClickAsync("form#class button.primary");
            await SendAsync(page, "impact", ("rights", "Fair grades."), ("risks", "Wrong advice."), ("oversight", "The teacher reads every answer."));
            await SendAsync(
                page, "value", ("without", "A printed book of exercises."), ("gain", "Answers at once."), ("evidence", "https://evidence.example/trial"),
                ("proportionality", "Texts of exercises only."), ("subsidiarity", "The book has no answers."), ("necessity", "Classes of thirty."));
            await page.Context.CloseAsync();
        }

        public async Task ReviewEthicsAsync(string system, string outcome)
        {
            var page = await EnterAsync("ethics", $"/console/ai/systems/{system}");
            await page.CheckAsync($"form#ethics input[value={outcome}]");
            await page.FillAsync("#ethics-reason", "Read with the board.");
            await page.ClickAsync("form#ethics button.primary");
            await page.WaitForFunctionAsync("location.hash === '#ethics'");
            await page.Context.CloseAsync();
        }

        public async Task DescribeAgainAsync(string system)
        {
            var page = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/systems/{system}");
            await SendAsync(page, "describe", ("contract", "Contract 12 of June 2026"));
            await page.Context.CloseAsync();
        }

        public async Task ApproveAsync(string system)
        {
            var page = await EnterAsync("approver", $"/console/ai/systems/{system}");
            foreach (var purpose in (string[])["tutoring", "assessment-aid"])
            {
                await page.CheckAsync($"form#approve input[value={purpose}]");
            }

            await FillAsync(page, ("from", "13"), ("to", "19"), ("until", Day(300)));
            await page.FillAsync("#approve-reason", "Shown in two schools.");
            if (await page.QuerySelectorAsync("#approve-password") is { } password)
            {
                await password.FillAsync(SmallSite.Password);
            }

            await page.ClickAsync("form#approve button.primary");
            await page.WaitForFunctionAsync("location.hash === '#approve'");
            await page.Context.CloseAsync();

            // Everybody reads until when, and where the approval stands in the ledger.
            var open = await chromium.PageAsync(320);
            await open.GotoAsync($"{site.Small.Site}/{language}/ai/register?q={Uri.EscapeDataString(name)}");
            await open.ClickAsync($"main a[href$='/ai/register/{system}']");
            await StandsAsync(open, "main a[href*='/ledger/']");
            await open.Context.CloseAsync();
        }

        public async Task AdoptRegulationAsync()
        {
            var page = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/regulation");
            await page.FillAsync("input[name=generative-from-age]", "13");
            await page.ClickAsync("form#draft button.primary");
            await StandsAsync(page, "main h1");
            await page.Context.CloseAsync();
            var head = await EnterAsync("head", $"/console/{AiSite.SchoolBin}/ai/regulation");
            await FillAsync(head, ("order", "Order 7-" + language), ("reason", "For the new school year."));
            await head.ClickAsync("form#adopt button.primary");
            await StandsAsync(head, $"main a[href$='/ai/schools/{AiSite.SchoolBin}']");
            await head.Context.CloseAsync();
        }

        // The school allows what the register admits, to whom and for what.
        public async Task AllowAsync(string system)
        {
            var page = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/tools?system={system}");
            foreach (var box in (string[])["role][value=learner", "role][value=teacher", "purpose][value=tutoring", "purpose][value=assessment-aid"])
            {
                await page.CheckAsync($"form#allow input[name={box}]");
            }

            await page.FillAsync("#without", "The printed book of exercises.");
            await page.ClickAsync("form#allow button.primary");
            await StandsAsync(page, "#tools form");
            await page.Context.CloseAsync();
        }

        // A parent reads the eight elements and consents; the learner reads the notice.
        public async Task ConsentAsync(string system)
        {
            var parent = await EnterAsync("guardian-" + language, $"/me/ai/{learner.Id}/tools/{system}", 320);
            foreach (var purpose in await parent.Locator("form#give input[type=checkbox]").AllAsync())
            {
                await purpose.CheckAsync();
            }

            await parent.ClickAsync("form#give button.primary");
            await StandsAsync(parent, "#consents button");
            await parent.Context.CloseAsync();
            var own = await EnterAsync("learner-" + language, $"/me/ai/{learner.Id}/tools/{system}", 320);
            await own.ClickAsync("#notice form button.primary");
            await StandsAsync(own, "section[aria-labelledby=may] .badge.ok");
            await own.Context.CloseAsync();
        }

        public async Task<string> SetTaskAsync(string system)
        {
            var page = await EnterAsync("teacher-" + language, $"/console/{AiSite.SchoolBin}/ai/tasks/new");
            await FillAsync(page, ("title", "Railway essay"), ("words", "Write on the railway of 1930."), ("class", inClass), ("due", Day(30)), ("own", "80"));
            await page.CheckAsync("input[name=level][value='2']");
            await page.CheckAsync($"input[name=tool][value='{system}']");
            await page.ClickAsync("main form button.primary");
            await page.WaitForFunctionAsync("/\\/tasks\\/task-/.test(location.pathname)");
            var id = page.Url[(page.Url.LastIndexOf('/') + 1)..];
            await page.Context.CloseAsync();
            return id;
        }

        public async Task HandInAsync(string task, string system)
        {
            var page = await EnterAsync("learner-" + language, $"/me/ai/{learner.Id}/tasks/{task}", 320);
            await FillAsync(page, ("text", "The railway joined the north and the south."), ("own", "90"), ("purpose0", "Ideas"), ("parts0", "The plan"));
            await page.CheckAsync("input[name=use][value=some]");
            await page.SelectOptionAsync("#tool0", system);
            await page.ClickAsync("main form button.primary");
            await StandsAsync(page, "a[href$='/export/pdf']");
            await page.Context.CloseAsync();
        }

        // A program proposes a grade, and may not give one; the teacher decides before seeing it, and otherwise.
        public async Task DecideOtherwiseAsync(string task, string system)
        {
            var work = LearnerWork.IdOf(task, learner.Id);
            var at = site.Small.Time.GetUtcNow();
            var key = (await site.Home.Database.WriteAsync(async t => (await ApiClients.CreateAsync(
                t, Actor.AtConsole("test"), AiSite.SchoolBin, "Grader " + language, [ApiClients.PrepareScope], at.AddDays(30), at)).Value)).Key;
            using var program = new HttpClient { BaseAddress = new Uri(site.Small.Site) };
            program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            var path = $"/api/v1/institutions/{AiSite.SchoolBin}/ai/works/{work}/";
            using var proposed = await program.PostAsJsonAsync(
                path + "proposal", new { score = 5, system, model = "2026-06", words = "Sealed remark.", data = new[] { "The text" } });
            Assert.Equal(System.Net.HttpStatusCode.Accepted, proposed.StatusCode);
            using var graded = await program.PostAsJsonAsync(path + "grade", new { score = 5, reason = "The score." });
            Assert.Equal(System.Net.HttpStatusCode.Forbidden, graded.StatusCode);

            var page = await EnterAsync("teacher-" + language, $"/console/{AiSite.SchoolBin}/ai/tasks/{task}/{learner.Id}");
            Assert.DoesNotContain("Sealed remark.", await page.ContentAsync(), StringComparison.Ordinal);
            await FillAsync(page, ("score", "9"), ("reason", "Clear, with sources."));
            await page.ClickAsync("form[action$='/grade'] button.primary");
            await StandsAsync(page, "text=Sealed remark.");
            await page.Context.CloseAsync();
        }

        public async Task<string> ReportAsync(string task)
        {
            var page = await EnterAsync("teacher-" + language, $"/console/{AiSite.SchoolBin}/ai/tasks/{task}/{learner.Id}");
            await page.ClickAsync("main a[href*='/ai/cases/new']");
            await page.CheckAsync("input[name=ground][value=detector]");
            await FillAsync(page, ("score", "91"), ("words", "A detector says so."));
            await page.ClickAsync("main form button.primary");
            await page.WaitForFunctionAsync("/\\/cases\\/(?!new)/.test(location.pathname)");
            var id = page.Url[(page.Url.LastIndexOf('/') + 1)..];
            await page.Context.CloseAsync();
            return id;
        }

        // The learner is told, has days to prepare, and is heard with a representative.
        public async Task HearAsync(string one)
        {
            var first = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/cases/{one}");
            await first.ClickAsync("form[action$='/notice'] button");
            await StandsAsync(first, "form[action$='/hearing']");
            await first.Context.CloseAsync();
            site.Small.Time.Pass(TimeSpan.FromDays(6));
            // No session lasts as long.
            sessions.Clear();
            var page = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/cases/{one}");
            await page.CheckAsync("input[name=invited]");
            await page.CheckAsync("input[name=present]");
            await page.FillAsync("#heard", "I wrote it at home.");
            await page.ClickAsync("form[action$='/hearing'] button.primary");
            await StandsAsync(page, "main:not(:has(form[action$='/hearing']))");
            await page.Context.CloseAsync();
        }

        public async Task RefuseOnDetectorAloneAsync(string one)
        {
            await NameAsync(one, "m1", "m2", "m3");
            var page = await EnterAsync("m1", $"/console/{AiSite.SchoolBin}/ai/cases/{one}");
            await VoteAsync(page, "serious");
            // Refused, in words, and the vote is still to be given.
            await StandsAsync(page, "form[action$='/vote']");
            Assert.True(await page.Locator("[role=alert], .errors, .note.bad").CountAsync() > 0);
            await page.Context.CloseAsync();
            Assert.Equal(CaseState.Open, (await CaseAsync(one)).State);
        }

        // The learner cannot explain the work: a ground of its own.
        public async Task DecideByPeopleAsync(string one)
        {
            var page = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/cases/{one}");
            await page.ClickAsync("details:has(form[action$='/oral']) summary");
            await page.CheckAsync("input[name=result][value=cannot]");
            await page.FillAsync("#oral", "Could not explain the second part.");
            await page.ClickAsync("form[action$='/oral'] button");
            await StandsAsync(page, "main:not(:has(form[action$='/oral']))");
            await page.Context.CloseAsync();
            await DecideAsync(one, "minor", "redo", "m1", "m2", "m3");
            Assert.Equal(CaseState.Decided, (await CaseAsync(one)).State);
        }

        public async Task AppealAsync(string one)
        {
            var page = await EnterAsync("learner-" + language, $"/me/ai/{learner.Id}/cases/{one}", 320);
            await page.FillAsync("form#appealing textarea", "I explained it to the class.");
            await page.ClickAsync("form#appealing button");
            await StandsAsync(page, "main:not(:has(form#appealing))");
            await page.Context.CloseAsync();
            await NameAsync(one, "o1", "o2", "o3");
            await DecideAsync(one, "no-breach", null, "o1", "o2", "o3");
            Assert.Equal(AppealOutcome.Overturned, (await CaseAsync(one)).AppealDecision!.Outcome);
        }

        // Nine blocks were met before; the last one goes by the pages, assessed by somebody else.
        public async Task ReachDeepenAsync()
        {
            var desk = new CompetenceDesk(site.Home, new DiplomaFlow(site.Home));
            var id = CompetenceDesk.IdOf(CompetenceStreams.Portfolio, teacher);
            var blocks = desk.Teachers.Value.Blocks.Where(b => b.Level is "acquire" or "deepen").Select(b => b.Id).ToList();
            foreach (var block in blocks.SkipLast(1))
            {
                var handed = (await desk.HandInAsync(Who("teacher"), null, teacher, "e-" + block, block, "Done.", null, default)).Value;
                Assert.True((await desk.Ai.ActAsync(
                    site.Who("coordinator"), null, CompetenceStreams.Portfolio, id, AiSite.SchoolBin, handed.Version,
                    (now, at) => AssessEvidence.Of(
                        now, site.Who("coordinator").Id, AiSite.SchoolBin.Value, "e-" + block, true, "Seen.", desk.Teachers, desk.Assessing.Value, at),
                    default)).IsDone);
            }

            var own = await EnterAsync("teacher-" + language, $"/console/{AiSite.SchoolBin}/ai/portfolio");
            await own.SelectOptionAsync("#block", blocks[^1]);
            await own.FillAsync("#what", "A lesson with two tools, and what the class said of it.");
            await own.ClickAsync("form[aria-labelledby=hand] button.primary");
            await StandsAsync(own, "form[action$='/withdraw']");
            await own.Context.CloseAsync();

            var page = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/assess/{id}");
            await page.FillAsync("main form textarea[name=reason]", "Seen in class.");
            await page.ClickAsync("main button[value=met]");
            await StandsAsync(page, "form[action$='/certify']:has(input[value=deepen]) button");
            await page.ClickAsync("form[action$='/certify']:has(input[value=deepen]) button");
            await StandsAsync(page, "main a.mono[href*='/n/']");
            await page.Context.CloseAsync();
        }

        // The teacher passes the link on; whoever opens it needs no account.
        public async Task ShowCertificateAsync()
        {
            var own = await EnterAsync("teacher-" + language, $"/console/{AiSite.SchoolBin}/ai/portfolio");
            await own.ClickAsync("section[aria-labelledby=cert] a");
            await own.FillAsync("#who", "A school in Shymkent");
            await own.CheckAsync("input[name=abroad]");
            await own.ClickAsync("form[aria-labelledby=share] button.primary");
            await StandsAsync(own, "#link");
            var link = await own.InputValueAsync("#link");
            await own.Context.CloseAsync();
            var open = await chromium.PageAsync(320);
            await open.GotoAsync($"{site.Small.Site}{new Uri(link).PathAndQuery}");
            await StandsAsync(open, "section.verdict.ok");
            Assert.Contains("Trial teacher " + language, await open.ContentAsync(), StringComparison.OrdinalIgnoreCase);
            await open.Context.CloseAsync();
        }

        /// <summary>How many of how many teachers of the region reached the level, as the ministry reads it.</summary>
        public async Task<string> FigureAsync()
        {
            await CountAsync();
            var page = await EnterAsync("ministry", $"/console/ai?region={Crowded}");
            var made = await page.Locator("section[aria-labelledby=all] tbody tr:has(a[href*='teachers-deepen']) td >> nth=1").TextContentAsync();
            await page.Context.CloseAsync();
            return made!;
        }

        public async Task SeeTheFigureMoveAsync(string before)
        {
            await CountAsync();
            var page = await EnterAsync("ministry", $"/console/ai?region={Crowded}");
            var row = page.Locator("section[aria-labelledby=all] tbody tr:has(a[href*='teachers-deepen'])");
            var now = await row.Locator("td >> nth=1").TextContentAsync();
            Assert.Equal(Sum(before) + 1, Sum(now!));
            await row.Locator("a").First.ClickAsync();
            await StandsAsync(page, "figure.chart svg[role=img]");
            var down = await page.Locator("figure + table tbody a").First.GetAttributeAsync("href");
            await page.GotoAsync(site.Small.Site + down);
            var schools = await page.Locator("figure + table tbody tr").AllTextContentsAsync();
            // Of this school too few reached it: the row says so and gives no number.
            var hidden = Assert.Single(schools, s => s.Contains("No 1", StringComparison.Ordinal));
            Assert.DoesNotMatch(@"\d+(\D+)\d+\s*$", hidden.Replace("No 1", "", StringComparison.Ordinal));
            await page.Context.CloseAsync();
        }

        // "12 of 32", in the order of whichever language.
        private static int Sum(string text) => Regex.Matches(text, "[0-9]+").Sum(m => int.Parse(m.Value, NumberStyles.None, CultureInfo.InvariantCulture));

        private async Task CountAsync()
        {
            using var work = new IndicatorWork(site.Home.Database, site.Home.Rules, site.Small.Time);
            await work.CatchUpAsync();
        }

        private async Task NameAsync(string one, params string[] members)
        {
            var page = await EnterAsync("head", $"/console/{AiSite.SchoolBin}/ai/cases/{one}");
            foreach (var member in members)
            {
                await page.CheckAsync($"form[action$='/committee'] input[value='{Who(member, shared: true).Id}']");
            }

            await page.ClickAsync("form[action$='/committee'] button");
            await StandsAsync(page, "form[action$='/committee'] input:checked");
            await page.Context.CloseAsync();
        }

        private async Task DecideAsync(string one, string finding, string? remedy, params string[] members)
        {
            foreach (var member in members)
            {
                var page = await EnterAsync(member, $"/console/{AiSite.SchoolBin}/ai/cases/{one}");
                await VoteAsync(page, finding);
                await StandsAsync(page, "main:not(:has(form[action$='/vote']))");
                if (member == members[^1])
                {
                    if (remedy is not null)
                    {
                        await page.CheckAsync($"input[name=remedy][value={remedy}]");
                    }

                    await page.FillAsync("#reason", "Read and heard.");
                    await page.ClickAsync("form[action$='/decide'] button.primary");
                    await StandsAsync(page, "main:not(:has(form[action$='/decide']))");
                }

                await page.Context.CloseAsync();
            }
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

        private static async Task VoteAsync(IPage page, string finding)
        {
            await page.CheckAsync($"input[name=finding][value={finding}]");
            await page.FillAsync("#why", "Read with the others.");
            await page.ClickAsync("form[action$='/vote'] button.primary");
        }

        private async Task DescribeAsync(IPage page)
        {
            await page.FillAsync("#name", name);
            foreach (var tag in (string[])["kk", "ru", "en"])
            {
                await page.FillAsync($"[id='purpose.{tag}']", "Explains exercises.");
                await page.FillAsync($"[id='data.{tag}']", "Texts of exercises.");
            }

            await FillAsync(
                page, ("owner", "Invented Tutors"), ("contact", "help@tutors.example"), ("objection", "help@tutors.example"),
                ("agreement", "https://tutors.example/agreement"), ("contract", "Contract 11"));
            await page.SelectOptionAsync("#generative", "yes");
        }

        // A form of the desk is folded until it is needed.
        private static async Task SendAsync(IPage page, string form, params (string Field, string Text)[] fields)
        {
            if (!await page.IsVisibleAsync($"form#{form} button"))
            {
                await page.ClickAsync($"details:has(form#{form}) > summary");
            }

            foreach (var (field, text) in fields)
            {
                await page.FillAsync($"form#{form} [name={field}]", text);
            }

            await page.ClickAsync($"form#{form} button");
            await page.WaitForFunctionAsync($"location.hash === '#{form}'");
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

        private async Task<IntegrityCase> CaseAsync(string id)
        {
            await using var connection = await site.Home.Database.ConnectAsync();
            return (await site.Desk.Events.FindAsync(connection, IntegrityStreams.Kind, id))!.Now;
        }

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
}
