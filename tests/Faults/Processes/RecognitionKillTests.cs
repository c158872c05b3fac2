using System.Diagnostics;
using Mortanba.Accounts;
using Mortanba.Flow.Tests.Recognition;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>kill -9 before and after a decision of recognition is stored: certificate, ledger entry and the event of the case together, or none.</summary>
public sealed class RecognitionKillTests
{
    private const string Folder = "MORTANBA_KILL_WORLD";
    private const string Noted = "recognition/decided-in-a-test";

    [Theory]
    [InlineData("in-recognition", 0)]
    [InlineData("after-recognition", 1)]
    [Trait("Requirement", "X-15")]
    public async Task Killed_around_its_commit_a_decision_is_there_whole_or_not_at_all(string step, int certificates)
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        Assert.Equal(Ended.Killed, await RunAsync(world.Data, step));
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        Assert.Equal((certificates, certificates, certificates), await CountAsync(home));
        await DecideAsync(home, replace: true);
        Assert.Equal((certificates + 2, certificates + 3, certificates + 1), await CountAsync(home));
        Assert.DoesNotContain((await Audit.RunAsync(home)).Findings, f => f.Code != "audit/not-delivered");
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

    private static async Task<int> RunAsync(string data, string step)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { "-explicit", "only", "-method", $"{typeof(RecognitionKillTests).FullName}.{nameof(One_decision_in_a_process_of_its_own)}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Folder] = data;
        start.Environment["MORTANBA_CRASH_AT"] = step;
        using var child = Process.Start(start)!;
        var (output, error) = (child.StandardOutput.ReadToEndAsync(), child.StandardError.ReadToEndAsync());
        await child.WaitForExitAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(await output + await error);
        return child.ExitCode;
    }
}
