using System.Globalization;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Ledger;

namespace Mortanba.Host.Reconciling;

/// <summary>
/// Compares log, database, delivered files and status lists all the time, a bounded step after the other. In: nothing; it goes on
/// where the last step ended, whichever process took it. Out: how far it is and what does not agree.
/// </summary>
/// <remarks>
/// The site goes on meanwhile, so that a step may see one half of an act: what is found is looked at again, and only what is still there after
/// <see cref="Patience"/> is an alarm; one that is mended goes by itself. Entries of the log never change: what contradicts itself there is an
/// alarm at once and freezes the log. A kill costs a step. Of several processes one works at a time.
/// </remarks>
public sealed class StoreReconciliation(Installation home)
{
    /// <summary>From the first sight of a finding to the second look that makes it an alarm: longer than any act is half done.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private const int TilesAStep = 8;
    private const int DiplomasAStep = 20;
    private const int LooksAgainAStep = 10;

    /// <summary>
    /// Findings that are written down at once. When a whole folder is gone, more would say nothing new: every step and every look at the status
    /// page reads them all, and <c>audit</c> names each place.
    /// </summary>
    internal int FindingsMax { get; init; } = 1_000;

    // The PDF and the diploma file.
    private const int FilesOfADiploma = 2;

    // Longer than any step takes.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>How far it is, and what was found; for pages and measurements.</summary>
    public static async Task<ReconciliationReport> ReadAsync(Storage.ReadFrom from, CancellationToken cancel = default) =>
        new(await ReconciliationStore.ProgressAsync(from, cancel), await ReconciliationStore.FindingsAsync(from, cancel));

    /// <summary>
    /// One step of each part, and a second look at what was found before. Null when another process is at it. Freezes the log, and throws
    /// <see cref="LedgerFrozenException"/>, when the stored log contradicts itself.
    /// </summary>
    public async Task<ReconciliationReport?> StepAsync(CancellationToken cancel = default)
    {
        if (!await home.Database.WriteAsync(t => ReconciliationStore.TakeAsync(t, home.Time.GetUtcNow(), Lease, cancel), cancel))
        {
            return null;
        }

        ReconciliationReport before;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            before = await ReadAsync(connection, cancel);
        }

        var now = home.Time.GetUtcNow();
        var looks = new List<Look>();
        var diplomas = await DiplomaLooks.BeginAsync(home, cancel);
        await LookAgainAsync(before, diplomas, now, looks, cancel);
        List<ReconciledSoFar> parts =
        [
            await LogAsync(before.Of(ReconciledPart.Log), now, looks, cancel),
            .. await DiplomasAsync(before, now, looks, cancel),
            await ListsAsync(before.Of(ReconciledPart.Lists), now, looks, cancel),
        ];

        CrashPoint.Reach("before-reconciled");
        await home.Database.WriteAsync(t => SaveAsync(t, before, parts, looks, now, cancel), cancel);
        CrashPoint.Reach("after-reconciled");
        await using var after = await home.Database.ConnectAsync(cancel);
        var report = await ReadAsync(after, cancel);
        if (report.LogFault is { } fault)
        {
            home.Log.Freeze(fault.Detail);
            throw new LedgerFrozenException(fault.Detail);
        }

        return report;
    }

    /// <summary>
    /// For the start of a process: freezes the log when what was found in it is still there. In a database that is whole again, a replica's or a
    /// restored one, it is not; the next step forgets the finding.
    /// </summary>
    public async Task FreezeIfBrokenAsync(CancellationToken cancel = default)
    {
        IReadOnlyList<ReconciliationFinding> findings;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            findings = await ReconciliationStore.FindingsAsync(connection, cancel);
        }

        foreach (var finding in findings.Where(f => f.Part == ReconciledPart.Log && IsOfTree(f.Problem)))
        {
            if ((await LookAtLogAsync(long.Parse(finding.Subject, CultureInfo.InvariantCulture), cancel)).FirstOrDefault(IsOfTree) is { } still)
            {
                home.Log.Freeze(still.Detail);
            }
        }
    }

    private async Task<int> SaveAsync(
        System.Data.Common.DbTransaction t, ReconciliationReport before, List<ReconciledSoFar> parts, List<Look> looks, DateTimeOffset now, CancellationToken cancel)
    {
        await Storage.Database.LockAsync(t, "reconciliation", cancel);
        var room = FindingsMax - before.Findings.Count;
        foreach (var look in looks)
        {
            var known = before.Findings.Where(f => f.Part == look.Part && f.Subject == look.Subject).ToList();
            if (known.Count == 0 && look.Found.Count > 0 && !look.Found.Any(IsOfTree) && (room -= look.Found.DistinctBy(f => f.Code).Count()) < 0)
            {
                continue;
            }

            if (known.Count + look.Found.Count > 0)
            {
                await ReconciliationStore.LookedAsync(
                    t, look.Part, look.Subject, known, look.Found, now, look.Found.Any(IsOfTree) ? TimeSpan.Zero : Patience, cancel);
            }
        }

        foreach (var part in parts)
        {
            await ReconciliationStore.SaveAsync(t, part, now, cancel);
        }

        return looks.Count;
    }

    /// <summary>The oldest sightings first; each once its time has come.</summary>
    private async Task LookAgainAsync(
        ReconciliationReport before, DiplomaLooks diplomas, DateTimeOffset now, List<Look> looks, CancellationToken cancel)
    {
        var due = before.Findings.Where(f => IsOfTree(f.Problem) || now - f.LastSeen >= Patience)
            .Select(f => (f.Part, f.Subject)).Distinct().Take(LooksAgainAStep);
        foreach (var (part, subject) in due)
        {
            looks.Add(new Look(part, subject, part switch
            {
                ReconciledPart.Log => await LookAtLogAsync(long.Parse(subject, CultureInfo.InvariantCulture), cancel),
                ReconciledPart.Diplomas or ReconciledPart.Files => await diplomas.LookAsync(Number(subject), now, cancel),
                ReconciledPart.Lists => await LookAtListAsync(subject, cancel),
            }));
        }
    }

    private async Task<ReconciledSoFar> LogAsync(ReconciledSoFar part, DateTimeOffset now, List<Look> looks, CancellationToken cancel)
    {
        var from = Number(part.Position);
        var stretch = await LogSweep.LookAsync(home.Database, home.Log.Key, from, TilesAStep, cancel);
        var found = stretch.Findings.Concat(await AgainstDatabaseAsync(from, stretch.Entries, cancel)).ToList();
        if (found.Count > 0)
        {
            looks.Add(new Look(ReconciledPart.Log, Text(from), found));
        }

        // What could not be read to its end is not covered: the next step begins there.
        return stretch.Findings.Count > 0 && stretch.Next == from ? part : Advance(part, Text(stretch.Next), stretch.Entries.Count, stretch.IsLast, now);
    }

    private async Task<IReadOnlyList<Problem>> LookAtLogAsync(long from, CancellationToken cancel)
    {
        var stretch = await LogSweep.LookAsync(home.Database, home.Log.Key, from, TilesAStep, cancel);
        return [.. stretch.Findings, .. await AgainstDatabaseAsync(from, stretch.Entries, cancel)];
    }

    /// <summary>Each entry of an asset is noted for it in the database, and nothing else is.</summary>
    private async Task<IReadOnlyList<Problem>> AgainstDatabaseAsync(long from, IReadOnlyList<ReadOnlyMemory<byte>> entries, CancellationToken cancel)
    {
        var first = from - (from % 256);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var known = await CredentialStore.AssetsAtAsync(connection, first, first + entries.Count, cancel);
        var (found, assets) = (new List<Problem>(), 0);
        for (var i = 0; i < entries.Count; i++)
        {
            if (LedgerEntry.Parse(entries[i]).TryGet(out var entry, out _) && LedgerEntryTypes.IsOfAsset(entry.Type))
            {
                assets++;
                if (!known.TryGetValue(first + i, out var own) || own.Asset != entry.Text("asset") || own.Type != entry.Type)
                {
                    found.Add(new Problem(
                        "audit/entry-without-credential", $"Ledger entry {first + i} ({entry.Type}) belongs to no credential of the database.",
                        ("index", Text(first + i))));
                }
            }
        }

        if (known.Count > assets)
        {
            found.Add(new Problem(
                "audit/index-differs", $"The database notes {known.Count} ledger entries of diplomas from {first} on; the ledger has {assets}.",
                ("ledger", Text(assets)), ("database", Text(known.Count))));
        }

        return found;
    }

    /// <summary>A diploma and its files are looked at together, and counted apart.</summary>
    private async Task<IReadOnlyList<ReconciledSoFar>> DiplomasAsync(
        ReconciliationReport before, DateTimeOffset now, List<Look> looks, CancellationToken cancel)
    {
        var part = before.Of(ReconciledPart.Diplomas);
        IReadOnlyList<long> some;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            some = await CredentialStore.IdsAsync(connection, Number(part.Position), DiplomasAStep, cancel);
        }

        var diplomas = await DiplomaLooks.BeginAsync(home, cancel);
        foreach (var id in some)
        {
            looks.Add(new Look(ReconciledPart.Diplomas, Text(id), await diplomas.LookAsync(id, now, cancel)));
        }

        var (position, isEnd) = (some.Count == 0 ? part.Position : Text(some[^1]), some.Count < DiplomasAStep);
        return
        [
            Advance(part, position, some.Count, isEnd, now),
            Advance(before.Of(ReconciledPart.Files), position, diplomas.Delivered * FilesOfADiploma, isEnd, now),
        ];
    }

    private async Task<ReconciledSoFar> ListsAsync(ReconciledSoFar part, DateTimeOffset now, List<Look> looks, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var audit = await ListAuditAsync(connection, cancel);
        var list = await audit.RunNextAsync(part.Position);
        if (list is not null)
        {
            looks.Add(new Look(ReconciledPart.Lists, list, audit.Findings));
        }

        return Advance(part, list ?? part.Position, list is null ? 0 : 1, list is null, now);
    }

    private async Task<IReadOnlyList<Problem>> LookAtListAsync(string list, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await (await ListAuditAsync(connection, cancel)).RunAsync(list);
    }

    private async Task<StatusListAudit> ListAuditAsync(System.Data.Common.DbConnection connection, CancellationToken cancel)
    {
        var key = await home.SigningKeyAsync(connection, Bin.Parse(home.Settings.OperatorBin), cancel);
        return new StatusListAudit(connection, home.StatusLists, key.KeyId, key.Signer.ToPublicKey(), cancel);
    }

    private static ReconciledSoFar Advance(ReconciledSoFar part, string position, int looked, bool isEnd, DateTimeOffset now) => isEnd
        ? part with { Round = part.Round + 1, Position = "", Checked = 0, Covered = part.Checked + looked, FinishedAt = now }
        : part with { Position = position, Checked = part.Checked + looked };

    /// <summary>The stored log itself is damaged, not what is noted about it.</summary>
    internal static bool IsOfTree(Problem problem) => problem.Code.StartsWith("ledger/", StringComparison.Ordinal);

    private static long Number(string position) => position.Length == 0 ? 0 : long.Parse(position, CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Look(ReconciledPart Part, string Subject, IReadOnlyList<Problem> Found);
}

/// <param name="Parts">In the order of <see cref="ReconciledPart"/>.</param>
/// <param name="Findings">The longest unseen first.</param>
public sealed record ReconciliationReport(IReadOnlyList<ReconciledSoFar> Parts, IReadOnlyList<ReconciliationFinding> Findings)
{
    public ReconciledSoFar Of(ReconciledPart part) => Parts.Single(p => p.Part == part);

    /// <summary>What needs a person.</summary>
    public IReadOnlyList<ReconciliationFinding> Alarms => [.. Findings.Where(f => f.ConfirmedAt is not null)];

    /// <summary>Of one part. What is wrong with a file is found with its diploma, and counts as the file's.</summary>
    public int AlarmsOf(ReconciledPart part) => Alarms.Count(a => (IsOfFile(a.Problem) ? ReconciledPart.Files : a.Part) == part);

    /// <summary>Each part has been through once: before that, nothing found says little.</summary>
    public bool IsOnceThrough => Parts.All(p => p.FinishedAt is not null);

    private static bool IsOfFile(Problem problem) =>
        problem.Code is "audit/not-delivered" or "audit/erased-but-delivered" || problem.Code.StartsWith("audit/delivered-", StringComparison.Ordinal);

    /// <summary>Why the log is frozen; null when it is not.</summary>
    public Problem? LogFault => Findings.FirstOrDefault(f => f.Part == ReconciledPart.Log && StoreReconciliation.IsOfTree(f.Problem))?.Problem;
}
