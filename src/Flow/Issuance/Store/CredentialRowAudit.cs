using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>Compares what a credential's row says in clear with the sealed record and with its ledger entries.</summary>
public static class CredentialRowAudit
{
    /// <summary>Names of the columns that differ from the sealed record.</summary>
    public static async Task<IReadOnlyList<string>> AgainstRecordAsync(
        DbConnection connection, IKeyVault vault, StoredDiploma diploma, CancellationToken cancel = default)
    {
        var (row, record) = (diploma.Summary, diploma.Record);
        var content = record.Content;
        var (capability, holder) = (await connection.QueryAsync(
            "SELECT capability, holder FROM credentials WHERE id = @id",
            r => (r.GetBytes(0), r.GetBytesOrNull(1)),
            cancel,
            ("id", row.Id))).Single();
        // Whoever is out of force for ever no longer stands in the way of a new award.
        var expected = row.State is DiplomaState.Active or DiplomaState.Suspended
            ? HolderFingerprint.Of(vault, record.Initiator.Bin, content)
            : null;
        (string Column, bool Agrees)[] columns =
        [
            ("initiator", row.Initiator == record.Initiator.Bin),
            ("kind", row.Kind == content.Kind),
            ("series", row.Series == content.Series),
            ("number", row.Number == content.Number),
            ("programme", row.Programme == content.Programme.Code),
            ("award_date", row.AwardDate == content.AwardDate),
            ("issued_at", LedgerEntry.Time(row.IssuedAt) == LedgerEntry.Time(record.IssuedAt)),
            ("list_id", row.Status.ListId == record.Status.ListId),
            ("list_index", row.Status.Index == record.Status.Index),
            ("capability", capability.AsSpan().SequenceEqual(CredentialStore.HashOfCapability(record.Capability))),
            ("holder", holder is null ? expected is null : expected is not null && holder.AsSpan().SequenceEqual(expected)),
        ];
        return [.. columns.Where(c => !c.Agrees).Select(c => c.Column)];
    }

    /// <summary>Names of the columns that differ from what the ledger says of the asset.</summary>
    /// <param name="entries">The asset's own entries, oldest first.</param>
    public static IReadOnlyList<string> AgainstLedger(CredentialSummary row, IReadOnlyList<LedgerEntry> entries)
    {
        var last = entries.LastOrDefault(e => StateOf(e.Type) is not null);
        var transferred = entries.FirstOrDefault(e => e.Type == LedgerEntryTypes.AssetTransferred);
        var by = entries.FirstOrDefault(e => e.Type == LedgerEntryTypes.AssetSuperseded)?.Text("by");
        (string Column, bool Agrees)[] columns =
        [
            ("state", last is not null && StateOf(last.Type) == row.State),
            ("state_at", last is not null && last.At == row.StateAt),
            ("reason", last?.Text("reason") == row.Reason),
            ("transferred_at", transferred?.At == row.TransferredAt),
            ("superseded_by", by == row.SupersededBy?.ToString()),
        ];
        return [.. columns.Where(c => !c.Agrees).Select(c => c.Column)];
    }

    private static DiplomaState? StateOf(string entryType) => entryType == LedgerEntryTypes.AssetRegistered
        ? DiplomaState.Active
        : Enum.GetValues<DiplomaState>().Cast<DiplomaState?>().FirstOrDefault(s => s!.Value.EntryType() == entryType);
}
