using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Ledger;
using Mortanba.Storage;

namespace Mortanba.Host;

/// <summary>
/// Tells the ledger how far the record of who did what goes, so that rows cannot be cut off its end together with their head
/// and seal: the checkpoint that is signed over the entry stands outside the database (ADR 19, requirement X-6).
/// </summary>
public static class TrailAnchor
{
    /// <summary>The longest the end of a record that grows goes without an anchor while the installation serves.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Appends <c>trail.anchored</c> when the record grew and the last anchor is at least <paramref name="age"/> old. Entry
    /// and note are one transaction: a kill leaves both or neither. True when it did.
    /// </summary>
    public static async Task<bool> AnchorIfDueAsync(Installation home, TimeSpan age, CancellationToken cancel = default)
    {
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            var (number, at) = await AuditTrail.AnchoredAsync(connection, cancel);
            if ((await AuditTrail.HeadAsync(connection, cancel)).Number <= number || home.Time.GetUtcNow() - at < age)
            {
                return false;
            }
        }

        // Outside the group of the log: what is wrong with the record must not fail whoever else commits.
        await AuditTrail.CheckHeadAsync(home.Database, cancel);
        CrashPoint.Reach("before-anchor");
        var done = await home.Log.RunAsync(log => AppendAsync(home, log, cancel), cancel);
        CrashPoint.Reach("after-anchor");
        return done;
    }

    /// <summary>
    /// What the entry says of a head: 32 bytes only the vault can make, then the hash. Who did what can so not be tried out
    /// against the public ledger, and what one entry commits to can be shown without the vault.
    /// </summary>
    public static Commitment CommitmentOf(IKeyVault vault, long number, ReadOnlySpan<byte> hash) => Commitment.OfSalted(
        vault.Fingerprint("trail/anchor", [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number} ")), .. hash]), hash);

    /// <summary>Compares the record with every anchor of the ledger, oldest first. Names the first that does not hold.</summary>
    /// <param name="noted">Rows noted as told before the ledger was read: later anchors are not among these.</param>
    public static async Task<Problem?> CheckAsync(
        Installation home, ReadFrom from, IReadOnlyList<(long Index, LedgerEntry Entry)> anchors, long noted, CancellationToken cancel)
    {
        foreach (var (index, entry) in anchors)
        {
            var rows = entry.Number("rows") ?? 0;
            var (place, told) = (index.ToString(CultureInfo.InvariantCulture), rows.ToString(CultureInfo.InvariantCulture));
            if (await AuditTrail.HashAtAsync(from, rows, cancel) is not { } hash)
            {
                return new Problem(
                    "audit/trail-cut",
                    $"The record of who did what had {told} rows when ledger entry {place} was written; row {told} is gone.",
                    ("row", told), ("index", place));
            }

            if (entry.Text("record") != CommitmentOf(home.Vault, rows, hash).ToString())
            {
                return new Problem(
                    "audit/trail-rewritten",
                    $"The record of who did what up to row {told} is not the one of ledger entry {place}.",
                    ("row", told), ("index", place));
            }
        }

        // The note beside the head only spares looking through the ledger; it may not claim more than the ledger holds.
        var last = anchors.Count == 0 ? 0 : anchors[^1].Entry.Number("rows") ?? 0;
        return noted <= last
            ? null
            : new Problem(
                "audit/trail-anchor-missing",
                $"The record notes {noted} rows as told to the ledger; the ledger was told of {last}.",
                ("noted", noted.ToString(CultureInfo.InvariantCulture)), ("told", last.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<bool> AppendAsync(Installation home, LogTransaction log, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        if (await AuditTrail.AnchorAsync(log.Transaction, at, cancel) is not var (number, hash))
        {
            return false;
        }

        var entry = LedgerEntry.Create(
            LedgerEntryTypes.TrailAnchored, at,
            ("operator", home.Settings.OperatorBin),
            ("rows", JsonValue.Create(number)),
            ("record", CommitmentOf(home.Vault, number, hash).ToString()));
        await log.AppendAsync([entry.Bytes], cancel);
        CrashPoint.Reach("in-anchor");
        return true;
    }
}
