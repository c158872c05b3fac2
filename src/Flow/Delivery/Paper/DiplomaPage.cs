using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Issuance;

namespace Mortanba.Delivery;

/// <summary>Page 1: the diploma as it hangs on a wall, A4 across, one column a language.</summary>
internal sealed class DiplomaPage
{
    private const double Left = 62;
    private const double ColumnGap = 14;
    private const double PointsPerMillimetre = 72 / 25.4;

    /// <summary>Printed side of one module of the code; phones read 0.33 mm on plain paper.</summary>
    private const double ModuleSize = 0.36 * PointsPerMillimetre;
    private const double CodeSizeMax = 46 * PointsPerMillimetre;
    private const double FooterTop = 424;

    private static readonly TextStyle Plain = new(FontFace.SerifRegular, 9.5, Ink.Black);
    private static readonly TextStyle Small = Plain with { Size = 8, Color = Ink.Grey };
    private static readonly TextStyle Strong = new(FontFace.SerifBold, 10.5, Ink.Black);

    private readonly DiplomaRecord record;
    private readonly PdfPage page;
    private readonly PdfElement root;
    private readonly double width;

    private DiplomaPage(PdfDocument document, DiplomaRecord record)
    {
        this.record = record;
        page = document.AddPage(PdfDocument.A4Long, PdfDocument.A4Short);
        root = document.Root.Add("Sect");
        width = page.Width - (2 * Left);
    }

    public static void Draw(PdfDocument document, DiplomaRecord record, string paperQrText)
    {
        var drawing = new DiplomaPage(document, record);
        document.AddBookmark(Bookmark(record), drawing.page, 0);
        drawing.Frame();
        drawing.Heading();
        drawing.Columns();
        drawing.Footer(paperQrText);
    }

    private static string Bookmark(DiplomaRecord record)
    {
        var title = Title(record);
        return $"{title.Kk} · {title.En} · {record.Content.FullNumber}";
    }

    public static LocalizedText Title(DiplomaRecord record) =>
        record.Content.Honours ? PaperWords.DiplomaWithHonours : PaperWords.Diploma;

    private void Frame()
    {
        page.BeginArtifact();
        page.Frame(20, 20, page.Width - 40, page.Height - 40, 1.6, Ink.Gold);
        page.Frame(25, 25, page.Width - 50, page.Height - 50, 0.5, Ink.Gold);
        Ink.Band(page, Left, 140, width, 0.8);
        page.End();
    }

    private void Heading()
    {
        var republic = PaperWords.Republic;
        Centered("P", 36, 15, Plain with { Size = 10 }, $"{republic.Kk} · {republic.Ru} · {republic.En}");
        Centered("P", 54, 18, Strong with { Size = 14 }, record.Initiator.Name.Kk, Language.Kk);
        var title = Title(record);
        Centered("H1", 74, 38, Strong with { Size = 32 }, title.Kk, Language.Kk);
        var others = title.Kk == title.Ru ? title.En : $"{title.Ru} · {title.En}";
        Centered("P", 112, 14, Plain with { Size = 10, Color = Ink.Grey }, others);
        var name = record.Content.Name;
        Centered("P", 152, 31, Strong with { Size = 25 }, name.In(Language.Kk), Language.Kk);
        Centered("P", 184, 17, Plain with { Size = 11.5 }, $"{name.In(Language.Ru)} · {name.In(Language.En)}");
    }

    // One line, made smaller until it fits: a name is never broken.
    private void Centered(string tag, double top, double leading, TextStyle style, string text, Language? language = null)
    {
        while (style.Width(text) > width && style.Size > 6)
        {
            style = style with { Size = style.Size - 0.5 };
        }

        page.Begin(tag, root.Add(tag, language));
        page.DrawLine(Left, top, width, leading, Alignment.Center, [new TextRun(text, style)]);
        page.End();
    }

    private void Columns()
    {
        var content = record.Content;
        var programme = content.Programme;
        var columns = Languages.All.ToDictionary(language => language, language => root.Add("Sect", language));
        var top = 216.0;
        var start = top;
        top = Row(columns, top, 5, language => [Text(PaperWords.Certifies, language, Plain)]);
        top = Row(columns, top, 5, language => Labelled(PaperWords.Institution, record.Initiator.Name, language));
        top = Row(columns, top, 5, language =>
            Labelled(PaperWords.LabelOfQualification(content.Kind), programme.Qualification, language, 12));
        top = Row(columns, top, 5, language => Labelled(
            PaperWords.Programme,
            new($"{programme.Code} {programme.Name.Kk}", $"{programme.Code} {programme.Name.Ru}", $"{programme.Code} {programme.Name.En}"),
            language));
        top = Row(columns, top, 2, language =>
            [new TextRun($"{PaperWords.Form.In(language)}: {PaperWords.Of(content.Form).In(language)}", Plain)]);
        top = Row(columns, top, 0, language =>
            [Text(PaperWords.Minutes(content.MinutesNumber, content.MinutesDate), language, Plain)]);
        page.BeginArtifact();
        for (var i = 1; i < 3; i++)
        {
            var x = Left + (i * (ColumnWidth + ColumnGap)) - (ColumnGap / 2);
            page.Line(x, start, x, Math.Min(top, FooterTop - 6), 0.5, Ink.Hairline);
        }

        page.End();
    }

    private double ColumnWidth => (width - (2 * ColumnGap)) / 3;

    // The three languages of one fact stand at one height.
    private double Row(
        Dictionary<Language, PdfElement> columns, double top, double gap, Func<Language, TextRun[]> runs)
    {
        var bottom = top;
        foreach (var (language, column) in columns)
        {
            page.Begin("P", column.Add("P"));
            var x = Left + ((int)language * (ColumnWidth + ColumnGap));
            bottom = Math.Max(bottom, page.Draw(x, top, ColumnWidth, 13, Alignment.Left, runs(language)));
            page.End();
        }

        return bottom + gap;
    }

    private static TextRun Text(LocalizedText text, Language language, TextStyle style) => new(text.In(language), style);

    private static TextRun[] Labelled(LocalizedText label, LocalizedText value, Language language, double size = 10.5) =>
        [Text(label, language, Small), new TextRun("\n", Small), Text(value, language, Strong with { Size = size })];

    private void Footer(string paperQrText)
    {
        var codeBottom = page.Height - 50;
        var side = Code(paperQrText, codeBottom);
        Number(codeBottom);
        var middle = Left + side + 24;
        var middleWidth = page.Width - Left - 86 - middle - 12;
        Office(middle, middleWidth);
        page.Begin("Figure", root.Add("Figure", alternative: PaperWords.SealAlternative.Kk));
        Ink.Seal(page, page.Width - Left - 80, 452, 80);
        page.End();
    }

    private double Code(string text, double bottom)
    {
        var code = QrMatrix.Encode(text);
        if (code.Size * ModuleSize > CodeSizeMax)
        {
            code = QrMatrix.Encode(text, sturdy: false);
        }

        var side = Math.Min(code.Size * ModuleSize, CodeSizeMax);
        page.Begin("Figure", root.Add("Figure", alternative: PaperWords.CodeAlternative.Kk));
        page.Qr(code, Left, bottom - side, side, Ink.Black);
        page.End();
        return side;
    }

    private void Number(double top)
    {
        page.Begin("P", root.Add("P"));
        page.Draw(Left, top + 4, 160, 15, Alignment.Left, new TextRun(record.Content.FullNumber, Strong with { Size = 13 }));
        page.End();
    }

    private void Office(double x, double available)
    {
        var head = record.Initiator.HeadTitle;
        var date = PaperWords.Date(record.Content.AwardDate);
        var city = record.Initiator.City;
        var programme = record.Content.Programme;
        var top = FooterTop + 10;
        top = Paragraph(x, top, available, 14, Strong with { Size = 11 }, Trilingual(head));
        top = Paragraph(x, top, available, 12, Small, Trilingual(PaperWords.SignedElectronically)) + 5;
        top = Paragraph(x, top, available, 13, Plain, $"{city.Kk}, {date.Kk} · {city.Ru}, {date.Ru} · {city.En}, {date.En}") + 5;
        top = Paragraph(
            x, top, available, 12, Small, $"{Trilingual(PaperWords.Accreditation)}: {programme.Accreditor}") + 5;
        top = Address(x, top, available);
        foreach (var language in Languages.All)
        {
            top = Paragraph(x, top, available, 9.5, Small with { Size = 7 }, PaperWords.CodeLimits.In(language), language);
        }
    }

    private double Address(double x, double top, double available)
    {
        var words = $"{Trilingual(PaperWords.CheckAt)}: ";
        var element = root.Add("P");
        page.Begin("P", element);
        page.DrawLine(x, top, available, 13, Alignment.Left, [new TextRun(words, Plain)]);
        page.End();
        var link = element.Add("Link");
        var style = Strong with { Color = Ink.Teal };
        var at = x + Plain.Width(words);
        page.Begin("Link", link);
        page.DrawLine(at, top, available, 13, Alignment.Left, [new TextRun(record.SiteAddress, style)]);
        page.End();
        page.Link(link, at, top, style.Width(record.SiteAddress), 13, record.SiteAddress, PaperWords.CheckAt.Kk);
        return top + 16;
    }

    private double Paragraph(
        double x, double top, double available, double leading, TextStyle style, string text, Language? language = null)
    {
        page.Begin("P", root.Add("P", language));
        top = page.Draw(x, top, available, leading, Alignment.Left, new TextRun(text, style));
        page.End();
        return top;
    }

    private static string Trilingual(LocalizedText text) => text.Kk == text.Ru
        ? text.Ru == text.En ? text.Kk : $"{text.Kk} · {text.En}"
        : $"{text.Kk} · {text.Ru} · {text.En}";
}
