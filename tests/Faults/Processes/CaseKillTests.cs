using System.Net;
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
public sealed partial class CaseKillTests : IDisposable
{
    private const string Desk = "/en/console/recognition/cases/";
    private const string Mine = "/en/me/cases/";

    // Kinds of events that write to the applicant.
    private static readonly string[] Told = ["submitted", "missing-asked", "wait-began", "wait-ended", "decided", "appeal-decided"];

    private readonly Dictionary<string, HttpClient> people = [];

    /// <summary>A form of a page: who sends it, from which page, and what is filled in.</summary>
    /// <param name="Kind">The event that comes of it.</param>
    /// <param name="Fields">Values with a pattern in braces are read from the page.</param>
    private sealed record Step(string Kind, string Who, string Page, string Action, params (string Name, string Value)[] Fields)
    {
        /// <summary>Sent as a file.</summary>
        public string? File { get; init; }

        /// <summary>The process dies in it.</summary>
        public bool IsDeadly { get; init; }
    }

    [Fact]
    [Trait("Requirement", "X-15")]
    public async Task Killed_in_a_transition_a_case_is_as_it_was_and_the_same_form_does_it_once()
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var password = (await File.ReadAllLinesAsync(Path.Combine(world.Data, DemoPeople.FileName)))[0];
        var steps = new Queue<Step>(await StepsAsync(world));
        (Step Step, Sent Form)? killed = null;
        do
        {
            var deadly = steps.FirstOrDefault(s => s.IsDeadly);
            using var node = await Node.StartAsync(world, deadly is null ? [] : [("MORTANBA_CRASH_AT", "in-case-" + deadly.Kind)]);
            if (killed is var (again, form))
            {
                await DoAsync(world, node, again, form);
            }

            killed = null;
            while (killed is null && steps.TryDequeue(out var step))
            {
                var sent = await ReadAsync(node, step, password);
                if (!step.IsDeadly)
                {
                    await DoAsync(world, node, step, sent);
                    continue;
                }

                var before = await CountAsync(world);
                var fault = await Record.ExceptionAsync(() => SendAsync(node, sent));
                Assert.True(fault is HttpRequestException, $"{step.Kind}: {fault}");
                Assert.Equal(Ended.Killed, (await node.EndedAsync()).Exit);
                var after = await CountAsync(world);
                Assert.True(before == after, $"{step.Kind}: {before}, {after}");
                killed = (step, sent);
            }
        }
        while (killed is not null);

        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        Assert.DoesNotContain((await Audit.RunAsync(home)).Findings, f => f.Code != "audit/not-delivered");
    }

    public void Dispose()
    {
        foreach (var person in people.Values)
        {
            person.Dispose();
        }
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
            new("document-added", applicant, mine + "/documents", mine + "/documents", ("item", "identity"), ("back", "documents")) { File = "identity.txt" },
            new("document-removed", applicant, mine + "/documents", mine + "/documents/{removed}/remove"),
            new("submitted", applicant, mine + "/file", mine + "/file", ("version", "{version}"), ("read", "yes")) { IsDeadly = true },
            new("missing-asked", officer, here, here + "/missing", ("version", "{version}"), ("missing", "translation"), ("why.translation", "It is not there.")) { IsDeadly = true },
            new("missing-answered", applicant, mine, mine + "/answered", ("version", "{version}")),
            new("complete", officer, here, here + "/complete", ("version", "{version}")) { IsDeadly = true },
            new("assigned", officer, here, here + "/assign", ("version", "{version}"), ("evaluator", accounts[first]), ("second", accounts[second]), ("maker", accounts[maker])),
            new("remark-added", officer, here, here + "/remark", ("version", "{version}"), ("text", "Looked at.")),
            new("wait-began", officer, here, here + "/wait", ("version", "{version}"), ("whom", "issuer"), ("about", "Is the number yours?")),
            new("wait-ended", officer, here, here + "/answered", ("version", "{version}"), ("wait", "{wait}")),
            new("document-added", officer, here, here + "/evidence", ("version", "{version}"), ("item", DocumentItems.RegisterExtract)) { File = "register.txt", IsDeadly = true },
            new("authenticity-found", officer, here, here + "/authenticity", ("version", "{version}"), ("result", "confirmed"), ("way", "letter"), ("evidence", "{evidence}")),
            new("qualification-corrected", officer, here, here + "/correct", ("version", "{version}"), ("institution.0", "ru-sample-1"), ("why", "It is in the register.")),
            new("issuer-right-found", officer, here, here + "/right", ("version", "{version}"), ("result", "entitled"), ("entries", "Register, no 17")),
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

    /// <summary>Done, with all that belongs to it, and the same form does nothing more.</summary>
    private static async Task DoAsync(World world, Node node, Step step, Sent form)
    {
        var before = await CountAsync(world);
        var answer = await SendAsync(node, form);
        Assert.True(answer.StatusCode is HttpStatusCode.SeeOther or HttpStatusCode.Redirect, $"{step.Kind}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        var done = await CountAsync(world);
        var events = step.Kind switch { "interview-held" => 2, "suggestion-made" => Math.Max(1, done.Events - before.Events), _ => 1 };
        var expected = before with
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
        Assert.True(expected == done, $"{step.Kind}: {before}, {done}");
        (await SendAsync(node, form)).Dispose();
        Assert.True(done == await CountAsync(world), $"{step.Kind}: {done}, {await CountAsync(world)}");
    }

    /// <summary>A form as it was filled in, to be sent to whichever node there is.</summary>
    private sealed record Sent(HttpClient Who, string Action, IReadOnlyList<(string Name, string Value)> Fields, string? File);

    private async Task<Sent> ReadAsync(Node node, Step step, string password)
    {
        var who = await SignedInAsync(node, step.Who, password);
        var page = WebUtility.HtmlDecode(await who.GetStringAsync(node.Address + step.Page));
        string Fill(string value) => value switch
        {
            "{version}" => Version().Match(page).Groups[1].Value,
            "{password}" => password,
            _ when value.StartsWith('{') && value.EndsWith('}') => ValuesOf(page, value[1..^1]).Last(),
            _ => value,
        };
        var action = step.Action.Contains("{removed}", StringComparison.Ordinal)
            // Of the first box, which the step before has filled.
            ? Removal().Match(page).Groups[1].Value
            : step.Action;
        return new Sent(who, action, [("form", ValuesOf(page, "form").Last()), .. step.Fields.Select(f => (f.Name, Fill(f.Value)))], step.File);
    }

    private static IEnumerable<string> ValuesOf(string page, string name) =>
        Regex.Matches(page, $"""name="{Regex.Escape(name)}" value="([^"]+)" """.TrimEnd()).Select(m => m.Groups[1].Value);

    private static async Task<HttpResponseMessage> SendAsync(Node node, Sent form)
    {
        if (form.File is null)
        {
            using var fields = new FormUrlEncodedContent(form.Fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
            return await form.Who.PostAsync(node.Address + form.Action, fields);
        }

        using var body = new MultipartFormDataContent();
        foreach (var (name, value) in form.Fields)
        {
            body.Add(new StringContent(value), name);
        }

        body.Add(new ByteArrayContent(Encoding.UTF8.GetBytes("A page of " + form.File)), "file", form.File);
        return await form.Who.PostAsync(node.Address + form.Action, body);
    }

    /// <summary>Signed in once: what a session is kept by outlives the process.</summary>
    private async Task<HttpClient> SignedInAsync(Node node, string email, string password)
    {
        if (people.TryGetValue(email, out var there))
        {
            return there;
        }

        var client = people[email] = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
        var token = ValuesOf(await client.GetStringAsync(node.Address + "/en/sign-in"), "form").Last();
        using var form = new FormUrlEncodedContent([new("form", token), new("email", email), new("password", password), new("to", "")]);
        using var answer = await client.PostAsync(node.Address + "/en/sign-in", form);
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, email);
        return client;
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

    [GeneratedRegex("name=\"version\" value=\"([0-9]+)\"")]
    private static partial Regex Version();

    [GeneratedRegex("action=\"([^\"]+/documents/[^\"/]+/remove)\"")]
    private static partial Regex Removal();
}
