using System.Security;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Documents;

/// <summary>Who made the document, when, and what it is called, in three languages.</summary>
/// <param name="CreatedAt">Comes from outside: the same input gives the same file.</param>
/// <param name="Primary">Language of the document where nothing else is said.</param>
/// <param name="DigitalSource">Address of a word of the IPTC's "Digital Source Type", for content that AI made or changed; null: no mark.</param>
public sealed record PdfMetadata(
    LocalizedText Title, LocalizedText Subject, string Author, string Creator, DateTimeOffset CreatedAt, Language Primary, string? DigitalSource = null);

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
            </rdf:Description>{Source(metadata.DigitalSource)}</rdf:RDF></x:xmpmeta>
            <?xpacket end="r"?>
            """);
    }

    // A schema that PDF/A does not know is described in the packet itself (ISO 19005-3 section 6.6.2.3.3; IPTC Photo Metadata Standard).
    private static string Source(string? address) => address is null ? "" : $"""

        <rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
        <Iptc4xmpExt:DigitalSourceType>{Escape(address)}</Iptc4xmpExt:DigitalSourceType></rdf:Description>
        <rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
         xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
        <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
        <pdfaSchema:schema>IPTC Extension</pdfaSchema:schema>
        <pdfaSchema:namespaceURI>http://iptc.org/std/Iptc4xmpExt/2008-02-29/</pdfaSchema:namespaceURI>
        <pdfaSchema:prefix>Iptc4xmpExt</pdfaSchema:prefix>
        <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
        <pdfaProperty:name>DigitalSourceType</pdfaProperty:name><pdfaProperty:valueType>URI</pdfaProperty:valueType>
        <pdfaProperty:category>external</pdfaProperty:category>
        <pdfaProperty:description>What kind of source the content comes from</pdfaProperty:description>
        </rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
        """;

    private static string Alternatives(LocalizedText text, Language primary)
    {
        var alternatives = Languages.All.Select(language =>
            $"<rdf:li xml:lang=\"{language.Tag()}\">{Escape(text.In(language))}</rdf:li>");
        return $"<rdf:Alt><rdf:li xml:lang=\"x-default\">{Escape(text.In(primary))}</rdf:li>"
            + string.Concat(alternatives) + "</rdf:Alt>";
    }

    private static string Escape(string text) => SecurityElement.Escape(text);
}
