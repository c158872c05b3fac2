using System.Globalization;
using Mortanba.Documents;
using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// The sheets of a letter of the recognition body: letterhead, headings, fields and texts in three languages, from page to page down to the
/// footers. Knows nothing of what a letter says.
/// </summary>
internal sealed class LetterSheet
{
    public const double Left = 56;
    public const double Width = PdfDocument.A4Short - (2 * Left);
    public const double ColumnGap = 12;
    public const double ColumnWidth = (Width - (2 * ColumnGap)) / 3;
    public const double Leading = 11.4;
    private const double Top = 50;
    private const double Bottom = PdfDocument.A4Long - 58;

    public static readonly TextStyle Plain = new(FontFace.SansRegular, 8.6, Ink.Black);
    public static readonly TextStyle Strong = new(FontFace.SansBold, 8.6, Ink.Black);
    public static readonly TextStyle Label = new(FontFace.SansBold, 7.4, Ink.Teal);
    public static readonly TextStyle Note = new(FontFace.SansRegular, 7.2, Ink.Grey);
    public static readonly TextStyle Head = new(FontFace.SerifBold, 12, Ink.Black);

    private readonly PdfElement root;
    private readonly List<PdfPage> pages = [];

    /// <param name="title">Of the document, for its reader and its metadata.</param>
    /// <param name="name">Behind the title: a number.</param>
    public LetterSheet(LocalizedText title, string name, LocalizedText about, LocalizedText body, DateTimeOffset at)
    {
        Document = new PdfDocument(new PdfMetadata(
            new($"{title.Kk} {name}", $"{title.Ru} {name}", $"{title.En} {name}"), about, body.Kk, "Mortanba", at, Language.Kk));
        Part = root = Document.Root.Add("Sect");
        Page = AddPage();
        Letterhead(title, name, body);
    }

    public PdfDocument Document { get; }

    /// <summary>Where the next elements of the structure go.</summary>
    public PdfElement Part { get; private set; }

    public PdfPage Page { get; private set; }

    /// <summary>Where the next line begins, from the top.</summary>
    public double Y { get; set; }

    public PdfElement Root => root;

    private void Letterhead(LocalizedText title, string name, LocalizedText body)
    {
        Page.Begin("Figure", root.Add("Figure", alternative: DecisionWords.SealAlternative.Kk));
        Ink.Seal(Page, Left, Y, 44);
        Page.End();
        var top = Y;
        foreach (var language in Languages.All)
        {
            Page.Begin("P", root.Add("P", language));
            var style = language == Language.Kk ? Strong with { Size = 10.4 } : Plain with { Color = Ink.Grey };
            top = Page.Draw(Left + 58, top, Width - 58, language == Language.Kk ? 14 : 11.4, Alignment.Left, new TextRun(body.In(language), style));
            Page.End();
        }

        Y = Math.Max(top, Y + 46) + 8;
        Page.BeginArtifact();
        Ink.Band(Page, Left, Y + 6, Width, 0.7);
        Page.End();
        Y += 22;
        Document.AddBookmark($"{title.Kk} · {title.En} · {name}", Page, 0);
        Wrapped("H1", title.Kk, new TextStyle(FontFace.SerifBold, 20, Ink.Black), 26, Language.Kk);
        Wrapped("P", $"{title.Ru} · {title.En}", Plain with { Size = 10, Color = Ink.Grey }, 14);
        Y += 6;
    }

    public void Section(LocalizedText title)
    {
        // A heading stays with the first lines behind it.
        Need(64);
        Y += 8;
        Part = root.Add("Sect");
        Document.AddBookmark($"{title.Kk} · {title.En}", Page, Y);
        Page.BeginArtifact();
        Page.Box(Left, Y, Width, 1, Ink.Gold);
        Page.End();
        Y += 5;
        Wrapped("H2", title.Kk, Head, 15, Language.Kk);
        Wrapped("P", $"{title.Ru} · {title.En}", Note, Leading);
        Y += 3;
    }

    /// <summary>A label in three languages and its value on one line.</summary>
    public void Pair(LocalizedText label, string value)
    {
        var start = Label.Width(Together(label)) + 10;
        if (start + Plain.Width(value) > Width)
        {
            Field(label, LocalizedText.Same(value));
            return;
        }

        Need(Leading + 2);
        Page.Begin("P", Part.Add("P"));
        Page.DrawLine(Left, Y, Width, Leading, Alignment.Left, [new TextRun(Together(label), Label)]);
        Page.DrawLine(Left + start, Y, Width - start, Leading, Alignment.Left, [new TextRun(value, Strong)]);
        Page.End();
        Y += Leading + 4;
    }

    public void Field(LocalizedText label, LocalizedText value, TextStyle? style = null)
    {
        if (string.IsNullOrWhiteSpace(value.Kk + value.Ru + value.En))
        {
            return;
        }

        Need(Leading * 2);
        Wrapped("P", Together(label), Label, 10.4);
        Columns(value, style ?? Plain);
        Y += 4;
    }

    /// <summary>Text of the body behind its label, in whatever language it was written.</summary>
    public void Text(LocalizedText label, string text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            Wrapped("P", [new TextRun(Together(label) + ": ", Label), new TextRun(text, Plain)], Leading);
        }
    }

    /// <summary>Three columns, or the whole width when the languages agree. Long texts go on over the page.</summary>
    public void Columns(LocalizedText text, TextStyle style)
    {
        if (text.Kk == text.Ru && text.Ru == text.En)
        {
            Wrapped("P", text.Kk, style, Leading);
            return;
        }

        var columns = Languages.All.Select(l => TextLayout.Wrap([new TextRun(text.In(l), style)], ColumnWidth)).ToList();
        var elements = Languages.All.Select(l => Part.Add("P", l)).ToList();
        var count = columns.Max(c => c.Count);
        for (var from = 0; from < count;)
        {
            Need(Leading);
            var fits = Math.Min(count - from, Math.Max(1, (int)((Bottom - Y) / Leading)));
            foreach (var language in Languages.All)
            {
                var lines = columns[(int)language].Skip(from).Take(fits).ToList();
                if (lines.Count == 0)
                {
                    continue;
                }

                Page.Begin("P", elements[(int)language]);
                for (var i = 0; i < lines.Count; i++)
                {
                    Page.DrawLine(Left + ((int)language * (ColumnWidth + ColumnGap)), Y + (i * Leading), ColumnWidth, Leading, Alignment.Left, lines[i]);
                }

                Page.End();
            }

            Y += fits * Leading;
            from += fits;
        }
    }

    public void Wrapped(string tag, string text, TextStyle style, double leading, Language? language = null) =>
        Wrapped(tag, [new TextRun(text, style)], leading, language);

    public void Wrapped(string tag, TextRun[] runs, double leading, Language? language = null)
    {
        var lines = TextLayout.Wrap(runs, Width);
        var element = Part.Add(tag, language);
        for (var from = 0; from < lines.Count;)
        {
            Need(leading);
            var fits = Math.Min(lines.Count - from, Math.Max(1, (int)((Bottom - Y) / leading)));
            Page.Begin(tag, element);
            foreach (var line in lines.Skip(from).Take(fits))
            {
                Page.DrawLine(Left, Y, Width, leading, Alignment.Left, line);
                Y += leading;
            }

            Page.End();
            from += fits;
        }
    }

    /// <summary>Begins a page when this height is not left.</summary>
    public void Need(double height)
    {
        if (Y + height > Bottom)
        {
            Page = AddPage();
        }
    }

    private PdfPage AddPage()
    {
        var added = Document.AddPage(PdfDocument.A4Short, PdfDocument.A4Long);
        pages.Add(added);
        Y = Top;
        return added;
    }

    /// <param name="left">At the left of each page, beside its number at the right.</param>
    public void Footers(string left)
    {
        for (var i = 0; i < pages.Count; i++)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{Together(DecisionWords.Page)} {i + 1}/{pages.Count}");
            pages[i].BeginArtifact();
            pages[i].Line(Left, Bottom + 14, Left + Width, Bottom + 14, 0.5, Ink.Gold);
            pages[i].DrawLine(Left, Bottom + 17, Width, 12, Alignment.Left, [new TextRun(left, Note)]);
            pages[i].DrawLine(Left, Bottom + 17, Width, 12, Alignment.Right, [new TextRun(place, Note)]);
            pages[i].End();
        }
    }

    public static string Together(LocalizedText text) => string.Join(" · ", new[] { text.Kk, text.Ru, text.En }.Distinct());
}
