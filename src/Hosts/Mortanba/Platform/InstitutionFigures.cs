using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Platform;

/// <summary>An organisation as the operator and the regulator see it: what it may do, and how much it did.</summary>
/// <param name="Permits">Each with its status today and, when its end is near, the days of warning of the rule (requirement DA-2).</param>
/// <param name="OpenDecisions">Decisions on issue of this initiator, or run by this operator, that are not closed.</param>
public sealed record InstitutionFigures(
    Organisation Organisation,
    IReadOnlyList<(Permit Permit, PermitStatus? Status, int? Warning)> Permits,
    IReadOnlyList<InstitutionKey> Keys,
    IReadOnlyDictionary<DiplomaState, long> Diplomas,
    int OpenDecisions)
{
    public long Issued => Diplomas.Values.Sum();

    public long In(DiplomaState state) => Diplomas.GetValueOrDefault(state);

    public static async Task<IReadOnlyList<InstitutionFigures>> AllAsync(
        ReadFrom from, RuleBook rules, DateTimeOffset now, CancellationToken cancel)
    {
        var today = new WorkingCalendar(rules).DateOf(now).Value;
        var term = rules.Resolve(RuleKeys.PermitTerm, today).Value.Value;
        var counts = (await DiplomaCounts.ByInstitutionAsync(from, cancel)).ToLookup(c => c.Initiator);
        var decisions = (await IssueDecisions.ListAsync(from, cancel)).Where(d => d.IsOpenAt(now)).ToList();
        var all = new List<InstitutionFigures>();
        foreach (var organisation in await PermitRegister.OrganisationsAsync(from, cancel))
        {
            var permits = await PermitRegister.PermitsOfAsync(from, organisation.Bin, cancel);
            all.Add(new InstitutionFigures(
                organisation,
                [.. permits.Select(p => (p, p.StatusAt(now, today), p.WarningOn(today, term)))],
                await PermitRegister.KeysAsync(from, organisation.Bin, cancel),
                counts[organisation.Bin].ToDictionary(c => c.State, c => c.Count),
                decisions.Count(d => d.Document.Initiator == organisation.Bin || d.Document.Operator == organisation.Bin)));
        }

        return all;
    }
}
