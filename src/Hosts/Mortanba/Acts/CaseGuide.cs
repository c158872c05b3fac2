using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>The law for one case: its own question, with the places of its institutions by the rankings in the register.</summary>
public static class CaseGuide
{
    /// <summary>By the law that its terms are of.</summary>
    public static Task<Outcome<RecognitionGuide>> OwnAsync(ReadFrom from, RuleBook rules, RecognitionCase one, CancellationToken cancel) =>
        OfAsync(from, rules, one, one.Terms!.LawOf(), cancel);

    /// <param name="today">Day of the application, or of the new rules. The edition of a ranking stays the one of the application.</param>
    public static async Task<Outcome<RecognitionGuide>> OfAsync(
        ReadFrom from, RuleBook rules, RecognitionCase one, DateOnly today, CancellationToken cancel)
    {
        if (!rules.Resolve(RuleKeys.RecognitionTreaties, today).TryGet(out var treaties, out var problem))
        {
            return problem;
        }

        var filed = today;
        if (one.SubmittedAt is { } submitted && !new WorkingCalendar(rules).DateOf(submitted).TryGet(out filed, out problem))
        {
            return problem;
        }

        var abroad = one.Qualification.Abroad(treaties.Value.Home);
        var ids = abroad.Select(i => i.Id).OfType<string>().ToList();
        // A joint degree goes the short way only when each of its institutions abroad is known.
        var ranks = ids.Count < abroad.Count
            ? Outcome<IReadOnlyList<RankingUse>>.From([])
            : await RankingRegister.LookUpAsync(from, rules, ids, one.Qualification.Awarded, filed, null, cancel);
        return ranks.TryGet(out var used, out problem)
            ? RecognitionGuide.For(rules, one.Ask(RankingRegister.Positions(used)), today)
            : problem;
    }
}
