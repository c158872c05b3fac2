using System.Globalization;
using System.IO.Compression;
using System.Text;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Demo;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>
/// What <see cref="AiKillTests"/> begins with: a school with its people, a portfolio that lacks one block, and a case of integrity whose
/// learner was told so long ago that the hearing may be today.
/// </summary>
internal sealed class AiKillWorld
{
    public static readonly Bin School = Bin.Parse("990140001015");

    private static readonly (Bin? Place, Role Role, string Local)[] People =
    [
        (School, Role.SchoolHead, "head"), (School, Role.AiCoordinator, "coordinator"), (School, Role.Teacher, "teacher"), (School, Role.Teacher, "second"),
        (School, Role.Teacher, "third"), (School, Role.Teacher, "fourth"), (School, Role.Teacher, "fifth"), (School, Role.Learner, "learner"),
        (School, Role.Guardian, "guardian"), (null, Role.EthicsReviewer, "ethics"), (null, Role.AiApprover, "ai-approver"),
        (null, Role.MinistryOfficer, "ministry"), (null, Role.Vendor, "vendor"),
    ];

    private Dictionary<string, string> accounts = [];

    /// <summary>Civil day.</summary>
    public required DateOnly Today { get; init; }

    public required AiRegisterRules Register { get; init; }

    /// <summary>Id of a measure of the roadmap.</summary>
    public required string Measure { get; init; }

    /// <summary>Block of the lowest level that the teacher did not show yet.</summary>
    public string Block { get; private set; } = "";

    public string Level { get; private set; } = "";

    public SchoolPerson Learner { get; private set; } = null!;

    public SchoolPerson Teacher { get; private set; } = null!;

    public string Portfolio => CompetenceDesk.IdOf(CompetenceStreams.Portfolio, Teacher);

    /// <summary>Id of the case.</summary>
    public string Case { get; private set; } = "";

    /// <summary>Key of a program that proposes grades.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Who signs in as one of the people.</summary>
    public static string Email(string local) => People.First(p => p.Local == local).Place is { } bin ? $"{local}@{bin}.example" : $"{local}@platform.example";

    public string Account(string local) => accounts[Email(local)];

    public string Day(int days) => Today.AddDays(days).ToString("O", CultureInfo.InvariantCulture);

    public static async Task<AiKillWorld> MakeAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await DemoPeople.CreateAsync(home, People.Select(p => (p.Place, p.Role, p.Local, "Trial " + p.Local)), default);
        var desk = new AiDesk(home);
        var made = new AiKillWorld
        {
            Today = desk.Today(),
            Register = home.Rules.Resolve(RuleKeys.AiRegister, desk.Today()).Value.Value,
            Measure = home.Rules.Resolve(RuleKeys.AiRoadmap, desk.Today()).Value.Value.Measures[0].Id,
        };
        await made.FillAsync(home, desk);
        return made;
    }

    /// <summary>The ministry's list with one school that the directory does not have.</summary>
    public static byte[] SchoolList() => Encoding.UTF8.GetBytes(
        """
        bin,name_kk,name_ru,name_en,region,district,kind,setting,languages,connectivity,department
        990140001025,Мектеп,Школа,School,KZ-61,Сайрам,school,rural,kk ru,good,no
        """);

    /// <summary>A school's list of people as a OneRoster archive.</summary>
    public static byte[] Roster(int learners)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Add(string name, string head, params IEnumerable<string> rows)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(string.Concat(rows.Prepend(head).Select(r => r + "\n"))));
            }

            var numbers = Enumerable.Range(1, learners).ToList();
            Add(
                "manifest.csv", "propertyName,value", "oneroster.version,1.1", "file.orgs,bulk", "file.users,bulk", "file.classes,bulk", "file.enrollments,bulk",
                "file.academicSessions,bulk");
            Add("orgs.csv", "sourcedId,name,type,identifier,parentSourcedId", $"o-1,School,school,{School},");
            Add("academicSessions.csv", "sourcedId,title,type,startDate,endDate", "s-1,Year,schoolYear,2026-09-01,2027-05-25");
            Add("classes.csv", "sourcedId,title,classType,schoolSourcedId,termSourcedIds", "c-1,5 B,homeroom,o-1,s-1");
            Add("users.csv", "sourcedId,givenName,familyName,orgSourcedIds,role,grades", numbers.Select(n => $"u-{n},Invented,Trial{n},o-1,student,5"));
            Add("enrollments.csv", "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role", numbers.Select(n => $"e-{n},c-1,o-1,u-{n},student"));
        }

        return archive.ToArray();
    }

    private async Task FillAsync(Installation home, AiDesk desk)
    {
        await using (var connection = await home.Database.ConnectAsync())
        {
            accounts = (await connection.QueryAsync(
                "SELECT email, id FROM accounts WHERE email IS NOT NULL", r => (r.GetString(0), r.GetString(1)), default)).ToDictionary(a => a.Item1, a => a.Item2);
        }

        var now = home.Time.GetUtcNow();
        Teacher = Somebody(SchoolPersonKind.Teacher, "", now) with { Classes = ["9A"], Account = Account("teacher") };
        Learner = Somebody(SchoolPersonKind.Learner, "9A", now) with { Account = Account("learner"), Guardians = [Account("guardian")] };
        var clock = new IntegrityClock(home.Rules.Resolve(RuleKeys.AiIntegrity, Today).Value, desk.Calendar);
        var told = Enumerable.Range(1, 60).Select(days => now.AddDays(-days)).First(at => clock.After(at, clock.Rules.Value.PreparationDays).Value <= Today);
        var competences = new CompetenceDesk(home, new DiplomaFlow(home));
        (Level, var last) = (competences.Teachers.Value.Levels[0].Id, competences.Teachers.Value.Blocks.Last(b => b.Level == competences.Teachers.Value.Levels[0].Id));
        Block = last.Id;
        await home.Database.WriteAsync(async t =>
        {
            await desk.Directory.PutAsync(
                t, new School(School, LocalizedText.Same("School of Trials"), "KZ-61", "Trial district", SchoolKind.School, Setting.Urban, ["kk"], Connectivity.Good), now);
            await desk.Directory.AddAsync(t, School, [Teacher, Learner], null);
            Key = (await ApiClients.CreateAsync(
                t, Actor.AtConsole("test"), School, "Grader", [ApiClients.AssessPrefix + AiKillTests.SystemId], now.AddDays(30), now)).Value.Key;

            var (reporter, coordinator) = (new Doer(Account("teacher"), true), new Doer(Account("coordinator"), true));
            var one = await desk.Events.CreateAsync(
                t, IntegrityStreams.Kind, School,
                ReportCase.Of(reporter, School.Value, Learner.Id, null, "History essay", new Ground(GroundKind.SourceComparison, "No such book."), clock, told).Value);
            one = await desk.Events.AppendAsync(t, IntegrityStreams.Kind, one, NotifyLearner.Of(one.Now, coordinator, Learner, clock, told).Value);
            Case = one.Now.Id;

            var portfolio = await desk.Events.CreateAsync(
                t, CompetenceStreams.Portfolio, School, OpenPortfolio.Of(Account("teacher"), Teacher.Id, School.Value, told), Portfolio);
            foreach (var block in competences.Teachers.Value.Blocks.Where(b => b.Level == Level && b.Id != Block))
            {
                portfolio = await desk.Events.AppendAsync(
                    t, CompetenceStreams.Portfolio, portfolio,
                    HandInEvidence.Of(portfolio.Now, Account("teacher"), "e-" + block.Id, block.Id, "A lesson.", null, competences.Teachers.Value, told).Value);
                portfolio = await desk.Events.AppendAsync(
                    t, CompetenceStreams.Portfolio, portfolio,
                    AssessEvidence.Of(
                        portfolio.Now, Account("coordinator"), School.Value, "e-" + block.Id, true, "Seen.", competences.Teachers, competences.Assessing.Value, told).Value);
            }
        });
    }

    private static SchoolPerson Somebody(SchoolPersonKind kind, string inClass, DateTimeOffset now) => new(
        SchoolDirectory.NewPersonId(), School, kind, inClass, [], kind == SchoolPersonKind.Learner ? 9 : 0, "kk", "female", false, null, [],
        new PersonWords("Trial Person", DateOnly.FromDateTime(now.UtcDateTime).AddYears(kind == SchoolPersonKind.Learner ? -14 : -40)), now, null);
}
