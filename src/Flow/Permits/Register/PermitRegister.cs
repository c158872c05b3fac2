using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>What anyone may ask this stage: organisations, keys, permits, programmes. Reads only.</summary>
public static class PermitRegister
{
    public static async Task<Organisation?> FindOrganisationAsync(
        ReadFrom from, Bin bin, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT record FROM organisations WHERE bin = @bin",
                ReadOrganisation, cancel, ("bin", bin.Value))).FirstOrDefault();

    /// <summary>All organisations, by BIN: the public register of issuers.</summary>
    public static Task<List<Organisation>> OrganisationsAsync(ReadFrom from, CancellationToken cancel = default) =>
        from.QueryAsync("SELECT record FROM organisations ORDER BY bin", ReadOrganisation, cancel);

    /// <summary>The keys of an organisation, oldest first: what its DID document is made of.</summary>
    public static Task<List<InstitutionKey>> KeysAsync(ReadFrom from, Bin bin, CancellationToken cancel = default) =>
        from.QueryAsync(
            "SELECT bin, kid, multibase, since, ended_at, compromised FROM institution_keys WHERE bin = @bin ORDER BY since, kid",
            ReadKey,
            cancel,
            ("bin", bin.Value));

    public static async Task<InstitutionKey?> FindKeyAsync(
        ReadFrom from, string kid, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT bin, kid, multibase, since, ended_at, compromised FROM institution_keys WHERE kid = @kid",
            ReadKey,
            cancel,
            ("kid", kid))).FirstOrDefault();

    public static async Task<Permit?> FindPermitAsync(
        ReadFrom from, string number, CancellationToken cancel = default) =>
        (await PermitsAsync(from, "number = @value", number, cancel)).FirstOrDefault();

    /// <summary>The permits of an operator, oldest first.</summary>
    public static Task<List<Permit>> PermitsOfAsync(ReadFrom from, Bin bin, CancellationToken cancel = default) =>
        PermitsAsync(from, "bin = @value", bin.Value, cancel);

    /// <summary>Every period of every programme of an initiator, by code, then by the start of its
    /// accreditation.</summary>
    public static Task<List<Programme>> ProgrammesAsync(
        ReadFrom from, Bin initiator, CancellationToken cancel = default) =>
        from.QueryAsync(
            "SELECT body FROM programmes WHERE bin = @bin ORDER BY code, accredited_from",
            row => JsonSerializer.Deserialize<ProgrammeBody>(row.GetString(0))!.ToProgramme(initiator),
            cancel,
            ("bin", initiator.Value));

    internal static DateTimeOffset Time(DbDataReader row, int column) =>
        DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(column));

    internal static DateTimeOffset? TimeOrNull(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Time(row, column);

    internal static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Organisation ReadOrganisation(DbDataReader row) => PublicRecord.Read(row.GetBytes(0));

    private static InstitutionKey ReadKey(DbDataReader row) => new(
        Bin.Parse(row.GetString(0)),
        row.GetString(1),
        row.GetString(2),
        Time(row, 3),
        TimeOrNull(row, 4),
        row.GetInt64(5) != 0);

    private static async Task<List<Permit>> PermitsAsync(
        ReadFrom from, string where, string value, CancellationToken cancel)
    {
        var changes = (await from.QueryAsync(
            $"""
            SELECT c.permit, c.status, c.at, c.decision
            FROM permit_changes c JOIN permits p ON p.number = c.permit
            WHERE p.{where} ORDER BY c.permit, c.number
            """,
            row => (Permit: row.GetString(0), Change: new PermitChange(
                Enum.Parse<PermitStatus>(row.GetString(1)), Time(row, 2), row.GetString(3))),
            cancel,
            ("value", value))).ToLookup(c => c.Permit, c => c.Change, StringComparer.Ordinal);
        return await from.QueryAsync(
            $"SELECT number, bin, valid_from, valid_until, rule FROM permits WHERE {where} ORDER BY valid_from, number",
            row => new Permit(
                row.GetString(0),
                Bin.Parse(row.GetString(1)),
                DateOnly.ParseExact(row.GetString(2), "yyyy-MM-dd", CultureInfo.InvariantCulture),
                DateOnly.ParseExact(row.GetString(3), "yyyy-MM-dd", CultureInfo.InvariantCulture),
                row.GetString(4),
                [.. changes[row.GetString(0)]]),
            cancel,
            ("value", value));
    }
}
