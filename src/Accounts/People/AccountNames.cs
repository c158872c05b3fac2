using Mortanba.Storage;

namespace Mortanba.Accounts;

/// <summary>Names for the ids that stand in the record, for those who may read it.</summary>
public static class AccountNames
{
    /// <summary>The names of the accounts and API clients among these ids; an id without either is left out.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> OfAsync(
        ReadFrom from, IEnumerable<string> ids, CancellationToken cancel = default)
    {
        var wanted = ids.Distinct(StringComparer.Ordinal).ToList();
        if (wanted.Count == 0)
        {
            return new Dictionary<string, string>();
        }

        var list = string.Join(", ", wanted.Select((_, i) => $"@i{i}"));
        var rows = await from.QueryAsync(
            $"SELECT id, name FROM accounts WHERE id IN ({list}) UNION ALL SELECT id, name FROM api_clients WHERE id IN ({list})",
            r => (Id: r.GetString(0), Name: r.GetString(1)), cancel, [.. wanted.Select((id, i) => ($"i{i}", (object?)id))]);
        return rows.ToDictionary(r => r.Id, r => r.Name, StringComparer.Ordinal);
    }
}
