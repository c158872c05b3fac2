using Mortanba.Foundation;
using Mortanba.Host.Web;
using Mortanba.Permits;

namespace Mortanba.Host;

/// <summary>Says what the gate misses in every language: the stage that refuses has no words, and the refusal may be kept.</summary>
internal static class GateWords
{
    private static readonly Lazy<Texts> Read = new(Texts.Read);

    public static Outcome<IssuePermission> Of(Outcome<IssuePermission> asked) =>
        asked.Problem is GateRefused refused ? Of(refused) : asked;

    public static GateRefused Of(GateRefused refused)
    {
        var points = new LocalizedText(
            Points(refused.Report, Language.Kk), Points(refused.Report, Language.Ru), Points(refused.Report, Language.En));
        return refused with { Args = points.Args("points").ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal) };
    }

    private static string Points(GateReport report, Language language) => string.Join(
        "; ",
        report.Points.Where(p => !p.Passed).Select(p =>
            $"{p.Title.In(language)} ({p.ArticleIn(language)}): "
            + string.Join(' ', p.Missing.Select(m => Read.Value.GetOr(language, m.Code, m.Detail, m.Args)))));
}
