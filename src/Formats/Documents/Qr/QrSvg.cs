using System.Globalization;
using System.Net;
using System.Text;

namespace Mortanba.Documents;

/// <summary>A QR code as an SVG element for a web page: one path, with its quiet zone, no size of its own.</summary>
public static class QrSvg
{
    private const int QuietZone = 4;

    /// <param name="label">What the code opens, in words, for screen readers; escaped here.</param>
    public static string Render(QrMatrix matrix, string label)
    {
        var side = matrix.Size + (2 * QuietZone);
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{-QuietZone} {-QuietZone} {side} {side}\" role=\"img\"")
            .Append(CultureInfo.InvariantCulture, $" aria-label=\"{WebUtility.HtmlEncode(label)}\">")
            .Append(CultureInfo.InvariantCulture, $"<rect x=\"{-QuietZone}\" y=\"{-QuietZone}\" width=\"{side}\"")
            .Append(CultureInfo.InvariantCulture, $" height=\"{side}\" fill=\"#fff\"/><path fill=\"#000\" d=\"");
        foreach (var (column, row, length) in matrix.Runs())
        {
            svg.Append(CultureInfo.InvariantCulture, $"M{column} {row}h{length}v1h{-length}z");
        }

        return svg.Append("\"/></svg>").ToString();
    }
}
