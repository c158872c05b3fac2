using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>
/// The seven-point gate of article 5 (requirement DA-7): the only way to a <see cref="IssuePermission"/>. In: a list
/// under a decision and the event time. Out: the report, and the permission or a refusal that names every failing
/// point.
/// </summary>
/// <remarks>Reads only. Nothing is issued without it, and it says what was missing, with the article.</remarks>
/// <param name="enrolments">The enrolment registers; where one is kept for an initiator, it answers instead of the port.</param>
public sealed class Gate(RuleBook rules, IStateRegister register, SignatureVerifier verify, Enrolments? enrolments = null)
{
    /// <summary>Runs the seven points. A rule without a value on that day refuses before any point is looked
    /// at.</summary>
    public async Task<Outcome<Verdict>> CheckAsync(
        ReadFrom from, GateRequest request, CancellationToken cancel = default)
    {
        if (!new WorkingCalendar(rules).DateOf(request.At).TryGet(out var date, out var problem)
            || !rules.Resolve(RuleKeys.ArticleFive, date).TryGet(out var article, out problem)
            || !rules.Resolve(RuleKeys.LegalClass, date).TryGet(out var legalClass, out problem)
            || !rules.Resolve(RuleKeys.DocumentKinds, date).TryGet(out var kinds, out problem))
        {
            return problem;
        }

        var enrolled = enrolments is not null && await Enrolments.IsKeptAsync(from, request.Initiator, cancel)
            ? await enrolments.FindAsync(from, request.Initiator, [.. request.Awards.Select(a => (a.Iin, a.ProgrammeCode))], cancel)
            : null;
        var unmatched = enrolled is null
            ? await UnmatchedAsync(request, kinds.Value, cancel)
            // Whoever is corrected graduated before: the register may hold them no more, or never have held them.
            : [.. request.Awards.Where((a, i) => !a.KeepsPlace && enrolled[i] is not { MayGraduate: true }).Select(a => a.Row)];
        var facts = await GateFacts.LoadAsync(from, request, date, unmatched, enrolled, rules, verify, cancel);
        var references = new List<RuleReference> { article.Reference, legalClass.Reference, kinds.Reference };
        if (facts.Types.IsDone)
        {
            references.Add(facts.Types.Value.Reference);
        }

        if (facts.Hash.IsDone)
        {
            references.Add(facts.Hash.Value.Reference);
        }

        var report = new GateReport(
            AssetId.NewRandom().Value,
            request.Initiator.Value,
            request.Decision,
            request.At,
            article.Reference.PackText,
            [.. references.Where(r => r.Unconfirmed).Select(r => r.Rule)],
            [.. article.Value.Points.Select(point => Run(point, facts))]);
        return new Verdict(report, report.Passed
            ? new IssuePermission(
                facts.Initiator!,
                facts.Operator!,
                facts.Permit!.Number,
                request.Decision,
                legalClass.Value.Wire,
                article.Reference.PackText,
                facts.Hash.Value.Value.Algorithm,
                request.At)
            : new GateRefused(report),
            Places.Of(facts));
    }

    private static GatePointResult Run(GatePoint point, GateFacts facts)
    {
        // A point of the law that no code checks must stop everything: it cannot count as met.
        var check = GatePoints.All.GetValueOrDefault(point.Id)
            ?? throw new InvalidOperationException($"The rule article-5 has a point '{point.Id}' that no code checks.");
        var found = new Findings();
        check(facts, found);
        return new GatePointResult(point.Id, point.Article, point.Title, found.Evidence, found.Missing, point.Cited);
    }

    private async Task<IReadOnlyList<int>> UnmatchedAsync(
        GateRequest request, DocumentKinds kinds, CancellationToken cancel)
    {
        var unmatched = new List<int>();
        foreach (var group in request.Awards.GroupBy(a => kinds.Find(a.Kind)?.StateRegister))
        {
            unmatched.AddRange(group.Key is { } kind
                ? await register.MismatchesAsync(kind, [.. group], cancel)
                : group.Select(a => a.Row));
        }

        return unmatched;
    }

    /// <param name="Report">To be kept (<see cref="GateReport.StoreAsync"/>), passed or not.</param>
    /// <param name="Places">What the awards take when they are stored; taken with <see cref="Permits.Places.TakeAsync"/>.</param>
    public sealed record Verdict(GateReport Report, Outcome<IssuePermission> Permission, Places Places);
}
