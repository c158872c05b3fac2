using System.Globalization;
using Mortanba.Documents;
using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>What stands on a letter beside the facts: how to check it, and the signed data inside.</summary>
/// <param name="Number">Of the certificate, as printed.</param>
/// <param name="Link">Whole address behind the QR.</param>
/// <param name="File">Certificate with its proof in the ledger, in the form of a diploma file (docs/formats/diploma-file.md).</param>
/// <param name="ReplacedNumber">Number of the certificate that this decision replaces on appeal; null for a first decision.</param>
public sealed record LetterProof(string Number, string Link, string SiteAddress, byte[] File, DateTimeOffset IssuedAt, string? ReplacedNumber);

/// <summary>
/// The decision as a letter: PDF/A-3b in three languages, reasons per element, measures, legal basis, appeal, and the signed
/// certificate inside (requirement RQ-17). In: facts and proof. Out: PDF bytes, the same for the same input.
/// </summary>
public sealed class RecognitionLetter
{
    private const double Left = 56;
    private const double Top = 50;
    private const double Bottom = PdfDocument.A4Long - 58;
    private const double Width = PdfDocument.A4Short - (2 * Left);
    private const double ColumnGap = 12;
    private const double ColumnWidth = (Width - (2 * ColumnGap)) / 3;
    private const double Leading = 11.4;
    private const double QrSide = 92;

    private static readonly TextStyle Plain = new(FontFace.SansRegular, 8.6, Ink.Black);
    private static readonly TextStyle Strong = new(FontFace.SansBold, 8.6, Ink.Black);
    private static readonly TextStyle Label = new(FontFace.SansBold, 7.4, Ink.Teal);
    private static readonly TextStyle Note = new(FontFace.SansRegular, 7.2, Ink.Grey);
    private static readonly TextStyle Head = new(FontFace.SerifBold, 12, Ink.Black);

    private readonly RecognitionDecisionFacts facts;
    private readonly LetterProof proof;
    private readonly PdfDocument document;
    private readonly List<PdfPage> pages = [];
    private readonly PdfElement root;
    private PdfElement section;
    private PdfPage page;
    private double y;

    private RecognitionLetter(RecognitionDecisionFacts facts, LetterProof proof)
    {
        (this.facts, this.proof) = (facts, proof);
        var title = DecisionWords.Title;
        document = new PdfDocument(new PdfMetadata(
            new($"{title.Kk} {proof.Number}", $"{title.Ru} {proof.Number}", $"{title.En} {proof.Number}"),
            DecisionWords.Of(facts.Outcome), facts.Body.Kk, "Mortanba", proof.IssuedAt, Language.Kk));
        section = root = document.Root.Add("Sect");
        page = AddPage();
    }

    public static byte[] Render(RecognitionDecisionFacts facts, LetterProof proof)
    {
        var letter = new RecognitionLetter(facts, proof);
        letter.Heading();
        letter.Outcome();
        letter.Subject();
        letter.Reasons();
        letter.Measures();
        letter.Basis();
        letter.Appeal();
        letter.Signature();
        letter.Check();
        letter.Footers();
        letter.document.Attach(new PdfAttachment(
            DiplomaFile.EmbeddedName, DiplomaFile.MediaType,
            $"{DecisionWords.Attached.Kk} · {DecisionWords.Attached.Ru} · {DecisionWords.Attached.En}", "Data", proof.File));
        return letter.document.Save();
    }

    private void Heading()
    {
        page.Begin("Figure", root.Add("Figure", alternative: DecisionWords.SealAlternative.Kk));
        Ink.Seal(page, Left, y, 44);
        page.End();
        var top = y;
        foreach (var language in Languages.All)
        {
            page.Begin("P", root.Add("P", language));
            var style = language == Language.Kk ? Strong with { Size = 10.4 } : Plain with { Color = Ink.Grey };
            top = page.Draw(Left + 58, top, Width - 58, language == Language.Kk ? 14 : 11.4, Alignment.Left, new TextRun(facts.Body.In(language), style));
            page.End();
        }

        y = Math.Max(top, y + 46) + 8;
        page.BeginArtifact();
        Ink.Band(page, Left, y + 6, Width, 0.7);
        page.End();
        y += 22;
        var title = DecisionWords.Title;
        document.AddBookmark($"{title.Kk} · {title.En} · {proof.Number}", page, 0);
        Wrapped("H1", title.Kk, new TextStyle(FontFace.SerifBold, 20, Ink.Black), 26, Language.Kk);
        Wrapped("P", $"{title.Ru} · {title.En}", Plain with { Size = 10, Color = Ink.Grey }, 14);
        y += 6;
        Pair(DecisionWords.CertificateNumber, proof.Number);
        Pair(DecisionWords.CaseNumber, facts.CaseNumber);
        Field(DecisionWords.DecidedOn, DecisionWords.Date(facts.Date));
        if (proof.ReplacedNumber is { } replaced)
        {
            Field(DecisionWords.Replaces, LocalizedText.Same(replaced));
        }
    }

    private void Outcome()
    {
        var words = DecisionWords.Of(facts.Outcome);
        var purpose = DecisionWords.Of(facts.Purpose);
        var lines = Languages.All.Select(l => TextLayout.Wrap([new TextRun($"{DecisionWords.Asked.In(l)}: {purpose.In(l)}", Plain)], ColumnWidth - 16)).ToList();
        var outcome = Languages.All.Select(l => TextLayout.Wrap([new TextRun(words.In(l), Head)], ColumnWidth - 16)).ToList();
        var height = (15 * outcome.Max(o => o.Count)) + (Leading * lines.Max(l => l.Count)) + 20;
        Need(height + 8);
        y += 4;
        page.BeginArtifact();
        page.Frame(Left, y, Width, height, 1.2, Ink.Gold);
        page.Box(Left, y, 4, height, Ink.Teal);
        page.End();
        foreach (var language in Languages.All)
        {
            var (x, top) = (Left + 12 + ((int)language * (ColumnWidth + ColumnGap)), y + 9);
            page.Begin("P", root.Add("P", language));
            foreach (var line in outcome[(int)language])
            {
                page.DrawLine(x, top, ColumnWidth, 15, Alignment.Left, line);
                top += 15;
            }

            top = y + 12 + (15 * outcome.Max(o => o.Count));
            foreach (var line in lines[(int)language])
            {
                page.DrawLine(x, top, ColumnWidth, Leading, Alignment.Left, line);
                top += Leading;
            }

            page.End();
        }

        y += height + 8;
        if (facts.Scope.Length > 0)
        {
            Field(DecisionWords.Scope, LocalizedText.Same(facts.Scope));
        }

        Field(DecisionWords.Reason, LocalizedText.Same(facts.DecidedBy.Reason));
    }

    private void Subject()
    {
        var (holder, qualification) = (facts.Holder, facts.Qualification);
        Section(DecisionWords.Qualification);
        Field(DecisionWords.Holder, holder.Name, Strong);
        if (holder.BirthDate is { } born)
        {
            Pair(DecisionWords.BirthDate, born.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture));
        }

        Field(DecisionWords.Qualification, qualification.Title, Strong);
        // The faces have no letters of further scripts; the signed data inside the file have the title in any.
        if (Plain.Shows(qualification.OriginalTitle) && qualification.Title != LocalizedText.Same(qualification.OriginalTitle))
        {
            Field(DecisionWords.Original, LocalizedText.Same($"{qualification.OriginalTitle} ({qualification.OriginalLanguage})"));
        }

        Field(DecisionWords.Institution, LocalizedText.Same(qualification.Institution));
        Field(DecisionWords.Country, DecisionWords.Join(qualification.Countries.Select(c => c.Name)));
        Field(DecisionWords.Level, qualification.Level);
        Field(DecisionWords.Awarded, DecisionWords.Date(qualification.Awarded));
    }

    private void Reasons()
    {
        if (facts.Findings.Count == 0)
        {
            return;
        }

        Section(DecisionWords.Reasons);
        Wrapped("P", Together(DecisionWords.AsWritten), Note, Leading);
        y += 2;
        foreach (var finding in facts.Findings.OrderBy(f => f.Element).ThenByDescending(f => f.Difference))
        {
            Need(44);
            var (element, difference) = (DecisionWords.Of(finding.Element), DecisionWords.Of(finding.Difference));
            Wrapped(
                "H3", $"{element.Kk} · {element.Ru} · {element.En}", finding.Difference == Difference.Substantial ? Strong with { Color = Ink.Teal } : Strong, Leading);
            Wrapped("P", Together(difference), Note, Leading);
            Text(DecisionWords.ComparedWith, finding.Comparator);
            Text(DecisionWords.WhyItMatters, finding.WhyItMatters);
            Text(DecisionWords.Impact, finding.OutcomeImpact);
            y += 4;
        }
    }

    private void Measures()
    {
        if (facts.Measures.Count == 0)
        {
            return;
        }

        Section(facts.Outcome == RecognitionOutcome.Conditional ? DecisionWords.Conditions : DecisionWords.Advice);
        foreach (var measure in facts.Measures)
        {
            Wrapped("P", Together(DecisionWords.Of(measure.Element)), Label, Leading);
            var until = measure.Until is { } day
                ? $" ({Together(DecisionWords.Until)}: {day.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture)})"
                : "";
            Wrapped("P", measure.Text + until, Plain, Leading);
            y += 3;
        }
    }

    private void Basis()
    {
        Section(DecisionWords.Basis);
        if (facts.Basis.Count == 0)
        {
            Columns(DecisionWords.National, Plain);
        }

        foreach (var treaty in facts.Basis)
        {
            Columns(treaty.Name, Plain);
            if (treaty.Articles.Count > 0)
            {
                Wrapped("P", $"{Together(DecisionWords.Articles)}: {string.Join(", ", treaty.Articles)}", Note, Leading);
            }
        }

        y += 3;
        Wrapped("P", Together(DecisionWords.Rules), Label, Leading);
        foreach (var rules in facts.Rules.GroupBy(r => (r.Act, r.Article)))
        {
            var article = rules.Key.Article is "–" or "" ? "" : $", {rules.Key.Article}";
            var act = rules.Key.Act;
            Columns(new(act.Kk + article, act.Ru + article, act.En + article), Plain);
            y += 2;
        }

        // Enough to find each rule again; the whole hash stands in the certificate.
        Wrapped(
            "P",
            string.Join("; ", facts.Rules.Select(r => Short(r.Reference)).Distinct()) + $". {facts.RulesHash().ToString()[..24]}…", Note, 9.6);
        if (facts.Receipt is not null || facts.Diploma is not null)
        {
            y += 3;
            Wrapped("P", Together(DecisionWords.Evidence), Label, Leading);
            Text(DecisionWords.Diploma, facts.Diploma ?? "");
            Text(DecisionWords.Receipt, facts.Receipt ?? "");
        }
    }

    private void Appeal()
    {
        if (facts.Appeal is not { } appeal)
        {
            return;
        }

        Section(DecisionWords.Appeal);
        Field(DecisionWords.AppealTo, appeal.Body, Strong);
        Field(DecisionWords.AppealUntil, appeal.Until is { } day ? DecisionWords.Date(day) : DecisionWords.NoDay, Strong);
        Columns(appeal.Way, Plain);
    }

    private void Signature()
    {
        Need(70);
        Section(DecisionWords.DecidedBy);
        Wrapped("P", facts.DecidedBy.Name, Strong with { Size = 10 }, 14);
        Columns(DecisionWords.OfRole(facts.DecidedBy.Role), Plain);
        Columns(DecisionWords.Signed, Note);
    }

    private void Check()
    {
        Need(QrSide + 40);
        Section(DecisionWords.Check);
        var top = y;
        var code = QrMatrix.Encode(proof.Link);
        page.Begin("Figure", section.Add("Figure", alternative: DecisionWords.CodeAlternative.Kk));
        page.Qr(code, Left + Width - QrSide, top, QrSide, Ink.Black);
        page.End();
        var column = Width - QrSide - 20;
        foreach (var language in Languages.All)
        {
            page.Begin("P", section.Add("P", language));
            y = page.Draw(Left, y, column, 10.2, Alignment.Left, new TextRun(DecisionWords.CheckHow.In(language), Plain with { Size = 7.8 }));
            page.End();
            y += 2;
        }

        y += 2;
        var style = Plain with { Color = Ink.Teal };
        var link = section.Add("P").Add("Link");
        page.Begin("Link", link);
        page.DrawLine(Left, y, column, Leading, Alignment.Left, [new TextRun(proof.Link, style)]);
        page.End();
        page.Link(link, Left, y, Math.Min(column, style.Width(proof.Link)), Leading, proof.Link, DecisionWords.Check.Kk);
        y = Math.Max(y + Leading, top + QrSide);
    }

    private void Section(LocalizedText title)
    {
        // A heading stays with the first lines behind it.
        Need(64);
        y += 8;
        section = root.Add("Sect");
        document.AddBookmark($"{title.Kk} · {title.En}", page, y);
        page.BeginArtifact();
        page.Box(Left, y, Width, 1, Ink.Gold);
        page.End();
        y += 5;
        Wrapped("H2", title.Kk, Head, 15, Language.Kk);
        Wrapped("P", $"{title.Ru} · {title.En}", Note, Leading);
        y += 3;
    }

    // A label in three languages and its value on one line.
    private void Pair(LocalizedText label, string value)
    {
        var start = Label.Width(Together(label)) + 10;
        if (start + Plain.Width(value) > Width)
        {
            Field(label, LocalizedText.Same(value));
            return;
        }

        Need(Leading + 2);
        page.Begin("P", section.Add("P"));
        page.DrawLine(Left, y, Width, Leading, Alignment.Left, [new TextRun(Together(label), Label)]);
        page.DrawLine(Left + start, y, Width - start, Leading, Alignment.Left, [new TextRun(value, Strong)]);
        page.End();
        y += Leading + 4;
    }

    private void Field(LocalizedText label, LocalizedText value, TextStyle? style = null)
    {
        if (string.IsNullOrWhiteSpace(value.Kk + value.Ru + value.En))
        {
            return;
        }

        Need(Leading * 2);
        Wrapped("P", Together(label), Label, 10.4);
        Columns(value, style ?? Plain);
        y += 4;
    }

    // Text of the body behind its label, in whatever language it was written.
    private void Text(LocalizedText label, string text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            Wrapped("P", [new TextRun(Together(label) + ": ", Label), new TextRun(text, Plain)], Leading);
        }
    }

    // Three columns, or the whole width when the languages agree. Long texts go on over the page.
    private void Columns(LocalizedText text, TextStyle style)
    {
        if (text.Kk == text.Ru && text.Ru == text.En)
        {
            Wrapped("P", text.Kk, style, Leading);
            return;
        }

        var columns = Languages.All.Select(l => TextLayout.Wrap([new TextRun(text.In(l), style)], ColumnWidth)).ToList();
        var elements = Languages.All.Select(l => section.Add("P", l)).ToList();
        var count = columns.Max(c => c.Count);
        for (var from = 0; from < count;)
        {
            Need(Leading);
            var fits = Math.Min(count - from, Math.Max(1, (int)((Bottom - y) / Leading)));
            foreach (var language in Languages.All)
            {
                var lines = columns[(int)language].Skip(from).Take(fits).ToList();
                if (lines.Count == 0)
                {
                    continue;
                }

                page.Begin("P", elements[(int)language]);
                for (var i = 0; i < lines.Count; i++)
                {
                    page.DrawLine(Left + ((int)language * (ColumnWidth + ColumnGap)), y + (i * Leading), ColumnWidth, Leading, Alignment.Left, lines[i]);
                }

                page.End();
            }

            y += fits * Leading;
            from += fits;
        }
    }

    private void Wrapped(string tag, string text, TextStyle style, double leading, Language? language = null) =>
        Wrapped(tag, [new TextRun(text, style)], leading, language);

    private void Wrapped(string tag, TextRun[] runs, double leading, Language? language = null)
    {
        var lines = TextLayout.Wrap(runs, Width);
        var element = section.Add(tag, language);
        for (var from = 0; from < lines.Count;)
        {
            Need(leading);
            var fits = Math.Min(lines.Count - from, Math.Max(1, (int)((Bottom - y) / leading)));
            page.Begin(tag, element);
            foreach (var line in lines.Skip(from).Take(fits))
            {
                page.DrawLine(Left, y, Width, leading, Alignment.Left, line);
                y += leading;
            }

            page.End();
            from += fits;
        }
    }

    private void Need(double height)
    {
        if (y + height > Bottom)
        {
            page = AddPage();
        }
    }

    private PdfPage AddPage()
    {
        var added = document.AddPage(PdfDocument.A4Short, PdfDocument.A4Long);
        pages.Add(added);
        y = Top;
        return added;
    }

    private void Footers()
    {
        for (var i = 0; i < pages.Count; i++)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{Together(DecisionWords.Page)} {i + 1}/{pages.Count}");
            pages[i].BeginArtifact();
            pages[i].Line(Left, Bottom + 14, Left + Width, Bottom + 14, 0.5, Ink.Gold);
            pages[i].DrawLine(Left, Bottom + 17, Width, 12, Alignment.Left, [new TextRun($"{proof.Number} · {proof.SiteAddress}", Note)]);
            pages[i].DrawLine(Left, Bottom + 17, Width, 12, Alignment.Right, [new TextRun(place, Note)]);
            pages[i].End();
        }
    }

    private static string Together(LocalizedText text) => string.Join(" · ", new[] { text.Kk, text.Ru, text.En }.Distinct());

    // pack@version/rule
    private static string Short(string reference)
    {
        var (hash, rule) = (reference.IndexOf('#', StringComparison.Ordinal), reference.LastIndexOf('/'));
        return hash < 0 || rule < hash ? reference : reference[..hash] + reference[rule..];
    }
}
