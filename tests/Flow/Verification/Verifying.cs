using Mortanba.Foundation;
using Mortanba.Verification;
using Xunit;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>One question to the verifier and one line of its answer; fails unless exactly the named check fails.</summary>
internal static class Verifying
{
    internal static readonly DateTimeOffset Later = World.IssuedAt.AddHours(2);

    internal static Task<Report> VerifyAsync(byte[] presented, TrustBundle? trust, ILiveSource? live = null) =>
        new Verifier(new FixedTime(World.Now)).VerifyAsync(presented, trust, live, CancellationToken.None);

    internal static Task<Report> OfflineAsync(World world) => VerifyAsync(world.File().Write(), world.Trust());

    internal static Task<Report> OnlineAsync(World world, Action<LiveWorld>? change = null)
    {
        var live = new LiveWorld(world);
        change?.Invoke(live);
        return VerifyAsync(world.File().Write(), world.Trust(), live);
    }

    internal static string Line(Report report, CheckName name)
    {
        var check = report.Checks.Single(c => c.Name == name);
        return $"{check.State} {check.Reason}";
    }

    internal static void FailsOnly(Report report, CheckName name, string reason)
    {
        Assert.Equal($"Failed {reason}", Line(report, name));
        Assert.Equal([name], report.Checks.Where(c => c.State == CheckState.Failed).Select(c => c.Name));
    }

    internal static World With(string step, params LedgerEntry[] before) =>
        new((at, entries) => at == step ? [.. before, .. entries] : entries);

    internal static World Instead(string step, params LedgerEntry[] entries) =>
        new((at, own) => at == step ? entries : own);
}
