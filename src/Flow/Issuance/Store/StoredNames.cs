using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>Names of many holders at once, from the small box beside each payload. Personal data.</summary>
public sealed class StoredNames(IKeyVault vault)
{
    private const int LookupSize = 400;

    /// <summary>Those of these diplomas that still have their record; erased ones are left out.</summary>
    public async Task<IReadOnlyDictionary<AssetId, GraduateName>> OfAsync(
        ReadFrom from, IReadOnlyList<AssetId> assets, CancellationToken cancel = default)
    {
        var names = new Dictionary<AssetId, GraduateName>();
        foreach (var part in assets.Chunk(LookupSize))
        {
            var rows = await from.QueryAsync(
                $"""
                SELECT c.asset, p.data_key, p.name FROM credentials c JOIN credential_payloads p ON p.credential = c.id
                WHERE c.asset IN ({CredentialStore.Places("a", part.Length)})
                """,
                r => (Asset: AssetId.Parse(r.GetString(0)), Key: r.GetBytes(1), Name: r.GetBytes(2)),
                cancel, [.. part.Select((a, i) => ($"a{i}", (object?)a.ToString()))]);
            foreach (var (asset, key, name) in rows)
            {
                cancel.ThrowIfCancellationRequested();
                names[asset] = SealedPayload.OpenName(vault, asset, key, name);
            }
        }

        return names;
    }
}
