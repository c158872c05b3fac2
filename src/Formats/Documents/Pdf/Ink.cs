namespace Mortanba.Documents;

/// <summary>Colours, ornament and seal of the paper: the same as the site's, in print.</summary>
public static class Ink
{
    public static readonly PdfColor Black = new(20, 33, 42);
    public static readonly PdfColor Grey = new(85, 100, 106);
    public static readonly PdfColor Hairline = new(217, 207, 180);
    public static readonly PdfColor Gold = new(185, 139, 42);
    public static readonly PdfColor Teal = new(10, 85, 88);

    private const double OrnamentWidth = 56;
    private const double OrnamentHeight = 14;

    private static readonly VectorPath[] Ornament =
    [
        new("M28 12V7.2C28 4 25.6 2 22.8 2 19.8 2 17.8 4.1 17.8 6.6c0 2.2 1.5 3.7 3.3 3.7 1.5 0 2.5-1 2.5-2.3"),
        new("M28 7.2C28 4 30.4 2 33.2 2c3 0 5 2.1 5 4.6 0 2.2-1.5 3.7-3.3 3.7-1.5 0-2.5-1-2.5-2.3"),
        new("M0 3.5L3.5 7 0 10.5M56 3.5L52.5 7l3.5 3.5M7 7h6M43 7h6"),
    ];

    private static readonly VectorPath Ring = VectorPath.Circle(32, 32, 29.5);
    private static readonly VectorPath[] Horns =
    [
        new("M32 40V27.5C32 18.5 26.8 15 21.6 15 15.4 15 11.6 19.6 11.6 25.4c0 5.4 3.5 9 7.7 9 3.5 0 6-2.5 6-5.7 0-2.5-1.7-4.2-3.8-4.2"),
        new("M32 27.5C32 18.5 37.2 15 42.4 15c6.2 0 10 4.6 10 10.4 0 5.4-3.5 9-7.7 9-3.5 0-6-2.5-6-5.7 0-2.5 1.7-4.2 3.8-4.2"),
    ];

    private static readonly VectorPath Diamond = new("M32 43.5l5.2 5.2-5.2 5.2-5.2-5.2z");

    /// <summary>A band of horns from left to right, whole figures only, centred.</summary>
    public static void Band(PdfPage page, double left, double top, double width, double scale)
    {
        var count = (int)(width / (OrnamentWidth * scale));
        var x = left + ((width - (count * OrnamentWidth * scale)) / 2);
        for (var i = 0; i < count; i++, x += OrnamentWidth * scale)
        {
            foreach (var stroke in Ornament)
            {
                page.Path(stroke, x, top - (OrnamentHeight * scale / 2), scale, 1.4, Gold);
            }
        }
    }

    /// <summary>The seal in a square of that side, in points.</summary>
    public static void Seal(PdfPage page, double left, double top, double side)
    {
        var scale = side / 64;
        page.Path(Ring, left, top, scale, 3, Teal);
        foreach (var horn in Horns)
        {
            page.Path(horn, left, top, scale, 4.6, Teal);
        }

        page.Path(Diamond, left, top, scale, 0, Teal);
    }
}
