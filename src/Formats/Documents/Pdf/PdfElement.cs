using Mortanba.Foundation;

namespace Mortanba.Documents;

/// <summary>A node of the structure tree: what a screen reader walks (ISO 32000-1 section 14.7).</summary>
public sealed class PdfElement
{
    private readonly List<Kid> kids = [];
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
        kids.Add(new Kid(child, null, 0));
        return child;
    }

    internal void AddContent(PdfPage page, int contentId) => kids.Add(new Kid(null, page, contentId));

    internal void AddAnnotation(PdfPage page, int annotation) => kids.Add(new Kid(null, page, annotation, IsAnnotation: true));

    /// <summary>Appends this element and all below it, parents first.</summary>
    internal void Collect(List<PdfElement> all)
    {
        all.Add(this);
        foreach (var kid in kids)
        {
            kid.Element?.Collect(all);
        }
    }

    internal void Write(PdfBuffer body, int treeRoot)
    {
        body.Append($"<</S/{tag}/P {parent?.Id ?? treeRoot} 0 R");
        if (language is { } own)
        {
            body.Append($"/Lang({own.Tag()})");
        }

        if (alternative is not null)
        {
            body.Append($"/Alt{PdfText.Unicode(alternative)}");
        }

        body.Append(attributes);
        WriteKids(body);
        body.Append(">>");
    }

    private void WriteKids(PdfBuffer body)
    {
        // The page named once when all content stands on it; the usual case, and half the bytes.
        var single = SinglePage();
        if (single is not null)
        {
            body.Append($"/Pg {single.Id} 0 R");
        }

        body.Append("/K[");
        foreach (var (element, page, number, isAnnotation) in kids)
        {
            if (element is not null)
            {
                body.Append($"{element.Id} 0 R ");
            }
            else if (isAnnotation)
            {
                body.Append($"<</Type/OBJR/Pg {page!.Id} 0 R/Obj {number} 0 R>>");
            }
            else if (page == single)
            {
                body.Append($"{number} ");
            }
            else
            {
                body.Append($"<</Type/MCR/Pg {page!.Id} 0 R/MCID {number}>>");
            }
        }

        body.Append((byte)']');
    }

    private PdfPage? SinglePage()
    {
        var first = kids.Find(kid => kid.IsContent).Page;
        return kids.TrueForAll(kid => !kid.IsContent || kid.Page == first) ? first : null;
    }

    /// <summary>A child element, or content (its number on the page), or an annotation (its object number).</summary>
    private readonly record struct Kid(PdfElement? Element, PdfPage? Page, int Number, bool IsAnnotation = false)
    {
        public bool IsContent => Page is not null && !IsAnnotation;
    }
}
