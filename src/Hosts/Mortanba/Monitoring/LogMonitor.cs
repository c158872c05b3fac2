using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Ledger;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Host.Monitoring;

/// <summary>
/// Reads every entry of a log and finds those in one organisation's name that it did not approve: from public data and its own
/// orders alone. What it found is stored before it is told, and told until whoever is told has it.
/// </summary>
internal sealed class LogMonitor(Database database, RemoteLog log, NoteVerifier logKey, LogPolicy policy, Bin of, OwnOrders orders)
{
    private const int StepEntries = 4096;
    private const string LockName = "monitor";

    private readonly LogMirror mirror = new(database, log);
    private readonly LogReader copy = new(database);

    /// <summary>
    /// Copies what is new, and reads it. A problem when the log does not follow from what it signed, or when the folder belongs to
    /// another log or organisation (<c>monitor/other-place</c>).
    /// </summary>
    public async Task<Problem?> LookAsync(CancellationToken cancel)
    {
        if (await log.CheckpointAsync(cancel) is not { } note)
        {
            return new Problem("monitor/no-checkpoint", "The log shows no checkpoint.");
        }

        // What the policy's witnesses have not cosigned may be shown to this monitor alone.
        if (!Checkpoint.Open(note, logKey, logKey.Name).TryGet(out var checkpoint, out var problem)
            || !policy.Evaluate(note).TryGet(out var evidence, out problem)
            || (problem = evidence.QuorumProblem) is not null
            || (problem = await mirror.CatchUpAsync(checkpoint, note, cancel)) is not null)
        {
            return problem;
        }

        var size = await copy.SizeAsync(cancel);
        while (true)
        {
            var (place, wrong) = await database.WriteAsync(t => StepAsync(t, size, cancel), cancel);
            CrashPoint.Reach("after-monitor-step");
            if (wrong is not null || place >= size)
            {
                return wrong;
            }
        }
    }

    /// <summary>Findings that nobody has taken yet, in the order of the log.</summary>
    public async Task<IReadOnlyList<MonitorFinding>> UntoldAsync(CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return await connection.QueryAsync(
            "SELECT idx, code, subject, at FROM monitor_findings WHERE told = FALSE ORDER BY idx, code",
            r => new MonitorFinding(r.GetInt64(0), r.GetString(1), r.GetString(2), DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(3))),
            cancel);
    }

    public Task ToldAsync(MonitorFinding finding, CancellationToken cancel) =>
        database.WriteAsync(
            t => t.ExecuteAsync(
                "UPDATE monitor_findings SET told = TRUE WHERE idx = @idx AND code = @code", cancel, ("idx", finding.Index), ("code", finding.Code)),
            cancel);

    /// <summary>Some entries from where it stands; place and findings in one transaction.</summary>
    private async Task<(long Place, Problem? Problem)> StepAsync(DbTransaction transaction, long size, CancellationToken cancel)
    {
        await Database.LockAsync(transaction, LockName, cancel);
        var known = (await transaction.QueryAsync(
            "SELECT origin, bin, size FROM monitor_place", r => (Origin: r.GetString(0), Bin: r.GetString(1), Size: r.GetInt64(2)), cancel)).FirstOrDefault();
        if (known.Origin is not null && (known.Origin != logKey.Name || known.Bin != of.Value))
        {
            return (0, new Problem("monitor/other-place", "This folder watches another log or organisation.", ("origin", known.Origin), ("bin", known.Bin)));
        }

        var entries = await copy.EntriesAsync(known.Size, (int)Math.Min(StepEntries, size - known.Size), cancel);
        for (var i = 0; i < entries.Count; i++)
        {
            if (LedgerEntry.Parse(entries[i]).TryGet(out var entry, out _) && await FindAsync(transaction, entry, cancel) is var (code, subject))
            {
                await transaction.ExecuteAsync(
                    "INSERT INTO monitor_findings (idx, code, subject, at, told) VALUES (@idx, @code, @subject, @at, FALSE)",
                    cancel,
                    ("idx", known.Size + i), ("code", code), ("subject", subject), ("at", entry.At.ToUnixTimeSeconds()));
            }
        }

        var place = known.Size + entries.Count;
        await transaction.ExecuteAsync(
            """
            INSERT INTO monitor_place (id, origin, bin, size) VALUES (1, @origin, @bin, @size)
            ON CONFLICT (id) DO UPDATE SET size = excluded.size
            """,
            cancel,
            ("origin", logKey.Name), ("bin", of.Value), ("size", place));
        CrashPoint.Reach("in-monitor-step");
        return (place, null);
    }

    /// <summary>What is wrong with an entry, and its subject; null when it is another's or approved.</summary>
    private async Task<(string Code, string Subject)?> FindAsync(DbTransaction transaction, LedgerEntry entry, CancellationToken cancel)
    {
        switch (entry.Type)
        {
            case LedgerEntryTypes.DecisionPublished when entry.Has("initiator", of.Value):
                var published = entry.Text("decision") ?? "";
                return orders.Decisions.ContainsKey(published) ? null : ("monitor/decision-unknown", published);

            case LedgerEntryTypes.AssetRegistered when entry.Has("initiator", of.Value):
                return await FindAssetAsync(transaction, entry.Text("asset") ?? "", entry.Text("decision") ?? "", cancel);

            case LedgerEntryTypes.KeyRetired or LedgerEntryTypes.KeyCompromised
                when entry.Text("did") is { } owner && owner.EndsWith(":" + of.Value, StringComparison.Ordinal):
                var ended = entry.Text("publicKeyMultibase") ?? entry.Text("kid") ?? "";
                return orders.Changes.Contains(ended) ? null : ("monitor/key-ended", ended);

            case LedgerEntryTypes.KeyRegistered when entry.Text("did") is { } did && did.EndsWith(":" + of.Value, StringComparison.Ordinal):
                var key = entry.Text("publicKeyMultibase") ?? "";
                return orders.Keys.Contains(key) ? null : ("monitor/key-unknown", key);

            case LedgerEntryTypes.AssetSuspended or LedgerEntryTypes.AssetReinstated or LedgerEntryTypes.AssetAnnulled or LedgerEntryTypes.AssetSuperseded or LedgerEntryTypes.AssetErased
                when entry.Text("asset") is { } changed && !orders.Changes.Contains(changed):
                var own = await transaction.QueryAsync(
                    "SELECT asset FROM monitor_assets WHERE asset = @asset", r => r.GetString(0), cancel, ("asset", changed));
                return own.Count == 0 ? null : ("monitor/change-unknown", changed);

            default:
                return null;
        }
    }

    private async Task<(string Code, string Subject)?> FindAssetAsync(
        DbTransaction transaction, string asset, string decision, CancellationToken cancel)
    {
        await transaction.ExecuteAsync(
            "INSERT INTO monitor_assets (asset, decision) VALUES (@asset, @decision) ON CONFLICT (asset) DO NOTHING",
            cancel,
            ("asset", asset), ("decision", decision));
        if (!orders.Decisions.TryGetValue(decision, out var ordered))
        {
            return ("monitor/asset-not-ordered", asset);
        }

        var registered = (await transaction.QueryAsync(
            "SELECT COUNT(*) FROM monitor_assets WHERE decision = @decision", r => r.GetInt64(0), cancel, ("decision", decision))).Single();
        return registered > ordered ? ("monitor/asset-beyond-order", asset) : null;
    }
}

/// <param name="Index">The entry in the log.</param>
/// <param name="Subject">Decision, asset or key that nobody ordered.</param>
/// <param name="At">When the entry says it happened.</param>
internal sealed record MonitorFinding(long Index, string Code, string Subject, DateTimeOffset At);
