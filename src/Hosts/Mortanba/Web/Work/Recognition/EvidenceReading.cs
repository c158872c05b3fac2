using System.Data.Common;
using System.Text;
using Mortanba.Credentials;
using Mortanba.Recognition;
using Mortanba.Verification;

namespace Mortanba.Host.Web.Work.Recognition;

/// <summary>What can be read of a document: the table of a file that is known, its text, or neither.</summary>
/// <param name="Text">Whole text in UTF-8; null when it is none.</param>
/// <param name="Reading">What a reader of foreign files made of it; null when it is none of theirs.</param>
public sealed record EvidenceReading(CaseDocument Document, string? Text, FileReading? Reading)
{
    // Larger files are opened by a person, not on a page.
    private const int SizeMaxBytes = 2 << 20;

    /// <summary>Of one document.</summary>
    public static async Task<EvidenceReading> OfAsync(
        DbConnection connection, OpenCase open, CaseDocument document, DateTimeOffset at, CancellationToken cancel)
    {
        if (document.Length > SizeMaxBytes)
        {
            return new EvidenceReading(document, null, null);
        }

        using var whole = new MemoryStream();
        await foreach (var part in CaseFiles.ReadAsync(connection, open, document.Id, cancel))
        {
            whole.Write(part);
        }

        var bytes = whole.ToArray();
        var reading = DroppedFile.Read(bytes, null, at).Reading;
        return new EvidenceReading(document, TextOf(bytes), reading.Kind == FileKind.AttachmentOnly ? null : reading);
    }

    /// <summary>Of all documents that are known files, by document.</summary>
    public static async Task<IReadOnlyDictionary<string, FileReading>> OfAllAsync(
        DbConnection connection, OpenCase open, DateTimeOffset at, CancellationToken cancel)
    {
        var found = new Dictionary<string, FileReading>(StringComparer.Ordinal);
        foreach (var document in open.Case.Documents.Where(d => !DocumentItems.IsPersonal(d.Item)).Take(20))
        {
            if ((await OfAsync(connection, open, document, at, cancel)).Reading is { } reading)
            {
                found[document.Id] = reading;
            }
        }

        return found;
    }

    private static string? TextOf(byte[] bytes)
    {
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            return text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || text.StartsWith("%PDF", StringComparison.Ordinal) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
