using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Demo;

/// <summary>
/// The sample world of AI in education: 40 places of learning in three regions with 2,000 teachers and 20,000 learners, the register's sixty
/// systems, regulations and tools of the schools, and a year of what happened there. Systems, regulations, tools, incidents and the examples of the
/// first school are whole events; the rest of the year is facts in bulk (<see cref="DemoAiYear"/>). All is written together: a second start finds it and changes nothing.
/// </summary>
internal sealed class DemoAi
{
    /// <summary>A demonstration of fewer diplomas is a small one, and has no schools.</summary>
    public const int FromCount = 100;

    /// <summary>Schools that have no regulation yet.</summary>
    private const int WithoutRegulation = 5;

    private readonly Installation home;
    private readonly EventStore events;
    private readonly SchoolDirectory directory;
    private readonly IReadOnlyDictionary<string, string> accounts;
    private readonly DateOnly today;

    private DemoAi(Installation home, IReadOnlyDictionary<string, string> accounts)
    {
        (this.home, this.accounts) = (home, accounts);
        var desk = new AiDesk(home);
        (events, directory, today) = (desk.Events, desk.Directory, desk.Today());
    }

    /// <summary>Who signs in: the people of the first school, an officer of its region, and those of the whole country.</summary>
    public static IReadOnlyList<(Bin? Place, Role Role, string Local, string Name)> People { get; } =
    [
        (DemoAiSchools.First.Place.Bin, Role.SchoolHead, "head", "Demo School Head"),
        (DemoAiSchools.First.Place.Bin, Role.AiCoordinator, "coordinator", "Demo AI Coordinator"),
        (DemoAiSchools.First.Place.Bin, Role.Teacher, "teacher", "Demo Teacher"),
        (DemoAiSchools.First.Place.Bin, Role.Teacher, "teacher-2", "Second Demo Teacher"),
        (DemoAiSchools.First.Place.Bin, Role.Learner, "learner", "Demo Learner"),
        (DemoAiSchools.First.Place.Bin, Role.Guardian, "guardian", "Demo Guardian"),
        (DemoAiSchools.Departments()[0].Bin, Role.RegionOfficer, "region", "Demo Region Officer"),
        (null, Role.EthicsReviewer, "ethics", "Demo Ethics Reviewer"), (null, Role.AiApprover, "ai-approver", "Demo Approver of AI"),
        (null, Role.MinistryOfficer, "ministry", "Demo Ministry Officer"), (null, Role.Vendor, "vendor", "Demo Vendor"),
    ];

    public static async Task MakeAsync(Installation home, DiplomaFlow flow, CancellationToken cancel)
    {
        IReadOnlyList<AiSystem> systems;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if ((await SchoolDirectory.AllAsync(connection, cancel: cancel)).Count > 0)
            {
                return;
            }

            systems = [.. (await EventStore.AllAsync(connection, SystemStream.Kind, cancel: cancel)).Select(s => s.Now)];
        }

        var found = await home.Database.ReadAsync(
            t => t.QueryAsync("SELECT email, id FROM accounts WHERE email IS NOT NULL", r => (r.GetString(0), r.GetString(1)), cancel), cancel);
        var demo = new DemoAi(home, found.ToDictionary(f => f.Item1, f => f.Item2, StringComparer.OrdinalIgnoreCase));
        // Their public events stand in the ledger: written before the rest, in a transaction of their own.
        systems = systems.Count > 0 ? systems : (await new SystemDesk(home, flow).TakeInAsync(demo.Systems(), cancel)).Value;
        await home.Database.WriteAsync(t => demo.WriteAsync(t, systems, cancel), cancel);
    }

    private async Task<int> WriteAsync(DbTransaction transaction, IReadOnlyList<AiSystem> systems, CancellationToken cancel)
    {
        var schools = DemoAiSchools.All();
        var (from, until) = (At(today.AddYears(-1)), At(today));
        var list = DemoAiSchools.Departments().Concat(schools.Select(s => s.Place)).Select((place, i) => new SchoolRow(i, place));
        _ = (await new ImportSchools(directory).RunAsync(transaction, new SchoolList([.. list], ""), null, from, cancel)).Value;
        await RoadmapAsync(transaction, cancel);
        var (words, random) = (DemoWords.Default, new DemoRandom(40));
        for (var i = 0; i < schools.Count; i++)
        {
            var school = schools[i];
            var people = i == 0 ? Addressed(DemoAiSchools.People(school, from, words.Names)) : DemoAiSchools.People(school, from, words.Names);
            await directory.AddAsync(transaction, school.Place.Bin, people, null, cancel);
            var tools = i % 8 == WithoutRegulation
                ? []
                : await RegulateAsync(transaction, school, systems, today.AddDays(-40 - random.Next(250)), cancel);
            await FactLog.AppendAsync(transaction, home.Vault, [.. new DemoAiYear(school, people, tools, from, until).Facts()], cancel);
            if (i == 0)
            {
                await LinkAsync(transaction, people, cancel);
                await IncidentsAsync(transaction, school.Place.Bin, systems[0].Id, cancel);
                var regulation = (await events.FindAsync(transaction, SchoolStreams.Regulation, SchoolStreams.RegulationOf(school.Place.Bin), cancel))!.Now;
                await new DemoAiExamples(home, events, school, today, OfFirst).WriteAsync(
                    transaction, people,
                    new RegulationInForce(home.Rules.Resolve(RuleKeys.AiSchoolRegulation, today).Value.Value, regulation.On(today)), systems[0].Id, cancel);
            }
        }

        return schools.Count;
    }

    private IReadOnlyList<(Bin?, IReadOnlyList<AiSystemEvent>)> Systems()
    {
        var rules = home.Rules.Resolve(RuleKeys.AiRegister, today).Value;
        return [.. new DemoAiSystems(rules.Value, rules.Reference, today, Of("ministry"), Of("ethics"), Of("ai-approver"), Of("vendor")).All().Select(e => ((Bin?)null, e))];
    }

    /// <summary>The school adopts its regulation and lets some systems in; gives their ids.</summary>
    private async Task<IReadOnlyList<string>> RegulateAsync(
        DbTransaction transaction, DemoAiSchool school, IReadOnlyList<AiSystem> systems, DateOnly day, CancellationToken cancel)
    {
        var (bin, isFirst) = (school.Place.Bin, school.Place.Bin == DemoAiSchools.First.Place.Bin);
        var template = home.Rules.Resolve(school.Place.Kind == SchoolKind.Higher ? RuleKeys.AiHigherRegulation : RuleKeys.AiSchoolRegulation, today).Value;
        var (coordinator, head) = isFirst ? (OfFirst("coordinator"), OfFirst("head")) : ("demo-coordinator", "demo-head");
        var drafted = DraftRegulation.Of(
            null, bin, coordinator, new Dictionary<string, string>(),
            DemoWords.Said(school.Drive, "Педагогикалық кеңеспен бірге дайындалды", "Подготовлено вместе с педагогическим советом"), template.Value, At(day.AddDays(-7))).Value;
        var regulation = await events.CreateAsync(transaction, SchoolStreams.Regulation, bin, drafted, SchoolStreams.RegulationOf(bin), cancel);
        var adopted = AdoptRegulation.Of(
            regulation.Now, head, DemoWords.Said(school.Drive, "Басшы", "Руководитель"), Role.SchoolHead.Word(), DemoWords.Said(school.Drive, "№ 12", "№ 12"),
            DemoWords.Said(school.Drive, "Кеңес оқып, келісті", "Прочитано и согласовано с советом"), day, template, day, At(day)).Value;
        regulation = await events.AppendAsync(transaction, SchoolStreams.Regulation, regulation, adopted, cancel);

        var inForce = new RegulationInForce(template.Value, regulation.Now.On(today));
        Stored<SchoolTools>? tools = null;
        foreach (var system in systems.Where(s => s.IsAllowed).Skip(school.Drive % 7).Take(1 + (school.Drive / 20)))
        {
            var purpose = system.Approval!.Allowed.Purposes[0];
            ToolRole[] roles = inForce.AllowsLearners(purpose) ? [ToolRole.Learner, ToolRole.Teacher] : [ToolRole.Teacher];
            var allowed = AllowTool.Of(
                tools?.Now, bin, coordinator, system,
                new AllowedTool(
                    system.Id, roles, [purpose], 13, null, system.Approval.Allowed.Until,
                    DemoWords.Said(school.Drive, "Сол тапсырма қағазда, педагогпен бірге", "То же задание на бумаге, с педагогом")),
                inForce, today, At(today.AddDays(-20))).Value;
            tools = tools is null
                ? await events.CreateAsync(transaction, SchoolStreams.Tools, bin, allowed, SchoolStreams.ToolsOf(bin), cancel)
                : await events.AppendAsync(transaction, SchoolStreams.Tools, tools, allowed, cancel);
        }

        return tools is null ? [] : [.. tools.Now.Allowed.Keys];
    }

    // Who signs in stands in the directory, too, by the address a roster would name: two teachers, a learner of the ninth grade.
    private static IReadOnlyList<SchoolPerson> Addressed(IReadOnlyList<SchoolPerson> people)
    {
        var locals = people.Where(p => p.Classes.Contains("9A")).Zip((string[])["teacher", "teacher-2"])
            .Append((people.First(p => p.Class == "9A"), "learner")).ToDictionary(p => p.Item1.Id, p => p.Item2, StringComparer.Ordinal);
        return [.. people.Select(p => locals.TryGetValue(p.Id, out var local) ? p with { Words = p.Words! with { Email = EmailOfFirst(local) } } : p)];
    }

    private async Task LinkAsync(DbTransaction transaction, IReadOnlyList<SchoolPerson> people, CancellationToken cancel)
    {
        var (tie, first) = (new RosterAccounts(directory), DemoAiSchools.First.Place.Bin);
        await tie.TieAsync(
            transaction, first, SchoolPersonKind.Teacher, [.. ((string[])["teacher", "teacher-2"]).Select(l => (EmailOfFirst(l), OfFirst(l)))], cancel);
        await tie.TieAsync(transaction, first, SchoolPersonKind.Learner, [(EmailOfFirst("learner"), OfFirst("learner"))], cancel);
        await SchoolDirectory.AddGuardianAsync(transaction, people.First(p => p.Class == "9A").Id, OfFirst("guardian"), cancel);
    }

    private async Task IncidentsAsync(DbTransaction transaction, Bin school, string system, CancellationToken cancel)
    {
        var rules = home.Rules.Resolve(RuleKeys.AiSafety, today).Value;
        var by = OfFirst("coordinator");
        foreach (var (kind, words, daysAgo, isClosed) in ((string, string, int, bool)[])
        [
            ("bias", DemoWords.Said(0, "Ол қыздарға ұлдарға қарағанда басқаша жауап берді", ""), 30, true),
            ("harmful-content", DemoWords.Said(1, "", "В сказке для младших классов были пугающие сцены"), 2, false),
        ])
        {
            var reported = ReportIncident.Of(OfFirst("learner"), school, kind, words, system, rules, At(today.AddDays(-daysAgo))).Value;
            var one = await events.CreateAsync(transaction, SafetyStreams.Incident, school, reported, null, cancel);
            one = await events.AppendAsync(
                transaction, SafetyStreams.Incident, one, TakeIncident.Of(one.Now, by, At(today.AddDays(-daysAgo)).AddHours(5)).Value, cancel);
            if (isClosed)
            {
                one = await events.AppendAsync(
                    transaction, SafetyStreams.Incident, one,
                    CloseIncident.Of(
                        one.Now, by, IncidentOutcome.PutRight, DemoWords.Said(0, "Сыныппен әңгімелесті; өнім беруші түзетті", ""), rules.Value, At(today.AddDays(4 - daysAgo))).Value,
                    cancel);
            }
        }
    }

    // Every fourth measure whose term has begun has no report: the roadmap shows that, too.
    private async Task RoadmapAsync(DbTransaction transaction, CancellationToken cancel)
    {
        var roadmap = home.Rules.Resolve(RuleKeys.AiRoadmap, today).Value.Value;
        foreach (var (measure, number) in roadmap.Measures.Where(m => m.From < today.AddDays(-30)).Select((m, i) => (m, i)).Where(m => m.i % 4 != 3))
        {
            var status = measure.Until < today ? MeasureStatus.Done : MeasureStatus.UnderWay;
            var reported = ReportMeasure.Of(
                roadmap, measure.Id, Of("ministry"), status, DemoWords.Said(number, "Көрсетілім үшін берілген есеп", "Отчёт для демонстрации"),
                $"https://demo.example/roadmap/{number}", At(today.AddDays(-20))).Value;
            await events.CreateAsync(transaction, MeasureCourse.Kind, null, reported, MeasureCourse.IdOf(measure.Id), cancel);
        }
    }

    private string Of(string local) => accounts[$"{local}@platform.example"];

    private string OfFirst(string local) => accounts[EmailOfFirst(local)];

    private static string EmailOfFirst(string local) => $"{local}@{DemoAiSchools.First.Place.Bin}.example";

    private static DateTimeOffset At(DateOnly day) => new(day.ToDateTime(new TimeOnly(4, 0)), TimeSpan.Zero);
}
