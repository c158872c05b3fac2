using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Ledger;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Host.Monitoring;

/// <summary>
/// Reads every entry of a log and finds those in one organisation's name that it did not approve, or that go beyond what its own
/// decisions allow: from public data, and its own orders where it gives them. What it found is stored before it is told, and told until whoever is told has it.
/// </summary>
/// <param name="of">Whose name; null: each institution's, as a ministry watches. A decision then goes with the BIN of its institution.</param>
/// <param name="orders">What the organisation has ordered; null: only what public data alone contradicts is found.</param>
/// <param name="oldAfter">A checkpoint that grows older is a finding: an operator may keep the newest entries to itself.</param>
internal sealed class LogMonitor(
    Database database, RemoteLog log, NoteVerifier logKey, LogPolicy policy, Bin? of, OwnOrders? orders, TimeSpan oldAfter, TimeProvider time)
{
    private const int StepEntries = 4096;
    private const string LockName = "monitor";
    private const string Everybody = "all";

    private readonly string watched = of?.Value ?? Everybody;

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
        if (await mirror.BegunAsync(size, cancel) is not null)
        {
            return new Problem("log/consistency-root-mismatch", "While it was copied the log went on with another tree than it had signed.");
        }

        while (true)
        {
            var (place, wrong) = await database.WriteAsync(t => StepAsync(t, size, cancel), cancel);
            CrashPoint.Reach("after-monitor-step");
            if (wrong is not null)
            {
                return wrong;
            }

            if (place >= size)
            {
                break;
            }
        }

        DateTimeOffset? cosigned = evidence.Cosignatures.Count == 0 ? null : evidence.Cosignatures.Max(c => c.At);
        await database.WriteAsync(
            async t =>
            {
                await ConcludeAsync(t, size, cosigned, cancel);
                return size;
            },
            cancel);
        return null;
    }

    /// <summary>Findings that nobody has taken yet, in the order of the log.</summary>
    public async Task<IReadOnlyList<MonitorFinding>> UntoldAsync(CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return await connection.QueryAsync(
            "SELECT idx, code, subject, at, kind FROM monitor_findings WHERE told = FALSE ORDER BY idx, code",
            r => new MonitorFinding(r.GetInt64(0), r.GetString(1), r.GetString(2), DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(3)), r.GetStringOrNull(4)),
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
            "SELECT origin, bin, size, newest_at FROM monitor_place",
            r => (Origin: r.GetString(0), Bin: r.GetString(1), Size: r.GetInt64(2), Newest: r.IsDBNull(3) ? (long?)null : r.GetInt64(3)),
            cancel)).FirstOrDefault();
        if (known.Origin is not null && (known.Origin != logKey.Name || known.Bin != watched))
        {
            return (0, new Problem("monitor/other-place", "This folder watches another log or organisation.", ("origin", known.Origin), ("bin", known.Bin)));
        }

        var (newest, now) = (known.Newest, time.GetUtcNow());
        var entries = await copy.EntriesAsync(known.Size, (int)Math.Min(StepEntries, size - known.Size), cancel);
        for (var i = 0; i < entries.Count; i++)
        {
            var index = known.Size + i;
            if (!LedgerEntry.Parse(entries[i]).TryGet(out var entry, out _))
            {
                // What nobody can read may be about anybody.
                await KeepAsync(transaction, index, "monitor/entry-unreadable", $"{index}", now, cancel);
                continue;
            }

            newest = Math.Max(newest ?? 0, entry.At.ToUnixTimeSeconds());
            if (await FindAsync(transaction, index, entry, cancel) is var (code, subject))
            {
                var kind = code is "monitor/change-unknown" or "monitor/key-ended" ? OwnOrders.KindOf(entry.Type) : null;
                await KeepAsync(transaction, index, code, subject, entry.At, cancel, kind);
            }
        }

        var place = known.Size + entries.Count;
        await transaction.ExecuteAsync(
            """
            INSERT INTO monitor_place (id, origin, bin, size, newest_at, grown_at) VALUES (1, @origin, @bin, @size, @newest, @now)
            ON CONFLICT (id) DO UPDATE SET
                grown_at = CASE WHEN excluded.size > monitor_place.size OR monitor_place.grown_at IS NULL THEN excluded.grown_at ELSE monitor_place.grown_at END,
                size = excluded.size, newest_at = excluded.newest_at
            """,
            cancel,
            ("origin", logKey.Name), ("bin", watched), ("size", place), ("newest", newest), ("now", now.ToUnixTimeSeconds()));
        CrashPoint.Reach("in-monitor-step");
        return (place, null);
    }

    /// <summary>What only the whole says: more assets under a decision than it allows, and a log that stands still.</summary>
    /// <param name="cosigned">The newest time that a witness gave for the checkpoint; null without witnesses.</param>
    private async Task ConcludeAsync(DbTransaction transaction, long size, DateTimeOffset? cosigned, CancellationToken cancel)
    {
        await Database.LockAsync(transaction, LockName, cancel);
        foreach (var (decision, published) in await transaction.QueryAsync(
            "SELECT decision, ordered FROM monitor_decisions WHERE ordered IS NOT NULL", r => (r.GetString(0), r.GetInt64(1)), cancel))
        {
            await KeepBeyondAsync(transaction, decision, published, "monitor/asset-beyond-decision", cancel);
        }

        foreach (var (decision, ordered) in orders?.Decisions ?? new Dictionary<string, int>())
        {
            await KeepBeyondAsync(transaction, decision, ordered, "monitor/asset-beyond-order", cancel);
        }

        var (newest, grown) = (await transaction.QueryAsync(
            "SELECT newest_at, grown_at FROM monitor_place", r => (r.IsDBNull(0) ? long.MaxValue : r.GetInt64(0), r.GetInt64(1)), cancel)).Single();
        // Without witnesses only the log itself says how new it is: not newer than when this monitor saw it grow.
        var fresh = cosigned ?? DateTimeOffset.FromUnixTimeSeconds(Math.Min(newest, grown));
        if (time.GetUtcNow() - fresh > oldAfter)
        {
            await KeepAsync(transaction, size, "monitor/checkpoint-old", LedgerEntry.Time(fresh), fresh, cancel);
        }
    }

    /// <summary>The last ones beyond the number; a diploma that replaces another stands in its place.</summary>
    private static async Task KeepBeyondAsync(DbTransaction transaction, string decision, long allowed, string code, CancellationToken cancel)
    {
        var registered = (await transaction.QueryAsync(
            "SELECT COUNT(*) FROM monitor_assets WHERE decision = @decision AND replaced = FALSE", r => r.GetInt64(0), cancel, ("decision", decision))).Single();
        if (registered <= allowed)
        {
            return;
        }

        foreach (var (index, asset, at) in await transaction.QueryAsync(
            """
            SELECT idx, asset, at FROM monitor_assets WHERE decision = @decision AND replaced = FALSE
            ORDER BY idx DESC LIMIT @count
            """,
            r => (r.GetInt64(0), r.GetString(1), r.GetInt64(2)), cancel, ("decision", decision), ("count", registered - allowed)))
        {
            await KeepAsync(transaction, index, code, asset, DateTimeOffset.FromUnixTimeSeconds(at), cancel);
        }
    }

    /// <summary>Once: what was found before stays as it was told.</summary>
    private static Task<int> KeepAsync(
        DbTransaction transaction, long index, string code, string subject, DateTimeOffset at, CancellationToken cancel, string? kind = null) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO monitor_findings (idx, code, subject, at, told, kind) VALUES (@idx, @code, @subject, @at, FALSE, @kind)
            ON CONFLICT (idx, code) DO NOTHING
            """,
            cancel,
            ("idx", index), ("code", code), ("subject", subject), ("at", at.ToUnixTimeSeconds()), ("kind", kind));

    /// <summary>What is wrong with an entry, and its subject; null when it is another's or approved.</summary>
    private async Task<(string Code, string Subject)?> FindAsync(DbTransaction transaction, long index, LedgerEntry entry, CancellationToken cancel)
    {
        switch (entry.Type)
        {
            case LedgerEntryTypes.DecisionPublished when IsOwn(entry):
                return entry.Text("decision") is { } published
                    ? await FindDecisionAsync(transaction, Scope(entry), published, entry.Number("count"), cancel)
                    : Unreadable(index);

            case LedgerEntryTypes.AssetRegistered when IsOwn(entry):
                return entry.Text("asset") is { } asset && entry.Text("decision") is { } decision
                    ? await FindAssetAsync(transaction, index, asset, Scope(entry) + decision, entry.At, cancel)
                    : Unreadable(index);

            case LedgerEntryTypes.DecisionConfirmed when IsOwn(entry):
                var confirmed = entry.Text("decision") ?? "";
                return orders?.Allows(confirmed, entry.Type) != false ? null : ("monitor/decision-confirmed", confirmed);

            case LedgerEntryTypes.KeyRetired or LedgerEntryTypes.KeyCompromised when IsOwnKey(entry):
                var ended = entry.Text("publicKeyMultibase") ?? entry.Text("kid") ?? "";
                return orders?.Allows(ended, entry.Type) != false ? null : ("monitor/key-ended", ended);

            case LedgerEntryTypes.KeyRegistered when IsOwnKey(entry):
                var key = entry.Text("publicKeyMultibase") ?? "";
                return orders?.Keys.Contains(key) != false ? null : ("monitor/key-unknown", key);

            case LedgerEntryTypes.AssetSuspended or LedgerEntryTypes.AssetReinstated or LedgerEntryTypes.AssetAnnulled or LedgerEntryTypes.AssetSuperseded or LedgerEntryTypes.AssetErased
                when entry.Text("asset") is { } changed && await IsOwnAsync(transaction, changed, cancel):
                return await FindChangeAsync(transaction, entry, changed, cancel);

            default:
                return null;
        }
    }

    private bool IsOwn(LedgerEntry entry) => of is not { } bin ? entry.Text("initiator") is not null : entry.Has("initiator", bin.Value);

    // Institutions number their decisions each for itself.
    private string Scope(LedgerEntry entry) => of is null ? entry.Text("initiator") + "/" : "";

    // Whether a key's coming or end was ordered, only its institution knows.
    private bool IsOwnKey(LedgerEntry entry) =>
        of is { } bin && entry.Text("did") is { } did && did.EndsWith(":" + bin.Value, StringComparison.Ordinal);

    private static (string Code, string Subject) Unreadable(long index) => ("monitor/entry-unreadable", $"{index}");

    private async Task<(string Code, string Subject)?> FindDecisionAsync(
        DbTransaction transaction, string scope, string number, long? count, CancellationToken cancel)
    {
        var decision = scope + number;
        var counts = count is not null || (await transaction.QueryAsync(
            "SELECT decision FROM monitor_decisions WHERE ordered IS NOT NULL AND decision LIKE @mine LIMIT 1", r => r.GetString(0), cancel,
            ("mine", scope + "%"))).Count == 0;
        // The first entry counts: a second one of the same number could only want to raise it.
        var added = await transaction.ExecuteAsync(
            "INSERT INTO monitor_decisions (decision, ordered) VALUES (@decision, @count) ON CONFLICT (decision) DO NOTHING",
            cancel, ("decision", decision), ("count", count));
        if (added == 0)
        {
            return ("monitor/decision-twice", decision);
        }

        if (!counts)
        {
            // Who has once said how many will be issued says so always: a decision without a count could hold any number.
            return ("monitor/decision-without-count", decision);
        }

        if (orders is null)
        {
            return null;
        }

        return orders.Decisions.TryGetValue(decision, out var ordered)
            ? count is null || count == ordered ? null : ("monitor/decision-other-count", decision)
            : ("monitor/decision-unknown", decision);
    }

    private async Task<(string Code, string Subject)?> FindAssetAsync(
        DbTransaction transaction, long index, string asset, string decision, DateTimeOffset at, CancellationToken cancel)
    {
        var added = await transaction.ExecuteAsync(
            """
            INSERT INTO monitor_assets (asset, decision, idx, at, replaced) VALUES (@asset, @decision, @idx, @at, FALSE)
            ON CONFLICT (asset) DO NOTHING
            """,
            cancel,
            ("asset", asset), ("decision", decision), ("idx", index), ("at", at.ToUnixTimeSeconds()));
        if (added == 0)
        {
            // The count stays the same, and what it commits to may be another diploma.
            return ("monitor/asset-twice", asset);
        }

        if (orders is not null && !orders.Decisions.ContainsKey(decision))
        {
            return ("monitor/asset-not-ordered", asset);
        }

        var published = await transaction.QueryAsync(
            "SELECT decision FROM monitor_decisions WHERE decision = @decision", r => r.GetString(0), cancel, ("decision", decision));
        return published.Count == 0 ? ("monitor/asset-without-decision", asset) : null;
    }

    private async Task<(string Code, string Subject)?> FindChangeAsync(
        DbTransaction transaction, LedgerEntry entry, string changed, CancellationToken cancel)
    {
        // A place is given on once, and to a diploma of the same decision that replaces no other.
        if (entry.Type == LedgerEntryTypes.AssetSuperseded && entry.Text("by") is { } by)
        {
            await transaction.ExecuteAsync(
                """
                UPDATE monitor_assets SET replaced = TRUE WHERE asset = @asset AND EXISTS (
                    SELECT 1 FROM monitor_assets n WHERE n.asset = @by AND n.asset <> @asset AND n.decision = monitor_assets.decision AND n.replaces IS NULL)
                """,
                cancel, ("asset", changed), ("by", by));
            await transaction.ExecuteAsync(
                "UPDATE monitor_assets SET replaces = @asset WHERE asset = @by AND replaces IS NULL", cancel, ("asset", changed), ("by", by));
        }

        return orders?.Allows(changed, entry.Type) != false
            ? null
            : ("monitor/change-unknown", changed);
    }

    private static async Task<bool> IsOwnAsync(DbTransaction transaction, string asset, CancellationToken cancel) =>
        (await transaction.QueryAsync("SELECT asset FROM monitor_assets WHERE asset = @asset", r => r.GetString(0), cancel, ("asset", asset))).Count > 0;
}

/// <param name="Index">The entry in the log.</param>
/// <param name="Subject">Decision, asset or key that nobody ordered.</param>
/// <param name="At">When the entry says it happened; of one that cannot be read, when it was seen.</param>
/// <param name="Kind">Of a change: <c>annulled</c>, <c>suspended</c> …; else null.</param>
internal sealed record MonitorFinding(long Index, string Code, string Subject, DateTimeOffset At, string? Kind);
