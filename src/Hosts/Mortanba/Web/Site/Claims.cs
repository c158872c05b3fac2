using Mortanba.Foundation;
using Mortanba.Verification;

namespace Mortanba.Host.Web;

/// <summary>How the claims of a diploma are read out: which is which, and in what order a person reads them.</summary>
public static class Claims
{
    internal const string Name = "name";
    internal const string Number = "diploma_number";
    internal const string Awarded = "award_date";
    internal const string Certificate = "certificate_number";
    internal const string Decision = "decision";
    internal const string Purpose = "purpose";
    internal const string Competence = "competence";
    internal const string Decided = "decision_date";

    /// <summary>Claims that the certificate of a decision of recognition alone has.</summary>
    internal static readonly string[] OfRecognition =
    [
        "decision", "purpose", "scope", "foreign_qualification", "original_title", "original_language", "foreign_institution", "awarding_country",
        "qualification_level", "certificate_number", "case_number", "decision_date", "recognition_body", "decided_by", "appeal_until",
        "condition_until", "valid_until", "validity", "cited_diploma", "cited_receipt", "replaced_certificate",
    ];

    /// <summary>Claims that the certificate of a competence alone has.</summary>
    internal static readonly string[] OfCompetence = [Competence, "framework", "blocks", "lessons", "hours", "assessing_body"];

    private static readonly string[] Order =
    [
        "name", "family_name", "given_name", "birthdate", .. OfCompetence, .. OfRecognition, "qualification", "programme_code", "programme", "institution",
        "city", "diploma_number", "award_date", "minutes_number", "minutes_date", "honours", "gpa", "kind", "field",
        "isced_field", "nqf_level", "credits", "study_form", "instruction_language", "study_from", "study_until",
        "licence", "accreditor", "student_number", "personal_administrative_number",
    ];

    internal static LocalizedText? Value(DisclosedContent? content, string name) =>
        content is not null && content.Facts.TryGetValue(name, out var value) ? value : null;

    /// <summary>Known claims first, as on the paper; the rest as the form carries them.</summary>
    public static IEnumerable<KeyValuePair<string, LocalizedText>> InReadingOrder(
        IReadOnlyDictionary<string, LocalizedText> facts) => facts
            .Select((fact, place) => (fact, rank: Array.IndexOf(Order, fact.Key) is >= 0 and var known ? known : 100 + place))
            .OrderBy(f => f.rank)
            .Select(f => f.fact);

    /// <summary>Dates become words; codes that have words (<c>web/value.CLAIM.CODE</c>) become those.</summary>
    public static string Shown(PageContext page, string name, LocalizedText value)
    {
        var text = value.In(page.Language);
        if (name == "gpa")
        {
            return Words.Decimal(page.Language, text);
        }

        return page.Texts.GetOr(page.Language, $"web/value.{name}.{text}", Words.DateIfIso(page.Language, text), []);
    }
}
