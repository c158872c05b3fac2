using System.IO.Compression;
using System.Net;
using System.Text;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Journey.Tests.Work;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>Guardians of a roster: named with their learners, linked when they accept the school's invitation, and not a day longer than named.</summary>
[Collection(AiSites.Name)]
public sealed class RosterFamilyTests(AiSite ai)
{
    private static readonly string Base = $"/en/console/{AiSite.SchoolBin}/ai/roster";

    [Fact]
    public async Task A_guardian_of_the_roster_represents_the_learner_after_accepting_and_no_longer_than_the_roster_names_them()
    {
        var email = $"family-{Guid.NewGuid():N}@one.example";
        using var coordinator = await ai.SignedInAsync("coordinator");
        var plan = await UploadAsync(coordinator, email, "fam-g1");
        var page = await coordinator.PageAsync(plan);
        var guardians = page.QuerySelector("#guardians")!.ParentElement!.ParentElement!;
        Assert.Contains("Guardian Invented", guardians.TextContent, StringComparison.Ordinal);
        Assert.Contains("Ward Invented", guardians.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(email, page.Body!.TextContent, StringComparison.Ordinal);
        await ConfirmAsync(coordinator, plan);
        var ward = await WardAsync();
        Assert.Empty(ward.Guardians);

        // The file alone opens nothing; the school's invitation to this address does.
        var token = Invitations.NewToken();
        await ai.Home.Database.WriteAsync(async t => (await Invitations.InviteAsync(
            t, Actor.AtConsole("test"), token, email.ToUpperInvariant(), AiSite.SchoolBin, Role.Guardian, ai.Small.Time.GetUtcNow())).Value);
        using var guardian = new Person(ai.Small.Site);
        var link = $"/en/invitation/{token}";
        Assert.Equal(
            HttpStatusCode.Redirect,
            (await guardian.PostAsync(link, await guardian.TokenAsync(link), ("name", "Guardian Invented"), ("password", SmallSite.Password))).StatusCode);
        Assert.Single((await WardAsync()).Guardians);
        Assert.Equal(HttpStatusCode.OK, (await guardian.GetAsync($"/en/me/ai/{ward.Id}/tasks")).StatusCode);

        // The same roster changes nothing; one that names them no more takes the child from their pages; one that names them again gives it back.
        Assert.Contains("nothing would change", (await coordinator.PageAsync(await UploadAsync(coordinator, email, "fam-g1"))).Body!.TextContent, StringComparison.Ordinal);
        await ConfirmAsync(coordinator, await UploadAsync(coordinator, email, ""));
        Assert.Empty((await WardAsync()).Guardians);
        Assert.Equal(HttpStatusCode.NotFound, (await guardian.GetAsync($"/en/me/ai/{ward.Id}/tasks")).StatusCode);
        await ConfirmAsync(coordinator, await UploadAsync(coordinator, email, "fam-g1"));
        Assert.Single((await WardAsync()).Guardians);
    }

    private async Task<SchoolPerson> WardAsync()
    {
        await using var connection = await ai.Home.Database.ConnectAsync();
        var id = (await SchoolDirectory.SourceIdsAsync(connection, AiSite.SchoolBin))["fam-l1"];
        return (await ai.Desk.Directory.PersonAsync(connection, id))!;
    }

    private static async Task ConfirmAsync(Person coordinator, string plan)
    {
        var seen = (await coordinator.PageAsync(plan)).QuerySelector("input[name=seen]")!.GetAttribute("value")!;
        Assert.Equal(HttpStatusCode.Redirect, (await coordinator.PostAsync(plan, await coordinator.TokenAsync(plan), ("seen", seen))).StatusCode);
    }

    private static async Task<string> UploadAsync(Person coordinator, string email, string agent)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in new[]
            {
                ("manifest.csv", "propertyName,value\noneroster.version,1.1\nfile.orgs,bulk\nfile.users,bulk\nfile.classes,bulk\nfile.enrollments,bulk\nfile.academicSessions,bulk\n"),
                ("orgs.csv", $"sourcedId,name,type,identifier,parentSourcedId\no-1,School,school,{AiSite.SchoolBin},\n"),
                ("academicSessions.csv", "sourcedId,title,type,startDate,endDate\ns-1,Year,schoolYear,2026-09-01,2027-05-25\n"),
                ("classes.csv", "sourcedId,title,classType,schoolSourcedId,termSourcedIds\nc-1,5 B,homeroom,o-1,s-1\n"),
                ("users.csv", "sourcedId,givenName,familyName,orgSourcedIds,role,grades,email,agentSourcedIds\n"
                    + $"fam-l1,Invented,Ward,o-1,student,05,,{agent}\nfam-g1,Invented,Guardian,o-1,guardian,,{email},\n"),
                ("enrollments.csv", "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\ne-1,c-1,o-1,fam-l1,student\n"),
            })
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return (await coordinator.UploadAsync(Base, await coordinator.TokenAsync(Base), "learners", "roster.zip", archive.ToArray())).Headers.Location!.ToString();
    }
}
