using System.Globalization;
using Mortanba.AiEducation.PersonalData;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>How well the filter does on labelled sentences, for one kind of data.</summary>
/// <param name="Labelled">Places marked by hand.</param>
/// <param name="Found">Of these, met by a finding of the same kind that shares at least half of what both cover.</param>
/// <param name="Claimed">Findings of the filter.</param>
/// <param name="Right">Of these, meeting a mark.</param>
/// <param name="Readable">Share of the marked characters that no finding of any kind covers: what would go out.</param>
internal sealed record Score(int Labelled, int Found, int Claimed, int Right, double Readable)
{
    public double Recall => Labelled == 0 ? 1 : (double)Found / Labelled;

    public double Precision => Claimed == 0 ? 1 : (double)Right / Claimed;

    public static Score Of(PersonalDataKind kind, IEnumerable<LabelledText> sentences, ICollection<string>? faults = null)
    {
        var (labelled, found, claimed, right, marked, open) = (0, 0, 0, 0, 0, 0);
        foreach (var sentence in sentences)
        {
            var findings = PersonalDataFilter.Find(sentence.Text);
            foreach (var label in sentence.Labels.Where(l => l.Kind == kind))
            {
                labelled++;
                var isFound = findings.Any(f => Meet(f, label));
                found += isFound ? 1 : 0;
                marked += label.Length;
                open += Enumerable.Range(label.Start, label.Length).Count(i => !findings.Any(f => f.Start <= i && i < f.End));
                if (!isFound)
                {
                    faults?.Add($"missed {kind} '{sentence.Text.Substring(label.Start, label.Length)}' in: {sentence.Text}");
                }
            }

            foreach (var finding in findings.Where(f => f.Kind == kind))
            {
                claimed++;
                var isRight = sentence.Labels.Any(l => Meet(finding, l));
                right += isRight ? 1 : 0;
                if (!isRight)
                {
                    faults?.Add($"wrong {kind} '{sentence.Text.Substring(finding.Start, finding.Length)}' in: {sentence.Text}");
                }
            }
        }

        return new Score(labelled, found, claimed, right, marked == 0 ? 0 : (double)open / marked);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Labelled} | {Recall:0.000} | {Precision:0.000} | {Readable:0.000}");

    private static bool Meet(Finding one, Finding other)
    {
        var common = Math.Min(one.End, other.End) - Math.Max(one.Start, other.Start);
        var both = Math.Max(one.End, other.End) - Math.Min(one.Start, other.Start);
        return one.Kind == other.Kind && common * 2 >= both;
    }
}
