using System.Data.Common;
using Mortanba.Credentials;
using Mortanba.Host.Acts;
using Mortanba.Recognition;
using Mortanba.Verification;

namespace Mortanba.Host.Web.Work.Recognition;

/// <summary>What can be read of a document: the table of a file that is known, its text, or neither.</summary>
/// <param name="Text">Of a text, or of a PDF that has one; null when there is none.</param>
/// <param name="Reading">What a reader of foreign files made of it; null when it is none of theirs.</param>
/// <param name="IsPdf">A PDF, with text or without.</param>
/// <param name="IsUnreadable">Whether it has text could not be found out.</param>
public sealed record EvidenceReading(CaseDocument Document, string? Text, FileReading? Reading, bool IsPdf = false, bool IsUnreadable = false)
{
    // Larger files are no diploma files.
    private const int KnownMaxBytes = 2 << 20;

    /// <summary>Of one document. No connection is held while it is read.</summary>
    public static async Task<EvidenceReading> OfAsync(Installation home, OpenCase open, CaseDocument document, CancellationToken cancel)
    {
        if (document.Length > DocumentText.SizeMaxBytes)
        {
            return new EvidenceReading(document, null, null);
        }

        byte[] bytes;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            bytes = await CaseFiles.WholeAsync(connection, open, document.Id, cancel);
        }

        var found = await new CaseText(home, new CaseDesk(home)).OfAsync(open, document, bytes, cancel);
        return new EvidenceReading(document, found.Text, Known(bytes, home.Time.GetUtcNow()), DocumentText.IsPdf(bytes), found.IsUnreadable);
    }

    /// <summary>Of all documents that are known files, by document.</summary>
    public static async Task<IReadOnlyDictionary<string, FileReading>> OfAllAsync(
        DbConnection connection, OpenCase open, DateTimeOffset at, CancellationToken cancel)
    {
        var found = new Dictionary<string, FileReading>(StringComparer.Ordinal);
        foreach (var document in open.Case.Documents.Where(d => !DocumentItems.IsPersonal(d.Item) && d.Length <= KnownMaxBytes).Take(20))
        {
            if (Known(await CaseFiles.WholeAsync(connection, open, document.Id, cancel), at) is { } reading)
            {
                found[document.Id] = reading;
            }
        }

        return found;
    }

    private static FileReading? Known(byte[] bytes, DateTimeOffset at) =>
        bytes.Length <= KnownMaxBytes && DroppedFile.Read(bytes, null, at).Reading is { Kind: not FileKind.AttachmentOnly } reading ? reading : null;
}
