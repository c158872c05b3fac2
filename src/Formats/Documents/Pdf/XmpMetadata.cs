using System.Security;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Documents;

/// <summary>Who made the document, when, and what it is called, in three languages.</summary>
/// <param name="CreatedAt">Comes from outside: the same input gives the same file.</param>
/// <param name="Primary">Language of the document where nothing else is said.</param>
public sealed record PdfMetadata(
    LocalizedText Title, LocalizedText Subject, string Author, string Creator, DateTimeOffset CreatedAt, Language Primary);

/// <summary>The XMP packet of a PDF/A-3b file (ISO 19005-3 section 6.6; XMP specification part 1).</summary>
internal static class XmpMetadata
{
    public const string Producer = "Mortanba PDF writer";

    public static byte[] Write(PdfMetadata metadata)
    {
        var at = LedgerEntry.Time(metadata.CreatedAt);
        return Encoding.UTF8.GetBytes($"""
            <?xpacket begin="{'\uFEFF'}" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
             xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
             xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
            <pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
            <dc:format>application/pdf</dc:format>
            <dc:title>{Alternatives(metadata.Title, metadata.Primary)}</dc:title>
            <dc:description>{Alternatives(metadata.Subject, metadata.Primary)}</dc:description>
            <dc:creator><rdf:Seq><rdf:li>{Escape(metadata.Author)}</rdf:li></rdf:Seq></dc:creator>
            <dc:language><rdf:Bag><rdf:li>kk</rdf:li><rdf:li>ru</rdf:li><rdf:li>en</rdf:li></rdf:Bag></dc:language>
            <xmp:CreatorTool>{Escape(metadata.Creator)}</xmp:CreatorTool>
            <xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate>
            <pdf:Producer>{Producer}</pdf:Producer>
            </rdf:Description></rdf:RDF></x:xmpmeta>
            <?xpacket end="r"?>
            """);
    }

    private static string Alternatives(LocalizedText text, Language primary)
    {
        var alternatives = Languages.All.Select(language =>
            $"<rdf:li xml:lang=\"{language.Tag()}\">{Escape(text.In(language))}</rdf:li>");
        return $"<rdf:Alt><rdf:li xml:lang=\"x-default\">{Escape(text.In(primary))}</rdf:li>"
            + string.Concat(alternatives) + "</rdf:Alt>";
    }

    private static string Escape(string text) => SecurityElement.Escape(text);
}
