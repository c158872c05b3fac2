using System.Security.Cryptography;
using Mortanba.Foundation;

namespace Mortanba.Documents;

/// <summary>A file embedded in a PDF.</summary>
/// <param name="Relationship">How it relates to the document: Data, Source, Alternative, Supplement (ISO 19005-3 annex E).</param>
public sealed record PdfAttachment(string Name, string MediaType, string Description, string Relationship, byte[] Content);

/// <summary>Writes a tagged PDF/A-3b document: ISO 19005-3 over ISO 32000-1 (PDF 1.7).</summary>
/// <remarks>
/// The same calls with the same metadata give the same bytes: no clock, no randomness. Own code because no maintained
/// writer with a permissive licence was to be had (docs/adr).
/// </remarks>
public sealed class PdfDocument(PdfMetadata metadata)
{
    private readonly PdfObjects objects = new();
    private readonly List<PdfPage> pages = [];
    private readonly Dictionary<FontFace, PdfFont> fonts = [];
    private readonly List<(PdfElement Element, int Key)> links = [];
    private readonly List<(int Id, string Body)> linkBodies = [];
    private readonly List<PdfBookmark> bookmarks = [];
    private readonly List<PdfAttachment> attachments = [];

    /// <summary>Root of the structure tree.</summary>
    public PdfElement Root { get; } = new(null, "Document", metadata.Primary, null, "");

    /// <summary>A4 in points, the short and the long side.</summary>
    public const double A4Short = 595.28;

    public const double A4Long = 841.89;

    public PdfPage AddPage(double width, double height)
    {
        var page = new PdfPage(this, width, height) { Id = objects.Reserve() };
        pages.Add(page);
        return page;
    }

    /// <summary>Adds an entry to the bookmarks panel.</summary>
    public void AddBookmark(string title, PdfPage page, double y) => bookmarks.Add(new PdfBookmark(title, page, y));

    public void Attach(PdfAttachment attachment) => attachments.Add(attachment);

    /// <summary>Writes the whole file.</summary>
    public byte[] Save()
    {
        int catalog = objects.Reserve(), pageTree = objects.Reserve(), info = objects.Reserve();
        int packet = objects.Reserve(), profile = objects.Reserve(), tree = objects.Reserve();
        WritePages(pageTree);
        WriteStructure(tree);
        var outlines = WriteBookmarks();
        var (associated, names) = WriteAttachments();
        objects.PutPlainStream(packet, "/Type/Metadata/Subtype/XML", XmpMetadata.Write(metadata));
        objects.PutDeflated(profile, "/N 3", SrgbProfile.Deflated);
        objects.Put(
            info,
            $"<</Title{PdfText.Unicode(metadata.Title.In(metadata.Primary))}"
            + $"/Subject{PdfText.Unicode(metadata.Subject.In(metadata.Primary))}"
            + $"/Author{PdfText.Unicode(metadata.Author)}/Creator{PdfText.Unicode(metadata.Creator)}"
            + $"/Producer{PdfText.Ascii(XmpMetadata.Producer)}"
            + $"/CreationDate{PdfText.Date(metadata.CreatedAt)}/ModDate{PdfText.Date(metadata.CreatedAt)}>>");
        objects.Put(
            catalog,
            $"<</Type/Catalog/Pages {pageTree} 0 R/Metadata {packet} 0 R/Lang({metadata.Primary.Tag()})"
            + $"/MarkInfo<</Marked true>>/StructTreeRoot {tree} 0 R/ViewerPreferences<</DisplayDocTitle true>>"
            + $"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2-1)"
            + $"/Info(sRGB IEC61966-2-1)/DestOutputProfile {profile} 0 R>>]{outlines}{associated}{names}>>");
        return objects.Finish(catalog, info);
    }

    internal PdfFont Font(FontFace face)
    {
        if (!fonts.TryGetValue(face, out var font))
        {
            font = new PdfFont(face);
            fonts.Add(face, font);
        }

        return font;
    }

    internal int AddLink(PdfPage page, PdfElement element, string rectangle, string address, string words)
    {
        var id = objects.Reserve();
        element.AddAnnotation(page, id);
        links.Add((element, links.Count));
        linkBodies.Add((
            id,
            $"<</Type/Annot/Subtype/Link/Rect[{rectangle}]/Border[0 0 0]/F 4/Contents{PdfText.Unicode(words)}"
            + $"/A<</S/URI/URI{PdfText.Ascii(address)}>>"));
        return id;
    }

    private void WritePages(int pageTree)
    {
        var fontIds = fonts.OrderBy(font => font.Key).Select(font => (font.Value, Id: objects.Reserve())).ToList();
        var fontNames = string.Concat(fontIds.Select(font => $"/{font.Value.Name} {font.Id} 0 R"));
        for (var i = 0; i < pages.Count; i++)
        {
            var page = pages[i];
            var content = objects.Reserve();
            var annotations = page.Annotations.Count == 0
                ? ""
                : $"/Annots[{string.Join(' ', page.Annotations.Select(id => $"{id} 0 R"))}]";
            objects.Put(
                page.Id,
                $"<</Type/Page/Parent {pageTree} 0 R/MediaBox[0 0 {PdfText.Number(page.Width)} {PdfText.Number(page.Height)}]"
                + $"/Resources<</Font<<{fontNames}>>>>/Contents {content} 0 R/StructParents {i}/Tabs/S{annotations}>>");
            objects.PutStream(content, "", page.Content);
        }

        for (var i = 0; i < linkBodies.Count; i++)
        {
            objects.Put(linkBodies[i].Id, $"{linkBodies[i].Body}/StructParent {pages.Count + i}>>");
        }

        foreach (var (font, id) in fontIds)
        {
            font.Write(objects, id);
        }

        objects.Put(
            pageTree,
            $"<</Type/Pages/Count {pages.Count}/Kids[{string.Join(' ', pages.Select(page => $"{page.Id} 0 R"))}]>>");
    }

    private void WriteStructure(int tree)
    {
        var elements = new List<PdfElement>(512);
        Root.Collect(elements);
        foreach (var element in elements)
        {
            element.Id = objects.Reserve();
        }

        foreach (var element in elements)
        {
            element.Write(objects.StartSmall(element.Id), tree);
        }

        var parents = objects.Reserve();
        var map = objects.StartSmall(parents);
        map.Append("<</Nums[");
        for (var i = 0; i < pages.Count; i++)
        {
            map.Append($"{i}[");
            foreach (var owner in pages[i].Elements)
            {
                map.Append($"{owner.Id} 0 R ");
            }

            map.Append((byte)']');
        }

        foreach (var (element, key) in links)
        {
            map.Append($" {pages.Count + key} {element.Id} 0 R");
        }

        map.Append("]>>");
        objects.PutSmall(
            tree,
            $"<</Type/StructTreeRoot/K[{Root.Id} 0 R]/ParentTree {parents} 0 R"
            + $"/ParentTreeNextKey {pages.Count + links.Count}>>");
    }

    private string WriteBookmarks()
    {
        if (bookmarks.Count == 0)
        {
            return "";
        }

        var root = objects.Reserve();
        var ids = bookmarks.Select(_ => objects.Reserve()).ToList();
        for (var i = 0; i < ids.Count; i++)
        {
            var (title, page, y) = bookmarks[i];
            var before = i > 0 ? $"/Prev {ids[i - 1]} 0 R" : "";
            var after = i + 1 < ids.Count ? $"/Next {ids[i + 1]} 0 R" : "";
            objects.PutSmall(
                ids[i],
                $"<</Title{PdfText.Unicode(title)}/Parent {root} 0 R{before}{after}"
                + $"/Dest[{page.Id} 0 R/XYZ 0 {PdfText.Number(page.Height - y)} null]>>");
        }

        objects.PutSmall(root, $"<</Type/Outlines/First {ids[0]} 0 R/Last {ids[^1]} 0 R/Count {ids.Count}>>");
        return $"/Outlines {root} 0 R/PageMode/UseOutlines";
    }

    private (string Associated, string Names) WriteAttachments()
    {
        if (attachments.Count == 0)
        {
            return ("", "");
        }

        var written = attachments
            .OrderBy(attachment => attachment.Name, StringComparer.Ordinal)
            .Select(attachment => (attachment.Name, Id: WriteAttachment(attachment)))
            .ToList();
        var names = string.Concat(written.Select(file => $"{PdfText.Ascii(file.Name)}{file.Id} 0 R"));
        return (
            $"/AF[{string.Join(' ', written.Select(file => $"{file.Id} 0 R"))}]",
            $"/Names<</EmbeddedFiles<</Names[{names}]>>>>");
    }

    // ISO 19005-3 section 6.8: F, UF, AFRelationship, the media type and a date of change are all required.
    private int WriteAttachment(PdfAttachment attachment)
    {
        int specification = objects.Reserve(), stream = objects.Reserve();
        var name = PdfText.Ascii(attachment.Name);
        objects.Put(
            specification,
            $"<</Type/Filespec/F{name}/UF{name}/Desc{PdfText.Unicode(attachment.Description)}"
            + $"/AFRelationship/{attachment.Relationship}/EF<</F {stream} 0 R/UF {stream} 0 R>>>>");
        var date = PdfText.Date(metadata.CreatedAt);
#pragma warning disable CA5351 // ISO 32000-1 table 46 fixes MD5 for this checksum; nothing trusts it.
        var checksum = Convert.ToHexString(MD5.HashData(attachment.Content));
#pragma warning restore CA5351
        objects.PutStream(
            stream,
            $"/Type/EmbeddedFile/Subtype{PdfText.Name(attachment.MediaType)}/Params<</Size {attachment.Content.Length}"
            + $"/CreationDate{date}/ModDate{date}/CheckSum<{checksum}>>>",
            attachment.Content);
        return specification;
    }

    private sealed record PdfBookmark(string Title, PdfPage Page, double Y);
}
