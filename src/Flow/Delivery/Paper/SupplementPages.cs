using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Issuance;

namespace Mortanba.Delivery;

/// <summary>The supplement on A4 upright pages: sections, items in three columns, and the table of courses.</summary>
internal sealed class SupplementPages
{
    private const double Left = 46;
    private const double Top = 46;
    private const double Bottom = PdfDocument.A4Long - 52;
    private const double Width = PdfDocument.A4Short - (2 * Left);
    private const double ColumnGap = 10;
    private const double ColumnWidth = (Width - (2 * ColumnGap)) / 3;
    private const double Leading = 10.2;

    private static readonly TextStyle Plain = new(FontFace.SansRegular, 7.8, Ink.Black);
    private static readonly TextStyle Strong = new(FontFace.SansBold, 7.8, Ink.Black);
    private static readonly TextStyle Label = new(FontFace.SansBold, 7.2, Ink.Teal);
    private static readonly TextStyle Note = new(FontFace.SansRegular, 6.8, Ink.Grey);
    private static readonly double[] CourseColumns = [18, 52, 302, 34, 30, 32, 35];
    private static readonly LocalizedText[] CourseHeads =
    [
        LocalizedText.Same("№"),
        new("Коды", "Код", "Code"),
        new("Пәннің атауы", "Название дисциплины", "Course"),
        new("Кредит", "Кредит", "ECTS"),
        LocalizedText.Same("%"),
        new("Әріп", "Буква", "Letter"),
        new("Балл", "Балл", "Points"),
    ];

    private readonly PdfDocument document;
    private readonly DiplomaRecord record;
    private readonly List<PdfPage> pages = [];
    private readonly PdfElement root;
    private PdfPage page;
    private double y;

    private SupplementPages(PdfDocument document, DiplomaRecord record)
    {
        this.document = document;
        this.record = record;
        root = document.Root.Add("Sect");
        page = AddPage();
    }

    public static void Draw(PdfDocument document, DiplomaRecord record, SupplementWording wording, bool forHolder = true)
    {
        var drawing = new SupplementPages(document, record);
        drawing.Heading(wording.Preamble);
        foreach (var section in Supplement.Of(record, wording, forHolder))
        {
            drawing.Section(section);
        }

        drawing.Footers();
    }

    private void Heading(LocalizedText preamble)
    {
        var title = PaperWords.Supplement;
        document.AddBookmark($"{title.Kk} · {title.En}", page, 0);
        Line("H1", root, 24, new TextRun(title.Kk, new TextStyle(FontFace.SerifBold, 18, Ink.Black)), Language.Kk);
        Line("P", root, 14, new TextRun($"{title.Ru} · {title.En}", Plain with { Size = 10 }));
        Line("P", root, 16, new TextRun(record.Content.FullNumber, Strong with { Size = 10 }));
        page.BeginArtifact();
        Ink.Band(page, Left, y + 6, Width, 0.6);
        page.End();
        y += 18;
        Paragraph(root, preamble, Note);
        y += 4;
    }

    private void Section(Supplement.Section section)
    {
        // A heading stays with the first lines of its first item.
        Need(58);
        y += 6;
        var title = section.Title;
        var number = PaperWords.Number(section.Number);
        var element = root.Add("Sect");
        document.AddBookmark($"{number}. {title.Kk} · {title.En}", page, y);
        page.BeginArtifact();
        page.Box(Left, y, Width, 1.2, Ink.Gold);
        page.End();
        y += 4;
        Line("H2", element, 13, new TextRun($"{number}. {title.Kk}", Strong with { Size = 9.6 }), Language.Kk);
        Wrapped("P", element, $"{title.Ru} · {title.En}", Note, null);
        y += 3;
        foreach (var item in section.Items)
        {
            Item(element, item, alone: section.Items.Count == 1);
        }
    }

    private void Item(PdfElement section, Supplement.Item item, bool alone)
    {
        Need(30);
        if (!alone)
        {
            var label = item.Label;
            Wrapped("P", section, $"{item.Number} {label.Kk} · {label.Ru} · {label.En}".TrimStart(), Label, null);
        }

        if (item.Number == "4.3")
        {
            Courses(section);
        }

        foreach (var paragraph in item.Paragraphs)
        {
            Paragraph(section, paragraph, Plain);
        }

        y += 3;
    }

    // Three columns, or one line when the languages agree.
    private void Paragraph(PdfElement parent, LocalizedText text, TextStyle style)
    {
        if (text.Kk == text.Ru && text.Ru == text.En)
        {
            Wrapped("P", parent, text.Kk, style, null);
            return;
        }

        var columns = Languages.All.Select(language =>
            (Language: language, Lines: TextLayout.Wrap([new TextRun(text.In(language), style)], ColumnWidth))).ToList();
        Need(Leading * columns.Max(column => column.Lines.Count));
        var bottom = y;
        foreach (var (language, lines) in columns)
        {
            var top = y;
            page.Begin("P", parent.Add("P", language));
            foreach (var line in lines)
            {
                page.DrawLine(
                    Left + ((int)language * (ColumnWidth + ColumnGap)), top, ColumnWidth, Leading, Alignment.Left, line);
                top += Leading;
            }

            page.End();
            bottom = Math.Max(bottom, top);
        }

        y = bottom + 1;
    }

    private void Courses(PdfElement section)
    {
        var table = section.Add("Table");
        var head = table.Add("TR");
        CourseHead(CourseHeads.Select(text => head.Add("TH")).ToList());
        for (var i = 0; i < record.Content.Courses.Count; i++)
        {
            Course(table, i + 1, record.Content.Courses[i]);
        }

        var credits = PaperWords.Number(record.Content.Courses.Sum(course => course.Credits));
        y += 3;
        Wrapped(
            "P", section, $"Барлығы · Всего · Total: {credits} ECTS · GPA {PaperWords.Decimal(record.Content.Gpa).En}", Strong, null);
    }

    // On a further page the head is repeated for the eye only.
    private void CourseHead(List<PdfElement>? cells)
    {
        var x = Left;
        for (var i = 0; i < CourseColumns.Length; i++)
        {
            Begin("TH", cells?[i]);
            var texts = new[] { CourseHeads[i].Kk, CourseHeads[i].Ru, CourseHeads[i].En }.Distinct().ToList();
            for (var line = 0; line < texts.Count; line++)
            {
                page.DrawLine(
                    x, y + (8 * line), CourseColumns[i] - 4, 8, AlignmentOf(i), [new TextRun(texts[line], Note with { Face = FontFace.SansBold })]);
            }

            page.End();
            x += CourseColumns[i];
        }

        y += 26;
        page.BeginArtifact();
        page.Line(Left, y, Left + Width, y, 0.8, Ink.Teal);
        page.End();
        y += 2;
    }

    private void Course(PdfElement table, int number, CourseResult course)
    {
        const int nameColumn = 2;
        var name = TextLayout.Wrap([new TextRun(course.Name.Kk, Plain)], CourseColumns[nameColumn] - 6);
        var others = course.Name.Ru == course.Name.Kk && course.Name.En == course.Name.Kk
            ? []
            : TextLayout.Wrap([new TextRun($"{course.Name.Ru} · {course.Name.En}", Note)], CourseColumns[nameColumn] - 6);
        var height = (Leading * name.Count) + (8.6 * others.Count) + 3;
        if (y + height > Bottom)
        {
            page = AddPage();
            CourseHead(null);
        }

        string[] cells =
        [
            PaperWords.Number(number), course.Code, "", PaperWords.Number(course.Credits), PaperWords.Number(course.Percent),
            course.Letter, PaperWords.Decimal(course.Points).En,
        ];
        var row = table.Add("TR");
        var x = Left;
        for (var i = 0; i < cells.Length; i++)
        {
            page.Begin("TD", row.Add("TD"));
            if (i == nameColumn)
            {
                Lines(x, name, others);
            }
            else if (cells[i].Length > 0)
            {
                page.DrawLine(x, y, CourseColumns[i] - 4, Leading, AlignmentOf(i), [new TextRun(cells[i], Plain)]);
            }

            page.End();
            x += CourseColumns[i];
        }

        y += height;
        page.BeginArtifact();
        page.Line(Left, y - 1.5, Left + Width, y - 1.5, 0.3, Ink.Hairline);
        page.End();
    }

    private void Lines(double x, IReadOnlyList<IReadOnlyList<TextRun>> name, IReadOnlyList<IReadOnlyList<TextRun>> others)
    {
        var top = y;
        foreach (var line in name)
        {
            page.DrawLine(x, top, CourseColumns[2], Leading, Alignment.Left, line);
            top += Leading;
        }

        foreach (var line in others)
        {
            page.DrawLine(x, top, CourseColumns[2], 8.6, Alignment.Left, line);
            top += 8.6;
        }
    }

    private static Alignment AlignmentOf(int column) => column >= 3 ? Alignment.Right : Alignment.Left;

    private void Wrapped(string tag, PdfElement parent, string text, TextStyle style, Language? language)
    {
        var lines = TextLayout.Wrap([new TextRun(text, style)], Width);
        Need(Leading * lines.Count);
        page.Begin(tag, parent.Add(tag, language));
        foreach (var line in lines)
        {
            page.DrawLine(Left, y, Width, Leading, Alignment.Left, line);
            y += Leading;
        }

        page.End();
    }

    private void Line(string tag, PdfElement parent, double leading, TextRun run, Language? language = null)
    {
        page.Begin(tag, parent.Add(tag, language));
        page.DrawLine(Left, y, Width, leading, Alignment.Left, [run]);
        page.End();
        y += leading;
    }

    private void Begin(string tag, PdfElement? element)
    {
        if (element is null)
        {
            page.BeginArtifact();
        }
        else
        {
            page.Begin(tag, element);
        }
    }

    private void Need(double height)
    {
        if (y + height > Bottom)
        {
            page = AddPage();
        }
    }

    private PdfPage AddPage()
    {
        var added = document.AddPage(PdfDocument.A4Short, PdfDocument.A4Long);
        pages.Add(added);
        y = Top;
        return added;
    }

    private void Footers()
    {
        for (var i = 0; i < pages.Count; i++)
        {
            var words = PaperWords.Page;
            var place = $"{PaperWords.Number(i + 1)}/{PaperWords.Number(pages.Count)}";
            pages[i].BeginArtifact();
            pages[i].Line(Left, Bottom + 12, Left + Width, Bottom + 12, 0.5, Ink.Gold);
            pages[i].DrawLine(
                Left, Bottom + 14, Width, 12, Alignment.Left, [new TextRun($"{record.Content.FullNumber} · {record.SiteAddress}", Note)]);
            pages[i].DrawLine(
                Left, Bottom + 14, Width, 12, Alignment.Right, [new TextRun($"{words.Kk} · {words.Ru} · {words.En} {place}", Note)]);
            pages[i].End();
        }
    }
}
