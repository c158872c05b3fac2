using Mortanba.Documents;
using Mortanba.Foundation;

namespace Mortanba.Delivery;

/// <summary>One sheet for one graduate: with the link, or with the code, never both.</summary>
/// <param name="Name">The graduate's, in the three languages.</param>
/// <param name="Secret">The whole address of the claim link, or the code as it is printed.</param>
public sealed record Letter(LocalizedText Institution, LocalizedText Name, string Number, bool IsLink, string Secret, DateOnly? Until);

/// <summary>The words of the sheets, in the three languages; <c>{until}</c> was filled in.</summary>
public sealed record LetterWords(
    LocalizedText File, LocalizedText Title, LocalizedText Link, LocalizedText Code, LocalizedText CodeText, LocalizedText Number,
    string CodeAlternative);

/// <summary>Letters of delivery as one PDF, a sheet of A4 each: the name stands where a window envelope shows it.</summary>
public static class LetterPdf
{
    private const double PointsPerMillimetre = 72 / 25.4;
    private const double Left = 25 * PointsPerMillimetre;
    private const double Right = 20 * PointsPerMillimetre;
    private const double QrSide = 46 * PointsPerMillimetre;

    private static readonly TextStyle Plain = new(FontFace.SansRegular, 10.5, Ink.Black);
    private static readonly TextStyle Small = Plain with { Size = 9, Color = Ink.Grey };
    private static readonly TextStyle Strong = new(FontFace.SansBold, 12, Ink.Black);

    /// <param name="until">Words about the term of a link, in the three languages; null on a sheet with a code.</param>
    public static byte[] Render(IReadOnlyList<Letter> letters, LetterWords words, Func<Letter, LocalizedText?> until, DateTimeOffset at)
    {
        var document = new PdfDocument(new PdfMetadata(words.File, words.Title, letters[0].Institution.Kk, "Mortanba", at, Language.Kk));
        foreach (var letter in letters)
        {
            Draw(document, letter, words, until(letter));
        }

        return document.Save();
    }

    private static void Draw(PdfDocument document, Letter letter, LetterWords words, LocalizedText? until)
    {
        var page = document.AddPage(PdfDocument.A4Short, PdfDocument.A4Long);
        document.AddBookmark(letter.Number, page, 0);
        var root = document.Root.Add("Sect");
        var width = page.Width - Left - Right;
        Head(page, root, letter, width);
        // 45 mm from the upper edge: the window of an envelope (DIN 5008, form B).
        Paragraph(page, root, "P", 52 * PointsPerMillimetre, 14, 85 * PointsPerMillimetre, Strong, letter.Name.Kk, Language.Kk);
        Paragraph(page, root, "P", 59 * PointsPerMillimetre, 13, 85 * PointsPerMillimetre, Plain, letter.Name.En, Language.En);
        var top = 98 * PointsPerMillimetre;
        top = Paragraph(page, root, "H1", top, 24, width, Strong with { Size = 18 }, words.Title.Kk, Language.Kk);
        top = Paragraph(page, root, "P", top + 2, 14, width, Small, $"{words.Title.Ru} · {words.Title.En}");
        top = Paragraph(
            page, root, "P", top + 2, 14, width, Small,
            $"{words.Number.Kk} · {words.Number.Ru} · {words.Number.En}: {letter.Number}") + 14;
        if (letter.IsLink)
        {
            Link(page, root, letter, words, until!, top, width);
        }
        else
        {
            Code(page, root, letter, words, top, width);
        }

        page.BeginArtifact();
        Ink.Band(page, Left, page.Height - 40, width, 0.7);
        page.End();
    }

    private static void Head(PdfPage page, PdfElement root, Letter letter, double width)
    {
        page.BeginArtifact();
        Ink.Seal(page, Left, 34, 34);
        page.End();
        var top = 36.0;
        foreach (var language in Languages.All)
        {
            page.Begin("P", root.Add("P", language));
            top = page.Draw(
                Left + 44, top, width - 44, 12, Alignment.Left,
                new TextRun(letter.Institution.In(language), language == Language.Kk ? Strong with { Size = 10 } : Small));
            page.End();
        }
    }

    private static void Link(
        PdfPage page, PdfElement root, Letter letter, LetterWords words, LocalizedText until, double top, double width)
    {
        var column = width - QrSide - 24;
        var start = top;
        foreach (var language in Languages.All)
        {
            top = Paragraph(page, root, "P", top, 14, column, Plain, words.Link.In(language), language);
            top = Paragraph(page, root, "P", top + 2, 13, column, Small, until.In(language), language) + 12;
        }

        var x = page.Width - Right - QrSide;
        page.Begin("Figure", root.Add("Figure", alternative: words.CodeAlternative));
        page.Qr(QrMatrix.Encode(letter.Secret), x, start, QrSide, Ink.Black);
        page.End();
        var address = root.Add("P");
        var link = address.Add("Link");
        var style = new TextStyle(FontFace.SansRegular, 10, Ink.Teal);
        top = Math.Max(top, start + QrSide + 14);
        page.Begin("Link", link);
        page.DrawLine(Left, top, width, 14, Alignment.Left, [new TextRun(letter.Secret, style)]);
        page.End();
        page.Link(link, Left, top, Math.Min(width, style.Width(letter.Secret)), 14, letter.Secret, words.CodeAlternative);
    }

    private static void Code(PdfPage page, PdfElement root, Letter letter, LetterWords words, double top, double width)
    {
        top = Paragraph(
            page, root, "P", top, 14, width, Plain, $"{words.Code.Kk} · {words.Code.Ru} · {words.Code.En}") + 14;
        page.BeginArtifact();
        page.Frame(Left, top, width, 62, 1.2, Ink.Gold);
        page.End();
        page.Begin("P", root.Add("P"));
        page.DrawLine(Left, top + 12, width, 38, Alignment.Center, [new TextRun(letter.Secret, Strong with { Size = 30 })]);
        page.End();
        top += 84;
        foreach (var language in Languages.All)
        {
            top = Paragraph(page, root, "P", top, 14, width, Plain, words.CodeText.In(language), language) + 10;
        }
    }

    private static double Paragraph(
        PdfPage page, PdfElement root, string tag, double top, double leading, double width, TextStyle style, string text,
        Language? language = null)
    {
        page.Begin(tag, root.Add(tag, language));
        var bottom = page.Draw(Left, top, width, leading, Alignment.Left, new TextRun(text, style));
        page.End();
        return bottom;
    }
}
