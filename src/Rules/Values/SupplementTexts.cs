using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>Texts of the diploma supplement that are the same for every graduate (sections 4.4, 5, 7, 8).</summary>
/// <param name="Sections">Titles of the eight sections, in order.</param>
/// <param name="GradingScheme">Section 4.4: how the scale is read.</param>
/// <param name="FurtherInformation">Section 6.2: where to ask.</param>
/// <param name="NationalSystem">Section 8, paragraph by paragraph.</param>
public sealed record SupplementTexts(
    IReadOnlyList<LocalizedText> Sections,
    LocalizedText Preamble,
    LocalizedText GradingScheme,
    LocalizedText FurtherInformation,
    IReadOnlyList<LocalizedText> NationalSystem)
{
    private const int SectionCount = 8;

    internal static SupplementTexts Read(PackNode node)
    {
        var sections = node["sections"].List(n => n.Localized);
        return sections.Count == SectionCount
            ? new SupplementTexts(
                sections,
                node["preamble"].Localized,
                node["gradingScheme"].Localized,
                node["furtherInformation"].Localized,
                node["nationalSystem"].List(n => n.Localized))
            : throw node["sections"].Wrong($"the supplement has {SectionCount} sections");
    }
}
