using System.Text.Json.Serialization;
using Mortanba.Foundation;
using Mortanba.Permits;

namespace Mortanba.Intake;

/// <summary>One row of a graduation list after every check: the only thing Issuance takes. Personal data.</summary>
/// <param name="Row">Row number in the list, counted as the spreadsheet shows it.</param>
/// <param name="Kind">Document kind of the rule pack: <c>bachelor</c>, <c>master</c>, <c>specialist</c>, <c>tvet</c> …</param>
/// <param name="Series">Series by pack for that kind, for example <c>BD</c>.</param>
/// <param name="Number">Eight digits from the state module.</param>
/// <param name="Gpa">Recomputed Σ(credits × points)/Σ credits, two decimals, 0 to 4.</param>
public sealed record ValidatedDiploma(
    int Row,
    string Kind,
    string Series,
    string Number,
    Iin Iin,
    GraduateName Name,
    DateOnly BirthDate,
    string StudentNumber,
    Programme Programme,
    string MinutesNumber,
    DateOnly MinutesDate,
    DateOnly AwardDate,
    StudyForm Form,
    Language Instruction,
    DateOnly StudyFrom,
    DateOnly StudyUntil,
    int Credits,
    decimal Gpa,
    bool Honours,
    IReadOnlyList<CourseResult> Courses)
{
    /// <summary>
    /// Where the holder is reached; null when the list says nothing. For the delivery alone: it stands in no signed form
    /// and not in the record of the diploma.
    /// </summary>
    [JsonIgnore]
    public Contact? Contact { get; init; }

    /// <summary>As printed: <c>BD 00412867</c>.</summary>
    public string FullNumber => $"{Series} {Number}";
}

/// <summary>How a holder is told of the diploma. Personal data. At least one of the two is there.</summary>
/// <param name="Email">As typed, one address.</param>
/// <param name="Phone">International: <c>+</c> and 8 to 15 digits (ITU-T E.164).</param>
public sealed record Contact(string? Email, string? Phone);

/// <summary>The holder's name as documents spell it; each language complete, order family, given, patronymic.</summary>
/// <param name="PassportFamily">Latin spelling of the passport's machine-readable zone.</param>
public sealed record GraduateName(
    LocalizedText Family, LocalizedText Given, LocalizedText? Patronymic, string PassportFamily, string PassportGiven)
{
    /// <summary>Full name in one language. English follows the order given, patronymic, family.</summary>
    public string In(Language language) => language == Language.En
        ? string.Join(' ', new[] { Given.En, Patronymic?.En, Family.En }.Where(part => !string.IsNullOrEmpty(part)))
        : string.Join(' ', new[] { Family.In(language), Given.In(language), Patronymic?.In(language) }
            .Where(part => !string.IsNullOrEmpty(part)));
}

public enum StudyForm
{
    FullTime,
    PartTime,
    Distance,
}

/// <summary>One course: credits and the grade on the scale in force.</summary>
/// <param name="Percent">0 to 100.</param>
/// <param name="Letter">By the grade-scale rule, for example <c>A-</c>.</param>
/// <param name="Points">By the grade-scale rule, 0 to 4.</param>
public sealed record CourseResult(string Code, LocalizedText Name, int Credits, int Percent, string Letter, decimal Points);
