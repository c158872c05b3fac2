using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Permits;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Demo;

/// <summary>
/// Sets up the demonstration: the operator with its permit, three universities and a college with keys and programmes,
/// and a signed decision on issue each. Every act goes through the same flow as in production; what is there already, after
/// a kill or at the next start, is left as it is.
/// </summary>
internal sealed class DemoSetup(Installation home, DiplomaFlow flow)
{
    private const string PermitNumber = "KZ-DA-0007";
    private const int PermitAgeDays = 300;
    private const string Step = "in-demo-set-up";

    private readonly DateTimeOffset now = home.Time.GetUtcNow();

    public static string DecisionOf(Bin initiator) => $"D-{initiator.Value}-1";

    public async Task RunAsync(CancellationToken cancel)
    {
        var organisations = DemoLists.Organisations(home.Settings.Site);
        foreach (var organisation in organisations)
        {
            await DoAsync(organisation, cancel);
        }

        var issuer = organisations.Single(o => o.Role == OrganisationRole.IssuerOperator);
        await GrantAsync(issuer, cancel);
        var programmes = DemoLists.Programmes(Today());
        if (await IsFirstAsync(programmes, cancel))
        {
            await home.Database.WriteAsync(
                async t =>
                {
                    foreach (var programme in programmes)
                    {
                        _ = (await AddProgramme.RunAsync(t, programme, cancel)).Value;
                    }
                },
                cancel);
            CrashPoint.Reach(Step);
        }

        foreach (var initiator in organisations.Where(o => o.Role == OrganisationRole.Initiator))
        {
            await DecideAsync(initiator, issuer, cancel);
        }
    }

    private async Task DoAsync(Organisation organisation, CancellationToken cancel)
    {
        await ActAsync(
            async from => await PermitRegister.FindOrganisationAsync(from, organisation.Bin, cancel) is not null,
            t => RegisterInstitution.RunAsync(t, organisation, now, cancel),
            cancel);
        var key = new RegisterKey.Request(
            organisation.Bin,
            home.KeyIdOf(organisation.Bin),
            Credentials.SignerKeys.ToPublicKey(home.SignerOf(organisation.Bin)).Multibase,
            now);
        await ActAsync(
            async from => await PermitRegister.FindKeyAsync(from, key.Kid, cancel) is not null,
            t => RegisterKey.RunAsync(t, key, cancel),
            cancel);
    }

    private async Task GrantAsync(Organisation issuer, CancellationToken cancel)
    {
        var from = Today().AddDays(-PermitAgeDays);
        var rule = home.Rules.Resolve(RuleKeys.PermitTerm, from).Value.Reference;
        var decision = HumanDecision.Make(
            "Regulator's officer (invented)", "regulator", now, ["Application 1 (invented)"], "Demonstration permit", rule).Value;
        await ActAsync(
            async known => await PermitRegister.FindPermitAsync(known, PermitNumber, cancel) is not null,
            t => new GrantPermit(home.Rules).RunAsync(
                t, new GrantPermit.Request(PermitNumber, issuer.Bin, from, decision), cancel),
            cancel);
    }

    private async Task DecideAsync(Organisation initiator, Organisation issuer, CancellationToken cancel)
    {
        var types = home.Rules.Resolve(RuleKeys.RecognisedTypes, Today()).Value.Value;
        var document = new DecisionDocument(
            DecisionOf(initiator.Bin),
            initiator.Bin,
            issuer.Bin,
            types.Types[0].Code,
            new LocalizedText(
                $"{initiator.Name.Kk} бітірушілердің дипломдарын қамтамасыз етілген цифрлық активтер ретінде шығаруға шешім қабылдайды.",
                $"{initiator.Name.Ru} принимает решение о выпуске дипломов выпускников в виде обеспеченных цифровых активов.",
                $"{initiator.Name.En} decides to issue its graduates' diplomas as secured digital assets."),
            types.Types[0].Right);
        var bytes = document.Write();
        var signature = DecisionSignature.Sign(home.SignerOf(initiator.Bin), home.KeyIdOf(initiator.Bin), bytes);
        await ActAsync(
            async from => await IssueDecisions.FindAsync(from, DecisionOf(initiator.Bin), cancel) is not null,
            t => new PublishDecision(home.Rules, DiplomaFlow.VerifySignature).RunAsync(t, bytes, signature, now, cancel), cancel);
    }

    private DateOnly Today() => new WorkingCalendar(home.Rules).DateOf(now).Value;

    // The demonstration's own data is never refused; if it is, that is a bug and the message says which.
    private async Task ActAsync(
        Func<ReadFrom, Task<bool>> isDone, Func<DbTransaction, Task<Outcome<LedgerEntry>>> act, CancellationToken cancel)
    {
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await isDone(connection))
            {
                return;
            }
        }

        _ = (await flow.ActAsync(act, cancel)).Value;
        CrashPoint.Reach(Step);
    }

    // All of them stand in one transaction: one that is there stands for all. Their days are counted from the first start.
    private async Task<bool> IsFirstAsync(IReadOnlyList<Programme> programmes, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return (await PermitRegister.ProgrammesAsync(connection, programmes[0].Initiator, cancel)).Count == 0;
    }
}
