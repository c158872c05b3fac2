namespace Mortanba.Documents;

/// <summary>A colour in sRGB, the document's output intent.</summary>
public readonly record struct PdfColor(byte Red, byte Green, byte Blue);

/// <summary>How a piece of text looks.</summary>
/// <param name="Size">In points.</param>
public readonly record struct TextStyle(FontFace Face, double Size, PdfColor Color)
{
    /// <summary>Width of a text in points.</summary>
    public double Width(string text) => PdfFont.Width(Face, PdfFont.Composed(text), Size);

    /// <summary>True when the face has every letter of the text; it has Latin and Cyrillic ones, not those of other scripts.</summary>
    public bool Shows(string text)
    {
        var font = Face.Font();
        return PdfFont.Composed(text).All(letter => font.Glyph(letter) != 0);
    }
}

/// <summary>A page to draw on. Lengths are points, the origin is the upper left corner, y grows downwards.</summary>
/// <remarks>Everything drawn stands between <see cref="Begin"/> or <see cref="BeginArtifact"/> and <see cref="End"/>.</remarks>
public sealed class PdfPage
{
    private readonly PdfDocument document;
    private readonly PdfBuffer content = new(48 * 1024);
    private readonly List<PdfElement> elements = [];
    private bool open;
    private PdfColor? fill;

    internal PdfPage(PdfDocument document, double width, double height)
    {
        this.document = document;
        Width = width;
        Height = height;
    }

    public double Width { get; }

    public double Height { get; }

    internal int Id { get; set; }

    internal IReadOnlyList<PdfElement> Elements => elements;

    internal List<int> Annotations { get; } = [];

    internal ReadOnlySpan<byte> Content => content.Written;

    /// <summary>What follows belongs to this element.</summary>
    /// <param name="tag">The element's structure type again, as the content stream names it.</param>
    public void Begin(string tag, PdfElement element)
    {
        Open();
        content.Append($"/{tag}<</MCID {elements.Count}>>BDC\n");
        element.AddContent(this, elements.Count);
        elements.Add(element);
    }

    /// <summary>What follows is ornament, which a screen reader skips.</summary>
    public void BeginArtifact()
    {
        Open();
        content.Append("/Artifact BMC\n");
    }

    public void End()
    {
        open = open ? false : throw new InvalidOperationException("Nothing is open on the page.");
        content.Append("EMC\n");
    }

    /// <summary>One line of text on a base line.</summary>
    public void Text(double x, double baseline, TextStyle style, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        var font = document.Font(style.Face);
        Fill(style.Color);
        content.Append($"BT/{font.Name} {style.Size} Tf {x} {Y(baseline)} Td");
        font.Encode(PdfFont.Composed(text), content);
        content.Append("Tj ET\n");
    }

    public void Line(double x1, double y1, double x2, double y2, double width, PdfColor color) =>
        content.Append(
            $"{color} RG {width} w {x1} {Y(y1)} m {x2} {Y(y2)} l S\n");

    public void Frame(double x, double y, double width, double height, double stroke, PdfColor color) =>
        content.Append(
            $"{color} RG {stroke} w {x} {Y(y + height)} {width} {height} re S\n");

    public void Box(double x, double y, double width, double height, PdfColor color)
    {
        Fill(color);
        content.Append($"{x} {Y(y + height)} {width} {height} re f\n");
    }

    /// <summary>Draws an SVG path, stroked with round ends, or filled when the stroke is 0.</summary>
    /// <param name="scale">Points a unit of the path.</param>
    /// <param name="stroke">Width in units of the path.</param>
    public void Path(VectorPath path, double x, double y, double scale, double stroke, PdfColor color)
    {
        content.Append(
            $"q {color} {(stroke > 0 ? "RG 1 J 1 j" : "rg")} ");
        content.Append($"{scale:4} 0 0 {-scale:4} {x} {Y(y)} cm ");
        content.Append($"{stroke} w {path.Operators}{(stroke > 0 ? "S" : "f")} Q\n");
    }

    /// <summary>Draws a QR code as squares, dark on nothing.</summary>
    /// <param name="size">Side of the code without quiet zone, in points.</param>
    public void Qr(QrMatrix matrix, double x, double y, double size, PdfColor color)
    {
        var scale = size / matrix.Size;
        content.Append(
            $"q {color} rg {scale:4} 0 0 {-scale:4} {x} {Y(y)} cm\n");

        // Runs of one length side by side deflate better.
        foreach (var (column, row, length) in matrix.Runs().OrderBy(run => (run.Row * matrix.Size) + run.Length))
        {
            content.Append($"{column} {row} {length} 1 re\n");
        }

        content.Append("f Q\n");
    }

    /// <summary>Makes a rectangle open an address; the link belongs to an element of tag Link.</summary>
    public void Link(PdfElement element, double x, double y, double width, double height, string address, string words)
    {
        var rectangle = $"{N(x)} {N(Y(y + height))} {N(x + width)} {N(Y(y))}";
        Annotations.Add(document.AddLink(this, element, rectangle, address, words));
    }

    private void Fill(PdfColor color)
    {
        if (fill != color)
        {
            content.Append($"{color} rg ");
            fill = color;
        }
    }

    private void Open() => open = !open ? true : throw new InvalidOperationException("The last mark was not closed.");

    private static string N(double value) => PdfText.Number(value);

    private double Y(double value) => Height - value;
}
