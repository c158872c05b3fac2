namespace Mortanba.Credentials;

/// <summary>What a file says of a qualification, in no format's own terms. Personal data.</summary>
/// <remarks>
/// Every reader of this folder gives one and the writers of ELMO and ELM take one, so what is written reads back the same.
/// It is what the file says and no more: nothing is guessed, converted or judged. Null and empty mean that the file is
/// silent. Texts keep their languages, marked-up texts are taken as plain ones, and what is long is cut (<see cref="ReadText"/>).
/// </remarks>
public sealed record QualificationReading
{
    public HolderReading Holder { get; init; } = new(null, null, null, null);

    /// <summary>Name of the qualification or programme.</summary>
    public ReadText? Title { get; init; }

    /// <summary>Name of the institution that awarded it.</summary>
    public ReadText? Institution { get; init; }

    /// <summary>Identifiers of the institution, each with its kind as the file names it: <c>schac</c>, <c>erasmus</c>, <c>did</c>, <c>dns</c>.</summary>
    public IReadOnlyList<ReadIdentifier> InstitutionIds { get; init; } = [];

    /// <summary>ISO 3166-1 alpha-2 of the institution; as written in the file when it is no code of that list.</summary>
    public string? Country { get; init; }

    /// <summary>The day of the award; null when the file names only the day it was made itself.</summary>
    public DateOnly? AwardDate { get; init; }

    /// <summary>The day the file says it was made or issued.</summary>
    public DateOnly? DocumentDate { get; init; }

    public IReadOnlyList<ReadLevel> Levels { get; init; } = [];

    /// <summary>Credits of the whole qualification.</summary>
    public decimal? Credits { get; init; }

    /// <summary><c>ECTS</c>, or the scheme as written; null when the file names none.</summary>
    public string? CreditScheme { get; init; }

    /// <summary>Overall classification or grade as written.</summary>
    public string? OverallGrade { get; init; }

    /// <summary>ISO 639-1 where the file gives a code of that kind, else as written.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    public IReadOnlyList<CourseReading> Courses { get; init; } = [];

    /// <summary>The diploma supplement; null when the file carries none.</summary>
    public SupplementReading? Supplement { get; init; }

    /// <summary>Files inside the file (scans, PDF). They are counted, never opened.</summary>
    public int AttachmentCount { get; init; }

    /// <summary>Further qualifications in the same file, beside the one that is read.</summary>
    public int MoreAwards { get; init; }
}

/// <summary>The holder as the file names them. Personal data, hidden from evaluators.</summary>
/// <param name="FullName">In one spelling, Latin when the file offers it.</param>
public sealed record HolderReading(string? FullName, string? FamilyName, string? GivenNames, DateOnly? BirthDate);

/// <param name="Depth">0 for a part of the qualification itself, 1 for a part of that part …: credits may stand in both.</param>
/// <param name="Grade">As written.</param>
public sealed record CourseReading(
    string? Code,
    ReadText Title,
    decimal? Credits,
    string? CreditScheme,
    string? Grade,
    ReadText? GradingScheme,
    DateOnly? Date,
    int Depth);

/// <param name="Framework"><c>EQF</c>, <c>NQF</c> or as written.</param>
public sealed record ReadLevel(string Framework, string Value);

/// <param name="Type">Kind of the identifier as the file names it.</param>
public sealed record ReadIdentifier(string Type, string Value);

/// <summary>A diploma supplement in one language.</summary>
/// <param name="Language">BCP 47; null when the file does not say.</param>
public sealed record SupplementReading(string? Language, DateOnly? IssueDate, IReadOnlyList<SupplementSection> Sections);

/// <param name="Number"><c>1</c> to <c>8</c>, <c>2.1</c> …, as in the model of 2018 or as the file numbers them.</param>
/// <param name="Content">Null when only subsections stand there.</param>
public sealed record SupplementSection(
    string Number, string Title, string? Content, IReadOnlyList<SupplementSection> Sections);
