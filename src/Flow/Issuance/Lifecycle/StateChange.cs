using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>
/// Appends entries to the ledger inside the caller's transaction; gives the index of the first. The ledger stage's
/// <c>LogTransaction.AppendAsync</c>.
/// </summary>
public delegate Task<long> AppendEntries(IReadOnlyList<ReadOnlyMemory<byte>> entries);

/// <summary>What every change of state needs.</summary>
/// <param name="ReasonCode">A code of the rule <c>reason-codes</c> for the act; stands on the public ledger.</param>
/// <param name="Basis">Number and date of the document behind it (requirement DA-13); stays in the store.</param>
public sealed record ChangeRequest(AssetId Asset, string ReasonCode, string Basis, TwoPersons Decision);

/// <summary>The rules that all changes of state share.</summary>
internal static class StateChange
{
    /// <summary>Checks asset, transition, reason and basis. Reads only.</summary>
    public static async Task<Outcome<CredentialSummary>> CheckAsync(
        DbTransaction transaction,
        CredentialStore store,
        ReasonCodes reasons,
        StateAct act,
        DiplomaState to,
        ChangeRequest request,
        CancellationToken cancel)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        if (await store.FindAsync(transaction, request.Asset, cancel) is not { } credential)
        {
            return new Problem("issuance/unknown-asset", "No diploma with this asset id was issued here.");
        }

        if (reasons.Find(act, request.ReasonCode) is null)
        {
            return new Problem(
                "issuance/unknown-reason",
                $"'{request.ReasonCode}' is no reason code for this act in the rule pack in force.",
                ("reason", request.ReasonCode),
                ("known", string.Join(", ", reasons.For(act).Select(known => known.Code))));
        }

        if (string.IsNullOrWhiteSpace(request.Basis))
        {
            return new Problem("issuance/basis-missing", "A change of state names the document it rests on.");
        }

        return credential.State.Allows(to)
            ? credential
            : NotAllowed(credential.State, to);
    }

    public static Problem NotAllowed(DiplomaState from, DiplomaState to) => new(
        "issuance/state-not-allowed", $"A diploma that is {from.Word()} cannot become {to.Word()}.", ("from", from.Word()), ("to", to.Word()));

    /// <summary>Writes state, decision and status bits. After <see cref="CheckAsync"/> in the same transaction.</summary>
    public static async Task ApplyAsync(
        DbTransaction transaction,
        CredentialSummary credential,
        DiplomaState to,
        ChangeRequest request,
        AssetId? supersededBy,
        CancellationToken cancel)
    {
        var at = LedgerEntry.Time(request.Decision.At);
        // A diploma out of force for ever no longer stands in the way of a new one for the same award.
        var keepsHolder = to is DiplomaState.Active or DiplomaState.Suspended;
        await transaction.TouchAsync("credentials", cancel, credential.Id);
        await transaction.ExecuteAsync(
            $"""
            UPDATE credentials SET state = @state, state_at = @at, reason = @reason, superseded_by = @by
                {(keepsHolder ? "" : ", holder = NULL")}
            WHERE id = @id
            """,
            cancel,
            ("state", to.Word()),
            ("at", at),
            ("reason", request.ReasonCode),
            ("by", (supersededBy ?? credential.SupersededBy)?.ToString()),
            ("id", credential.Id));
        var step = 1 + (await transaction.QueryAsync(
            "SELECT COUNT(*) FROM lifecycle_decisions WHERE credential = @id", r => r.GetInt32(0), cancel, ("id", credential.Id)))
            .Single();
        await transaction.TouchAsync("lifecycle_decisions", cancel, credential.Id, step);
        await transaction.ExecuteAsync(
            """
            INSERT INTO lifecycle_decisions (credential, step, type, at, reason, basis, prepared_by, approved_by, approved_as)
            VALUES (@id, @step, @type, @at, @reason, @basis, @prepared, @approved, @office)
            """,
            cancel,
            ("id", credential.Id),
            ("step", step),
            ("type", to.EntryType()),
            ("at", at),
            ("reason", request.ReasonCode),
            ("basis", request.Basis),
            ("prepared", request.Decision.PreparedBy),
            ("approved", request.Decision.ApprovedBy),
            ("office", request.Decision.ApprovedAs));
        await StatusLists.SetAsync(transaction, credential.Status, to.ToStatusValue(), cancel);
    }

    /// <summary>The entry that announces the change.</summary>
    public static LedgerEntry Entry(DiplomaState to, ChangeRequest request, AssetId? by = null) => LedgerEntry.Create(
        to.EntryType(),
        request.Decision.At,
        ("asset", request.Asset.ToString()),
        ("reason", request.ReasonCode),
        ("by", by?.ToString()));

    /// <summary>Check, apply, append and note the index: the whole of the simple changes.</summary>
    public static async Task<Outcome<LedgerEntry>> RunAsync(
        DbTransaction transaction,
        AppendEntries append,
        CredentialStore store,
        ReasonCodes reasons,
        StateAct act,
        DiplomaState to,
        ChangeRequest request,
        CancellationToken cancel)
    {
        var check = await CheckAsync(transaction, store, reasons, act, to, request, cancel);
        if (!check.TryGet(out var credential, out var refused))
        {
            return refused;
        }

        await ApplyAsync(transaction, credential, to, request, supersededBy: null, cancel);
        var entry = Entry(to, request);
        await CredentialStore.AddEntryAsync(transaction, request.Asset, entry.Type, await append([entry.Bytes]), cancel);
        return entry;
    }
}
