using System.Data.Common;
using System.Text.Json;
using Mortanba.Accounts;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Host.Registering;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// Enters organisations with their keys, permits, programmes, licensed intakes and decisions on issue. What stands on the register already is
/// passed over, so that the same file can be entered again, also after a kill; each item is one transaction with its ledger
/// entry. What sets a limit to issuing (a decision with its order, an intake that is raised) is proposed only: another person
/// confirms it (<see cref="DecideRegisterOrder"/>). Stops at the first refusal and says which item it was.
/// </summary>
internal sealed class RegisterAuthorities(Installation home, DiplomaFlow flow, Actor by)
{
    /// <summary>Where a test stops the process between two items.</summary>
    public const string Step = "in-register";

    private readonly DateTimeOffset at = home.Time.GetUtcNow();
    private readonly List<RegisterOrder> waiting = [];
    private int entered;

    /// <param name="Entered">Items that were entered.</param>
    /// <param name="Waiting">Items of the file that wait for a second person, also from an earlier time.</param>
    public sealed record Registered(int Entered, IReadOnlyList<RegisterOrder> Waiting);

    public async Task<Outcome<Registered>> RunAsync(RegisterFile file, CancellationToken cancel = default)
    {
        var steps = file.Organisations.Select(o => (Func<Task<Problem?>>)(() => OrganisationAsync(o, cancel)))
            .Concat(file.Permits.Select(p => (Func<Task<Problem?>>)(() => PermitAsync(p, cancel))))
            .Concat(file.Programmes.Select(p => (Func<Task<Problem?>>)(() => ProgrammeAsync(p, cancel))))
            .Concat(file.Intakes.Select(i => (Func<Task<Problem?>>)(() => IntakeAsync(i, cancel))))
            .Concat(file.Decisions.Select(d => (Func<Task<Problem?>>)(() => DecisionAsync(d, cancel))));
        foreach (var step in steps)
        {
            if (await step() is { } problem)
            {
                return problem;
            }
        }

        return new Registered(entered, waiting);
    }

    private async Task<Problem?> OrganisationAsync(OrganisationItem item, CancellationToken cancel)
    {
        if (!TryBin(item.Bin, "organisations.bin", out var bin, out var problem))
        {
            return problem;
        }

        var organisation = new Organisation(bin, home.DidOf(bin), item.Role, item.Name, item.City, item.HeadTitle, item.Status);
        problem = await ActAsync(
            "institution", bin.Value, bin,
            async from => await PermitRegister.FindOrganisationAsync(from, bin, cancel) is not null,
            t => RegisterInstitution.RunAsync(t, organisation, at, cancel),
            cancel);
        if (problem is not null || item.Role is not (OrganisationRole.Initiator or OrganisationRole.IssuerOperator or OrganisationRole.RecognitionBody))
        {
            return problem;
        }

        var first = home.NewKeyOf(bin, 1);
        var key = new RegisterKey.Request(bin, first.KeyId, first.Signer.ToPublicKey().Multibase, at);
        return await ActAsync(
            "key", key.Kid, bin,
            async from => await PermitRegister.FindKeyAsync(from, key.Kid, cancel) is not null,
            t => RegisterKey.RunAsync(t, key, cancel),
            cancel);
    }

    private async Task<Problem?> PermitAsync(PermitItem item, CancellationToken cancel)
    {
        if (!TryBin(item.Bin, "permits.bin", out var bin, out var problem)
            || !home.Rules.Resolve(RuleKeys.PermitTerm, item.From).TryGet(out var term, out problem)
            || !HumanDecision.Make(item.DecidedBy, item.Role, at, item.Evidence, item.Reason, term.Reference)
                .TryGet(out var decision, out problem))
        {
            return problem;
        }

        return await ActAsync(
            "permit", item.Number, bin,
            async from => await PermitRegister.FindPermitAsync(from, item.Number, cancel) is not null,
            t => new GrantPermit(home.Rules).RunAsync(
                t, new GrantPermit.Request(item.Number, bin, item.From, decision), cancel),
            cancel);
    }

    // No ledger entry: the gate reads programmes, and each diploma names its own.
    private async Task<Problem?> ProgrammeAsync(ProgrammeItem item, CancellationToken cancel)
    {
        if (!TryBin(item.Initiator, "programmes.initiator", out var bin, out var problem))
        {
            return problem;
        }

        var programme = new Programme(
            bin, item.Code, item.Name, item.Qualification, item.Field, item.IscedField, item.NqfLevel, item.Credits, item.Duration,
            item.AccessRequirements, item.LearningOutcomes, item.FurtherStudy, item.ProfessionalStatus, item.Licence,
            item.LicensedFrom, item.LicensedUntil, item.Accreditor, item.AccreditedFrom, item.AccreditedUntil);
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if ((await PermitRegister.ProgrammesAsync(connection, bin, cancel))
                .Any(p => p.Code == item.Code && p.AccreditedFrom == item.AccreditedFrom))
            {
                return null;
            }
        }

        var added = await home.Database.WriteAsync(
            async t =>
            {
                var outcome = await AddProgramme.RunAsync(t, programme, cancel);
                if (outcome.IsDone)
                {
                    await AuditTrail.AppendAsync(t, at, Done("programme", item.Code, bin), cancel);
                }

                return outcome;
            },
            cancel);
        return Counted(added.Problem);
    }

    // No ledger entry: assets carry no programme there, so that nobody outside could count by it.
    private async Task<Problem?> IntakeAsync(IntakeItem item, CancellationToken cancel)
    {
        if (!TryBin(item.Initiator, "intakes.initiator", out var bin, out var problem))
        {
            return problem;
        }

        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            var known = (await Intakes.OfAsync(connection, bin, cancel)).Find(i => i.Programme == item.Programme && i.Year == item.Year);
            if (known?.Places == item.Places && known.Basis == item.Basis.Trim())
            {
                return null;
            }

            if (known?.Places is null || item.Places > known.Places)
            {
                return Intakes.RefusalOf(item.Programme, item.Year, item.Places, item.Basis)
                    ?? ((await PermitRegister.ProgrammesAsync(connection, bin, cancel)).Any(p => p.Code == item.Programme)
                        ? await ProposeAsync(
                            bin, RegisterOrderKind.Intake, $"{item.Programme}/{item.Year}", JsonSerializer.Serialize(item, RegisterJson.Default.IntakeItem),
                            [("places", $"{item.Places}")], cancel)
                        : Intakes.NoProgramme(bin, item.Programme));
            }
        }

        // Lowered, or on another paper: one person is enough.
        var set = await home.Database.WriteAsync(
            async t =>
            {
                var outcome = await Intakes.SetAsync(t, bin, item.Programme, item.Year, item.Places, item.Basis, cancel);
                if (outcome.IsDone)
                {
                    await AuditTrail.AppendAsync(
                        t, at, Done("intake", $"{item.Programme}/{item.Year}", bin) with { Facts = [("places", $"{item.Places}"), ("issued", $"{outcome.Value.Issued}")] },
                        cancel);
                }

                return outcome;
            },
            cancel);
        return Counted(set.Problem);
    }

    private async Task<Problem?> DecisionAsync(DecisionItem item, CancellationToken cancel)
    {
        if (!TryBin(item.Initiator, "decisions.initiator", out var initiator, out var problem)
            || !TryBin(item.Operator, "decisions.operator", out var issuer, out problem)
            || (item.Order is { } paper && !GraduationOrder.Make(paper.Number, paper.Date, paper.Programmes).TryGet(out _, out problem)))
        {
            return problem;
        }

        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await IssueDecisions.FindAsync(connection, item.Id, cancel) is not null)
            {
                return null;
            }

            foreach (var bin in new[] { initiator, issuer })
            {
                if (await PermitRegister.FindOrganisationAsync(connection, bin, cancel) is null)
                {
                    return RegisterInstitution.Unknown(bin);
                }
            }
        }

        // As it will be published: what cannot be is said to the first person, not to the second.
        if (DecisionDocument.Parse(new DecisionDocument(item.Id, initiator, issuer, item.TypeCode, item.Text, item.Scope).Write()).Problem is { } malformed)
        {
            return malformed;
        }

        return await ProposeAsync(
            initiator, RegisterOrderKind.Decision, item.Id, JsonSerializer.Serialize(item, RegisterJson.Default.DecisionItem),
            [("count", $"{item.Order?.Programmes.Values.Sum() ?? 0}")], cancel);
    }

    private async Task<Problem?> ProposeAsync(
        Bin bin, RegisterOrderKind kind, string subject, string body, (string, string)[] facts, CancellationToken cancel)
    {
        var proposed = await home.Database.DecideAsync<RegisterOrder>(
            async t =>
            {
                var outcome = await RegisterOrders.ProposeAsync(
                    t, new RegisterOrder(Guid.CreateVersion7(at).ToString(), bin, kind, subject, body, RegisterOrderState.Proposed, by.Id, at), cancel);
                if (!outcome.TryGet(out var made, out var refused))
                {
                    return refused;
                }

                if (made.IsNew)
                {
                    await AuditTrail.AppendAsync(
                        t, at,
                        DecideRegisterOrder.Event(
                            kind == RegisterOrderKind.Decision ? "permits/decision-proposed" : "permits/intake-proposed", by, made.Order, facts),
                        cancel);
                }

                return made.Order;
            },
            cancel);
        if (proposed.TryGet(out var order, out var problem))
        {
            waiting.Add(order);
            CrashPoint.Reach(Step);
        }

        return problem;
    }

    private async Task<Problem?> ActAsync(
        string kind, string id, Bin bin, Func<ReadFrom, Task<bool>> isDone,
        Func<DbTransaction, Task<Outcome<LedgerEntry>>> act, CancellationToken cancel)
    {
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await isDone(connection))
            {
                return null;
            }
        }

        var outcome = await flow.ActAsync(
            async t =>
            {
                var done = await act(t);
                if (done.IsDone)
                {
                    await AuditTrail.AppendAsync(t, at, Done(kind, id, bin), cancel);
                }

                return done;
            },
            cancel);
        return Counted(outcome.Problem);
    }

    private TrailEvent Done(string kind, string id, Bin bin) =>
        new(TrailAct.Change, "permits/registered-" + kind, by, new TrailSubject(kind, id), Institution: bin);

    private Problem? Counted(Problem? problem)
    {
        if (problem is null)
        {
            entered++;
            CrashPoint.Reach(Step);
        }

        return problem;
    }

    private static bool TryBin(string text, string where, out Bin bin, out Problem? problem)
    {
        problem = Bin.TryParse(text, out bin)
            ? null
            : new Problem("host/register-bin", $"{where}: '{text}' is no BIN.", ("where", where), ("value", text));
        return problem is null;
    }
}
