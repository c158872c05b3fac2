using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Whoever answers for the roadmap reports on a measure; done is what is shown to be done.</summary>
public static class ReportMeasure
{
    /// <param name="evidence">Web address; may be left out while the measure is under way.</param>
    public static Outcome<MeasureEvent> Of(
        AiRoadmap roadmap, string measure, string by, MeasureStatus status, string words, string? evidence, DateTimeOffset at)
    {
        if (roadmap.Find(measure) is null)
        {
            return new Problem("ai/no-such-measure", "The roadmap has no such measure.");
        }

        if (string.IsNullOrWhiteSpace(words))
        {
            return new Problem("ai/no-words", "This needs words.");
        }

        if (words.Trim().Length > MeasureCourse.WordsLengthMax)
        {
            return new Problem("ai/too-long", $"At most {MeasureCourse.WordsLengthMax} characters.", ("max", $"{MeasureCourse.WordsLengthMax}"));
        }

        var shown = string.IsNullOrWhiteSpace(evidence) ? null : evidence.Trim();
        return shown is not null && !IsAddress(shown) ? new Problem("ai/evidence-address", "Evidence is named by its web address, beginning with https://.")
            : shown is null && status == MeasureStatus.Done ? new Problem("ai/done-without-evidence", "Done is what can be looked at: name the address of the evidence.")
            : new MeasureReported(at, by, status, words.Trim(), shown);
    }

    private static bool IsAddress(string text) =>
        text.Length <= MeasureCourse.WordsLengthMax && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps;
}
