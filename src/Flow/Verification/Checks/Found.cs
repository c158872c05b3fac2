using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>Makes the lines of the check table.</summary>
internal static class Found
{
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    public static Check Passed(
        CheckName name, string reason, string detail, TimeSpan? age, params (string Name, string Value)[] evidence) =>
        new(name, CheckState.Passed, reason, detail, Evidence(evidence), age);

    public static Check Failed(
        CheckName name, string reason, string detail, params (string Name, string Value)[] evidence) =>
        new(name, CheckState.Failed, reason, detail, Evidence(evidence), null);

    public static Check Failed(CheckName name, Problem problem) =>
        new(name, CheckState.Failed, problem.Code, problem.Detail, problem.Args, null);

    public static Check NotChecked(
        CheckName name, string reason, string detail, params (string Name, string Value)[] evidence) =>
        new(name, CheckState.NotChecked, reason, detail, Evidence(evidence), null);

    public static Check NotChecked(CheckName name, Problem problem) =>
        new(name, CheckState.NotChecked, problem.Code, problem.Detail, problem.Args, null);

    public static Check NotApplicable(CheckName name, string reason, string detail) =>
        new(name, CheckState.NotApplicable, reason, detail, Nothing, null);

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static IReadOnlyDictionary<string, string> Evidence((string Name, string Value)[] evidence)
    {
        if (evidence.Length == 0)
        {
            return Nothing;
        }

        var named = new Dictionary<string, string>(evidence.Length, StringComparer.Ordinal);
        foreach (var (name, value) in evidence)
        {
            named.Add(name, value);
        }

        return named;
    }
}
