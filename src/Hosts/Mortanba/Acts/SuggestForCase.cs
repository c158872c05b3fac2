using System.Text;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Recognition;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Core;

namespace Mortanba.Host.Acts;

/// <summary>
/// Lets a tool read the documents of a case and lays its proposals beside them (requirement RQ-27). In: a case, a tool. Out: how many are new.
/// Documents that show who somebody is are not read, and nothing is proposed twice.
/// </summary>
public sealed class SuggestForCase(Installation home, ISuggestionTool tool)
{
    private const int DocumentsMax = 20;
    private const int PagesMax = 60;
    private const int SizeMaxBytes = 8 << 20;

    public async Task<Outcome<int>> RunAsync(Actor by, Role? role, string id, int version, CancellationToken cancel)
    {
        var desk = new CaseDesk(home);
        var proposals = new List<Suggestion>();
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await desk.Cases.FindAsync(connection, id, cancel) is not { } one)
            {
                return new Problem("recognition/no-case", "There is no such case.");
            }

            foreach (var document in one.Case.Documents.Where(d => !DocumentItems.IsPersonal(d.Item) && d.Length <= SizeMaxBytes).Take(DocumentsMax))
            {
                using var whole = new MemoryStream();
                await foreach (var part in CaseFiles.ReadAsync(connection, one, document.Id, cancel))
                {
                    whole.Write(part);
                }

                if (TextOf(whole.ToArray()) is { Length: > 0 } text)
                {
                    proposals.AddRange(await tool.ProposeAsync(new SuggestionQuestion(document.Id, text), cancel));
                }
            }

            proposals.RemoveAll(p => one.Case.Suggestions.Any(s => s.Id == p.Id));
        }

        var at = home.Time.GetUtcNow();
        // All of one reading together, or none.
        return proposals.Count == 0 ? 0 : await home.Database.WriteAsync<Outcome<int>>(
            async t =>
            {
                for (var i = 0; i < proposals.Count; i++)
                {
                    var proposal = proposals[i];
                    var done = await desk.InAsync(
                        t, by, role, id, version + i, (_, now, _) => Task.FromResult(Suggest.Of(now.Case, by.Id, proposal, at)), at, cancel);
                    if (!done.TryGet(out _, out var problem))
                    {
                        return i == 0 ? problem : throw new InvalidOperationException($"A proposal was refused half-way: {problem.Code}.");
                    }
                }

                return proposals.Count;
            },
            cancel);
    }

    /// <summary>The text of a file: as it stands, or of the first pages of a PDF; null when there is none.</summary>
    internal static string? TextOf(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith("%PDF-"u8))
        {
            return TextOfPdf(bytes);
        }

        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            return text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string? TextOfPdf(byte[] bytes)
    {
        try
        {
            using var pdf = PdfDocument.Open(bytes);
            var text = new StringBuilder();
            for (var page = 1; page <= Math.Min(pdf.NumberOfPages, PagesMax) && text.Length < SuggestionQuestion.TextLengthMax; page++)
            {
                text.AppendJoin(' ', pdf.GetPage(page).GetWords().Select(w => w.Text)).Append('\n');
            }

            return text.ToString();
        }
        catch (Exception fault) when (fault is PdfDocumentFormatException or InvalidOperationException or ArgumentException or IndexOutOfRangeException
            or NotSupportedException or FormatException or KeyNotFoundException or InvalidDataException or OverflowException or NullReferenceException)
        {
            // A file that its library cannot read is a picture to us: a person opens it. Nothing was proposed, nothing is lost.
            return null;
        }
    }
}
