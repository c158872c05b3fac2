using System.Data.Common;
using System.Security.Cryptography;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>
/// Puts an organisation on the register. In: its public record. Out: <c>institution.registered</c>, which commits to
/// the
/// record. A second registration of a BIN is refused; the same act with <see cref="ChangeAsync"/> replaces the record.
/// </summary>
public static class RegisterInstitution
{
    public static async Task<Outcome<LedgerEntry>> RunAsync(
        DbTransaction transaction, Organisation organisation, DateTimeOffset at, CancellationToken cancel = default)
    {
        if (await PermitRegister.FindOrganisationAsync(transaction, organisation.Bin, cancel) is not null)
        {
            return new Problem(
                "permits/institution-exists",
                $"The organisation {organisation.Bin} is registered already.",
                ("bin", organisation.Bin.Value));
        }

        var (record, salt) = (
            PublicRecord.Write(organisation), RandomNumberGenerator.GetBytes(Commitment.SaltSizeBytes));
        await transaction.ExecuteAsync(
            """
            INSERT INTO organisations (bin, did, role, record, salt, registered_at)
            VALUES (@bin, @did, @role, @record, @salt, @at)
            """,
            cancel,
            ("bin", organisation.Bin.Value),
            ("did", organisation.Did),
            ("role", PublicRecord.RoleText(organisation.Role)),
            ("record", record),
            ("salt", salt),
            ("at", at.ToUnixTimeSeconds()));
        return await RecordAsync(
            transaction, LedgerEntryTypes.InstitutionRegistered, organisation, record, salt, at, cancel);
    }

    /// <summary>Replaces the public record; BIN and DID stay. Out: <c>institution.changed</c>.</summary>
    public static async Task<Outcome<LedgerEntry>> ChangeAsync(
        DbTransaction transaction, Organisation organisation, DateTimeOffset at, CancellationToken cancel = default)
    {
        var registered = await PermitRegister.FindOrganisationAsync(transaction, organisation.Bin, cancel);
        if (registered is null || registered.Did != organisation.Did)
        {
            return Unknown(organisation.Bin);
        }

        var (record, salt) = (
            PublicRecord.Write(organisation), RandomNumberGenerator.GetBytes(Commitment.SaltSizeBytes));
        await transaction.ExecuteAsync(
            "UPDATE organisations SET role = @role, record = @record, salt = @salt WHERE bin = @bin",
            cancel,
            ("role", PublicRecord.RoleText(organisation.Role)),
            ("record", record),
            ("salt", salt),
            ("bin", organisation.Bin.Value));
        return await RecordAsync(
            transaction, LedgerEntryTypes.InstitutionChanged, organisation, record, salt, at, cancel);
    }

    public static Problem Unknown(Bin bin) => new(
        "permits/unknown-institution", $"No organisation {bin} is registered here.", ("bin", bin.Value));

    private static async Task<Outcome<LedgerEntry>> RecordAsync(
        DbTransaction transaction,
        string type,
        Organisation organisation,
        byte[] record,
        byte[] salt,
        DateTimeOffset at,
        CancellationToken cancel) =>
        await AuthorityEntries.RecordAsync(
            transaction,
            LedgerEntry.Create(
                type,
                at,
                ("bin", organisation.Bin.Value),
                ("did", organisation.Did),
                ("role", PublicRecord.RoleText(organisation.Role)),
                ("record", Commitment.OfSalted(salt, record).ToString())),
            cancel,
            bin: organisation.Bin);
}
