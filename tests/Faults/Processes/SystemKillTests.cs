using System.Diagnostics;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>kill -9 around the commit of an approval of an AI system: event, list, ledger entry and record together, or none of them.</summary>
public sealed class SystemKillTests
{
    private const string Folder = "MORTANBA_KILL_WORLD";
    private const string SystemId = "MORTANBA_KILL_SYSTEM";

    [Theory]
    [InlineData("in-ai-system-approved", false)]
    [InlineData("after-commit", true)]
    [Trait("Requirement", "AI-1")]
    public async Task Killed_around_its_commit_an_approval_is_given_whole_or_not_at_all_and_comes_through_once(string step, bool isGiven)
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        AiSystem proposed;
        await using (var before = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
        {
            proposed = await ProposedAsync(before);
        }

        Assert.Equal(Ended.Killed, await RunAsync(world.Data, step, proposed.Id));
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        Assert.Equal(isGiven ? (1, 1, 1) : (0, 0, 0), await CountAsync(home, proposed.Id, proposed.Version + 1));
        Assert.Equal(isGiven ? "ai/changed-meanwhile" : null, (await ApproveAsync(home, proposed.Id, proposed.Version)).Problem?.Code);
        Assert.Equal((1, 1, 1), await CountAsync(home, proposed.Id, proposed.Version + 1));
        await new DiplomaFlow(home).PublishAsync(allStatusLists: true);
        Assert.DoesNotContain((await Audit.RunAsync(home)).Findings, f => f.Code != "audit/not-delivered");
    }

    [Fact(Explicit = true)]
    public async Task One_approval_in_a_process_of_its_own()
    {
        await using var home = (await Installation.OpenAsync(Environment.GetEnvironmentVariable(Folder)!, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        var now = (await new AiDesk(home).Events.FindAsync(connection, SystemStream.Kind, Environment.GetEnvironmentVariable(SystemId)!))!.Now;
        _ = await ApproveAsync(home, now.Id, now.Version);
    }

    private static async Task<AiSystem> ProposedAsync(Installation home)
    {
        var desk = new SystemDesk(home, new DiplomaFlow(home));
        var said = new SystemDescription(
            "Tutor (invented)", LocalizedText.Same("Reading tutor"), "Owner (invented)", "https://owner.example", LocalizedText.Same("Answers"), false,
            "https://owner.example/agreement")
        {
            Objection = "https://owner.example/objections",
        };
        var id = (await desk.OpenAsync(
            By("vendor"), Role.Vendor, null,
            at => OfferSystem.Of("vendor", said, new VendorAnswers(Answer.No, "", ["KZ"], Answer.Yes, Answer.No, Answer.No), at), null, default)).Value.Id;
        async Task<AiSystem> ActAsync(Func<AiSystem, DateTimeOffset, Outcome<AiSystemEvent>> act) =>
            (await desk.ActAsync(By("proposer"), Role.MinistryOfficer, id, null, null, act, default)).Value;
        await ActAsync((now, at) => ProposeSystem.Of(now, "proposer", said, at));
        var functions = desk.Rules.Value.Forbidden.Concat(desk.Rules.Value.HighImpact).ToDictionary(f => f.Id, _ => Answer.No);
        await ActAsync((now, at) => ClassifySystem.Of(
            now, "proposer", new Classification(AiRisk.Minimal, AiAutonomy.Low, AiMode.Closed, functions), desk.Rules, at));
        return await ActAsync((now, at) => ShowValue.Of(
            now, "proposer", new EducationalValue("A printed reader", "Quicker reading", ["https://study.example"]), at));
    }

    private static Task<Outcome<AiSystem>> ApproveAsync(Installation home, string id, int version)
    {
        var desk = new SystemDesk(home, new DiplomaFlow(home));
        var today = desk.Ai.Today();
        return desk.ActAsync(
            By("approver"), Role.AiApprover, id, null, version,
            (now, at) => ApproveSystem.Of(
                now, "approver", new Allowed([AiPurpose.Tutoring], 13, 17, today.AddMonths(6), false), "Better than paper.", desk.Rules, today, at),
            default);
    }

    private static Actor By(string id) => new(ActorKind.Person, id, id, []);

    private static async Task<(int Events, int Entries, int Records)> CountAsync(Installation home, string id, int number)
    {
        await using var connection = await home.Database.ConnectAsync();
        async Task<int> RowsAsync(string query) =>
            (await connection.QueryAsync(query, r => r.GetInt32(0), default, ("id", id), ("number", number))).Single();
        return (
            await RowsAsync("SELECT COUNT(*) FROM ai_events WHERE stream = @id AND number = @number"),
            await RowsAsync("SELECT COUNT(*) FROM ai_register_entries WHERE system = @id AND number = @number"),
            await RowsAsync("SELECT COUNT(*) FROM trail WHERE what = 'ai/system-approved' AND subject = @id"));
    }

    private static async Task<int> RunAsync(string data, string step, string id)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { "-explicit", "only", "-method", $"{typeof(SystemKillTests).FullName}.{nameof(One_approval_in_a_process_of_its_own)}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Folder] = data;
        start.Environment["MORTANBA_CRASH_AT"] = step;
        start.Environment[SystemId] = id;
        using var child = Process.Start(start)!;
        var (output, error) = (child.StandardOutput.ReadToEndAsync(), child.StandardError.ReadToEndAsync());
        await child.WaitForExitAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(await output + await error);
        return child.ExitCode;
    }
}
