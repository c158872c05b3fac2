using System.Data.Common;
using Mortanba.Storage;

namespace Mortanba.Recognition;

/// <summary>A register file between its preview and its confirmation.</summary>
/// <param name="By">Account of who uploaded it: nobody else confirms it.</param>
public sealed record RegisterUpload(string Id, RegisterKind Kind, string FileName, byte[] Content, string By, DateTimeOffset At);

/// <summary>Keeps uploaded register files for a day, so that what is confirmed is what was looked at.</summary>
public static class RegisterUploads
{
    private const string Table = "register_uploads";
    private static readonly TimeSpan Term = TimeSpan.FromDays(1);

    /// <summary>Keeps a file and drops those nobody confirmed in time; gives its id.</summary>
    public static async Task<string> AddAsync(
        DbTransaction transaction, RegisterKind kind, string fileName, byte[] content, string by, DateTimeOffset at, CancellationToken cancel = default)
    {
        foreach (var old in await transaction.QueryAsync(
            "SELECT id FROM register_uploads WHERE at < @at", r => r.GetString(0), cancel, ("at", (at - Term).ToUnixTimeSeconds())))
        {
            await RemoveAsync(transaction, old, cancel);
        }

        var id = Guid.CreateVersion7(at).ToString();
        await transaction.TouchAsync(Table, cancel, id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO register_uploads (id, register, file_name, content, uploaded_by, at) VALUES (@id, @register, @name, @content, @by, @at)
            """,
            cancel,
            ("id", id), ("register", BasisRecord.Code(kind)), ("name", fileName), ("content", content), ("by", by), ("at", at.ToUnixTimeSeconds()));
        return id;
    }

    /// <summary>Null when there is none of this id by this account.</summary>
    public static async Task<RegisterUpload?> FindAsync(ReadFrom from, string id, string by, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT id, register, file_name, content, uploaded_by, at FROM register_uploads WHERE id = @id AND uploaded_by = @by",
            r => new RegisterUpload(
                r.GetString(0), BasisRecord.Parse<RegisterKind>(r.GetString(1))!.Value, r.GetString(2), r.GetBytes(3), r.GetString(4),
                DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(5))),
            cancel, ("id", id), ("by", by))).SingleOrDefault();

    public static async Task RemoveAsync(DbTransaction transaction, string id, CancellationToken cancel = default)
    {
        await transaction.TouchAsync(Table, cancel, id);
        await transaction.ExecuteAsync("DELETE FROM register_uploads WHERE id = @id", cancel, ("id", id));
    }
}
