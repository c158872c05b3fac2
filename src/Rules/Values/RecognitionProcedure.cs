using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>Who decides under national law, how it is reached, what it looks at and what it gives.</summary>
public sealed record NationalProcedure(
    IReadOnlyList<NationalAct> Acts,
    LocalizedText Body,
    LocalizedText Way,
    IReadOnlyList<LocalizedText> Steps,
    LocalizedText Result)
{
    public NationalAct Act(EducationLevel level) => Acts.First(a => a.Level == level);

    internal static NationalProcedure Read(PackNode node)
    {
        var acts = node["acts"].List(n => new NationalAct(n["level"].OneOf<EducationLevel>(), n["name"].Localized));
        return Enum.GetValues<EducationLevel>().All(level => acts.Count(a => a.Level == level) == 1)
            ? new NationalProcedure(
                acts, node["body"].Localized, node["way"].Localized, node["steps"].List(n => n.Localized), node["result"].Localized)
            : throw node["acts"].Wrong("each level has one act");
    }
}

public sealed record NationalAct(EducationLevel Level, LocalizedText Name);

/// <summary>Documents to bring (requirement RQ-5): nothing outside this list may be demanded later.</summary>
public sealed record RecognitionChecklist(IReadOnlyList<ChecklistItem> Items)
{
    public IEnumerable<ChecklistItem> For(HolderKind holder, Filer filer) =>
        Items.Where(i => (i.Holders.Count == 0 || i.Holders.Contains(holder)) && (i.Filers.Count == 0 || i.Filers.Contains(filer)));

    internal static RecognitionChecklist Read(PackNode node) => new(node["items"].List(n => new ChecklistItem(
        n["id"].Text,
        n["text"].Localized,
        n.Find("hint")?.Localized,
        n.Find("holders")?.List(h => h.OneOf<HolderKind>()) ?? [],
        n.Find("filers")?.List(f => f.OneOf<Filer>()) ?? [])));
}

/// <param name="Holders">For whose qualification it is brought; empty: for everybody's.</param>
/// <param name="Filers">Who brings it; empty: whoever files.</param>
public sealed record ChecklistItem(
    string Id, LocalizedText Text, LocalizedText? Hint, IReadOnlyList<HolderKind> Holders, IReadOnlyList<Filer> Filers);

/// <summary>What stands in for documents that a refugee cannot bring (requirement RQ-19).</summary>
/// <param name="ValidMonths">How long a recognition on this way holds; null: the rule says nothing of it.</param>
public sealed record MissingDocuments(IReadOnlyList<HolderKind> Holders, LocalizedText Text, int? ValidMonths = null)
{
    internal static MissingDocuments Read(PackNode node) =>
        new(node["holders"].List(n => n.OneOf<HolderKind>()), node["text"].Localized, Months(node, "validMonths"));

    internal static int? Months(PackNode node, string name) => node.Find(name) switch
    {
        null => null,
        { Integer: > 0 and var months } => months,
        var wrong => throw wrong.Wrong($"'{name}' must be above 0"),
    };
}

/// <summary>Only authenticity is looked at when the institution stands in all rankings and high in some (requirement RQ-10).</summary>
/// <param name="Top">Last position that counts as high.</param>
/// <param name="InAtLeast">In how many rankings it has to stand high.</param>
public sealed record RankingShortcut(
    IReadOnlyList<RankingSystem> Systems, int Top, int InAtLeast, IReadOnlyList<EducationLevel> Levels)
{
    internal static RankingShortcut Read(PackNode node) => new(
        node["systems"].List(n => n.OneOf<RankingSystem>()),
        node["top"].Integer,
        node["inAtLeast"].Integer,
        node["levels"].List(n => n.OneOf<EducationLevel>()));
}

public enum EditionDay
{
    Application,
    Award,
}

/// <summary>Which edition of a ranking counts: the newest published by this day.</summary>
public sealed record RankingEdition(EditionDay NewestOn)
{
    internal static RankingEdition Read(PackNode node) => new(node["newestOn"].OneOf<EditionDay>());
}

/// <summary>Whose awards need no recognition (requirement RQ-12).</summary>
public sealed record ExemptHolders(IReadOnlyList<HolderKind> Holders)
{
    internal static ExemptHolders Read(PackNode node) => new(node["holders"].List(n => n.OneOf<HolderKind>()));
}

/// <summary>Time limit of a decision, counted from complete information (requirement RQ-6).</summary>
/// <param name="WorkingDays">Null: nobody set it, and no case may be opened before the body does.</param>
public sealed record RecognitionTimeLimit(int? WorkingDays, LocalizedText? Doubt)
{
    internal static RecognitionTimeLimit Read(PackNode node)
    {
        var days = node.Find("workingDays");
        return days is null or { Integer: > 0 }
            ? new RecognitionTimeLimit(days?.Integer, node.Find("doubt")?.Localized)
            : throw days.Wrong("'workingDays' must be above 0");
    }
}

/// <summary>What recognition costs, in monthly calculation indices (requirement RQ-28).</summary>
/// <param name="Indices">Null: not known; it must be told before anything is filed.</param>
public sealed record RecognitionFee(decimal? Indices, IReadOnlyList<HolderKind> Exempt, LocalizedText? Doubt)
{
    internal static RecognitionFee Read(PackNode node) => new(
        node.Find("indices")?.Decimal, node.Find("exempt")?.List(n => n.OneOf<HolderKind>()) ?? [], node.Find("doubt")?.Localized);
}

/// <summary>How a decision is contested (requirement RQ-18).</summary>
/// <param name="FileWorkingDays">Null: not known.</param>
/// <param name="DecideWorkingDays">Null: not known.</param>
public sealed record RecognitionAppeal(
    LocalizedText Way, int? FileWorkingDays, int? DecideWorkingDays, LocalizedText? Doubt)
{
    internal static RecognitionAppeal Read(PackNode node) => new(
        node["way"].Localized,
        node.Find("fileWorkingDays")?.Integer,
        node.Find("decideWorkingDays")?.Integer,
        node.Find("doubt")?.Localized);
}

/// <summary>
/// What the recognising body itself set and published where no act does: it comes with the packs of its installation, and stands before
/// the values of the law's packs that are not known (requirement RQ-6).
/// </summary>
/// <param name="WorkingDays">Time limit of a decision.</param>
/// <param name="AppealFileWorkingDays">For filing an appeal, counted from the decision.</param>
/// <param name="AppealDecideWorkingDays">For deciding one.</param>
/// <param name="IntakeWorkingDays">For looking whether a filing is complete; null: not set.</param>
/// <param name="AnswerWorkingDays">For the applicant to bring what was asked for; null: none.</param>
/// <param name="WithoutDocumentsValidMonths">How long a recognition holds that rests on what stands in for documents; null: it has no end.</param>
/// <param name="FeeExempt">Who pays nothing, beside those whom the law exempts; null: nobody.</param>
public sealed record RecognitionBodyTerms(
    int WorkingDays, int AppealFileWorkingDays, int AppealDecideWorkingDays, decimal FeeIndices, int? IntakeWorkingDays = null,
    int? AnswerWorkingDays = null, int? WithoutDocumentsValidMonths = null, IReadOnlyList<HolderKind>? FeeExempt = null)
{
    internal static RecognitionBodyTerms Read(PackNode node) => new(
        Days(node, "workingDays"), Days(node, "appealFileWorkingDays"), Days(node, "appealDecideWorkingDays"), node["feeIndices"].Decimal,
        node.Find("intakeWorkingDays") is null ? null : Days(node, "intakeWorkingDays"),
        node.Find("answerWorkingDays") is null ? null : Days(node, "answerWorkingDays"),
        MissingDocuments.Months(node, "withoutDocumentsValidMonths"), node.Find("feeExempt")?.List(n => n.OneOf<HolderKind>()));

    private static int Days(PackNode node, string name) =>
        node[name].Integer is > 0 and var days ? days : throw node[name].Wrong($"'{name}' must be above 0");
}
