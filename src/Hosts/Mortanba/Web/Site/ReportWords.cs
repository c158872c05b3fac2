using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Verification;

namespace Mortanba.Host.Web;

/// <summary>Wire codes and words of a report. Codes are public for ever (design section 6).</summary>
public static class ReportWords
{
    public static string Code(Verdict verdict) => verdict switch
    {
        Verdict.InForce => "in-force",
        Verdict.NotGenuine => "not-genuine",
        Verdict.NotInForce => "not-in-force",
        Verdict.CouldNotCheck => "could-not-check",
    };

    public static string Code(CheckState state) => state switch
    {
        CheckState.Passed => "passed",
        CheckState.Failed => "failed",
        CheckState.NotChecked => "not-checked",
        CheckState.NotApplicable => "not-applicable",
    };

    public static string Code(CheckName name) => name switch
    {
        CheckName.Form => "form",
        CheckName.Integrity => "integrity",
        CheckName.IssuerSignature => "issuer-signature",
        CheckName.IssuerEntitled => "issuer-entitled",
        CheckName.KeyValid => "key-valid",
        CheckName.DecisionOnIssue => "decision-on-issue",
        CheckName.LedgerInclusion => "ledger-inclusion",
        CheckName.Checkpoint => "checkpoint",
        CheckName.Anchor => "anchor",
        CheckName.Status => "status",
        CheckName.NotSuperseded => "not-superseded",
        CheckName.Disclosure => "disclosure",
        CheckName.Freshness => "freshness",
    };

    /// <summary>True when the service was asked and its answer was new enough: only then does a report speak of today.</summary>
    public static bool IsLive(Report report) =>
        report.Checks.Any(check => check is { Name: CheckName.Freshness, State: CheckState.Passed });

    /// <summary>What was found, in the reader's language; the English detail when the reason has no words of its own.</summary>
    public static string Detail(Texts texts, Language language, Check check) =>
        texts.GetOr(language, check.Reason, check.Detail, Evidence(texts, language, check));

    /// <summary>The evidence as a person reads it: days for times, words for codes that have words.</summary>
    public static IReadOnlyDictionary<string, string> Evidence(Texts texts, Language language, Check check) =>
        check.Evidence.ToDictionary(e => e.Key, e => EvidenceValue(texts, language, e.Value), StringComparer.Ordinal);

    private static string EvidenceValue(Texts texts, Language language, string value) =>
        DateTimeOffset.TryParseExact(
            value, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? Words.Date(language, at)
            : string.Join(", ", Codes(Words.DateIfIso(language, value)).Select(code =>
                texts.GetOr(language, "web/evidence-value." + code, texts.GetOr(language, "web/form." + code, code, []), [])));

    // Several codes come as one value, parted by commas. A list that has nothing against the diploma says "valid" of its
    // own purpose alone: beside one that has, it would read as a contradiction.
    private static IEnumerable<string> Codes(string value)
    {
        var codes = value.Split(", ").Distinct(StringComparer.Ordinal).ToList();
        return codes.Count == 1 ? codes : codes.Where(code => code != "valid");
    }

    /// <summary>Title of the reason in the rule pack; the code itself when the pack has none.</summary>
    public static string Reason(IPublicRegistry registry, Language language, string code) =>
        registry.ReasonTitle(code)?.In(language) ?? code;

    public static string NotProved(Texts texts, Language language, string code) =>
        texts.GetOr(language, code.Contains('/', StringComparison.Ordinal) ? code : $"verification/not-proved.{code}", code, []);

    public static string Claim(Texts texts, Language language, string name) =>
        texts.GetOr(language, $"web/claim.{name}", name, []);
}
