using System.IO.Compression;
using System.Text;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>PDFs as other programs rewrite them, and such as no reader should take. Written by hand, without pages.</summary>
internal static class PdfCases
{
    private const string Catalog = "<</Type/Catalog/Pages 2 0 R/AF[4 0 R]/Names<</EmbeddedFiles<</Names[(diploma.json)4 0 R]>>>>>>";
    private const string Pages = "<</Type/Pages/Kids[]/Count 0>>";
    private const string FileSpec = "<</Type/Filespec/F(diploma.json)/UF(diploma.json)/AFRelationship/Data/EF<</F 5 0 R/UF 5 0 R>>>>";

    private static readonly byte[] Diploma = FileCases.Good.Write();

    public static IEnumerable<Case> All() => [.. Whole(), .. Refused(), .. FileCases.Flips("pdf", Plain(), 60)];

    private static Case Of(string name, byte[] pdf, string? trust = Trusts.Given) => FileCases.Of("pdf/" + name, pdf, trust);

    private static IEnumerable<Case> Whole()
    {
        yield return Of("good", Plain());
        yield return Of("good-no-trust", Plain(), null);
        yield return Of("junk-before", [.. "From: a@b.example\r\n\r\n"u8, .. Plain()]);
        yield return Of("junk-behind", [.. Plain(), .. "\r\n\r\n"u8]);
        yield return Of("not-packed", Plain(content: Stream("", Diploma)));
        yield return Of("objects-in-a-stream", WithObjectStream(predictor: false));
        yield return Of("objects-in-a-stream-with-predictor", WithObjectStream(predictor: true));
        yield return Of("rewritten", Updated("<</Type/Catalog/Pages 2 0 R/AF[4 0 R]>>"));
        yield return Of("attachment-dropped", Updated("<</Type/Catalog/Pages 2 0 R>>"));
        yield return Of("name-tree-with-kids", Plain(catalog: "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Kids[<</Names[(x)4 0 R]>>]>>>>>>"));
        yield return Of("name-in-utf-16", Plain(spec: "<</Type/Filespec/UF<FEFF006400690070006C006F006D0061002E006A0073006F006E>/EF<</F 5 0 R>>>>"));
        yield return Of("name-with-path", Plain(spec: "<</Type/Filespec/F(C:\\\\tmp\\\\DIPLOMA.JSON)/EF<</F 5 0 R>>>>"));
        yield return Of("name-with-escapes", Plain(spec: "<</Type/Filespec/F(dip\\154oma.js\\\non)/EF<</F 5 0 R>>>>"));
        yield return Of("found-by-kind", Plain(spec: "<</Type/Filespec/F(other.bin)/EF<</F 5 0 R>>>>", content: Packed("/Subtype/application#2Fvnd.mortanba.diploma+json")));
        yield return Of("comments-and-spaces", Plain(catalog: "<</Type /Catalog % a comment\n/Pages  2 0 R /AF [ 4 0 R ] >>"));
        yield return Of("length-in-another-object", Plain(content: Packed("", length: "6 0 R"), more: [Object(6, $"{Zlib(Diploma).Length}")]));
        yield return Of("bytes-behind-the-data", Plain(content: Stream("/Filter/FlateDecode", [.. Zlib(Diploma), .. "\r\n"u8])));
    }

    private static IEnumerable<Case> Refused()
    {
        yield return Of("only-the-first-words", Encoding.ASCII.GetBytes("%PDF-1.7 nothing"));
        yield return Of("cut-off", Plain()[..^60]);
        yield return Of("no-attachment", Plain(catalog: "<</Type/Catalog/Pages 2 0 R>>"));
        yield return Of("another-attachment", Plain(spec: "<</Type/Filespec/F(other.json)/EF<</F 5 0 R>>>>"));
        yield return Of("two-attachments", Plain(
            catalog: "<</Type/Catalog/Pages 2 0 R/AF[4 0 R 6 0 R]>>",
            more: [Object(6, "<</Type/Filespec/F(diploma.json)/EF<</F 7 0 R>>>>"), (7, Packed(""))]));
        yield return Of("two-copies-in-one", Plain(spec: FileSpec.Replace("/UF 5 0 R", "/UF 6 0 R", StringComparison.Ordinal), more: [(6, Packed(""))]));
        yield return Of("encrypted", Plain(trailer: "/Encrypt 9 0 R"));
        yield return Of("encrypted-stream", Plain(content: Stream("/Filter/Crypt", Diploma)));
        yield return Of("packed-otherwise", Plain(content: Stream("/Filter/LZWDecode", Diploma)));
        yield return Of("five-filters", Plain(content: Stream("/Filter[/Fl/Fl/Fl/Fl/Fl]", Zlib(Diploma))));
        yield return Of("packed-twice", Plain(content: Stream("/Filter[/FlateDecode/FlateDecode]", Zlib(Zlib(Diploma)))));
        yield return Of("damaged-data", Plain(content: Stream("/Filter/FlateDecode", [.. Zlib(Diploma)[..200], 1, 2, 3, .. Zlib(Diploma)[203..]])));
        yield return Of("data-cut-off", Plain(content: Stream("/Filter/FlateDecode", Zlib(Diploma)[..^20])));
        yield return Of("wrong-checksum", Plain(content: Stream("/Filter/FlateDecode", [.. Zlib(Diploma)[..^1], 0x55])));
        yield return Of("wrong-zlib-header", Plain(content: Stream("/Filter/FlateDecode", [0x79, .. Zlib(Diploma)[1..]])));
        yield return Of("bomb", Plain(content: Stream("/Filter/FlateDecode", Zlib(new byte[9 * 1024 * 1024]))));
        yield return Of("attachment-too-large", Plain(content: Stream("/Filter/FlateDecode", Zlib([.. "{\"a\":\""u8, .. Enumerable.Repeat((byte)'a', 3 * 1024 * 1024), .. "\"}"u8]))));
        yield return Of("attachment-other-json", Plain(content: Stream("", "{\"hello\":1}"u8.ToArray())));
        yield return Of("attachment-no-json", Plain(content: Stream("", "hello"u8.ToArray())));
        yield return Of("wrong-length", Plain(content: Packed("", length: "10")));
        yield return Of("negative-length", Plain(content: Packed("", length: "-1")));
        yield return Of("length-fraction", Plain(content: Packed("", length: "10.0")));
        yield return Of("key-twice", Plain(catalog: "<</Type/Catalog/Pages 2 0 R/AF[4 0 R]/AF[]>>"));
        yield return Of("no-catalogue", Plain(catalog: "null"));
        yield return Of("catalogue-of-itself", Plain(catalog: "1 0 R"));
        yield return Of("attachment-of-itself", Plain(spec: "4 0 R"));
        yield return Of("another-object-there", Plain(shift: 1));
        yield return Of("references-nowhere", WithStart("999999"));
        yield return Of("references-at-zero", WithStart("0"));
        yield return Of("references-of-words", WithStart("here"));
        yield return Of("references-in-a-circle", Plain(trailer: "/Prev START"));
        yield return Of("previous-of-words", Plain(trailer: "/Prev/Here"));
        yield return Of("unknown-keyword", Plain(catalog: "<</Type/Catalog/AF hello>>"));
        yield return Of("nested-too-deep", Plain(catalog: "<</Type/Catalog/AF[4 0 R]/X" + new string('[', 80) + new string(']', 80) + ">>"));
        yield return Of("name-tree-of-itself", Plain(
            catalog: "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 6 0 R>>>>", more: [Object(6, "<</Kids[6 0 R]>>")]));
        yield return Of("object-stream-without-it", WithObjectStream(predictor: false, index: 9));
        yield return Of("odd-hexadecimal", Plain(spec: "<</Type/Filespec/F<6g>/EF<</F 5 0 R>>>>"));
        yield return Of("string-without-end", Plain(spec: "<</Type/Filespec/F(diploma"));
    }

    private static (int Id, byte[] Body) Object(int id, string body) => (id, Encoding.Latin1.GetBytes(body));

    private static byte[] Zlib(byte[] data)
    {
        using var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write(data);
        }

        return output.ToArray();
    }

    private static byte[] Stream(string dictionary, byte[] data, string? length = null) =>
        [.. Encoding.Latin1.GetBytes($"<</Length {length ?? $"{data.Length}"}{dictionary}>>\nstream\n"), .. data, .. "\nendstream"u8];

    private static byte[] Packed(string dictionary, string? length = null) =>
        Stream("/Type/EmbeddedFile/Filter/FlateDecode" + dictionary, Zlib(Diploma), length);

    /// <summary>A classic table of cross-references.</summary>
    private static byte[] Plain(
        string catalog = Catalog, string spec = FileSpec, byte[]? content = null, string trailer = "", int shift = 0,
        params (int Id, byte[] Body)[] more)
    {
        var pdf = new PdfText();
        (int, byte[])[] objects = [Object(1, catalog), Object(2, Pages), Object(4, spec), (5, content ?? Packed("")), .. more];
        var places = pdf.Add(objects);
        var start = pdf.Length;
        pdf.Add("xref\n0 1\n0000000000 65535 f \n");
        foreach (var (id, at) in places)
        {
            pdf.Add($"{id} 1\n{at:d10} 00000 n \n".Replace($"{id} 1\n", $"{id + (id == 2 ? shift : 0)} 1\n", StringComparison.Ordinal));
        }

        pdf.Add($"trailer\n<</Size 10/Root 1 0 R{trailer.Replace("START", $"{start}", StringComparison.Ordinal)}>>\nstartxref\n{start}\n%%EOF\n");
        return shift == 0 ? pdf.ToArray() : Encoding.Latin1.GetBytes(
            Encoding.Latin1.GetString(pdf.ToArray()).Replace("4 0 obj", "3 0 obj", StringComparison.Ordinal));
    }

    private static byte[] WithStart(string start)
    {
        var text = Encoding.Latin1.GetString(Plain());
        return Encoding.Latin1.GetBytes(text[..text.LastIndexOf("startxref", StringComparison.Ordinal)] + $"startxref\n{start}\n%%EOF\n");
    }

    /// <summary>A second revision with another catalogue.</summary>
    private static byte[] Updated(string catalog)
    {
        var first = Plain();
        var text = Encoding.Latin1.GetString(first);
        var previous = text[(text.LastIndexOf("startxref", StringComparison.Ordinal) + 10)..].Split('\n')[0];
        var pdf = new PdfText(first);
        var places = pdf.Add([Object(1, catalog)]);
        var start = pdf.Length;
        pdf.Add($"xref\n1 1\n{places[0].At:d10} 00000 n \ntrailer\n<</Size 10/Root 1 0 R/Prev {previous}>>\nstartxref\n{start}\n%%EOF\n");
        return pdf.ToArray();
    }

    /// <summary>Catalogue and file specification in an object stream, references in a cross-reference stream (ISO 32000-1, 7.5.7 and 7.5.8).</summary>
    private static byte[] WithObjectStream(bool predictor, int index = 1)
    {
        var pdf = new PdfText();
        var heads = $"1 0 4 {Catalog.Length + 1} ";
        var places = pdf.Add([Object(2, Pages), (5, Packed("")), (6, Stream($"/Type/ObjStm/N 2/First {heads.Length}/Filter/FlateDecode", Zlib(Encoding.Latin1.GetBytes(heads + Catalog + " " + FileSpec))))]);
        var start = pdf.Length;
        long At(int id) => id == 7 ? start : places.First(place => place.Id == id).At;
        byte[][] rows =
        [
            [0, 0, 0, 0, 255], Row(2, 6, 0), Row(1, At(2), 0), [0, 0, 0, 0, 0], Row(2, 6, index), Row(1, At(5), 0), Row(1, At(6), 0), Row(1, At(7), 0),
        ];
        var data = predictor
            ? rows.SelectMany((row, i) => (byte[])[2, .. row.Select((value, at) => (byte)((value - (i == 0 ? 0 : rows[i - 1][at])) & 255))])
            : rows.SelectMany(row => row);
        var settings = predictor ? "/DecodeParms<</Predictor 12/Columns 5>>" : "";
        pdf.Add([(7, Stream($"/Type/XRef/Size 8/W[1 3 1]/Root 1 0 R/Filter/FlateDecode{settings}", Zlib([.. data])))]);
        pdf.Add($"startxref\n{start}\n%%EOF\n");
        return pdf.ToArray();
    }

    private static byte[] Row(int kind, long second, int third) =>
        [(byte)kind, (byte)(second >> 16), (byte)((second >> 8) & 255), (byte)(second & 255), (byte)third];

    /// <summary>Bytes with the places of the objects in them.</summary>
    private sealed class PdfText
    {
        private readonly List<byte> bytes = [];

        public PdfText(byte[]? before = null) => bytes.AddRange(before ?? "%PDF-1.7\n%\u00e9\n"u8.ToArray());

        public int Length => bytes.Count;

        public void Add(string text) => bytes.AddRange(Encoding.Latin1.GetBytes(text));

        public List<(int Id, int At)> Add(IEnumerable<(int Id, byte[] Body)> objects)
        {
            var places = new List<(int, int)>();
            foreach (var (id, body) in objects)
            {
                places.Add((id, Length));
                Add($"{id} 0 obj\n");
                bytes.AddRange(body);
                Add("\nendobj\n");
            }

            return places;
        }

        public byte[] ToArray() => [.. bytes];
    }
}
