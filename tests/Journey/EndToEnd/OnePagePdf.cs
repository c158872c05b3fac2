using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <summary>What somebody else's word processor would write.</summary>
internal static class OnePagePdf
{
    /// <summary>A PDF of one page with one line of ASCII on it.</summary>
    public static byte[] Of(string line)
    {
        var text = $"BT /F1 12 Tf 50 780 Td ({Regex.Replace(line, "[()\\\\]", "")}) Tj ET";
        var pdf = new StringBuilder("%PDF-1.4\n");
        var places = new List<int>();
        foreach (var part in (string[])
        [
            "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
            $"<</Length {text.Length}>>\nstream\n{text}\nendstream", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ])
        {
            places.Add(pdf.Length);
            pdf.Append(CultureInfo.InvariantCulture, $"{places.Count} 0 obj\n{part}\nendobj\n");
        }

        var table = pdf.Length;
        pdf.Append(CultureInfo.InvariantCulture, $"xref\n0 {places.Count + 1}\n0000000000 65535 f \n");
        foreach (var at in places)
        {
            pdf.Append(CultureInfo.InvariantCulture, $"{at:D10} 00000 n \n");
        }

        pdf.Append(CultureInfo.InvariantCulture, $"trailer\n<</Size {places.Count + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(pdf.ToString());
    }
}
