using System.Text.Json.Serialization;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>What a school's regulation says.</summary>
/// <param name="Values">Value of each item of the template, in its one form (<see cref="RegulationItem.Canonical"/>).</param>
/// <param name="Words">Further rules in the school's own words; may be empty. A program cannot compare them: whoever adopts answers for them.</param>
public sealed record RegulationText(IReadOnlyDictionary<string, string> Values, string Words);

/// <summary>Something that happened to a school's regulation (<see cref="SchoolRegulation"/>).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RegulationDrafted), "drafted")]
[JsonDerivedType(typeof(RegulationAdopted), "adopted")]
public abstract record SchoolRegulationEvent(DateTimeOffset At, string By) : IHappened;

public sealed record RegulationDrafted(DateTimeOffset At, string By, Bin School, RegulationText Text) : SchoolRegulationEvent(At, By);

/// <summary>A person adopted the draft; it is public from now and holds from a day, in place of the one before.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Head">Name of who adopted it, as it is shown.</param>
/// <param name="Role">In which capacity.</param>
/// <param name="Order">Number and day of the school's own order.</param>
/// <param name="From">First day.</param>
/// <param name="Template">The template it was compared with: pack, version, hash and rule.</param>
public sealed record RegulationAdopted(
    DateTimeOffset At, string By, int Number, string Head, string Role, string Order, string Reason, DateOnly From, RegulationText Text, string Template)
    : SchoolRegulationEvent(At, By);
