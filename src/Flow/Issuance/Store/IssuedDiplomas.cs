using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>Answers Intake's question what one initiator issued before, from the store.</summary>
public sealed class IssuedDiplomas(Database database, IKeyVault vault, Bin initiator) : IIssuedDiplomas
{
    public async Task<IReadOnlyList<IssuedMatch>> FindAsync(IReadOnlyList<DiplomaKey> keys, CancellationToken cancel)
    {
        var holders = keys
            .Select(k => Convert.ToHexString(HolderFingerprint.Of(vault, initiator, k.Iin, k.ProgrammeCode)))
            .ToArray();
        await using var connection = await database.ConnectAsync(cancel);
        var knownHolders = (await connection.QueryAsync(
            $"SELECT holder FROM credentials WHERE holder IN ({CredentialStore.Places("h", holders.Length)})",
            r => Convert.ToHexString(r.GetBytes(0)),
            cancel,
            [.. holders.Select((h, i) => ($"h{i}", (object?)Convert.FromHexString(h)))]))
            .ToHashSet(StringComparer.Ordinal);

        // Null when the diploma of that number is no longer in force: the number stays taken. Whose it was stands in the
        // sealed record alone, and in nothing once it was erased.
        var owners = new Dictionary<(string Series, string Number), string?>();
        foreach (var series in keys.GroupBy(k => k.Series, StringComparer.Ordinal))
        {
            var numbers = series.Select(k => k.Number).Distinct(StringComparer.Ordinal).ToArray();
            foreach (var (number, holder) in await connection.QueryAsync(
                $"""
                SELECT number, holder FROM credentials
                WHERE initiator = @bin AND series = @series AND number IN ({CredentialStore.Places("n", numbers.Length)})
                """,
                r => (r.GetString(0), r.GetBytesOrNull(1) is { } h ? Convert.ToHexString(h) : null),
                cancel,
                [("bin", initiator.Value), ("series", series.Key), .. numbers.Select((n, i) => ($"n{i}", (object?)n))]))
            {
                owners[(series.Key, number)] = holder ?? await FormerHolderAsync(connection, series.Key, number, cancel);
            }
        }

        return [.. keys.Select((key, i) => owners.TryGetValue((key.Series, key.Number), out var owner)
            ? owner == holders[i] ? IssuedMatch.SameDiploma : IssuedMatch.NumberTaken
            : knownHolders.Contains(holders[i]) ? IssuedMatch.HolderHasProgramme : IssuedMatch.None)];
    }

    /// <summary>The diploma of a programme that a person holds in force; null when there is none.</summary>
    public async Task<AssetId?> HeldAsync(Iin iin, string programmeCode, CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        var found = await connection.QueryAsync(
            "SELECT asset FROM credentials WHERE holder = @holder", r => AssetId.Parse(r.GetString(0)), cancel,
            ("holder", HolderFingerprint.Of(vault, initiator, iin, programmeCode)));
        return found.Count > 0 ? found[0] : null;
    }

    private async Task<string?> FormerHolderAsync(
        DbConnection connection, string series, string number, CancellationToken cancel)
    {
        var former = await connection.QueryAsync(
            """
            SELECT c.asset, p.data_key, p.payload FROM credentials c JOIN credential_payloads p ON p.credential = c.id
            WHERE c.initiator = @bin AND c.series = @series AND c.number = @number
            """,
            r => (Asset: AssetId.Parse(r.GetString(0)), Key: r.GetBytes(1), Payload: r.GetBytes(2)),
            cancel,
            ("bin", initiator.Value),
            ("series", series),
            ("number", number));
        if (former is not [var one])
        {
            return null;
        }

        var content = SealedPayload.Open(vault, one.Asset, one.Key, one.Payload).Record.Content;
        return Convert.ToHexString(HolderFingerprint.Of(vault, initiator, content.Iin, content.Programme.Code));
    }
}
