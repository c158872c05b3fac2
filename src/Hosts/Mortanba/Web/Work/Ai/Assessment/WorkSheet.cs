using Mortanba.AiEducation;
using Mortanba.Documents;
using Mortanba.Foundation;

namespace Mortanba.Host.Web.Work.Ai.Assessment;

/// <summary>A work as PDF: the mark of what AI made in its metadata, and its label above the text (requirement AI-13).</summary>
internal static class WorkSheet
{
    private const double Left = 56;
    private const double Width = PdfDocument.A4Short - (2 * Left);
    private const double Bottom = PdfDocument.A4Long - 56;
    private static readonly TextStyle Plain = new(FontFace.SansRegular, 10.5, Ink.Black);
    private static readonly TextStyle Strong = new(FontFace.SansBold, 10.5, Ink.Black);
    private static readonly TextStyle Head = new(FontFace.SerifBold, 18, Ink.Black);

    public static byte[] Write(LearnerWork work, TaskTerms task, SyntheticMark? mark, ExportWords words, Language language)
    {
        var title = LocalizedText.Same(task.Title);
        var document = new PdfDocument(new PdfMetadata(
            title, mark?.Label ?? title, "Mortanba", "Mortanba", work.HandedInAt, language, mark?.Address));
        var section = document.Root.Add("Sect");
        var (page, top) = (document.AddPage(PdfDocument.A4Short, PdfDocument.A4Long), 56.0);
        Paragraph("H1", task.Title, Head, 24);
        if (mark is not null)
        {
            Paragraph("P", mark.Label.In(language), Strong, 15);
        }

        foreach (var paragraph in WorkExport.Paragraphs(work.Draft.Text))
        {
            Paragraph("P", paragraph, Plain, 15);
        }

        Paragraph("H2", words.Statement, Strong, 16);
        foreach (var line in WorkExport.Statement(work.Draft.Statement, words))
        {
            Paragraph("P", line, Plain, 15);
        }

        return document.Save();

        void Paragraph(string tag, string text, TextStyle style, double leading)
        {
            var element = section.Add(tag, language);
            var lines = TextLayout.Wrap([new TextRun(text.Replace('\t', ' '), style)], Width);
            for (var from = 0; from < lines.Count;)
            {
                if (top + leading > Bottom)
                {
                    (page, top) = (document.AddPage(PdfDocument.A4Short, PdfDocument.A4Long), 56);
                }

                var fits = Math.Min(lines.Count - from, (int)((Bottom - top) / leading));
                page.Begin(tag, element);
                foreach (var line in lines.Skip(from).Take(fits))
                {
                    page.DrawLine(Left, top, Width, leading, Alignment.Left, line);
                    top += leading;
                }

                page.End();
                from += fits;
            }

            top += 6;
        }
    }
}
