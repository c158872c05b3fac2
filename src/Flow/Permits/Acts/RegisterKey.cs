using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>
/// Binds a public key to a registered organisation from now on. In: key id and Multikey text. Out:
/// <c>key.registered</c>.
/// A key is never bound backwards in time, and one key never belongs to two organisations.
/// </summary>
public static class RegisterKey
{
    public static async Task<Outcome<LedgerEntry>> RunAsync(
        DbTransaction transaction, Request request, CancellationToken cancel = default)
    {
        if (await PermitRegister.FindOrganisationAsync(transaction, request.Bin, cancel) is not { } organisation)
        {
            return RegisterInstitution.Unknown(request.Bin);
        }

        if (!request.Kid.StartsWith(organisation.Did + "#", StringComparison.Ordinal))
        {
            return new Problem(
                "permits/foreign-key-id", $"The key id is not one of {organisation.Did}.", ("did", organisation.Did));
        }

        var taken = await transaction.QueryAsync(
            "SELECT 1 FROM institution_keys WHERE kid = @kid OR multibase = @multibase",
            row => row.GetInt32(0),
            cancel,
            ("kid", request.Kid),
            ("multibase", request.Multibase));
        if (taken.Count > 0)
        {
            return new Problem("permits/key-exists", "This key or key id is registered already.", ("kid", request.Kid));
        }

        await transaction.ExecuteAsync(
            """
            INSERT INTO institution_keys (kid, bin, multibase, since, ended_at, compromised)
            VALUES (@kid, @bin, @multibase, @since, NULL, 0)
            """,
            cancel,
            ("kid", request.Kid),
            ("bin", request.Bin.Value),
            ("multibase", request.Multibase),
            ("since", request.At.ToUnixTimeSeconds()));
        return await AuthorityEntries.RecordAsync(
            transaction,
            Entry(LedgerEntryTypes.KeyRegistered,
                organisation.Did, request.Kid, request.Multibase, request.At, request.At),
            cancel,
            bin: request.Bin);
    }

    internal static LedgerEntry Entry(
        string type, string did, string kid, string multibase, DateTimeOffset since, DateTimeOffset at, long? size = null) =>
        LedgerEntry.Create(
            type,
            at,
            ("did", did),
            ("kid", kid),
            ("publicKeyMultibase", multibase),
            ("since", LedgerEntry.Time(since)),
            ("size", size));

    /// <param name="Kid">DID URL under the organisation's DID.</param>
    public sealed record Request(Bin Bin, string Kid, string Multibase, DateTimeOffset At);
}
