using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Ledger;
using Mortanba.TransparencyLog;
using Mortanba.Verification;

namespace Mortanba.Journey.Tests;

/// <summary>The key of the log is lost: the log freezes, a new one goes on with the same entries, and old files stay what they were.</summary>
public sealed class NewLogTests
{
    [Fact, Trait("Requirement", "DA-15")]
    public async Task After_a_lost_log_key_old_files_verify_against_the_old_log_and_new_ones_against_the_new()
    {
        await using var world = await KeyWorld.CreateAsync();
        var old = (await world.IssueAsync(2)).Value;
        var file = await world.FileAsync(old[0].Summary.Asset);
        await TrustBundles.WriteAsync(world.Home);
        var (home, directory) = (world.Home, world.Home.Directory);
        var oldKey = home.Log.Key;

        // Another key in its place signs nothing: the log freezes.
        var stranger = new LogWriter(home.Database, new Ed25519PrivateKey(new byte[32]), home.Settings.Origin, world.Time);
        await Assert.ThrowsAsync<LedgerFrozenException>(() => stranger.PublishAsync());

        StartNewLog.Request request = new(directory, "localhost:5080/log-2", null, "lost", "Act 5", "operator-1", "operator-2");
        Assert.Equal("issuance/same-person", (await StartNewLog.RunAsync(request with { ApprovedBy = "operator-1" }, world.Time)).Problem?.Code);
        Assert.Equal(
            "keys/other-log",
            (await StartNewLog.RunAsync(request with { OldKey = new NoteSigner("localhost:5080/log", new Ed25519PrivateKey(new byte[32])).Verifier().ToVkey() }, world.Time)).Problem?.Code);
        // The name of the log that is there begins nothing, and a folder without a trust file is told, not a fault.
        Assert.Equal("keys/other-log", (await StartNewLog.RunAsync(request with { Origin = home.Settings.Origin }, world.Time)).Problem?.Code);
        var trustFile = await File.ReadAllBytesAsync(home.TrustFile);
        File.Delete(home.TrustFile);
        Assert.NotNull((await StartNewLog.RunAsync(request, world.Time)).Problem);
        await File.WriteAllBytesAsync(home.TrustFile, trustFile);
        await using var next = (await StartNewLog.RunAsync(request, world.Time)).Value;
        Assert.Equal("Act 5", next.Settings.PastLogs![0].Basis);
        await using (var again = (await StartNewLog.RunAsync(request, world.Time)).Value)
        {
            Assert.Equal(next.Log.Key.ToVkey(), again.Log.Key.ToVkey());
        }

        // A process that still runs with the old key writes under nobody's name any more.
        await Assert.ThrowsAsync<LedgerFrozenException>(() => home.Log.PublishAsync());
        var trust = await TrustBundles.CurrentAsync(next);
        var verifier = new Verifier(world.Time);
        Assert.Contains(oldKey.ToVkey(), trust.Policy, StringComparison.Ordinal);
        Assert.Equal(Verdict.InForce, (await verifier.VerifyAsync(file, trust, new OwnLiveSource(next, new Evidence(next)), default)).Verdict);
        var offline = await verifier.VerifyAsync(file, trust, null, default);
        Assert.Equal(CheckState.Passed, offline.Checks.Single(c => c.Name == CheckName.Checkpoint).State);

        var fresh = (await new DeliverDiplomas(next).FileOfAsync(old[0].Summary.Asset, default))!.Value.File;
        Assert.True(Checkpoint.Open(fresh.Checkpoint!, next.Log.Key, "localhost:5080/log-2").IsDone);
        Assert.Equal(Verdict.InForce, (await verifier.VerifyAsync(fresh.Write(), trust, new OwnLiveSource(next, new Evidence(next)), default)).Verdict);
        Assert.DoesNotContain((await Audit.RunAsync(next)).Findings, f => f.Code != "audit/not-delivered");
        var started = LedgerEntry.Parse((await next.LogReader.EntriesAsync(next.Settings.PastLogs![0].Size, 1))[0]).Value;
        Assert.Equal((LedgerEntryTypes.LogStarted, oldKey.ToVkey(), "lost"), (started.Type, started.Text("previous"), started.Text("reason")));
    }
}
