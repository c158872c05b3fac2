using Mortanba.Foundation;
using Mortanba.Recognition;

namespace Mortanba.Host.Web.Work.Recognition;

/// <summary>Entries of registers in the words of a reader.</summary>
public static class RegisterEntries
{
    /// <summary>What the registers say of a case: the answer, and each entry behind it on a line.</summary>
    public static RegisterWords Of(Texts texts, Language language, EntitlementAnswer answer) => new(
        answer.Standing,
        answer.Findings.SelectMany(f => f.Entries.Select(e => (Entry: e, Name: f.Registered?.NameIn(language) ?? f.Institution)))
            .DistinctBy(e => e.Entry.Id).ToDictionary(e => e.Entry.Id, e => Line(texts, language, e.Name, e.Entry)));

    private static string Line(Texts texts, Language language, string institution, RegisterPeriod entry) => string.Join(", ", new[]
    {
        institution, texts.Get(language, "recognition/period." + BasisRecord.Code(entry.Kind)), entry.Programme,
        entry.Level == AwardLevel.All ? "" : texts.Get(language, "recognition/level-of." + BasisRecord.Code(entry.Level)), entry.GrantedBy,
        $"{entry.From:yyyy-MM-dd} – {(entry.Until is { } last ? $"{last:yyyy-MM-dd}" : texts.Get(language, "recognition/period.open"))}",
        entry.Reading.Source, $"{entry.Reading.Read:yyyy-MM-dd}",
    }.Where(part => part.Length > 0));
}
