using System.Data.Common;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>The three published lists of one block of indices.</summary>
public enum StatusForm
{
    /// <summary>BitstringStatusListCredential, purpose revocation: annulled, superseded, erased.</summary>
    Revocation,

    /// <summary>BitstringStatusListCredential, purpose suspension.</summary>
    Suspension,

    /// <summary>Token Status List JWT, two bits an index.</summary>
    Token,
}

/// <summary>A list as it is served until the next publication.</summary>
public sealed record StatusPublication(byte[] Document, DateTimeOffset PublishedAt, DateTimeOffset DueAt);

/// <summary>Signs and publishes the status lists with the operator's key, on a constant rhythm.</summary>
/// <remarks>
/// Changed or not, every list is signed anew when it is due: neither the moment nor the fact of a publication tells
/// anyone that somebody's diploma was suspended (rule <c>status-rhythm</c>).
/// </remarks>
public sealed class StatusPublisher(
    StatusLists lists, string operatorDid, string operatorKeyId, ISigner operatorKey, StatusRhythm rhythm)
{
    private static readonly StatusForm[] Forms = [StatusForm.Revocation, StatusForm.Suspension, StatusForm.Token];

    /// <summary>Publishes every block that was never published or is due; gives the number of blocks.</summary>
    public Task<int> RepublishDueAsync(DbTransaction transaction, DateTimeOffset now, CancellationToken cancel = default) =>
        PublishAsync(
            transaction,
            """
            SELECT list_id FROM status_blocks b WHERE NOT EXISTS (
                SELECT 1 FROM status_publications p WHERE p.list_id = b.list_id AND p.due_at > @now)
            """,
            now,
            cancel);

    /// <summary>
    /// Publishes every block at once: at the end of a demonstration, and when a change of state may not wait for the
    /// next tick. All of them, so that it does not show which one changed.
    /// </summary>
    public Task<int> RepublishAllAsync(DbTransaction transaction, DateTimeOffset now, CancellationToken cancel = default) =>
        PublishAsync(transaction, "SELECT list_id FROM status_blocks WHERE @now <> ''", now, cancel);

    /// <summary>What is published at <c>/status-lists/{listId}/{form}</c>; null before the first publication.</summary>
    public static async Task<StatusPublication?> FindAsync(
        DbConnection connection, string listId, StatusForm form, CancellationToken cancel = default) =>
        (await connection.QueryAsync(
            "SELECT document, published_at, due_at FROM status_publications WHERE list_id = @list AND form = @form",
            r => new StatusPublication(r.GetBytes(0), Time(r.GetString(1)), Time(r.GetString(2))),
            cancel,
            ("list", listId),
            ("form", Word(form)))).SingleOrDefault();

    /// <summary>The last part of the list's address.</summary>
    public static string Word(StatusForm form) => form switch
    {
        StatusForm.Revocation => "revocation",
        StatusForm.Suspension => "suspension",
        StatusForm.Token => "token",
    };

    /// <summary>The form of a list's address; null for any other word.</summary>
    public static StatusForm? FormOf(string word) => word switch
    {
        "revocation" => StatusForm.Revocation,
        "suspension" => StatusForm.Suspension,
        "token" => StatusForm.Token,
        _ => null,
    };

    private async Task<int> PublishAsync(
        DbTransaction transaction, string select, DateTimeOffset now, CancellationToken cancel)
    {
        // Two publishers at once: without the lock the one that read earlier could write later, and undo a suspension.
        await Database.LockAsync(transaction, "status-publications", cancel);
        var blocks = await transaction.QueryAsync(
            select, r => r.GetString(0), cancel, ("now", LedgerEntry.Time(now)));
        foreach (var listId in blocks)
        {
            var values = await StatusLists.ValuesAsync(transaction, listId, cancel);
            foreach (var form in Forms)
            {
                await transaction.TouchAsync("status_publications", cancel, listId, Word(form));
                await transaction.ExecuteAsync(
                    """
                    INSERT INTO status_publications (list_id, form, published_at, due_at, document)
                    VALUES (@list, @form, @published, @due, @document)
                    ON CONFLICT (list_id, form) DO UPDATE SET
                        published_at = excluded.published_at, due_at = excluded.due_at, document = excluded.document
                    """,
                    cancel,
                    ("list", listId),
                    ("form", Word(form)),
                    ("published", LedgerEntry.Time(now)),
                    ("due", LedgerEntry.Time(now + rhythm.Every)),
                    ("document", Render(lists.PointerTo(listId, 0), form, values, now)));
            }
        }

        return blocks.Count;
    }

    private byte[] Render(
        StatusPointer list, StatusForm form, IReadOnlyList<(int Index, StatusValue Value)> values, DateTimeOffset now) =>
        form switch
        {
            StatusForm.Revocation => Bitstring(list.RevocationUri, form, Indices(values, StatusValue.Invalid), now),
            StatusForm.Suspension => Bitstring(list.SuspensionUri, form, Indices(values, StatusValue.Suspended), now),
            StatusForm.Token => Token(list.TokenUri, values, now),
        };

    private static IEnumerable<int> Indices(IEnumerable<(int Index, StatusValue Value)> values, StatusValue wanted) =>
        values.Where(v => v.Value == wanted).Select(v => v.Index);

    private byte[] Token(string uri, IReadOnlyList<(int Index, StatusValue Value)> values, DateTimeOffset now)
    {
        var list = TokenStatusList.Create(ShuffledBlock.Size, bits: 2);
        foreach (var (index, value) in values)
        {
            list.Set(index, (int)value);
        }

        return StatusListToken.Sign(list, uri, now, now + rhythm.TimeToLive, rhythm.Every, operatorKey, operatorKeyId);
    }

    private byte[] Bitstring(string uri, StatusForm purpose, IEnumerable<int> set, DateTimeOffset now)
    {
        var bits = new byte[ShuffledBlock.Size / 8];
        foreach (var index in set)
        {
            BitstringStatusList.Set(bits, index, value: true);
        }

        var list = BitstringStatusList.WriteCredential(
            uri, Word(purpose), bits, operatorDid, now, now + rhythm.TimeToLive, rhythm.Every);
        return DataIntegrity.SignCanonical(list, new ProofOptions(operatorKeyId, now), operatorKey);
    }

    private static DateTimeOffset Time(string text) =>
        LedgerEntry.TimeOf(text);
}
