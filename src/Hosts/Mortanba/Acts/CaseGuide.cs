using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>The law for one case: its own question, with the places of its institutions by the rankings in the register.</summary>
public static class CaseGuide
{
    /// <summary>By the law that its terms are of, with the rankings in the register.</summary>
    /// <returns>The guide, or the refusal of <see cref="Own"/>.</returns>
    public static async Task<Outcome<RecognitionGuide>> OwnAsync(ReadFrom from, RuleBook rules, RecognitionCase one, CancellationToken cancel) =>
        Kept(await OfAsync(from, rules, one, one.Terms!.LawOf(), cancel));

    /// <summary>The law that its terms are of, for the words of what they name.</summary>
    /// <returns><c>recognition/law-not-kept</c> where no rule pack covers its day any more: a person puts the case under the rules in force.</returns>
    public static Outcome<RecognitionGuide> Own(RuleBook rules, RecognitionCase one) =>
        Kept(RecognitionGuide.For(rules, one.Ask(), one.Terms!.LawOf()));

    private static Outcome<RecognitionGuide> Kept(Outcome<RecognitionGuide> law) => law.Problem is { Code: "rules/not-in-force" } lost
        ? new Problem(
            "recognition/law-not-kept", "No rule pack has the law of the case any more: put it under the rules in force, or put the pack back.",
            [.. lost.Args.Select(a => (a.Key, a.Value))])
        : law;

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

        // The day of the filing names the edition. Where no pack says any more how on that day, the law that is asked does.
        var editions = rules.Resolve(RuleKeys.RankingEdition, filed).IsDone ? filed : today;
        var abroad = one.Qualification.Abroad(treaties.Value.Home);
        var ids = abroad.Select(i => i.Id).OfType<string>().ToList();
        // A joint degree goes the short way only when each of its institutions abroad is known.
        var ranks = ids.Count < abroad.Count
            ? Outcome<IReadOnlyList<RankingUse>>.From([])
            : await RankingRegister.LookUpAsync(from, rules, ids, one.Qualification.Awarded, filed, null, editions, cancel);
        return ranks.TryGet(out var used, out problem)
            ? RecognitionGuide.For(rules, one.Ask(RankingRegister.Positions(used)), today)
            : problem;
    }
}
