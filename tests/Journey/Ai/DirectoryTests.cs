using System.IO.Compression;
using System.Net;
using System.Text;
using AngleSharp.Html.Parser;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Journey.Tests.Work;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>A school that nobody knows yet: the ministry brings it in, its roster names its people, and they find their pages when they accept.</summary>
[Collection(AiSites.Name)]
public sealed class DirectoryTests(AiSite ai)
{
    private const string Base = "/en/console/ai/directory";
    private static readonly Bin Fresh = Bin.Parse("990140003011");

    [Fact]
    [Trait("Requirement", "AI-16")]
    [Trait("Requirement", "AI-32")]
    public async Task From_a_directory_without_the_school_to_a_teacher_with_a_portfolio_and_tasks()
    {
        await using var connection = await ai.Home.Database.ConnectAsync();
        Assert.Null(await SchoolDirectory.FindAsync(connection, Fresh));

        using var ministry = await ai.SignedInAsync("ministry");
        var bad = await ministry.UploadAsync(Base, await ministry.TokenAsync(Base), "learners", "schools.csv", List("castle"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bad.StatusCode);
        var faults = (await new HtmlParser().ParseDocumentAsync(await bad.Content.ReadAsStringAsync())).QuerySelectorAll("tbody tr");
        Assert.Equal(["2 kind"], faults.Select(r => string.Join(' ', r.Children.Take(2).Select(c => c.TextContent))));

        var plan = await UploadAsync(ministry, Base, "schools.csv", List("school"));
        Assert.Contains("Fresh School", (await ministry.PageAsync(plan)).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await ministry.PostAsync(plan, await ministry.TokenAsync(plan), ("seen", "other"))).StatusCode);
        Assert.Null(await SchoolDirectory.FindAsync(connection, Fresh));
        await ConfirmAsync(ministry, plan, HttpStatusCode.SeeOther);
        Assert.Equal("Fresh School", (await SchoolDirectory.FindAsync(connection, Fresh))!.Name.En);
        Assert.Equal("ai/schools-taken", (await ai.Small.LastRecordedAsync()).What);
        Assert.Contains(
            "nothing would change", (await ministry.PageAsync(await UploadAsync(ministry, Base, "schools.csv", List("school")))).Body!.TextContent, StringComparison.Ordinal);

        // Somebody has the role and the proved address before the roster, two come after it.
        await ai.AddAsync("freshcoordinator", Role.AiCoordinator, Fresh);
        await ai.AddAsync("freshearly", Role.Teacher, Fresh);
        using (var coordinator = await ai.SignedInAsync("freshcoordinator"))
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await coordinator.GetAsync(Base)).StatusCode);
            await ConfirmAsync(
                coordinator, await UploadAsync(coordinator, $"/en/console/{Fresh}/ai/roster", "roster.zip", Roster()), HttpStatusCode.Redirect);
        }

        Assert.Equal(
            [("Early Invented", ai.Who("freshearly").Id), ("Later Invented", null)],
            (await ai.Desk.Directory.PeopleAsync(connection, Fresh, SchoolPersonKind.Teacher)).Select(p => (p.Words!.Name, p.Account)).Order());

        using var teacher = await AcceptAsync("freshlater@school.example", Role.Teacher);
        var portfolio = await teacher.PageAsync($"/en/console/{Fresh}/ai/portfolio");
        Assert.NotNull(portfolio.QuerySelector("form input[name=evidence]"));
        Assert.Equal(HttpStatusCode.OK, (await teacher.GetAsync($"/en/console/{Fresh}/ai/tasks/new")).StatusCode);
        using var early = await ai.SignedInAsync("freshearly");
        Assert.NotNull((await early.PageAsync($"/en/console/{Fresh}/ai/portfolio")).QuerySelector("form input[name=evidence]"));

        using var learner = await AcceptAsync("freshpupil@school.example", Role.Learner);
        Assert.Contains("Pupil Invented", (await learner.PageAsync("/en/me/ai")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    public async Task Leaving_coming_back_and_leaving_within_a_minute_are_told_each_by_itself()
    {
        var at = ai.Small.Time.GetUtcNow();
        var person = ai.Adult with { Id = SchoolDirectory.NewPersonId(), School = AiSite.CollegeBin };
        await ai.Home.Database.WriteAsync(t => ai.Desk.Directory.AddAsync(t, AiSite.CollegeBin, [person], null));
        var gone = person with { Left = at };
        await ai.Home.Database.WriteAsync(t => ai.Desk.Directory.LeaveAsync(t, person, at));
        await ai.Home.Database.WriteAsync(t => ai.Desk.Directory.LeaveAsync(t, gone, at));
        await ai.Home.Database.WriteAsync(t => ai.Desk.Directory.ChangeAsync(t, person, gone, at));
        await ai.Home.Database.WriteAsync(t => ai.Desk.Directory.LeaveAsync(t, person, at));
        await ai.Home.Database.WriteAsync(t => ai.Desk.Directory.ChangeAsync(t, person with { Kind = SchoolPersonKind.Teacher }, gone, at));
        await ai.Home.Database.WriteAsync(t => ai.Desk.Directory.ChangeAsync(t, person, person with { Kind = SchoolPersonKind.Teacher }, at));
        await using var connection = await ai.Home.Database.ConnectAsync();
        var told = new List<(string, int)>();
        await foreach (var fact in FactLog.SinceAsync(connection, 0, int.MaxValue))
        {
            if (fact.Stream == person.Id)
            {
                told.Add((fact.Fact.Type, fact.Number));
            }
        }

        Assert.Equal(
            [
                ("learner.enrolled", 1), ("learner.left", 2), ("learner.enrolled", 3), ("learner.left", 4), ("teacher.joined", 5), ("teacher.left", 6),
                ("learner.enrolled", 7),
            ],
            told);
    }

    private async Task<Person> AcceptAsync(string email, Role role)
    {
        var token = Invitations.NewToken();
        await ai.Home.Database.WriteAsync(async t => (await Invitations.InviteAsync(
            t, Actor.AtConsole("test"), token, email, Fresh, role, ai.Small.Time.GetUtcNow())).Value);
        var (person, link) = (new Person(ai.Small.Site), $"/en/invitation/{token}");
        Assert.Equal(
            HttpStatusCode.Redirect,
            (await person.PostAsync(link, await person.TokenAsync(link), ("name", "Invented"), ("password", SmallSite.Password))).StatusCode);
        return person;
    }

    private static async Task<string> UploadAsync(Person person, string page, string name, byte[] file) =>
        (await person.UploadAsync(page, await person.TokenAsync(page), "learners", name, file)).Headers.Location!.ToString();

    private static async Task ConfirmAsync(Person person, string plan, HttpStatusCode answer)
    {
        var seen = (await person.PageAsync(plan)).QuerySelector("input[name=seen]")!.GetAttribute("value")!;
        Assert.Equal(answer, (await person.PostAsync(plan, await person.TokenAsync(plan), ("seen", seen))).StatusCode);
    }

    private static byte[] List(string kind) => Encoding.UTF8.GetBytes(
        "bin,name_kk,name_ru,name_en,region,district,kind,setting,languages,connectivity,department\n"
        + $"{Fresh},Жаңа мектеп,Новая школа,Fresh School,KZ-61,Trial,{kind},rural,kk,weak,no\n");

    private static byte[] Roster()
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in new[]
            {
                ("manifest.csv", "propertyName,value\noneroster.version,1.1\nfile.orgs,bulk\nfile.users,bulk\nfile.classes,bulk\nfile.enrollments,bulk\nfile.academicSessions,bulk\n"),
                ("orgs.csv", $"sourcedId,name,type,identifier,parentSourcedId\no-1,School,school,{Fresh},\n"),
                ("academicSessions.csv", "sourcedId,title,type,startDate,endDate\ns-1,Year,schoolYear,2026-09-01,2027-05-25\n"),
                ("classes.csv", "sourcedId,title,classType,schoolSourcedId,termSourcedIds\nc-1,9A,homeroom,o-1,s-1\n"),
                ("users.csv", "sourcedId,givenName,familyName,orgSourcedIds,role,grades,email\nt-1,Invented,Early,o-1,teacher,,FreshEarly@school.example\n"
                    + "t-2,Invented,Later,o-1,teacher,,freshlater@school.example\nl-1,Invented,Pupil,o-1,student,09,freshpupil@school.example\n"),
                ("enrollments.csv", "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\ne-1,c-1,o-1,t-2,teacher\ne-2,c-1,o-1,l-1,student\n"),
            })
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return archive.ToArray();
    }
}
