using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>Keeps an uploaded roster, or list of schools, sealed, for an hour: what is confirmed is what was looked at, and nobody else's.</summary>
public sealed class RosterUploads(IKeyVault vault)
{
    private const string Table = "ai_roster_uploads";
    private static readonly TimeSpan Term = TimeSpan.FromHours(1);

    /// <summary>Keeps an archive and drops those nobody confirmed in time; gives its id.</summary>
    /// <param name="school">Null for a list of schools.</param>
    public async Task<string> AddAsync(
        DbTransaction transaction, Bin? school, byte[] archive, string by, DateTimeOffset at, CancellationToken cancel = default)
    {
        foreach (var old in await transaction.QueryAsync(
            $"SELECT id FROM {Table} WHERE at < @at", r => r.GetString(0), cancel, ("at", LedgerEntry.Time(at - Term))))
        {
            await RemoveAsync(transaction, old, cancel);
        }

        var id = Guid.CreateVersion7(at).ToString();
        var (key, content) = SealedBox.Seal(vault, Context(id), archive);
        await transaction.TouchAsync(Table, cancel, id);
        await transaction.ExecuteAsync(
            $"INSERT INTO {Table} (id, school, uploaded_by, at, data_key, content) VALUES (@id, @school, @by, @at, @key, @content)", cancel,
            ("id", id), ("school", Word(school)), ("by", by), ("at", LedgerEntry.Time(at)), ("key", key), ("content", content));
        return id;
    }

    /// <summary>Null when there is none of this id by this account at this school, or its hour is over.</summary>
    public async Task<byte[]?> FindAsync(ReadFrom from, string id, Bin? school, string by, DateTimeOffset at, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"SELECT data_key, content FROM {Table} WHERE id = @id AND school = @school AND uploaded_by = @by AND at >= @at",
            r => (Key: r.GetBytes(0), Content: r.GetBytes(1)), cancel,
            ("id", id), ("school", Word(school)), ("by", by), ("at", LedgerEntry.Time(at - Term))) is [var (key, content)]
            ? SealedBox.Open(vault, Context(id), key, content)
            : null;

    public static async Task RemoveAsync(DbTransaction transaction, string id, CancellationToken cancel = default)
    {
        await transaction.TouchAsync(Table, cancel, id);
        await transaction.ExecuteAsync($"DELETE FROM {Table} WHERE id = @id", cancel, ("id", id));
    }

    private static string Word(Bin? school) => school?.Value ?? "";

    private static string Context(string id) => "ai/roster/" + id;
}
