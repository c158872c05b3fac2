using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Host.Acts;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Host.Demo;

/// <summary>One order of change that waits for its second person: two names were spelt wrong. Made once.</summary>
internal static class DemoChanges
{
    private const string Basis = "Order 3 (invented)";
    private const int ActiveMin = 4;
    private const int FirstNumber = 90_000_001;

    public static async Task MakeAsync(Installation home, DiplomaFlow flow, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        foreach (var bin in DemoLists.Organisations(home.Settings.Site).Where(o => o.Role == OrganisationRole.Initiator).Select(o => o.Bin))
        {
            if ((await home.ChangeOrders.OfInstitutionAsync(connection, bin, open: true, 0, 1, cancel)).Count > 0
                || (await home.ChangeOrders.OfInstitutionAsync(connection, bin, open: false, 0, 1, cancel)).Count > 0)
            {
                return;
            }

            // Not the newest: tests and readers take those in force from the end of the list.
            var (active, count) = await new DiplomaRegister(home.Credentials).PageAsync(
                connection, bin, new RegisterQuery(State: DiplomaState.Active, Sort: RegisterSort.Number), 1, 2, cancel);
            if (count < ActiveMin)
            {
                continue;
            }

            var changes = new List<ProposedChange>();
            foreach (var diploma in active)
            {
                var content = (await home.Credentials.LoadAsync(connection, diploma.Asset, cancel))!.Record.Content;
                changes.Add(new ProposedChange(diploma.Asset, Respelled(content) with { Number = $"{FirstNumber + changes.Count}" }));
            }

            var registrar = await AccountOfAsync(connection, $"registrar@{bin}.example", cancel);
            _ = (await new ProposeChange(home, flow).RunAsync(
                new Actor(ActorKind.Person, registrar, "Demo Registrar", []), Role.Registrar,
                new ChangeProposal(
                    Guid.CreateVersion7(home.Time.GetUtcNow()).ToString(), bin, StateAct.Supersede, "correction", Basis, registrar,
                    home.Time.GetUtcNow(), null, changes),
                version: null, cancel)).Value;
            return;
        }
    }

    private static readonly (string From, string To)[] Spellings = [("Y", "I"), ("IE", "IYE"), ("K", "Q"), ("ZH", "J")];

    // The name as another passport would print it.
    private static ValidatedDiploma Respelled(ValidatedDiploma old)
    {
        var family = old.Name.PassportFamily;
        var way = Spellings.FirstOrDefault(w => family.Contains(w.From, StringComparison.Ordinal));
        var other = way.From is null ? family + "A" : family.Replace(way.From, way.To, StringComparison.Ordinal);
        return old with
        {
            Name = old.Name with
            {
                PassportFamily = other,
                Family = old.Name.Family with { En = other[..1] + other[1..].ToLowerInvariant() },
            },
        };
    }

    private static async Task<string> AccountOfAsync(System.Data.Common.DbConnection connection, string email, CancellationToken cancel) =>
        (await Storage.Sql.QueryAsync(
            connection, "SELECT id FROM accounts WHERE email_normal = @email", r => r.GetString(0), cancel,
            ("email", new UpperInvariantLookupNormalizer().NormalizeEmail(email)))).Single();
}
