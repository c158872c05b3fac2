using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>
/// The regulation on AI of one school, with its draft and all it adopted (requirements AI-21, AI-24). In: the events. Out: what is drafted
/// and what holds on a day. It may be stricter than the national template, never looser.
/// </summary>
public sealed record SchoolRegulation : IFolded
{
    public required string Id { get; init; }

    public int Version { get; init; }

    public required Bin School { get; init; }

    /// <summary>Written, not adopted yet; null when there is nothing to adopt.</summary>
    public RegulationText? Draft { get; init; }

    /// <summary>Account of whoever wrote the draft as it stands; null when there is none.</summary>
    public string? DraftedBy { get; init; }

    /// <summary>In their order; the last one may hold from a later day.</summary>
    public IReadOnlyList<RegulationAdopted> Adopted { get; init; } = [];

    /// <summary>The one that holds on a day; null before the first.</summary>
    public RegulationAdopted? On(DateOnly day) => Adopted.LastOrDefault(a => a.From <= day);

    /// <summary>Folds a whole regulation. Throws <see cref="InvalidDataException"/> when the events are those of none.</summary>
    public static SchoolRegulation Of(string id, IEnumerable<SchoolRegulationEvent> events)
    {
        SchoolRegulation? found = null;
        foreach (var happened in events)
        {
            found = found?.With(happened) ?? (happened is RegulationDrafted first
                ? new SchoolRegulation { Id = id, Version = 1, School = first.School, Draft = first.Text, DraftedBy = first.By }
                : throw new InvalidDataException($"The regulation {id} does not begin with a draft."));
        }

        return found ?? throw new InvalidDataException($"The regulation {id} has no events.");
    }

    /// <summary>The regulation after one more event.</summary>
    public SchoolRegulation With(SchoolRegulationEvent happened) => happened switch
    {
        RegulationDrafted d => this with { Version = Version + 1, Draft = d.Text, DraftedBy = d.By },
        RegulationAdopted a => this with { Version = Version + 1, Draft = null, DraftedBy = null, Adopted = [.. Adopted, a] },
        _ => throw new InvalidDataException($"An event of an unknown kind: {happened.GetType().Name}."),
    };
}

/// <summary>How a value of a school stands to the nation's.</summary>
public enum RegulationStanding
{
    Same,
    Stricter,
    Looser,

    /// <summary>No value of this item: the school's text is older than the item, or cannot be read.</summary>
    NotSaid,
}

/// <summary>One item of a school's text beside the template.</summary>
/// <param name="Own">Null when the school says nothing on it: then the national value holds.</param>
public sealed record ComparedItem(RegulationItem Item, string? Own, RegulationStanding Standing);

/// <summary>A school's text against the national template, item by item in the template's order.</summary>
public static class RegulationComparison
{
    public static IReadOnlyList<ComparedItem> Of(RegulationText text, RegulationTemplate template) =>
    [
        .. template.Items.Select(item =>
            text.Values.GetValueOrDefault(item.Id) is { } value && item.Canonical(value) is { } own
                ? new ComparedItem(item, own, Standing(item, own))
                : new ComparedItem(item, null, RegulationStanding.NotSaid)),
    ];

    /// <summary>Every item in which the text allows more than the nation does.</summary>
    public static IReadOnlyList<ComparedItem> Looser(RegulationText text, RegulationTemplate template) =>
        [.. Of(text, template).Where(c => c.Standing == RegulationStanding.Looser)];

    private static RegulationStanding Standing(RegulationItem item, string own) =>
        item.IsLooser(own) ? RegulationStanding.Looser : own == item.National ? RegulationStanding.Same : RegulationStanding.Stricter;
}

/// <summary>
/// What holds in a school on a day: of the nation's value and the school's, the stricter. So a school is never looser, even when the
/// template became stricter after the school adopted its text.
/// </summary>
/// <param name="Own">What the school adopted; null while it adopted nothing.</param>
public sealed record RegulationInForce(RegulationTemplate National, RegulationAdopted? Own)
{
    public string Value(string id)
    {
        var item = National.Find(id) ?? throw new ArgumentException($"The template has no item '{id}'.", nameof(id));
        return Own?.Text.Values.GetValueOrDefault(id) is { } value && item.Canonical(value) is { } own ? item.Stricter(item.National, own) : item.National;
    }

    public int Number(string id) => int.Parse(Value(id), CultureInfo.InvariantCulture);

    public bool IsYes(string id) => Value(id) == YesItem.Yes;

    public IReadOnlyList<string> Options(string id) => ChoiceItem.Words(Value(id));

    public bool AllowsLearners(AiPurpose purpose) =>
        Options(RegulationItems.LearnerPurposes).Contains(EventWords.Of(purpose));
}

/// <summary>Words of the items that the program itself obeys; both templates have them, which a test holds.</summary>
public static class RegulationItems
{
    public const string GenerativeFromAge = "generative-from-age";
    public const string SupervisedUntilAge = "supervised-until-age";
    public const string LearnerPurposes = "learner-purposes";
    public const string ConsentMonths = "consent-months";
    public const string AiasLevels = "aias-levels";
    public const string OwnPartPercent = "own-part-percent";
    public const string ObjectionWorkingDays = "objection-working-days";
}
