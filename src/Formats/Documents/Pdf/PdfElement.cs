using System.Globalization;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Documents;

/// <summary>A node of the structure tree: what a screen reader walks (ISO 32000-1 section 14.7).</summary>
public sealed class PdfElement
{
    private readonly List<object> kids = [];
    private readonly PdfElement? parent;
    private readonly string tag;
    private readonly Language? language;
    private readonly string? alternative;
    private readonly string attributes;

    internal PdfElement(PdfElement? parent, string tag, Language? language, string? alternative, string attributes)
    {
        this.parent = parent;
        this.tag = tag;
        this.language = language;
        this.alternative = alternative;
        this.attributes = attributes;
    }

    internal int Id { get; set; }

    /// <summary>Adds a child; reading order is the order of adding.</summary>
    /// <param name="tag">Standard structure type: Sect, H1 to H6, P, Table, TR, TH, TD, Figure, Link, L, LI, LBody.</param>
    /// <param name="language">When it differs from the parent's.</param>
    /// <param name="alternative">What a figure shows, in words.</param>
    public PdfElement Add(string tag, Language? language = null, string? alternative = null)
    {
        var attributes = tag == "TH" ? "/A<</O/Table/Scope/Column>>" : "";
        var child = new PdfElement(this, tag, language, alternative, attributes);
        kids.Add(child);
        return child;
    }

    internal void AddContent(PdfPage page, int contentId) => kids.Add((page, contentId));

    internal void AddAnnotation(PdfPage page, int annotation) => kids.Add(new AnnotationKid(page, annotation));

    internal IEnumerable<PdfElement> Descendants() =>
        kids.OfType<PdfElement>().SelectMany(kid => kid.Descendants().Prepend(kid));

    internal string Body(int treeRoot)
    {
        var body = new StringBuilder();
        body.Append(CultureInfo.InvariantCulture, $"<</S/{tag}/P {parent?.Id ?? treeRoot} 0 R");
        if (language is { } own)
        {
            body.Append(CultureInfo.InvariantCulture, $"/Lang({own.Tag()})");
        }

        if (alternative is not null)
        {
            body.Append("/Alt").Append(PdfText.Unicode(alternative));
        }

        body.Append(attributes);
        AppendKids(body);
        return body.Append(">>").ToString();
    }

    private void AppendKids(StringBuilder body)
    {
        // The page named once when all content stands on it; the usual case, and half the bytes.
        var pages = kids.OfType<(PdfPage Page, int)>().Select(kid => kid.Page).Distinct().ToList();
        var single = pages.Count == 1 ? pages[0] : null;
        if (single is not null)
        {
            body.Append(CultureInfo.InvariantCulture, $"/Pg {single.Id} 0 R");
        }

        body.Append("/K[");
        foreach (var kid in kids)
        {
            body.Append(kid switch
            {
                PdfElement element => $"{element.Id} 0 R ",
                (PdfPage page, int content) when page == single => $"{content} ",
                (PdfPage page, int content) => $"<</Type/MCR/Pg {page.Id} 0 R/MCID {content}>>",
                AnnotationKid link => $"<</Type/OBJR/Pg {link.Page.Id} 0 R/Obj {link.Annotation} 0 R>>",
                _ => throw new InvalidOperationException("A kid of no known kind."),
            });
        }

        body.Append(']');
    }

    private sealed record AnnotationKid(PdfPage Page, int Annotation);
}
