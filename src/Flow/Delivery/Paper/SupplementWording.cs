using Mortanba.Foundation;

namespace Mortanba.Delivery;

/// <summary>The texts of the supplement that are the same for every graduate; they come from the rule pack kz.supplement.</summary>
/// <remarks>The members are those of the rule <c>supplement-texts</c>; the host passes them on, so Delivery needs no rules.</remarks>
/// <param name="Sections">Titles of the eight sections, in order.</param>
/// <param name="GradingScheme">Section 4.4.</param>
/// <param name="FurtherInformation">Section 6.2.</param>
/// <param name="NationalSystem">Section 8, paragraph by paragraph.</param>
public sealed record SupplementWording(
    IReadOnlyList<LocalizedText> Sections,
    LocalizedText Preamble,
    LocalizedText GradingScheme,
    LocalizedText FurtherInformation,
    IReadOnlyList<LocalizedText> NationalSystem);
