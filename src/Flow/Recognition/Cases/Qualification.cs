using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>Whose qualification it is. Whoever compares it never sees this (requirement RQ-20).</summary>
/// <param name="Name">As in the identity document.</param>
/// <param name="Sex">Only if the holder says so, for the report on even-handedness: <c>female</c>, <c>male</c>, or empty.</param>
/// <param name="Citizenship">ISO 3166 code, or empty.</param>
public sealed record Holder(string Name, DateOnly? Born, string Citizenship = "", string Sex = "");

/// <summary>Somebody acts for the holder; the power of attorney is a document of the case.</summary>
public sealed record Representation(string Name);

/// <param name="Country">ISO 3166 code, or that of a former state.</param>
/// <param name="Id">In the registers of institutions; null when it is not in them, or not found yet.</param>
public sealed record AwardingInstitution(string Name, string Country, string? Id = null);

/// <summary>What is to be recognised, as the applicant states it and the documents show it.</summary>
/// <param name="Title">In the language of the document.</param>
/// <param name="Institutions">Several for a joint degree.</param>
/// <param name="Isced">Level by ISCED 2011, 2 to 8.</param>
/// <param name="Field">Narrow field by ISCED-F 2013, four digits; empty when not known.</param>
/// <param name="Credits">ECTS or what is held to be the same; null when not known.</param>
/// <param name="Years">Nominal length; null when not known.</param>
/// <param name="Language">Of the document that was filed, BCP 47, one of <see cref="DocumentLanguages"/>; empty when not said.</param>
public sealed record Qualification(
    string Title,
    IReadOnlyList<AwardingInstitution> Institutions,
    DateOnly Awarded,
    EducationLevel Level,
    int Isced,
    string Field = "",
    StudyExtent Extent = StudyExtent.Whole,
    StudyMode Mode = StudyMode.Usual,
    decimal? Credits = null,
    decimal? Years = null,
    string Language = "")
{
    public const int TextLengthMax = 300;
    public const int IscedMin = 2;
    public const int IscedMax = 8;

    /// <summary>Languages that a diploma may be said to be in: those of the states most awards come from, and those they are written in beside.</summary>
    public static IReadOnlyList<string> DocumentLanguages { get; } =
    [
        "en", "ru", "kk", "ar", "az", "be", "de", "es", "fa", "fr", "hy", "it", "ja", "ka", "ko", "ky", "mn", "pl", "tg", "tk", "tr", "uk", "uz", "zh",
    ];

    /// <summary>The states that gave it, each once.</summary>
    public IReadOnlyList<string> Countries => [.. Institutions.Select(i => i.Country).Distinct()];

    /// <summary>
    /// The institutions of other states. What the home state's own gave of a joint degree needs no recognition here, and no register of
    /// institutions abroad answers for it.
    /// </summary>
    /// <param name="home">ISO 3166 code.</param>
    public IReadOnlyList<AwardingInstitution> Abroad(string home) => [.. Institutions.Where(i => i.Country != home)];

    /// <summary>The question to the law (requirement RQ-1).</summary>
    /// <param name="by">Who acts for the holder; null where they file themselves.</param>
    public AwardQuestion Ask(RecognitionPurpose purpose, HolderKind holder, Representation? by, IReadOnlyList<RankingPosition>? rankings = null) =>
        new(Countries, Awarded, purpose, holder, Level, Extent, Mode, rankings, by is null ? Filer.Holder : Filer.Representative);

    /// <returns>What cannot be so; null when it can.</returns>
    internal Problem? Wrong(DateOnly today) => Awarded > today
        ? new Problem("recognition/award-in-future", "The award lies after the day of the application.")
        : Wrong();

    private Problem? Wrong() =>
        string.IsNullOrWhiteSpace(Title) || Title.Length > TextLengthMax ? new Problem("recognition/no-title", "The qualification has a name of at most 300 characters.")
        : Institutions.Count is 0 or > AwardQuestion.CountriesMax || Institutions.Any(i => string.IsNullOrWhiteSpace(i.Name) || i.Name.Length > TextLengthMax)
            ? new Problem("recognition/no-institution", "One to six institutions that awarded it are named.", ("max", $"{AwardQuestion.CountriesMax}"))
        : Isced is < IscedMin or > IscedMax ? new Problem("recognition/no-level", "The level is one of ISCED, 2 to 8.")
        : Field.Length > 0 && (Field.Length != 4 || !Field.All(char.IsAsciiDigit)) ? new Problem("recognition/no-field", "The field is four digits of ISCED-F.")
        : Credits is <= 0 or > 2_000 ? new Problem("recognition/no-credits", "Credits lie above 0.")
        : Language.Length > 0 && !DocumentLanguages.Contains(Language) ? new Problem("recognition/no-language", "Choose a language of the list.")
        : Years is <= 0 or > 20 ? new Problem("recognition/no-years", "The length lies above 0 and below 20 years.")
        : null;
}
