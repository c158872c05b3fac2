using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Storage;

namespace Mortanba.Host.Web.Work.Register;

/// <summary>One programme and year of entry: enrolled, licensed, issued. Null: not known.</summary>
/// <param name="Studying">May graduate.</param>
internal sealed record IntakeFigures(string Programme, LocalizedText? Name, int Year, int? Studying, int? Others, int? Licensed, int? Issued);

/// <summary>One programme under a decision on issue.</summary>
/// <param name="Enrolled">Learners of the years of entry that graduate by now; null where no register is kept.</param>
/// <param name="Licensed">Places of the same years, where known; null where none is.</param>
internal sealed record OrderFigures(string Programme, LocalizedText? Name, int? Enrolled, int? Licensed, int Ordered, int Issued);

/// <summary>A decision on issue with its order beside it.</summary>
internal sealed record DecisionFigures(IssueDecision Decision, OpenedOrder? Order, IReadOnlyList<OrderFigures> Lines, long Issued);

/// <summary>What stands in the register of an institution beside its orders. No person can be told from it.</summary>
internal sealed record RegisterFigures(
    bool IsKept, IReadOnlyList<IntakeFigures> Intakes, IReadOnlyList<DecisionFigures> Decisions, IReadOnlyList<EnrolmentImport> Imports)
{
    public static async Task<RegisterFigures> ReadAsync(ReadFrom from, Bin bin, CancellationToken cancel)
    {
        var names = (await PermitRegister.ProgrammesAsync(from, bin, cancel)).GroupBy(p => p.Code, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Last().Name, StringComparer.Ordinal);
        var isKept = await Enrolments.IsKeptAsync(from, bin, cancel);
        var learners = await Enrolments.CountsAsync(from, bin, cancel);
        var licensed = await Permits.Intakes.OfAsync(from, bin, cancel);
        var intakes = learners.Select(l => (l.Programme, l.Year)).Union(licensed.Select(l => (l.Programme, l.Year))).Order().Select(key =>
        {
            var own = learners.Where(l => (l.Programme, l.Year) == key).ToList();
            var may = own.Where(May).Sum(l => l.Count);
            var place = licensed.FirstOrDefault(l => (l.Programme, l.Year) == key);
            return new IntakeFigures(
                key.Programme, names.GetValueOrDefault(key.Programme), key.Year, isKept ? may : null,
                isKept ? own.Sum(l => l.Count) - may : null, place?.Places, place?.Issued);
        });

        var lines = await OrderPlaces.OfInitiatorAsync(from, bin, cancel);
        var byDecision = await DiplomaCounts.ByDecisionAsync(from, cancel);
        // Beside an order stand those who could graduate by now: entered in the last year that has a diploma, or before.
        bool IsDue(string programme, int year) => year <= (licensed.Where(l => l.Programme == programme && l.Issued > 0).Select(l => (int?)l.Year).Max()
            ?? learners.Where(l => l.Programme == programme).Select(l => (int?)l.Year).Min() ?? int.MaxValue);
        var decisions = new List<DecisionFigures>();
        foreach (var decision in (await IssueDecisions.ListAsync(from, cancel)).Where(d => d.Document.Initiator == bin))
        {
            decisions.Add(new DecisionFigures(
                decision,
                await OrderPlaces.FindAsync(from, decision.Document.Id, cancel),
                [
                    .. lines.Where(l => l.Decision == decision.Document.Id).Select(l => new OrderFigures(
                        l.Programme, names.GetValueOrDefault(l.Programme),
                        isKept ? learners.Where(n => n.Programme == l.Programme && IsDue(n.Programme, n.Year) && May(n)).Sum(n => n.Count) : null,
                        licensed.Where(n => n.Programme == l.Programme && IsDue(n.Programme, n.Year)).Select(n => (int?)n.Places).Aggregate((int?)null, (a, b) => (a ?? 0) + b),
                        l.Ordered, l.Issued)),
                ],
                byDecision.GetValueOrDefault(decision.Document.Id)));
        }

        return new RegisterFigures(isKept, [.. intakes], decisions, await Enrolments.ImportsAsync(from, bin, 5, cancel));
    }

    private static bool May(EnrolmentCount count) => new Enrolment(count.Programme, count.Year, count.Status).MayGraduate;
}
