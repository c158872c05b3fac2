using System.Diagnostics;
using Mortanba.Accounts;
using Mortanba.Flow.Tests.Recognition;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Recognition;
using Mortanba.Rules;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>
/// kill -9 before and after a decision of recognition is stored: certificate, ledger entry and the event of the case together, or none; and
/// before and after a case is erased.
/// </summary>
public sealed class RecognitionKillTests
{
    private const string Folder = "MORTANBA_KILL_WORLD";
    private const string Case = "MORTANBA_KILL_CASE";
    private const string Noted = "recognition/decided-in-a-test";

    [Theory]
    [InlineData("in-recognition", 0)]
    [InlineData("after-recognition", 1)]
    [Trait("Requirement", "X-15")]
    public async Task Killed_around_its_commit_a_decision_is_there_whole_or_not_at_all(string step, int certificates)
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        (int Certificates, int Entries, int Notes) before;
        await using (var demo = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
        {
            before = await CountAsync(demo);
        }

        Assert.Equal(Ended.Killed, await RunAsync(world.Data, step, nameof(One_decision_in_a_process_of_its_own)));
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        Assert.Equal((before.Certificates + certificates, before.Entries + certificates, before.Notes + certificates), await CountAsync(home));
        await DecideAsync(home, replace: true);
        Assert.Equal((before.Certificates + certificates + 2, before.Entries + certificates + 3, before.Notes + certificates + 1), await CountAsync(home));
        Assert.DoesNotContain((await Audit.RunAsync(home)).Findings, f => f.Code != "audit/not-delivered");
    }

    [Theory]
    [InlineData("in-case-erasure", false)]
    [InlineData("after-case-erasure", true)]
    [Trait("Requirement", "RQ-29")]
    public async Task Killed_around_its_commit_an_erasure_of_a_case_is_done_whole_or_not_at_all(string step, bool isErased)
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        string id;
        await using (var before = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
        {
            id = await WithdrawnCaseAsync(before);
        }

        Assert.Equal(Ended.Killed, await RunAsync(world.Data, step, nameof(One_erasure_in_a_process_of_its_own), id));
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        var (whole, nothing) = ((3, 1, 1, 1, 0), (0, 0, 0, 0, 1));
        Assert.Equal(isErased ? nothing : whole, await HeldAsync(home, id));
        Assert.Equal(isErased ? "recognition/case-erased" : null, (await EraseAsync(home, id)).Problem?.Code);
        Assert.Equal(nothing, await HeldAsync(home, id));
        await new DiplomaFlow(home).PublishAsync(allStatusLists: true);
        Assert.DoesNotContain((await Audit.RunAsync(home)).Findings, f => f.Code != "audit/not-delivered");
    }

    [Fact(Explicit = true)]
    public async Task One_erasure_in_a_process_of_its_own()
    {
        await using var home = (await Installation.OpenAsync(Environment.GetEnvironmentVariable(Folder)!, TimeProvider.System)).Value;
        _ = await EraseAsync(home, Environment.GetEnvironmentVariable(Case)!);
    }

    [Fact(Explicit = true)]
    public async Task One_decision_in_a_process_of_its_own()
    {
        await using var home = (await Installation.OpenAsync(Environment.GetEnvironmentVariable(Folder)!, TimeProvider.System)).Value;
        await DecideAsync(home, replace: false);
    }

    /// <summary>A decision with its note, published; and the decision that takes its place on appeal.</summary>
    internal static async Task DecideAsync(Installation home, bool replace)
    {
        var flow = new DiplomaFlow(home);
        var issue = new IssueRecognition(home, flow);
        var facts = SampleDecisions.Conditional with { CaseId = "case-" + Guid.NewGuid().ToString("N") };
        var first = (await issue.RunAsync(
            facts, null,
            async (t, issued) =>
            {
                await AuditTrail.AppendAsync(
                    t, issued.At, new TrailEvent(TrailAct.Change, Noted, Actor.AtConsole("maker"), new TrailSubject("recognition-case", facts.CaseId), null));
                return null;
            })).Value;
        if (replace)
        {
            _ = (await issue.RunAsync(SampleDecisions.Full with { CaseId = facts.CaseId }, first.Asset, (_, _) => Task.FromResult<Problem?>(null))).Value;
        }

        await flow.PublishAsync(allStatusLists: true);
    }

    private static async Task<(int Certificates, int Entries, int Notes)> CountAsync(Installation home)
    {
        await using var connection = await home.Database.ConnectAsync();
        async Task<int> RowsAsync(string query) => (await connection.QueryAsync(query, r => r.GetInt32(0), default)).Single();
        return (
            await RowsAsync("SELECT COUNT(*) FROM certificates"),
            await RowsAsync("SELECT COUNT(*) FROM certificate_entries"),
            await RowsAsync($"SELECT COUNT(*) FROM trail WHERE what = '{Noted}'"));
    }

    private static Task<Outcome<DateTimeOffset>> EraseAsync(Installation home, string id) => new EraseCase(home, new DiplomaFlow(home)).RunAsync(
        Actor.AtConsole("officer"), Role.DataProtectionOfficer, id, "court-order", "Ruling 7");

    /// <summary>A case that is over, with a file, an inquiry and a certificate.</summary>
    private static async Task<string> WithdrawnCaseAsync(Installation home)
    {
        var (desk, at) = (new CaseDesk(home), home.Time.GetUtcNow());
        var by = new Actor(ActorKind.Person, "applicant-1", "Applicant", []);
        var one = (await desk.OpenAsync(
            by,
            opened => DescribeCase.Of(
                null, by.Id, new Holder("A. Q. Invented", null), HolderKind.Graduate, RecognitionPurpose.Title,
                new Qualification("Master", [new AwardingInstitution("University of Somewhere", "DE")], new DateOnly(2020, 6, 30), EducationLevel.Higher, 7),
                null, desk.Today(), opened),
            default)).Value;
        var file = new TakenFile(new string('a', 64), 1, [[1]]);
        one = (await desk.ActAsync(
            by, null, one.Id, one.Version,
            (now, added) => AddDocument.Of(
                now, by.Id, new CaseDocument("doc-1", DocumentItems.Other, "scan.pdf", "application/pdf", 1, file.Sha256, EvidenceSource.Applicant, added), added),
            default, (t, now, cancel) => CaseFiles.PutAsync(t, now, "doc-1", file, cancel))).Value;
        _ = (await desk.ActAsync(by, null, one.Id, one.Version, (now, ended) => WithdrawCase.Of(now, by.Id, ended), default)).Value;
        await home.Database.WriteAsync(t => new InquiryStore(home.Vault).AskAsync(
            t,
            new NewInquiry(
                InquiryStore.NewId(at), one.Id, "nic", InquiryWay.Email, "here", EvidenceQuestion.Genuine, "Yours?", new Dictionary<string, string>()),
            at));
        var flow = new DiplomaFlow(home);
        _ = (await new IssueRecognition(home, flow).RunAsync(
            SampleDecisions.Full with { CaseId = one.Id }, null, (_, _) => Task.FromResult<Problem?>(null))).Value;
        await flow.PublishAsync(allStatusLists: true);
        return one.Id;
    }

    private static async Task<(int Events, int Files, int Inquiries, int Certificates, int Records)> HeldAsync(Installation home, string id)
    {
        await using var connection = await home.Database.ConnectAsync();
        async Task<int> RowsAsync(string query) => (await connection.QueryAsync(query, r => r.GetInt32(0), default, ("id", id))).Single();
        return (
            await RowsAsync("SELECT COUNT(*) FROM recognition_events WHERE case_id = @id"),
            await RowsAsync("SELECT COUNT(*) FROM recognition_files WHERE case_id = @id"),
            await RowsAsync("SELECT COUNT(*) FROM recognition_inquiries WHERE case_id = @id"),
            await RowsAsync("SELECT COUNT(*) FROM certificates WHERE case_id = @id AND payload IS NOT NULL AND state = 'active'"),
            await RowsAsync("SELECT COUNT(*) FROM trail WHERE what = 'recognition/case-erased' AND subject = @id"));
    }

    private static async Task<int> RunAsync(string data, string step, string what, string id = "")
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { "-explicit", "only", "-method", $"{typeof(RecognitionKillTests).FullName}.{what}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Folder] = data;
        start.Environment["MORTANBA_CRASH_AT"] = step;
        start.Environment[Case] = id;
        using var child = Process.Start(start)!;
        var (output, error) = (child.StandardOutput.ReadToEndAsync(), child.StandardError.ReadToEndAsync());
        await child.WaitForExitAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(await output + await error);
        return child.ExitCode;
    }
}
