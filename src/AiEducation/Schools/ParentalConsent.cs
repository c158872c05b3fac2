using System.Text.Json.Serialization;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>
/// The eight elements of a consent (Law on Personal Data, article 8(4); requirement X-7), as they were on the screen or on the paper.
/// Personal data; sealed at rest.
/// </summary>
/// <param name="Operator">1. Name of the school that processes.</param>
/// <param name="OperatorBin">1. And its BIN.</param>
/// <param name="Subject">2. Name of the learner.</param>
/// <param name="Until">3. Last day.</param>
/// <param name="ToThirdParties">4. Passed on to: who runs the system; null when to nobody.</param>
/// <param name="AcrossBorder">5. Countries beyond the border in which the data lie; empty when in none.</param>
/// <param name="IsPublished">6. Published for everybody.</param>
/// <param name="Data">7. List of the data.</param>
/// <param name="SystemName">8. Other: which system.</param>
/// <param name="Purposes">8. Other: for what; nothing beyond them.</param>
public sealed record ConsentElements(
    string Operator, Bin OperatorBin, string Subject, DateOnly Until, string? ToThirdParties, IReadOnlyList<string> AcrossBorder, bool IsPublished,
    LocalizedText Data, string SystemName, IReadOnlyList<AiPurpose> Purposes);

/// <summary>How a consent was given (article 8(1): in writing, or in another way that can prove it).</summary>
public enum ConsentChannel
{
    /// <summary>By the parent's own act here.</summary>
    Form,

    /// <summary>On paper, which the school keeps.</summary>
    Paper,
}

/// <summary>Something that happened to a consent (<see cref="ParentalConsent"/>).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ConsentGiven), "given")]
[JsonDerivedType(typeof(ConsentWithdrawn), "withdrawn")]
[JsonDerivedType(typeof(ConsentReminded), "reminded")]
[JsonDerivedType(typeof(ConsentExpired), "expired")]
public abstract record ParentalConsentEvent(DateTimeOffset At, string By) : IHappened;

/// <param name="By">The parent; for a paper whoever recorded it.</param>
/// <param name="Learner">Pseudonym.</param>
/// <param name="System">Id in the register.</param>
/// <param name="Proof">Number and day of the paper; empty for a form, whose proof is the record.</param>
public sealed record ConsentGiven(
    DateTimeOffset At, string By, string Learner, string System, ConsentElements Elements, ConsentChannel Channel, string Proof)
    : ParentalConsentEvent(At, By);

/// <summary>From this moment the system is not used; what the learner made stays.</summary>
public sealed record ConsentWithdrawn(DateTimeOffset At, string By) : ParentalConsentEvent(At, By);

/// <summary>The parents were told that its term ends soon. An event of the program alone.</summary>
public sealed record ConsentReminded(DateTimeOffset At, string By) : ParentalConsentEvent(At, By);

/// <summary>Its term is over. An event of the program alone; nobody may rely on it before: the last day counts at once.</summary>
public sealed record ConsentExpired(DateTimeOffset At, string By) : ParentalConsentEvent(At, By);

/// <summary>
/// The consent of a parent for one learner, one system and named purposes (requirement AI-9). In: the events. Out: whether it holds. It ends
/// with its term, or the moment it is withdrawn.
/// </summary>
public sealed record ParentalConsent : IFolded
{
    public required string Id { get; init; }

    public int Version { get; init; }

    public required ConsentGiven Given { get; init; }

    public ConsentWithdrawn? Withdrawn { get; init; }

    public ConsentReminded? Reminded { get; init; }

    public ConsentExpired? Expired { get; init; }

    public bool IsOver => Withdrawn is not null || Expired is not null;

    public bool HoldsOn(DateOnly day) => !IsOver && day <= Given.Elements.Until;

    public bool IsFor(string learner, string system, AiPurpose purpose) =>
        Given.Learner == learner && Given.System == system && Given.Elements.Purposes.Contains(purpose);

    /// <summary>
    /// Whether it was given to what the system is now: the same data to the same operator. Otherwise it is asked for anew, as article 8(4) has both
    /// among the elements that are agreed to.
    /// </summary>
    public bool IsTo(AiSystem system) => Given.Elements.Data == system.Description.Data && Given.Elements.ToThirdParties == system.Description.Owner;

    /// <summary>Folds one consent. Throws <see cref="InvalidDataException"/> when the events are those of none.</summary>
    public static ParentalConsent Of(string id, IEnumerable<ParentalConsentEvent> events)
    {
        ParentalConsent? found = null;
        foreach (var happened in events)
        {
            found = found?.With(happened) ?? (happened is ConsentGiven first
                ? new ParentalConsent { Id = id, Version = 1, Given = first }
                : throw new InvalidDataException($"The consent {id} does not begin with being given."));
        }

        return found ?? throw new InvalidDataException($"The consent {id} has no events.");
    }

    /// <summary>The consent after one more event.</summary>
    public ParentalConsent With(ParentalConsentEvent happened) => happened switch
    {
        ConsentWithdrawn w when !IsOver => this with { Version = Version + 1, Withdrawn = w },
        ConsentReminded r when !IsOver && Reminded is null => this with { Version = Version + 1, Reminded = r },
        ConsentExpired e when !IsOver => this with { Version = Version + 1, Expired = e },
        _ => throw new InvalidDataException($"An event that cannot follow: {happened.GetType().Name}."),
    };
}
