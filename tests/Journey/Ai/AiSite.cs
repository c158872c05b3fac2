using System.Net;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Journey.Tests.Work;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>
/// A site with two schools, a college and a region's department, and people of one school: everybody that AI in education knows. One for all
/// tests of this folder (<see cref="AiSites"/>); a test makes what it needs beside what others made. The clock stands at 1 July 2026.
/// </summary>
public sealed class AiSite : IAsyncLifetime
{
    public static readonly Bin SchoolBin = Bin.Parse("990140001015");
    public static readonly Bin OtherSchoolBin = Bin.Parse("990140001025");
    public static readonly Bin CollegeBin = Bin.Parse("990140001035");
    public static readonly Bin DepartmentBin = Bin.Parse("990140002013");

    private readonly Dictionary<string, Actor> people = [];

    internal SmallSite Small { get; } = new();

    internal Installation Home => Small.Home;

    internal AiDesk Desk { get; private set; } = null!;

    /// <summary>Class 9A: fourteen years old. Signs in as <c>learner</c>, represented by <c>guardian</c>.</summary>
    internal SchoolPerson Learner { get; private set; } = null!;

    /// <summary>Teaches 9A. Signs in as <c>teacher</c>.</summary>
    internal SchoolPerson Teacher { get; private set; } = null!;

    /// <summary>Class 9A: turned eighteen. Has no account.</summary>
    internal SchoolPerson Adult { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Small.InitializeAsync();
        Desk = new AiDesk(Home);
        foreach (var (name, role, place) in new (string, Role, Bin?)[]
        {
            ("head", Role.SchoolHead, SchoolBin), ("coordinator", Role.AiCoordinator, SchoolBin), ("teacher", Role.Teacher, SchoolBin),
            ("teacher2", Role.Teacher, SchoolBin), ("teacher3", Role.Teacher, SchoolBin), ("learner", Role.Learner, SchoolBin),
            ("guardian", Role.Guardian, SchoolBin), ("otherhead", Role.SchoolHead, OtherSchoolBin), ("otherteacher", Role.Teacher, OtherSchoolBin),
            ("region", Role.RegionOfficer, DepartmentBin), ("ethics", Role.EthicsReviewer, null), ("approver", Role.AiApprover, null),
            ("ministry", Role.MinistryOfficer, null), ("vendor", Role.Vendor, null),
        })
        {
            await AddAsync(name, role, place);
        }

        var at = Small.Time.GetUtcNow();
        Teacher = Somebody(SchoolPersonKind.Teacher, "", "Trial Teacher", new DateOnly(1985, 3, 4)) with { Classes = ["9A"], Account = Who("teacher").Id };
        Learner = Somebody(SchoolPersonKind.Learner, "9A", "Trial Learner", new DateOnly(2012, 3, 4)) with
        {
            Account = Who("learner").Id,
            Guardians = [Who("guardian").Id],
        };
        Adult = Somebody(SchoolPersonKind.Learner, "9A", "Trial Adult", new DateOnly(2008, 2, 29));
        await Home.Database.WriteAsync(async t =>
        {
            await Desk.Directory.PutAsync(t, Place(SchoolBin, "School No 1", SchoolKind.School, Setting.Urban), at);
            await Desk.Directory.PutAsync(t, Place(OtherSchoolBin, "School No 2", SchoolKind.School, Setting.Rural), at);
            await Desk.Directory.PutAsync(t, Place(CollegeBin, "College of Trials", SchoolKind.College, Setting.Urban), at);
            await Desk.Directory.PutAsync(
                t, Place(DepartmentBin, "Department of Education", SchoolKind.School, Setting.Urban) with { IsDepartment = true }, at);
            await Desk.Directory.AddAsync(t, SchoolBin, [Teacher, Learner, Adult], null);
        });
    }

    public ValueTask DisposeAsync() => Small.DisposeAsync();

    internal static string Email(string name) => $"{name}@school.example";

    /// <summary>Somebody with an account and a role; whoever is there already stays.</summary>
    internal async Task AddAsync(string name, Role role, Bin? place)
    {
        if (!people.ContainsKey(name))
        {
            var id = await Small.MakeAsync(Email(name));
            await Home.Database.WriteAsync(async t => (await Memberships.GrantAsync(
                t, Actor.AtConsole("test"), id, place, role, Small.Time.GetUtcNow())).Value);
            people[name] = new Actor(ActorKind.Person, id, "Trial " + name, [new Membership("", id, place, role, Small.Time.GetUtcNow())]);
        }
    }

    /// <summary>One of the people, as whoever acts.</summary>
    internal Actor Who(string name) => people[name];

    /// <summary>One of the people, signed in.</summary>
    internal async Task<Person> SignedInAsync(string name)
    {
        var person = new Person(Small.Site);
        Assert.Equal(HttpStatusCode.Redirect, (await person.SignInAsync(Email(name), SmallSite.Password)).StatusCode);
        return person;
    }

    private SchoolPerson Somebody(SchoolPersonKind kind, string inClass, string name, DateOnly born) => new(
        SchoolDirectory.NewPersonId(), SchoolBin, kind, inClass, [], kind == SchoolPersonKind.Learner ? 9 : 0, "kk", "female", false, null, [],
        new PersonWords(name, born), Small.Time.GetUtcNow(), null);

    private static School Place(Bin bin, string name, SchoolKind kind, Setting setting) =>
        new(bin, LocalizedText.Same(name), "KZ-61", "Trial district", kind, setting, ["kk", "ru"], Connectivity.Weak);
}

/// <summary>Tests that share one <see cref="AiSite"/>.</summary>
[CollectionDefinition(Name)]
public sealed class AiSites : ICollectionFixture<AiSite>
{
    public const string Name = "AI in education";
}
