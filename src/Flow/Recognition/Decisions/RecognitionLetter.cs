using System.Globalization;
using Mortanba.Documents;
using Mortanba.Foundation;
using static Mortanba.Recognition.LetterSheet;

namespace Mortanba.Recognition;

/// <summary>What stands on a letter beside the facts: how to check it, and the signed data inside.</summary>
/// <param name="Number">Of the certificate, as printed.</param>
/// <param name="Link">Whole address behind the QR.</param>
/// <param name="File">Certificate with its proof in the ledger, in the form of a diploma file (docs/formats/diploma-file.md).</param>
/// <param name="ReplacedNumber">Number of the certificate that this decision replaces on appeal; null for a first decision.</param>
public sealed record LetterProof(string Number, string Link, string SiteAddress, byte[] File, DateTimeOffset IssuedAt, string? ReplacedNumber);

/// <summary>
/// The decision as a letter: PDF/A-3b in three languages, reasons per element, measures, legal basis, appeal, and the signed
/// certificate inside (requirement RQ-17). A case that ends without a decision gets its letter, too, with no certificate. In: facts and
/// proof. Out: PDF bytes, the same for the same input.
/// </summary>
public sealed class RecognitionLetter
{
    private const double QrSide = 92;

    private readonly RecognitionDecisionFacts facts;
    private readonly LetterSheet sheet;

    private RecognitionLetter(RecognitionDecisionFacts facts, LetterProof? proof)
    {
        this.facts = facts;
        sheet = new LetterSheet(
            DecisionWords.Title, proof?.Number ?? facts.CaseNumber, DecisionWords.Of(facts.Outcome), facts.Body, proof?.IssuedAt ?? facts.DecidedBy.At);
    }

    /// <param name="proof">Null for a case that ended without a decision: there is no certificate.</param>
    public static byte[] Render(RecognitionDecisionFacts facts, LetterProof? proof)
    {
        var letter = new RecognitionLetter(facts, proof);
        letter.Heading(proof);
        letter.Outcome();
        letter.Subject();
        letter.Reasons();
        letter.Measures();
        letter.Basis();
        letter.Appeal();
        letter.Signature(proof is not null);
        if (proof is not null)
        {
            letter.Check(proof);
        }

        letter.sheet.Footers(proof is null ? facts.CaseNumber : $"{proof.Number} · {proof.SiteAddress}");
        if (proof is not null)
        {
            letter.sheet.Document.Attach(new PdfAttachment(
                DiplomaFile.EmbeddedName, DiplomaFile.MediaType,
                $"{DecisionWords.Attached.Kk} · {DecisionWords.Attached.Ru} · {DecisionWords.Attached.En}", "Data", proof.File));
        }

        return letter.sheet.Document.Save();
    }

    private void Heading(LetterProof? proof)
    {
        if (proof is not null)
        {
            sheet.Pair(DecisionWords.CertificateNumber, proof.Number);
        }

        sheet.Pair(DecisionWords.CaseNumber, facts.CaseNumber);
        sheet.Field(DecisionWords.DecidedOn, DecisionWords.Date(facts.Date));
        if (proof?.ReplacedNumber is { } replaced)
        {
            sheet.Field(DecisionWords.Replaces, LocalizedText.Same(replaced));
        }
    }

    private void Outcome()
    {
        var words = DecisionWords.Of(facts.Outcome);
        var purpose = DecisionWords.Of(facts.Purpose);
        var lines = Languages.All.Select(l => TextLayout.Wrap([new TextRun($"{DecisionWords.Asked.In(l)}: {purpose.In(l)}", Plain)], ColumnWidth - 16)).ToList();
        var outcome = Languages.All.Select(l => TextLayout.Wrap([new TextRun(words.In(l), Head)], ColumnWidth - 16)).ToList();
        var height = (15 * outcome.Max(o => o.Count)) + (Leading * lines.Max(l => l.Count)) + 20;
        sheet.Need(height + 8);
        sheet.Y += 4;
        sheet.Page.BeginArtifact();
        sheet.Page.Frame(Left, sheet.Y, Width, height, 1.2, Ink.Gold);
        sheet.Page.Box(Left, sheet.Y, 4, height, Ink.Teal);
        sheet.Page.End();
        foreach (var language in Languages.All)
        {
            var (x, top) = (Left + 12 + ((int)language * (ColumnWidth + ColumnGap)), sheet.Y + 9);
            sheet.Page.Begin("P", sheet.Root.Add("P", language));
            foreach (var line in outcome[(int)language])
            {
                sheet.Page.DrawLine(x, top, ColumnWidth, 15, Alignment.Left, line);
                top += 15;
            }

            top = sheet.Y + 12 + (15 * outcome.Max(o => o.Count));
            foreach (var line in lines[(int)language])
            {
                sheet.Page.DrawLine(x, top, ColumnWidth, Leading, Alignment.Left, line);
                top += Leading;
            }

            sheet.Page.End();
        }

        sheet.Y += height + 8;
        if (facts.Scope.Length > 0)
        {
            sheet.Field(DecisionWords.Scope, LocalizedText.Same(facts.Scope));
        }

        if (facts.Validity is { } validity)
        {
            sheet.Field(DecisionWords.Holds, validity.Until is { } last ? DecisionWords.Date(last) : DecisionWords.NoEnd, Strong);
        }

        if (facts.NoDecision is { } none)
        {
            sheet.Columns(DecisionWords.Of(none), Strong);
            sheet.Y += 4;
        }

        sheet.Field(DecisionWords.Reason, LocalizedText.Same(facts.DecidedBy.Reason));
    }

    private void Subject()
    {
        var (holder, qualification) = (facts.Holder, facts.Qualification);
        sheet.Section(DecisionWords.Qualification);
        sheet.Field(DecisionWords.Holder, holder.Name, Strong);
        if (holder.BirthDate is { } born)
        {
            sheet.Pair(DecisionWords.BirthDate, born.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture));
        }

        sheet.Field(DecisionWords.Qualification, qualification.Title, Strong);
        // The faces have no letters of further scripts; the signed data inside the file have the title in any.
        if (Plain.Shows(qualification.OriginalTitle) && qualification.Title != LocalizedText.Same(qualification.OriginalTitle))
        {
            sheet.Field(DecisionWords.Original, LocalizedText.Same($"{qualification.OriginalTitle} ({qualification.OriginalLanguage})"));
        }

        sheet.Field(DecisionWords.Institution, LocalizedText.Same(qualification.Institution));
        sheet.Field(DecisionWords.Country, DecisionWords.Join(qualification.Countries.Select(c => c.Name)));
        sheet.Field(DecisionWords.Level, qualification.Level);
        sheet.Field(DecisionWords.Awarded, DecisionWords.Date(qualification.Awarded));
    }

    private void Reasons()
    {
        if (facts.Findings.Count == 0)
        {
            return;
        }

        sheet.Section(DecisionWords.Reasons);
        sheet.Wrapped("P", Together(DecisionWords.AsWritten), Note, Leading);
        sheet.Y += 2;
        foreach (var finding in facts.Findings.OrderBy(f => f.Element).ThenByDescending(f => f.Difference))
        {
            sheet.Need(44);
            var (element, difference) = (DecisionWords.Of(finding.Element), DecisionWords.Of(finding.Difference));
            sheet.Wrapped(
                "H3", $"{element.Kk} · {element.Ru} · {element.En}", finding.Difference == Difference.Substantial ? Strong with { Color = Ink.Teal } : Strong, Leading);
            sheet.Wrapped("P", Together(difference), Note, Leading);
            sheet.Text(DecisionWords.ComparedWith, finding.Comparator);
            sheet.Text(DecisionWords.WhyItMatters, finding.WhyItMatters);
            sheet.Text(DecisionWords.Impact, finding.OutcomeImpact);
            sheet.Y += 4;
        }
    }

    private void Measures()
    {
        if (facts.Measures.Count == 0)
        {
            return;
        }

        sheet.Section(facts.Outcome == RecognitionOutcome.Conditional ? DecisionWords.Conditions : DecisionWords.Advice);
        foreach (var measure in facts.Measures)
        {
            sheet.Wrapped("P", Together(DecisionWords.Of(measure.Element)), Label, Leading);
            var until = measure.Until is { } day
                ? $" ({Together(DecisionWords.Until)}: {day.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture)})"
                : "";
            sheet.Wrapped("P", measure.Text + until, Plain, Leading);
            sheet.Y += 3;
        }
    }

    private void Basis()
    {
        sheet.Section(DecisionWords.Basis);
        if (facts.Basis.Count == 0)
        {
            sheet.Columns(DecisionWords.National, Plain);
        }

        foreach (var treaty in facts.Basis)
        {
            sheet.Columns(treaty.Name, Plain);
            if (treaty.Articles.Count > 0)
            {
                sheet.Wrapped("P", $"{Together(DecisionWords.Articles)}: {string.Join(", ", treaty.Articles)}", Note, Leading);
            }
        }

        sheet.Y += 3;
        sheet.Wrapped("P", Together(DecisionWords.Rules), Label, Leading);
        foreach (var rules in facts.Rules.GroupBy(r => (r.Act, r.Article)))
        {
            var article = rules.Key.Article is "–" or "" ? "" : $", {rules.Key.Article}";
            var act = rules.Key.Act;
            sheet.Columns(new(act.Kk + article, act.Ru + article, act.En + article), Plain);
            sheet.Y += 2;
        }

        // Enough to find each rule again; the whole hash stands in the certificate.
        sheet.Wrapped(
            "P",
            string.Join("; ", facts.Rules.Select(r => Short(r.Reference)).Distinct()) + $". {facts.RulesHash().ToString()[..24]}…", Note, 9.6);
        if (facts.Receipt is not null || facts.Diploma is not null)
        {
            sheet.Y += 3;
            sheet.Wrapped("P", Together(DecisionWords.Evidence), Label, Leading);
            sheet.Text(DecisionWords.Diploma, facts.Diploma ?? "");
            sheet.Text(DecisionWords.Receipt, facts.Receipt ?? "");
        }
    }

    private void Appeal()
    {
        if (facts.Appeal is not { } appeal)
        {
            return;
        }

        sheet.Section(DecisionWords.Appeal);
        sheet.Field(DecisionWords.AppealTo, appeal.Body, Strong);
        sheet.Field(DecisionWords.AppealUntil, appeal.Until is { } day ? DecisionWords.Date(day) : DecisionWords.NoDay, Strong);
        sheet.Columns(appeal.Way, Plain);
    }

    private void Signature(bool isSigned)
    {
        sheet.Need(70);
        sheet.Section(DecisionWords.DecidedBy);
        sheet.Wrapped("P", facts.DecidedBy.Name, Strong with { Size = 10 }, 14);
        sheet.Columns(DecisionWords.OfRole(facts.DecidedBy.Role), Plain);
        if (isSigned)
        {
            sheet.Columns(DecisionWords.Signed, Note);
        }
    }

    private void Check(LetterProof proof)
    {
        sheet.Need(QrSide + 40);
        sheet.Section(DecisionWords.Check);
        var top = sheet.Y;
        var code = QrMatrix.Encode(proof.Link);
        sheet.Page.Begin("Figure", sheet.Part.Add("Figure", alternative: DecisionWords.CodeAlternative.Kk));
        sheet.Page.Qr(code, Left + Width - QrSide, top, QrSide, Ink.Black);
        sheet.Page.End();
        var column = Width - QrSide - 20;
        foreach (var language in Languages.All)
        {
            sheet.Page.Begin("P", sheet.Part.Add("P", language));
            sheet.Y = sheet.Page.Draw(Left, sheet.Y, column, 10.2, Alignment.Left, new TextRun(DecisionWords.CheckHow.In(language), Plain with { Size = 7.8 }));
            sheet.Page.End();
            sheet.Y += 2;
        }

        sheet.Y += 2;
        var style = Plain with { Color = Ink.Teal };
        var link = sheet.Part.Add("P").Add("Link");
        sheet.Page.Begin("Link", link);
        sheet.Page.DrawLine(Left, sheet.Y, column, Leading, Alignment.Left, [new TextRun(proof.Link, style)]);
        sheet.Page.End();
        sheet.Page.Link(link, Left, sheet.Y, Math.Min(column, style.Width(proof.Link)), Leading, proof.Link, DecisionWords.Check.Kk);
        sheet.Y = Math.Max(sheet.Y + Leading, top + QrSide);
    }

    // pack@version/rule
    private static string Short(string reference)
    {
        var (hash, rule) = (reference.IndexOf('#', StringComparison.Ordinal), reference.LastIndexOf('/'));
        return hash < 0 || rule < hash ? reference : reference[..hash] + reference[rule..];
    }
}
