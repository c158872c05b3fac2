using System.Text;
using System.Text.RegularExpressions;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Demo;
using Mortanba.Recognition;
using Mortanba.Rules;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>
/// A case of recognition on its whole way by the pages: each form does its transition with all that belongs to it (event, file, record,
/// message, certificate, ledger), and nothing more when it is sent twice. In the transitions that weigh most the process is killed (kill -9)
/// once everything is written and nothing is stored: all is as it was, and the same form does it after the next start.
/// </summary>
public sealed partial class CaseKillTests
{
    private const string Desk = "/en/console/recognition/cases/";
    private const string Mine = "/en/me/cases/";

    // Kinds of events that write to the applicant.
    private static readonly string[] Told = ["submitted", "missing-asked", "wait-began", "wait-ended", "decided", "appeal-decided"];

    /// <param name="Kind">The event that comes of it.</param>
    private sealed record Step(string Kind, string Who, string Page, string Action, params (string Name, string Value)[] Fields)
        : FormStep(Kind, Who, Page, Action, Fields)
    {
        public bool IsDeadly
        {
            init => DiesAt = value ? "in-case-" + Kind : null;
        }
    }

    [Fact]
    [Trait("Requirement", "X-15")]
    public async Task Killed_in_a_transition_a_case_is_as_it_was_and_the_same_form_does_it_once()
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        using var walk = new FormWalk(world);
        await walk.RunAsync(await StepsAsync(world), () => CountAsync(world), Expected);
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        Assert.DoesNotContain((await Audit.RunAsync(home)).Findings, f => f.Code != "audit/not-delivered");
    }

    /// <summary>The whole way of a case of the demonstration, from its draft to the appeal; and what happens on side ways in others.</summary>
    private static async Task<IReadOnlyList<Step>> StepsAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        var accounts = (await connection.QueryAsync("SELECT email, id FROM accounts WHERE email IS NOT NULL", r => (r.GetString(0), r.GetString(1)), default))
            .ToDictionary(a => a.Item1, a => a.Item2);
        var desk = new CaseDesk(home);
        var cases = new List<RecognitionCase>();
        foreach (var id in await connection.QueryAsync("SELECT id FROM recognition_cases ORDER BY id", r => r.GetString(0), default))
        {
            cases.Add((await desk.Cases.FindAsync(connection, id))!.Case);
        }

        string Of(CaseStage stage, string applicant, HolderKind? kind = null) => cases.First(
            c => c.Stage == stage && c.Applicant == accounts[applicant] && (kind is null || c.HolderKind == kind)).Id;
        var one = Of(CaseStage.Draft, DemoPeople.Applicant);
        var (mine, here) = (Mine + one, Desk + one);
        var (officer, first, second) = (DemoPeople.RecognitionOfficer, DemoPeople.Evaluator, DemoPeople.OtherEvaluator);
        var (maker, reviewer, applicant) = (DemoPeople.DecisionMaker, DemoPeople.AppealReviewer, DemoPeople.Applicant);
        var other = Of(CaseStage.Draft, DemoPeople.OtherApplicant);
        var interviewed = cases.First(c => c is { Stage: CaseStage.Evaluation, HolderKind: HolderKind.Refugee }).Id;
        return
        [
            new("described", applicant, mine + "/what", mine + "/what", ("version", "{version}"), ("holder", "graduate"), ("name", "Trial Person"),
                ("born", "1999-03-04"), ("purpose", "further-study"), ("title", "Bachelor of Trials"), ("isced", "6"), ("awarded", "2024-06-30"),
                ("institution", "University of Trials"), ("country", "DE"), ("field", "1041")),
            new("document-added", applicant, mine + "/documents", mine + "/documents", ("item", "identity"), ("back", "documents")) { File = Text("identity.txt") },
            new("document-removed", applicant, mine + "/documents", "") { ActionOnPage = Removal() },
            new("submitted", applicant, mine + "/file", mine + "/file", ("version", "{version}"), ("read", "yes")) { IsDeadly = true },
            new("missing-asked", officer, here, here + "/missing", ("version", "{version}"), ("missing", "translation"), ("why.translation", "It is not there.")) { IsDeadly = true },
            new("missing-answered", applicant, mine, mine + "/answered", ("version", "{version}")),
            new("complete", officer, here, here + "/complete", ("version", "{version}")) { IsDeadly = true },
            new("assigned", officer, here, here + "/assign", ("version", "{version}"), ("evaluator", accounts[first]), ("second", accounts[second]), ("maker", accounts[maker])),
            new("remark-added", officer, here, here + "/remark", ("version", "{version}"), ("text", "Looked at.")),
            new("wait-began", officer, here, here + "/wait", ("version", "{version}"), ("whom", "issuer"), ("about", "Is the number yours?")),
            new("wait-ended", officer, here, here + "/answered", ("version", "{version}"), ("wait", "{wait}")),
            new("document-added", officer, here, here + "/evidence", ("version", "{version}"), ("item", DocumentItems.RegisterExtract)) { File = Text("register.txt"), IsDeadly = true },
            new("authenticity-found", officer, here, here + "/authenticity", ("version", "{version}"), ("result", "confirmed"), ("way", "letter"), ("evidence", "{evidence}")),
            new("qualification-corrected", officer, here, here + "/correct", ("version", "{version}"), ("institution.0", "ru-sample-1"), ("why", "It is in the register.")),
            new("issuer-right-found", officer, here, here + "/right", ("version", "{version}"), ("result", "entitled"), ("evidence", "{evidence}")),
            new("rebased", officer, here, here + "/rebase", ("version", "{version}"), ("reason", "The rules of today.")),
            new("suggestion-made", first, here + "/compare", here + "/suggest", ("version", "{version}")) { IsDeadly = true },
            new("suggestion-answered", first, here + "/compare", here + "/compare/suggestion", ("version", "{version}"), ("suggestion", "{suggestion}"), ("answer", "confirm")),
            new("assessment-saved", first, here + "/compare", here + "/compare", Comparison("{evidence.profile}")) { IsDeadly = true },
            new("assessment-saved", second, here + "/compare", here + "/compare", Comparison(null)),
            new("proposed", first, here + "/compare", here + "/compare/propose", Proposal) { IsDeadly = true },
            new("sent-back", maker, here + "/decide", here + "/decide/return", ("version", "{version}"), ("back", "Look at the courses.")),
            new("proposed", first, here + "/compare", here + "/compare/propose", Proposal),
            new("decided", maker, here + "/decide", here + "/decide", ("version", "{version}"), ("act", "confirm"), ("reason", "One course is missing."), ("password", "{password}")) { IsDeadly = true },
            new("appeal-filed", applicant, mine, mine + "/appeal", ("version", "{version}"), ("words", "It is in the annex.")) { IsDeadly = true },
            new("appeal-taken", reviewer, here + "/appeal", here + "/appeal/take", ("version", "{version}")),
            new("appeal-decided", reviewer, here + "/appeal", here + "/appeal",
                [("version", "{version}"), ("appeal", "change"), ("reason", "It is there."), ("outcome", "full"), ("deviation", "It is there."), ("password", "{password}"), .. Elements(null)]) { IsDeadly = true },
            new("interview-held", first, Desk + interviewed + "/compare", Desk + interviewed + "/compare/interview", ("version", "{version}"), ("record", "Explained three courses.")) { IsDeadly = true },
            new("withdrawn", DemoPeople.OtherApplicant, Mine + other + "/withdraw", Mine + other + "/withdraw", ("version", "{version}")) { IsDeadly = true },
        ];
    }

    private static (string, string)[] Proposal =>
    [
        ("version", "{version}"), ("outcome", "conditional"), ("measure.profile", "Pass the course."), ("until.profile", "2099-06-30"), ("deviation", "No case is like it."),
    ];

    /// <summary>A finished comparison: with a difference in the profile on this document, or none.</summary>
    private static (string, string)[] Comparison(string? profile) => [("seen", "{seen}"), ("act", "finish"), .. Elements(profile)];

    private static (string, string)[] Elements(string? profile) =>
    [
        .. Enum.GetValues<Element>().Select(e => (Element: e, Code: BasisRecord.Code(e))).SelectMany(e => ((string, string)[])(e.Element == Element.Profile && profile is not null
            ? [("difference." + e.Code, "substantial"), ("here." + e.Code, "6B104"), ("evidence." + e.Code, profile), ("ground." + e.Code, "content"), ("why." + e.Code, "It builds on it.")]
            : [("difference." + e.Code, "none"), ("here." + e.Code, "6B104"), ("evidence." + e.Code, "{evidence." + e.Code + "}")])),
    ];

    private static (string, string, byte[]) Text(string name) => ("file", name, Encoding.UTF8.GetBytes("A page of " + name));

    private static Counts Expected(Step step, Counts before, Counts done)
    {
        var events = step.Kind switch { "interview-held" => 2, "suggestion-made" => Math.Max(1, done.Events - before.Events), _ => 1 };
        return before with
        {
            Events = before.Events + events,
            Notes = before.Notes + events,
            Files = before.Files + step.Kind switch { "document-added" or "interview-held" => 1, "document-removed" => -1, _ => 0 },
            Mails = before.Mails + (Told.Contains(step.Kind) ? 1 : 0),
            Certificates = before.Certificates + (step.Kind is "decided" or "appeal-decided" ? 1 : 0),
            // The new one, and the end of the old one.
            Entries = before.Entries + step.Kind switch { "decided" => 1, "appeal-decided" => 2, _ => 0 },
            Numbers = before.Numbers + (step.Kind == "submitted" ? 1 : 0),
        };
    }

    /// <summary>What a transition writes.</summary>
    private sealed record Counts(long Events, long Files, long Notes, long Mails, long Certificates, long Entries, long Numbers);

    private static async Task<Counts> CountAsync(World world)
    {
        await using var database = Database.At(Settings.Load(world.Data).Value.DatabaseAddress(world.Data));
        await using var connection = await database.ConnectAsync();
        async Task<long> Of(string query) => (await connection.QueryAsync(query, r => r.GetInt64(0), default)).Single();
        return new Counts(
            await Of("SELECT COUNT(*) FROM recognition_events"), await Of("SELECT COUNT(*) FROM recognition_files"),
            await Of("SELECT COUNT(*) FROM trail WHERE act = 'change' AND what LIKE 'recognition/case-%'"),
            await Of($"SELECT COUNT(*) FROM mail_queue WHERE subject_kind = '{CaseMail.MailSubject}'"),
            await Of("SELECT COUNT(*) FROM certificates"), await Of("SELECT COUNT(*) FROM certificate_entries"),
            await Of("SELECT COALESCE(SUM(last), 0) FROM recognition_numbers"));
    }

    // Of the first box, which the step before has filled.
    [GeneratedRegex("action=\"([^\"]+/documents/[^\"/]+/remove)\"")]
    private static partial Regex Removal();
}
