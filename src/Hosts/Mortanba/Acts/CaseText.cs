using System.Data.Common;
using System.Text;
using Mortanba.Recognition;

namespace Mortanba.Host.Acts;

/// <summary>
/// The text of a document of a case (<see cref="DocumentText"/>). That of a PDF is read once and kept sealed beside its bytes, so that no
/// process is started each time a page is looked at; it goes with the case.
/// </summary>
public sealed class CaseText(Installation home, CaseDesk desk)
{
    /// <param name="bytes">Of the document, as they came.</param>
    public async Task<FileText> OfAsync(OpenCase open, CaseDocument document, byte[] bytes, CancellationToken cancel)
    {
        if (!DocumentText.IsPdf(bytes))
        {
            return await DocumentText.OfAsync(bytes, cancel);
        }

        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await CaseFiles.WholeAsync(connection, open, CaseFiles.TextOf(document.Id), cancel) is [_, ..] kept)
            {
                return Read(kept);
            }
        }

        var found = await DocumentText.OfAsync(bytes, cancel);
        // What could not be read now may be another time.
        if (!found.IsUnreadable)
        {
            await home.Database.WriteAsync(t => KeepAsync(t, open.Case.Id, document, Write(found.Text), cancel), cancel);
        }

        return found;
    }

    // Of two who looked at once the first keeps it; of a case that was erased meanwhile nothing is kept.
    private async Task KeepAsync(DbTransaction transaction, string id, CaseDocument document, byte[] text, CancellationToken cancel)
    {
        if ((await desk.Cases.LockAsync(transaction, id, null, cancel)).TryGet(out var now, out _)
            && await CaseFiles.WholeAsync(transaction, now, CaseFiles.TextOf(document.Id), cancel) is [])
        {
            using var bytes = new MemoryStream(text);
            await CaseFiles.PutAsync(transaction, now, CaseFiles.TextOf(document.Id), (await CaseFiles.TakeAsync(bytes, cancel)).Value, cancel);
        }
    }

    // One byte says whether there is any: no text is a finding, too.
    private static byte[] Write(string? text) => text is null ? [0] : [1, .. Encoding.UTF8.GetBytes(text)];

    private static FileText Read(byte[] kept) => new(kept[0] == 0 ? null : Encoding.UTF8.GetString(kept.AsSpan(1)));
}
