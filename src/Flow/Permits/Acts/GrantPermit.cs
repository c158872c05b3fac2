using System.Data.Common;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>
/// Enters a permit the regulator granted (requirements DA-1, DA-2). In: number, holder, first day, the decision of a
/// person. Out: <c>permit.granted</c> with the last day by the rule <c>permit-term</c> on the first day.
/// </summary>
public sealed class GrantPermit(RuleBook rules)
{
    public async Task<Outcome<LedgerEntry>> RunAsync(
        DbTransaction transaction, Request request, CancellationToken cancel = default)
    {
        if (!rules.Resolve(RuleKeys.PermitTerm, request.From).TryGet(out var term, out var problem))
        {
            return problem;
        }

        if (await PermitRegister.FindOrganisationAsync(transaction, request.Bin, cancel) is null)
        {
            return RegisterInstitution.Unknown(request.Bin);
        }

        if (await PermitRegister.FindPermitAsync(transaction, request.Number, cancel) is not null)
        {
            return new Problem(
                "permits/permit-exists", "A permit of this number is on record.", ("permit", request.Number));
        }

        var until = term.Value.LastDay(request.From);
        await transaction.ExecuteAsync(
            """
            INSERT INTO permits (number, bin, valid_from, valid_until, rule)
            VALUES (@number, @bin, @from, @until, @rule)
            """,
            cancel,
            ("number", request.Number),
            ("bin", request.Bin.Value),
            ("from", PermitRegister.Text(request.From)),
            ("until", PermitRegister.Text(until)),
            ("rule", term.Reference.PackText));
        var permit = new Permit(request.Number, request.Bin, request.From, until, term.Reference.PackText, []);
        return await AppendAsync(
            transaction, permit, PermitStatus.Granted, LedgerEntryTypes.PermitGranted, request.Decision, cancel);
    }

    /// <summary>Adds one change to a permit's history and makes its entry.</summary>
    internal static async Task<Outcome<LedgerEntry>> AppendAsync(
        DbTransaction transaction,
        Permit permit,
        PermitStatus status,
        string type,
        HumanDecision decision,
        CancellationToken cancel)
    {
        await transaction.TouchAsync("permit_changes", cancel, permit.Number, (long)permit.History.Count + 1);
        await transaction.ExecuteAsync(
            "INSERT INTO permit_changes (permit, number, status, at, decision) VALUES (@permit, @number, @status, @at, @decision)",
            cancel,
            ("permit", permit.Number),
            ("number", (long)permit.History.Count + 1),
            ("status", $"{status}"),
            ("at", decision.At.ToUnixTimeSeconds()),
            ("decision", JsonSerializer.Serialize(new
            {
                decision.DecidedBy,
                decision.Role,
                decision.At,
                decision.Evidence,
                decision.Reason,
                Rule = decision.Rule.ToString(),
                decision.Rule.Unconfirmed,
                decision.AppealableUntil,
            })));
        return await AuthorityEntries.RecordAsync(
            transaction,
            LedgerEntry.Create(
                type,
                decision.At,
                ("permit", permit.Number),
                ("bin", permit.Bin.Value),
                ("from", PermitRegister.Text(permit.From)),
                ("until", PermitRegister.Text(permit.Until)),
                ("rule", permit.Rule)),
            cancel,
            permit: permit.Number);
    }

    public sealed record Request(string Number, Bin Bin, DateOnly From, HumanDecision Decision);
}
