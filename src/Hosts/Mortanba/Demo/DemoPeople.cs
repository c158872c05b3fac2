using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Web;
using Mortanba.Permits;

namespace Mortanba.Host.Demo;

/// <summary>
/// Invented people who may sign in to the demonstration: for each institution an administrator, a registrar, a rector and an
/// auditor, and the operator's own. One random password for all of them stands in <c>DIR/demo-accounts.txt</c>.
/// </summary>
internal static class DemoPeople
{
    public const string FileName = "demo-accounts.txt";

    /// <summary>Two graduates: accounts without any role; what they hold is in <see cref="DemoHolders"/>.</summary>
    public const string Graduate = "graduate@platform.example";
    public const string OtherGraduate = "graduate-2@platform.example";

    /// <summary>Two people whose qualifications come from abroad; cases of theirs are in the demonstration.</summary>
    public const string Applicant = "applicant@platform.example";
    public const string OtherApplicant = "applicant-2@platform.example";

    /// <summary>The recognition body: intake, two who compare, one who decides, one who reviews.</summary>
    public const string RecognitionOfficer = "recognition@platform.example";
    public const string Evaluator = "evaluator@platform.example";
    public const string OtherEvaluator = "evaluator-2@platform.example";
    public const string DecisionMaker = "decision@platform.example";
    public const string AppealReviewer = "reviewer@platform.example";

    private static readonly (Role Role, string Local, string Name)[] Staff =
    [
        (Role.Administrator, "admin", "Demo Administrator"), (Role.Registrar, "registrar", "Demo Registrar"),
        (Role.Approver, "rector", "Demo Rector"), (Role.Auditor, "auditor", "Demo Auditor"),
    ];

    private static readonly (Role Role, string Local, string Name)[] Platform =
    [
        (Role.Operator, "operator", "Demo Operator"), (Role.ComplianceOfficer, "compliance", "Demo Compliance Officer"),
        (Role.DataProtectionOfficer, "dpo", "Demo Data-Protection Officer"),
        (Role.Regulator, "regulator", "Demo Regulator"),
        (Role.RecognitionOfficer, "recognition", "Demo Recognition Officer"), (Role.Evaluator, "evaluator", "Demo Evaluator"),
        (Role.Evaluator, "evaluator-2", "Second Demo Evaluator"), (Role.DecisionMaker, "decision", "Demo Decision Maker"),
        (Role.AppealReviewer, "reviewer", "Demo Appeal Reviewer"),
    ];

    /// <summary>Makes those who are missing; a second start changes nothing.</summary>
    /// <param name="more">Who else signs in: the place, null for the platform; role, beginning of the address, name.</param>
    public static async Task CreateAsync(
        Installation home, IEnumerable<(Bin? Place, Role Role, string Local, string Name)> more, CancellationToken cancel)
    {
        var path = Path.Combine(home.Directory, FileName);
        var password = File.Exists(path) ? (await File.ReadAllLinesAsync(path, cancel))[0] : null;
        if (password is null)
        {
            // On disk before the first account has it: a start killed in between goes on with the same one.
            password = RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 16);
            await WriteAsync(path, [password], cancel);
        }

        await using var services = new ServiceCollection().AddLogging().AddSingleton(home.Time)
            .AddMortanbaAccounts(home, home.Settings.Site).BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var lines = new List<string> { password };
        var institutions = DemoLists.Organisations(home.Settings.Site).Where(o => o.Role == OrganisationRole.Initiator);
        foreach (var (bin, role, local, name) in institutions
            .SelectMany(o => Staff.Select(s => ((Bin?)o.Bin, s.Role, s.Local, s.Name)))
            .Concat(Platform.Select(p => ((Bin?)null, p.Role, p.Local, p.Name))).Concat(more))
        {
            var email = bin is { } own ? $"{local}@{own}.example" : $"{local}@platform.example";
            lines.Add($"{email}\t{role.Word()}");
            var account = await accounts.FindByEmailAsync(email) ?? await NewAsync(home, accounts, email, name, password);
            await home.Database.WriteAsync(
                async t => (await Memberships.GrantAsync(
                    t, Actor.AtConsole("demo"), account.Id, bin, role, home.Time.GetUtcNow(), cancel)).Value,
                cancel);
        }

        foreach (var email in (string[])[Graduate, OtherGraduate])
        {
            lines.Add($"{email}\tgraduate");
            _ = await accounts.FindByEmailAsync(email) ?? await NewAsync(home, accounts, email, "Demo Graduate", password);
        }

        foreach (var email in (string[])[Applicant, OtherApplicant])
        {
            lines.Add($"{email}\tapplicant");
            _ = await accounts.FindByEmailAsync(email) ?? await NewAsync(home, accounts, email, "Demo Applicant", password);
        }

        await WriteAsync(path, lines, cancel);
    }

    /// <summary>Readable by its owner alone from its first byte, and never half-written.</summary>
    internal static async Task WriteAsync(string path, IEnumerable<string> lines, CancellationToken cancel)
    {
        var aside = path + ".new";
        File.Delete(aside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var writer = new StreamWriter(aside, options))
        {
            await writer.WriteAsync((string.Join('\n', lines) + "\n").AsMemory(), cancel);
        }

        File.Move(aside, path, overwrite: true);
    }

    private static async Task<Account> NewAsync(
        Installation home, UserManager<Account> accounts, string email, string name, string password)
    {
        var at = home.Time.GetUtcNow();
        var account = new Account
        {
            Id = Guid.CreateVersion7(at).ToString(),
            Email = email,
            EmailConfirmed = true,
            Name = name,
            CreatedAt = at,
        };
        account.Record(new TrailEvent(
            TrailAct.Change, "accounts/created", Actor.AtConsole("demo"), new TrailSubject("account", account.Id)));
        var made = await accounts.CreateAsync(account, password);
        return made.Succeeded
            ? account
            : throw new InvalidOperationException("A demo account was refused: " + string.Join(", ", made.Errors.Select(e => e.Code)));
    }
}
