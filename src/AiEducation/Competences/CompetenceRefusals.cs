using Mortanba.AiEducation.PersonalData;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Refusals that several acts about competences share.</summary>
internal static class CompetenceRefusals
{
    public const int WordsLengthMax = 4_000;
    public const int AddressLengthMax = 500;

    /// <summary>Nobody assesses, certifies or notes for themselves.</summary>
    public static Problem Own { get; } = new("competences/own", "Nobody assesses or certifies themselves.");

    public static Problem OfSomebodyElse { get; } = new("competences/of-somebody-else", "Only whose it is can do that.");

    public static Problem NoEvidence { get; } = new("competences/no-evidence", "There is no such evidence here.");

    /// <summary>The same thing said twice counts once.</summary>
    public static Problem Counted { get; } = new("competences/counted-already", "This is recorded already, and counts once.");

    public static Problem Later { get; } = new("competences/later", "The day lies in the future.");

    public static Problem UnknownBlock(string block) => new("competences/unknown-block", $"The framework has no block '{block}'.", ("block", block));

    public static Problem UnknownGrade(int grade) => new("competences/unknown-grade", $"No grade {grade} is taught here.", ("grade", $"{grade}"));

    /// <summary>From the level of the rules on, whoever assesses belongs to another organisation; null when that is so, or is not asked.</summary>
    public static Problem? Inside(TeacherPortfolio now, string body, string level, CompetenceFramework framework, TeacherAssessment rules) =>
        body == now.School && framework.UpTo(level).Contains(rules.OutsideFrom)
            ? new Problem(
                "competences/outside", "At this level somebody of another organisation than the teacher's assesses.", framework.LevelName(level).Args("level"))
            : null;

    /// <summary>Words that must be there: trimmed, or the refusal.</summary>
    public static Outcome<string> Words(string? text) =>
        string.IsNullOrWhiteSpace(text) ? new Problem("competences/no-words", "This needs words.")
        : text.Trim() is { Length: <= WordsLengthMax } words ? words
        : new Problem("competences/too-long", $"At most {WordsLengthMax} characters.", ("max", $"{WordsLengthMax}"));

    /// <summary>A web address, or empty text for none.</summary>
    public static Outcome<string> Address(string? text) =>
        string.IsNullOrWhiteSpace(text) ? ""
        : text.Trim() is { Length: <= AddressLengthMax } address && Uri.TryCreate(address, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) ? address
        : new Problem("competences/address", "Give a whole web address, beginning with https://, or leave it empty.");

    /// <summary>Words in which the guard finds no personal data (requirement AI-10): trimmed, or the refusal.</summary>
    public static Outcome<string> Impersonal(string? text) =>
        !Words(text).TryGet(out var words, out var problem) ? problem
        : PersonalDataFilter.Find(words).Count > 0
            ? new Problem("competences/personal-data", "This names a person or says how to reach one. A project needs no personal data: take it out.")
        : words;
}
