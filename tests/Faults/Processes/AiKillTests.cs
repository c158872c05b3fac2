using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Journey.Tests.Ai;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>
/// AI in education through its forms: a system from its vendor's offer to its suspension, a school's regulation, tool, consent and switch, a
/// task from its setting to an objection, a case of integrity to the end of its appeal, a level with its certificate, an incident, a measure of
/// the roadmap, a roster. Each form writes its event with all that belongs to it (row, facts, record, message, ledger entry, certificate), and
/// nothing more when it is sent twice. In those that weigh most the process is killed (kill -9) before or after its commit.
/// </summary>
public sealed class AiKillTests
{
    private const string Country = "/en/console/ai";
    private const int Pupils = 3;

    // The learner, and the parent of a minor.
    private const int Family = 2;

    private static readonly string School = $"/en/console/{AiKillWorld.School}/ai";

    private static readonly (string Name, string Value) Version = ("version", "{version}");

    /// <summary>A form, with what it writes beside its event.</summary>
    /// <param name="Kind">Kind of the part and word of the event.</param>
    private sealed record Step(string Kind, string Who, string Page, string Action, params (string Name, string Value)[] Fields)
        : FormStep(Kind, Who, Page, Action, Fields)
    {
        public int Events { get; init; } = 1;

        /// <summary>Rows of the record of who did what.</summary>
        public int Notes { get; init; } = 1;

        public int Facts { get; init; }

        /// <summary>Entries of the ledger for the register of systems.</summary>
        public int Entries { get; init; }

        /// <summary>Certificates, each with its entry.</summary>
        public int Certificates { get; init; }

        public int Mails { get; init; }

        public int People { get; init; }

        /// <summary>The process dies once everything is written and nothing is stored.</summary>
        public bool IsDeadly
        {
            init => DiesAt = value ? "in-ai-" + Kind : null;
        }
    }

    [Fact]
    [Trait("Requirement", "X-15")]
    [Trait("Requirement", "AI-1")]
    [Trait("Requirement", "AI-14")]
    public async Task Killed_in_a_form_of_AI_in_education_all_is_as_it_was_or_done_once()
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var made = await AiKillWorld.MakeAsync(world);
        using var walk = new FormWalk(world);
        var program = new HttpClient();
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Key);
        walk.Enter("program", program);
        await walk.RunAsync(
            [.. OfSystem(made), .. OfSchool(made), .. OfTask(made), .. OfCase(made), .. OfLevel(made), .. OfIncident(), .. OfEnds(made)],
            () => CountAsync(world), Expected);
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await SendScoreAsync(world, made, home);
        await new DiplomaFlow(home).PublishAsync(allStatusLists: true);
        Assert.DoesNotContain((await Audit.RunAsync(home)).Findings, f => f.Code != "audit/not-delivered");
    }

    // The grade is decided, and its learner opened the task from a platform. Killed once the platform has the score and nothing is noted here, it
    // goes once more as the same decision, which the platform knows.
    private static async Task SendScoreAsync(World world, AiKillWorld made, Installation home)
    {
        var at = home.Time.GetUtcNow();
        string keys;
        using (var key = await new LtiStore(home.Vault).KeyAsync(home.Database, at))
        {
            keys = key.Jwks();
        }

        await using var moodle = new TrialPlatform(() => Task.FromResult(keys));
        await moodle.StartAsync();
        var token = new Uri(moodle.Address + "/token.php");
        var launch = new LtiLaunch(
            "lti-1", "subject-1", "1", "3", null, [LtiRole.Learner], "https://site.example", null,
            new LtiGradeService([LtiScore.ScoreScope], null, new Uri(moodle.Address + "/2/lineitems/9/lineitem?type_id=1")), null,
            new Dictionary<string, string>(), "nonce", at);
        await home.Database.WriteAsync(async t =>
        {
            _ = (await LtiStore.AddAsync(
                t, new LtiPlatform("lti-1", AiKillWorld.School, "Moodle", moodle.Address, TrialPlatform.ClientId, ["1"], token, token, moodle.Jwks()), "test", at)).Value;
            _ = (await LtiStore.BindAsync(t, "lti-1", "subject-1", made.Account("learner"), at)).Value;
            await LtiScores.OpenAsync(t, launch, TaskId, at);
        });
        using (var killed = await Node.StartToBeKilledAsync(world, "after-score-sent"))
        {
            Assert.True(killed is null || (await killed.EndedAsync()).Exit == Ended.Killed);
        }

        Assert.Equal(9m, Assert.Single(moodle.Received).Grade);
        await using var connection = await home.Database.ConnectAsync();
        var row = Assert.Single(await LtiScores.DueAsync(connection, at.AddHours(1), 1));
        Assert.Null(row.Sent);

        // Nobody waits until the lease of the killed one is over.
        Assert.True(await home.Database.WriteAsync(t => LtiScores.TakeAsync(t, row, LedgerEntry.Time(at))));
        LtiScoreCount now;
        using (await Node.StartAsync(world))
        {
            var patience = System.Diagnostics.Stopwatch.StartNew();
            while ((now = Assert.Single(await LtiScores.CountsAsync(connection, AiKillWorld.School))).State != "sent")
            {
                Assert.True(patience.Elapsed < TimeSpan.FromMinutes(3), $"{now}");
                await Task.Delay(100);
            }
        }

        Assert.Equal((409, 2), (now.Status, moodle.Received.Count));
        Assert.Single(moodle.Received.Distinct());
        Assert.Equal(9m, moodle.GradeOf("subject-1"));
    }

    private static string Who(string local) => AiKillWorld.Email(local);

    internal static string SystemId { get; } = EventStore.NewId(SystemStream.Kind);

    private static string TaskId { get; } = EventStore.NewId(TaskStreams.Tasks);

    private static IEnumerable<Step> OfSystem(AiKillWorld made)
    {
        (string, string)[] described =
        [
            ("name", "Tutor (invented)"), .. new[] { "kk", "ru", "en" }.SelectMany(l => new[] { ("purpose." + l, "Explains exercises."), ("data." + l, "Texts.") }),
            ("owner", "Invented Tutors"), ("contact", "help@tutors.example"), ("objection", "help@tutors.example"),
            ("agreement", "https://tutors.example/agreement"), ("contract", "Contract 11"), ("generative", "yes"),
        ];
        (string, string)[] answers =
        [
            ("company", "Invented Tutors"), ("models", "Tutor 1"), ("stored", "KZ"), ("retention", "30 days"), ("agefrom", "13"), ("trains", "no"),
            ("deletes", "yes"), ("advertising", "no"), ("profiles", "no"), ("marks", "yes"),
        ];
        var (mine, decided) = ($"{School}/systems/{SystemId}", $"{Country}/systems/{SystemId}");

        // To grade is a use with a high impact: it wants an assessment and the board.
        var functions = made.Register.Forbidden.Concat(made.Register.HighImpact).Select(f => ("function." + f.Id, f.Id == "outcomes" ? "yes" : "no"));
        var (vendor, coordinator) = (Who("vendor"), Who("coordinator"));
        return
        [
            new("system-offered", vendor, Country + "/vendor/new", Country + "/vendor/new", [("id", SystemId), .. described, .. answers]),
            new("system-vendor-answered", vendor, $"{Country}/vendor/{SystemId}", $"{Country}/vendor/{SystemId}", [Version, .. answers]),
            new("system-proposed", coordinator, mine, mine + "/propose", [Version, .. described]) { Facts = 1, Entries = 1 },
            new("system-classified", coordinator, mine, mine + "/class", [Version, ("risk", "medium"), ("autonomy", "low"), ("mode", "closed"), .. functions]) { Entries = 1 },
            new("system-impact-assessed", coordinator, mine, mine + "/impact", Version, ("rights", "Fair grades."), ("risks", "Wrong."), ("oversight", "The teacher.")),
            new("system-value-shown", coordinator, mine, mine + "/value", Version, ("without", "A book."), ("gain", "Answers at once."),
                ("evidence", "https://evidence.example/trial"), ("proportionality", "Texts only."), ("subsidiarity", "No other."), ("necessity", "Thirty pupils.")),
            new("system-ethics-reviewed", Who("ethics"), decided, decided + "/ethics", Version, ("outcome", "favourable"), ("reason", "Read.")) { Entries = 1 },
            new("system-approved", Who("ai-approver"), decided, decided + "/approve", Version, ("purpose", "tutoring"), ("purpose", "assessment-aid"), ("from", "13"),
                ("to", "19"), ("until", made.Day(300)), ("reason", "Shown in two schools."), ("password", "{password}")) { Facts = 1, Entries = 1, IsDeadly = true },
        ];
    }

    private static IEnumerable<Step> OfSchool(AiKillWorld made)
    {
        var mine = $"/en/me/ai/{made.Learner.Id}/tools/{SystemId}";
        return
        [
            new("regulation-drafted", Who("coordinator"), School + "/regulation", School + "/regulation", Version, ("generative-from-age", "13"), ("words", "Agreed.")),
            new("regulation-adopted", Who("head"), School + "/regulation", School + "/regulation/adopt", Version, ("order", "Order 7"), ("reason", "For the new year."),
                ("from", made.Day(0)), ("password", "{password}")) { Facts = 1 },
            new("school-tools-allowed", Who("coordinator"), $"{School}/tools?system={SystemId}", School + "/tools", Version, ("system", SystemId), ("role", "learner"),
                ("role", "teacher"), ("purpose", "tutoring"), ("purpose", "assessment-aid"), ("from", "13"), ("to", "19"), ("until", made.Day(200)),
                ("without", "The printed book.")) { Facts = 1 },
            new("consent-given", Who("guardian"), mine, mine + "/consent", ("id", "{id}"), ("shown", "{shown}"), ("system", SystemId), ("purpose", "tutoring"),
                ("purpose", "assessment-aid"), ("until", made.Day(100))) { Facts = 1, IsDeadly = true },
            new("duty-set", Who("coordinator"), School + "/incidents/duty", School + "/incidents/duty",
                [Version, .. Enum.GetValues<DayOfWeek>().Select(d => ("person." + EventWords.Of(d), made.Account("head")))]),
            new("infrastructure-reported", Who("coordinator"), School + "/infrastructure", School + "/infrastructure", Version, ("devices", "40"), ("learners", "200"),
                ("connectivity", "good")) { Facts = 1 },
            new("learner-ai-notice-read", Who("learner"), mine, mine + "/read", ("edition", "{edition}")),
        ];
    }

    private static IEnumerable<Step> OfTask(AiKillWorld made)
    {
        var (mine, here) = ($"/en/me/ai/{made.Learner.Id}/tasks/{TaskId}", $"{School}/tasks/{TaskId}/{made.Learner.Id}");
        var work = $"/api/v1/institutions/{AiKillWorld.School}/ai/works/{LearnerWork.IdOf(TaskId, made.Learner.Id)}";
        return
        [
            new("task-set", Who("teacher"), School + "/tasks/new", School + "/tasks", ("id", TaskId), ("title", "Railway essay"), ("words", "Write on the railway."),
                ("class", "9A"), ("level", "2"), ("tool", SystemId), ("own", "80"), ("max", "10"), ("due", made.Day(30))) { Facts = 1 },
            new("work-handed-in", Who("learner"), mine, mine, ("text", "It joined the north and the south."), ("use", "none")) { Facts = 1 },
            new("work-grade-proposed", "program", work + "/text?system=" + SystemId, work + "/proposal")
            {
                Json = new JsonObject { ["score"] = 5, ["system"] = SystemId, ["model"] = "1", ["words"] = "Short.", ["data"] = new JsonArray("The text") },
            },
            new("work-grade-decided", Who("teacher"), here, here + "/grade", Version, ("score", "9"), ("reason", "Clear.")) { Facts = 1, IsDeadly = true },
            new("work-objection-made", Who("guardian"), mine, mine + "/object", ("asks", "objection"), ("words", "Ten, we think.")) { Facts = 1 },
            new("work-objection-answered", Who("coordinator"), here, here + "/answer", Version, ("to", "objection"), ("data", "The text."), ("words", "Read again."),
                ("outcome", "kept")) { Facts = 1 },
        ];
    }

    private static IEnumerable<Step> OfCase(AiKillWorld made)
    {
        var other = EventStore.NewId(IntegrityStreams.Kind);
        var (one, mine) = ($"{School}/cases/{made.Case}", $"/en/me/ai/{made.Learner.Id}/cases/");

        // Told are the members but whoever acts; by the last vote the others.
        Step Committee(params string[] members) => new(
            "case-committee-named", Who("head"), one, one + "/committee", [Version, .. members.Select(m => ("member", made.Account(m)))])
        {
            Mails = members.Count(m => m != "head"),
        };
        Step Vote(string who, string finding, int mails = 0) =>
            new("case-member-voted", Who(who), one, one + "/vote", Version, ("finding", finding), ("why", "Read.")) { Mails = mails };
        return
        [
            new("case-reported", Who("teacher"), $"{School}/cases/new?person={made.Learner.Id}&task={TaskId}", School + "/cases", ("id", other), ("person", made.Learner.Id),
                ("task", TaskId), ("title", "Railway essay"), ("ground", "source-comparison"), ("words", "No such book.")) { Facts = 1, Mails = 1 },
            new("case-learner-notified", Who("coordinator"), $"{School}/cases/{other}", $"{School}/cases/{other}/notice", Version) { Mails = Family },
            new("case-learner-said", Who("learner"), mine + other, $"{mine}{other}/say", Version, ("words", "It is at home.")) { Mails = 1 },
            new("case-learner-heard", Who("coordinator"), one, one + "/hearing", Version, ("invited", "yes"), ("present", "yes"), ("heard", "I wrote it.")) { Mails = Family },
            new("case-oral-check-held", Who("coordinator"), one, one + "/oral", Version, ("result", "explains"), ("oral-invited", "yes"),
                ("oral", "Explained it.")) { Mails = Family },
            Committee("coordinator", "head", "second"), Vote("coordinator", "minor"), Vote("head", "minor"), Vote("second", "minor", mails: 2),
            new("case-decided", Who("second"), one, one + "/decide", Version, ("remedy", "redo"), ("reason", "Write it again."))
            {
                Facts = 1, Mails = Family + 2, IsDeadly = true,
            },
            new("case-appealed", Who("learner"), mine + made.Case, $"{mine}{made.Case}/appeal", Version, ("appeal", "I explained it.")) { Facts = 1, Mails = 3 },
            Committee("third", "fourth", "fifth"), Vote("third", "no-breach"), Vote("fourth", "no-breach"), Vote("fifth", "no-breach", mails: 2),
            new("case-appeal-decided", Who("third"), one, one + "/decide", Version, ("reason", "The class heard it.")) { Facts = 1, Mails = Family + 2 },
            new("case-closed", Who("head"), one, one + "/close", Version) { Facts = 1, Mails = Family + 2 },
        ];
    }

    private static IEnumerable<Step> OfLevel(AiKillWorld made)
    {
        var assess = $"{School}/assess/{made.Portfolio}";
        return
        [
            new("portfolio-handed-in", Who("teacher"), School + "/portfolio", School + "/portfolio", ("evidence", "e-last"), ("block", made.Block), ("what", "A lesson.")),
            // The block, the level in its aspect, and the level as a whole.
            new("portfolio-assessed", Who("coordinator"), assess, assess, Version, ("evidence", "e-last"), ("outcome", "met"), ("reason", "Seen in class.")) { Facts = 3 },
            new("portfolio-certified", Who("coordinator"), assess, assess + "/certify", Version, ("level", made.Level)) { Certificates = 1, IsDeadly = true },
        ];
    }

    private static IEnumerable<Step> OfIncident()
    {
        var (id, report) = (EventStore.NewId(SafetyStreams.Incident), $"/en/ai/report?school={AiKillWorld.School}");
        var here = $"{School}/incidents/{id}";
        return
        [
            new("incident-reported", Who("guardian"), report, "/en/ai/report", ("id", id), ("kind", "self-harm"), ("words", "A chat told a child to hurt itself."),
                ("school", AiKillWorld.School.Value)) { Facts = 1, Mails = 2, IsDeadly = true },
            new("incident-taken", Who("coordinator"), here, here + "/take"),
            new("incident-noted", Who("coordinator"), here, here + "/note", Version, ("words", "Spoke with her.")),
            new("incident-routed", Who("coordinator"), here, here + "/route", Version, ("to", "psychologist"), ("words", "Today.")),
            new("incident-closed", Who("coordinator"), here, here + "/close", Version, ("outcome", "passed-on"), ("words", "With the psychologist.")) { Facts = 1 },
        ];
    }

    private static IEnumerable<Step> OfEnds(AiKillWorld made)
    {
        var (mine, decided, roster) = ($"/en/me/ai/{made.Learner.Id}/tools/{SystemId}", $"{Country}/systems/{SystemId}", School + "/roster");
        var (measure, directory) = ($"{Country}/roadmap/{made.Measure}", Country + "/directory");
        return
        [
            new("class-ai-switched-off", Who("teacher"), School + "/switch", School + "/switch/off", ("class", "9A")) { Facts = 1 },
            new("class-ai-switched-on", Who("teacher"), School + "/switch", School + "/switch/on", ("class", "9A")),
            new("consent-withdrawn", Who("guardian"), mine, mine + "/withdraw", ("consent", "{consent}")) { Facts = 1 },
            new("measure-reported", Who("ministry"), measure, measure, Version, ("status", "under-way"), ("words", "Begun."), ("evidence", "")) { Facts = 1 },
            new("system-suspended", Who("ministry"), decided, decided + "/suspend", Version, ("cause", "incident"), ("reason", "A wrong answer."))
            {
                Facts = 1, Entries = 1, Mails = 1, DiesAt = "after-ai-system", DiesAfterCommit = true,
            },
            new("school-tools-ended", Who("coordinator"), School + "/tools", School + "/tools/end", ("system", SystemId), ("reason", "Stopped.")),

            // Looked at first: what is kept for an hour until it is confirmed counts nowhere.
            new("roster-looked-at", Who("coordinator"), roster, roster) { File = ("learners", "roster.zip", AiKillWorld.Roster(Pupils)), Keeps = "plan", Events = 0, Notes = 0 },
            new("roster-taken", Who("coordinator"), roster + "/{plan}", roster + "/{plan}", ("seen", "{seen}"))
            {
                Events = 0, Facts = Pupils, People = Pupils, DiesAt = "in-roster",
            },
            new("schools-looked-at", Who("ministry"), directory, directory) { File = ("learners", "schools.csv", AiKillWorld.SchoolList()), Keeps = "list", Events = 0, Notes = 0 },
            new("schools-taken", Who("ministry"), directory + "/{list}", directory + "/{list}", ("seen", "{seen}"))
            {
                Events = 0, Facts = 1, DiesAt = "in-ai-schools",
            },
        ];
    }

    /// <summary>What a form writes.</summary>
    /// <param name="Torn">Parts whose row is not of their events.</param>
    private sealed record Counts(long Events, long Facts, long Notes, long Entries, long Certificates, long CertificateEntries, long Mails, long People, long Torn);

    private static Counts Expected(Step step, Counts before, Counts after) => before with
    {
        Events = before.Events + step.Events,
        Facts = before.Facts + step.Facts,
        Notes = before.Notes + step.Notes,
        Entries = before.Entries + step.Entries,
        Certificates = before.Certificates + step.Certificates,
        CertificateEntries = before.CertificateEntries + step.Certificates,
        Mails = before.Mails + step.Mails,
        People = before.People + step.People,
        Torn = 0,
    };

    private static async Task<Counts> CountAsync(World world)
    {
        await using var database = Database.At(Settings.Load(world.Data).Value.DatabaseAddress(world.Data));
        await using var connection = await database.ConnectAsync();
        async Task<long> Of(string query) => (await connection.QueryAsync(query, r => r.GetInt64(0), default)).Single();
        return new Counts(
            await Of("SELECT COUNT(*) FROM ai_events"), await Of("SELECT COUNT(*) FROM ai_facts"),
            await Of("SELECT COUNT(*) FROM trail WHERE act = 'change' AND (what LIKE 'ai/%' OR what = 'connections/roster-taken')"),
            await Of("SELECT COUNT(*) FROM ai_register_entries"), await Of("SELECT COUNT(*) FROM certificates"), await Of("SELECT COUNT(*) FROM certificate_entries"),
            await Of("SELECT COUNT(*) FROM mail_queue WHERE subject_kind LIKE 'ai-%'"), await Of("SELECT COUNT(*) FROM ai_people"),
            await Of("SELECT COUNT(*) FROM ai_streams s WHERE s.version <> (SELECT COUNT(*) FROM ai_events e WHERE e.stream = s.id)"));
    }
}
