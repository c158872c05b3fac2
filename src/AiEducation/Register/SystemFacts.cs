using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Risk, as the owner of a system classes it (Law "On Artificial Intelligence", article 17(1)).</summary>
public enum AiRisk
{
    Minimal,
    Medium,
    High,
}

/// <summary>Who has the last word (article 17(2)).</summary>
public enum AiAutonomy
{
    /// <summary>A person always decides.</summary>
    Low,

    /// <summary>A person can correct or cancel what it did.</summary>
    Medium,

    /// <summary>Nobody can.</summary>
    High,
}

/// <summary>Where it learns and who reaches it (article 17(4)).</summary>
public enum AiMode
{
    Open,
    Closed,

    /// <summary>Runs inside the school or the state, for restricted data.</summary>
    Local,
}

/// <summary>What a system is used for in class; each approval lists those it allows.</summary>
public enum AiPurpose
{
    /// <summary>Explains, practises, gives feedback.</summary>
    Tutoring,

    /// <summary>Helps to plan and to make materials.</summary>
    TeachingMaterials,

    /// <summary>Drafts marks or comments; the teacher decides.</summary>
    AssessmentAid,

    Translation,
    Accessibility,

    /// <summary>Timetables, letters, reports.</summary>
    Administration,

    /// <summary>Learners make texts, pictures, programs with it.</summary>
    Creation,
}

/// <summary>
/// What is said of a system in the register (requirement AI-1). A blank stays blank: null means that nobody said, and the public page
/// shows that.
/// </summary>
/// <param name="Owner">Who answers for it before the law.</param>
/// <param name="Contact">Where people write to; an address or a page, never a private person's.</param>
/// <param name="Data">Which data go into it.</param>
/// <param name="IsGenerative">Makes texts, pictures, sound or programs.</param>
/// <param name="Agreement">Address of the user agreement that is shown before the first use (article 15(2)(5)).</param>
/// <param name="Contract">Number and day of the contract with its vendor.</param>
public sealed record SystemDescription(
    string Name, LocalizedText? Purpose, string? Owner = null, string? Contact = null, LocalizedText? Data = null, bool? IsGenerative = null,
    string? Agreement = null, string? Contract = null)
{
    /// <summary>What may be known here and not be shown; whatever else is said is public.</summary>
    public static IReadOnlyList<string> MayBeWithheld { get; } = ["contract", "models", "risks"];

    /// <summary>How a learner or a parent objects to what it did (article 7): an address, a page, or words.</summary>
    public string? Objection { get; init; }

    /// <summary>What is not shown to the public, and why; the reason is shown in its place.</summary>
    public IReadOnlyList<Withheld> Withheld { get; init; } = [];

    /// <summary>Why a field is not shown; null when nothing keeps it back.</summary>
    public string? WhyWithheld(string field) => Withheld.FirstOrDefault(w => w.Field == field)?.Reason;
}

/// <param name="Field">One of <see cref="SystemDescription.MayBeWithheld"/>.</param>
/// <param name="Reason">In words: which secret, protected by which law.</param>
public sealed record Withheld(string Field, string Reason);

/// <summary>Yes, no, or nobody has answered.</summary>
public enum Answer
{
    NotAnswered,
    No,
    Yes,
}

/// <summary>
/// The class of a system. What it calls itself decides nothing: a forbidden function or a use with high impact counts whatever the risk
/// was said to be (requirements AI-2, AI-4).
/// </summary>
/// <param name="Functions">Answer to each function of the rules, by its id; one that is not there was not answered.</param>
/// <param name="CancelTested">Day on which a person was seen to cancel what the system did; null while nobody tried (requirement AI-3).</param>
public sealed record Classification(
    AiRisk Risk, AiAutonomy Autonomy, AiMode Mode, IReadOnlyDictionary<string, Answer> Functions, DateOnly? CancelTested = null)
{
    public Answer Of(string function) => Functions.GetValueOrDefault(function, Answer.NotAnswered);
}

/// <summary>What its vendor answered, once for all who use it (requirement AI-31).</summary>
/// <param name="TrainsOnLearners">Whether data of learners train a model.</param>
/// <param name="TrainingBasis">On which legal basis; empty when it does not.</param>
/// <param name="StoredIn">Countries in which data of learners lie: ISO 3166-1.</param>
/// <param name="DeletesAtEnd">Promises a certificate of deletion when the use ends.</param>
public sealed record VendorAnswers(
    Answer TrainsOnLearners, string TrainingBasis, IReadOnlyList<string> StoredIn, Answer DeletesAtEnd, Answer ShowsAdvertising, Answer Profiles)
{
    /// <summary>Who made it; null while nobody said.</summary>
    public string? Company { get; init; }

    /// <summary>Which models it runs on, and where these run.</summary>
    public string? Models { get; init; }

    /// <summary>How long data of learners are kept.</summary>
    public string? Retention { get; init; }

    /// <summary>The age in whole years from which its own terms allow it; an approval never goes below.</summary>
    public int? AgeFrom { get; init; }

    /// <summary>Marks what it makes so that a machine can read it (article 21(2), requirement AI-13).</summary>
    public Answer MarksContent { get; init; }
}

/// <summary>Rights and impact of a system with high impact, and who overrules it when (requirement AI-4).</summary>
public sealed record ImpactAssessment(string Rights, string Risks, string Oversight);

/// <summary>Why it is better than a way without AI (requirement AI-6).</summary>
/// <param name="Without">The way without AI it is compared with.</param>
/// <param name="Evidence">Where the comparison can be read: at least one.</param>
public sealed record EducationalValue(string Without, string Gain, IReadOnlyList<string> Evidence)
{
    /// <summary>What is gained stands to what is asked of learners.</summary>
    public string? Proportionality { get; init; }

    /// <summary>Nothing milder would do.</summary>
    public string? Subsidiarity { get; init; }

    /// <summary>It is needed for the purpose at all.</summary>
    public string? Necessity { get; init; }
}

/// <summary>What an approval allows (requirement AI-11): nothing beyond it.</summary>
/// <param name="AgeFrom">Whole years, of the youngest who uses it.</param>
/// <param name="AgeTo">Of the oldest learner; null: no upper limit.</param>
/// <param name="Until">Last day of the approval.</param>
/// <param name="IsPilot">In named schools only, to learn from it.</param>
public sealed record Allowed(IReadOnlyList<AiPurpose> Purposes, int AgeFrom, int? AgeTo, DateOnly Until, bool IsPilot)
{
    /// <summary>The schools of a pilot, by their BIN; empty for what is allowed everywhere, and for pilots that were approved before schools were named.</summary>
    public IReadOnlyList<Bin> Schools { get; init; } = [];

    /// <summary>It is for this school: every one, or one of those of the pilot.</summary>
    /// <param name="school">Null when nobody said which: no pilot is for it.</param>
    public bool IsFor(Bin? school) => !IsPilot || (school is { } one && Schools.Contains(one));
}
