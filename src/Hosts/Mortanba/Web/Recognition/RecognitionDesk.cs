using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>What pages, API and command line ask of the recognition stage: the guide of today, the lists of countries and treaties.</summary>
public sealed class RecognitionDesk(RuleBook rules, TimeProvider time)
{
    /// <summary>The civil day in Kazakhstan.</summary>
    public DateOnly Today => new WorkingCalendar(rules).DateOf(time.GetUtcNow()).Value;

    public Outcome<RecognitionGuide> Guide(AwardQuestion question, DateOnly? at = null) =>
        RecognitionGuide.For(rules, question, at ?? Today);

    /// <summary>The body has set every term that the law leaves open: cases may be filed (requirement RQ-6).</summary>
    public bool CanFile => rules.Resolve(RuleKeys.RecognitionBodyTerms, Today).IsDone
        || (rules.Resolve(RuleKeys.RecognitionTimeLimit, Today).Value.Value.WorkingDays is not null
            && rules.Resolve(RuleKeys.RecognitionAppeal, Today).Value.Value is { FileWorkingDays: not null, DecideWorkingDays: not null });

    public Treaties Treaties => rules.Resolve(RuleKeys.RecognitionTreaties, Today).Value.Value;

    /// <summary>Countries that exist, in the order of the reader's alphabet; the home state first for no one: it is left out.</summary>
    public IReadOnlyList<Country> Countries(Language language) => Sorted(
        language, rules.Resolve(RuleKeys.Countries, Today).Value.Value.All.Where(c => c.Code != Treaties.Home));

    public IReadOnlyList<Country> FormerStates(Language language) => Sorted(language, rules.Resolve(RuleKeys.FormerStates, Today).Value.Value.All);

    /// <summary>Name of a state by its code; the code itself when there is none.</summary>
    public LocalizedText NameOf(string code) =>
        rules.Resolve(RuleKeys.Countries, Today).Value.Value.Find(code)?.Name
        ?? rules.Resolve(RuleKeys.FormerStates, Today).Value.Value.Find(code)?.Name
        ?? LocalizedText.Same(code);

    private static List<Country> Sorted(Language language, IEnumerable<Country> countries) =>
        [.. countries.OrderBy(c => c.Name.In(language), StringComparer.Create(CultureInfo.GetCultureInfo(language.Tag()), ignoreCase: true))];
}
