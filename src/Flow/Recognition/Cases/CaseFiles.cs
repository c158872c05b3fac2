using System.Data.Common;
using System.Security.Cryptography;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Recognition;

/// <summary>A file that was taken in: its parts in hand, not stored yet.</summary>
public sealed record TakenFile(string Sha256, long Length, IReadOnlyList<byte[]> Plain);

/// <summary>
/// The bytes of the documents of a case, sealed in parts under the case's key. A file above <see cref="LengthMaxBytes"/> is refused while
/// it is read, not after.
/// </summary>
public static class CaseFiles
{
    /// <summary>A hundred pages in colour fit; what is larger is scanned again with less.</summary>
    public const long LengthMaxBytes = 50L << 20;

    private const int PartSizeBytes = 1 << 20;

    /// <summary>Where the text of a document is kept beside its bytes, under the key of the case.</summary>
    public static string TextOf(string document) => document + "/text";

    /// <summary>Reads a file to its end, or refuses it as soon as it is too long.</summary>
    public static async Task<Outcome<TakenFile>> TakeAsync(Stream body, CancellationToken cancel = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var parts = new List<byte[]>();
        var buffer = new byte[PartSizeBytes];
        long length = 0;
        while (await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel) is > 0 and var count)
        {
            length += count;
            if (length > LengthMaxBytes)
            {
                return new Problem(
                    "recognition/file-too-large", "The file is too large; scan it with fewer dots per inch, or in parts.",
                    ("max", $"{LengthMaxBytes >> 20}"));
            }

            hash.AppendData(buffer, 0, count);
            parts.Add(buffer[..count]);
        }

        return length == 0
            ? new Problem("recognition/file-empty", "The file is empty.")
            : new TakenFile(Convert.ToHexStringLower(hash.GetHashAndReset()), length, parts);
    }

    /// <summary>Stores the bytes of a document in the transaction that adds it to the case.</summary>
    public static async Task PutAsync(DbTransaction transaction, OpenCase one, string document, TakenFile file, CancellationToken cancel = default)
    {
        await transaction.TouchManyAsync(
            "recognition_files", Enumerable.Range(0, file.Plain.Count).Select(part => new object[] { one.Case.Id, document, part }), cancel);
        await transaction.BulkInsertAsync(
            "recognition_files", ["case_id", "document", "part", "payload"],
            file.Plain.Select((plain, part) => new object?[]
            {
                one.Case.Id, document, part, SealedBox.Encrypt(one.Key, Place(one.Case.Id, document, part), plain),
            }),
            cancel);
    }

    /// <summary>The whole of a document; empty when there is none.</summary>
    public static async Task<byte[]> WholeAsync(ReadFrom from, OpenCase one, string document, CancellationToken cancel = default)
    {
        using var whole = new MemoryStream();
        await foreach (var part in ReadAsync(from, one, document, cancel))
        {
            whole.Write(part);
        }

        return whole.ToArray();
    }

    /// <summary>The bytes of a document, part by part; nothing when they were taken back.</summary>
    public static async IAsyncEnumerable<byte[]> ReadAsync(
        ReadFrom from, OpenCase one, string document,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
    {
        for (var part = 0; ; part++)
        {
            var found = await from.QueryAsync(
                "SELECT payload FROM recognition_files WHERE case_id = @id AND document = @document AND part = @part", r => r.GetBytes(0),
                cancel, ("id", one.Case.Id), ("document", document), ("part", part));
            if (found is not [var payload])
            {
                yield break;
            }

            yield return SealedBox.Decrypt(one.Key, Place(one.Case.Id, document, part), payload);
        }
    }

    /// <summary>Destroys the bytes of a document that the applicant took back before filing.</summary>
    public static async Task RemoveAsync(DbTransaction transaction, string caseId, string document, CancellationToken cancel = default)
    {
        var parts = await transaction.QueryAsync(
            "SELECT part FROM recognition_files WHERE case_id = @id AND document = @document", r => r.GetInt32(0), cancel,
            ("id", caseId), ("document", document));
        await transaction.TouchManyAsync("recognition_files", parts.Select(part => new object[] { caseId, document, part }), cancel);
        await transaction.ExecuteAsync(
            "DELETE FROM recognition_files WHERE case_id = @id AND document = @document", cancel, ("id", caseId), ("document", document));
    }

    private static byte[] Place(string id, string document, int part) => CaseStore.Context($"{id}/file/{document}/{part}");
}
