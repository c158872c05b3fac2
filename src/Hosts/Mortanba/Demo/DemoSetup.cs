using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Registering;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Host.Demo;

/// <summary>
/// Sets up the demonstration: the operator with its permit, three universities and a college with keys and programmes,
/// and a signed decision on issue each. It is a register file like any other; what is there already, after a kill or at the
/// next start, is left as it is.
/// </summary>
internal sealed class DemoSetup(Installation home, DiplomaFlow flow)
{
    private const string PermitNumber = "KZ-DA-0007";
    private const int PermitAgeDays = 300;

    /// <summary>Graduates of a programme in an order that nothing is to run up against.</summary>
    private const int PlentyOfPlaces = 100_000;

    private readonly DateOnly today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;

    public IReadOnlyList<IntakeItem> Intakes { get; init; } = [];

    /// <summary>Graduates by programme in the order of an institution.</summary>
    public Func<Bin, IReadOnlyDictionary<string, int>> Ordered { get; init; } = Plenty;

    public static IReadOnlyDictionary<string, int> Plenty(Bin initiator) => DemoLists.Programmes(new DateOnly(2026, 1, 1))
        .Where(p => p.Initiator == initiator).ToDictionary(p => p.Code, _ => PlentyOfPlaces, StringComparer.Ordinal);

    public static string DecisionOf(Bin initiator) => $"D-{initiator.Value}-1";

    public async Task RunAsync(CancellationToken cancel)
    {
        var organisations = DemoLists.Organisations(home.Settings.Site);
        var issuer = organisations.Single(o => o.Role == OrganisationRole.IssuerOperator);
        var file = new RegisterFile
        {
            Organisations =
            [
                .. organisations.Select(o => new OrganisationItem(o.Bin.Value, o.Role, o.Name, o.City, o.HeadTitle, o.Status)),
            ],
            Permits =
            [
                new(
                    PermitNumber, issuer.Bin.Value, today.AddDays(-PermitAgeDays), "Regulator's officer (invented)", "regulator",
                    ["Application 1 (invented)"], "Demonstration permit"),
            ],
            Programmes = await MissingProgrammesAsync(cancel),
            Decisions =
            [
                .. organisations.Where(o => o.Role == OrganisationRole.Initiator).Select(o => Decision(o, issuer)),
            ],
            Intakes = await MissingIntakesAsync(cancel),
        };
        // The demonstration's own data is never refused; if it is, that is a bug and the message says which.
        var registered = (await new RegisterAuthorities(home, flow, Actor.AtConsole("demo")).RunAsync(file, cancel)).Value;
        foreach (var order in registered.Waiting)
        {
            _ = (await new DecideRegisterOrder(home, flow).ConfirmAsync(Actor.AtConsole("demo-second"), order.Id, "rector", cancel)).Value;
        }
    }

    private DecisionItem Decision(Organisation initiator, Organisation issuer)
    {
        var type = home.Rules.Resolve(RuleKeys.RecognisedTypes, today).Value.Value.Types[0];
        return new DecisionItem(
            DecisionOf(initiator.Bin),
            initiator.Bin.Value,
            issuer.Bin.Value,
            type.Code,
            new LocalizedText(
                $"{initiator.Name.Kk} бітірушілердің дипломдарын қамтамасыз етілген цифрлық активтер ретінде шығаруға шешім қабылдайды.",
                $"{initiator.Name.Ru} принимает решение о выпуске дипломов выпускников в виде обеспеченных цифровых активов.",
                $"{initiator.Name.En} decides to issue its graduates' diplomas as secured digital assets."),
            type.Right)
        {
            Order = new OrderItem("41 (invented)", today, Ordered(initiator.Bin)),
        };
    }

    // A figure that stands is not changed at a later start.
    private async Task<IReadOnlyList<IntakeItem>> MissingIntakesAsync(CancellationToken cancel)
    {
        var missing = new List<IntakeItem>();
        await using var connection = await home.Database.ConnectAsync(cancel);
        foreach (var item in Intakes)
        {
            if (!(await Permits.Intakes.OfAsync(connection, Bin.Parse(item.Initiator), cancel)).Any(i => i.Programme == item.Programme && i.Year == item.Year && i.Places is not null))
            {
                missing.Add(item);
            }
        }

        return missing;
    }

    // Their days are counted from the first start: at a later one they would be other periods of the same programmes.
    private async Task<IReadOnlyList<ProgrammeItem>> MissingProgrammesAsync(CancellationToken cancel)
    {
        var missing = new List<ProgrammeItem>();
        await using var connection = await home.Database.ConnectAsync(cancel);
        foreach (var offered in DemoLists.Programmes(today).GroupBy(p => p.Initiator))
        {
            var known = (await PermitRegister.ProgrammesAsync(connection, offered.Key, cancel)).Select(p => p.Code).ToHashSet();
            missing.AddRange(offered.Where(p => !known.Contains(p.Code)).Select(Item));
        }

        return missing;
    }

    private static ProgrammeItem Item(Programme p) => new(
        p.Initiator.Value, p.Code, p.Name, p.Qualification, p.Field, p.IscedField, p.NqfLevel, p.Credits, p.Duration,
        p.AccessRequirements, p.LearningOutcomes, p.FurtherStudy, p.ProfessionalStatus, p.Licence, p.LicensedFrom, p.Accreditor,
        p.AccreditedFrom, p.AccreditedUntil)
    {
        LicensedUntil = p.LicensedUntil,
    };
}
