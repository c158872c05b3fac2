using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>The law for one case, today: its own question, with the places of its institutions by the rankings in the register.</summary>
public static class CaseGuide
{
    /// <param name="today">Day of the application, or of the new rules.</param>
    public static async Task<Outcome<RecognitionGuide>> OfAsync(
        ReadFrom from, RuleBook rules, RecognitionCase one, DateOnly today, CancellationToken cancel)
    {
        if (!rules.Resolve(RuleKeys.RecognitionTreaties, today).TryGet(out var treaties, out var problem))
        {
            return problem;
        }

        var abroad = one.Qualification.Abroad(treaties.Value.Home);
        var ids = abroad.Select(i => i.Id).OfType<string>().ToList();
        // A joint degree goes the short way only when each of its institutions abroad is known.
        var ranks = ids.Count < abroad.Count
            ? Outcome<IReadOnlyList<RankingUse>>.From([])
            : await RankingRegister.LookUpAsync(from, rules, ids, one.Qualification.Awarded, today, null, cancel);
        return ranks.TryGet(out var used, out problem)
            ? RecognitionGuide.For(rules, one.Ask(RankingRegister.Positions(used)), today)
            : problem;
    }
}
