using System.Net;
using Mortanba.Accounts;
using Mortanba.Journey.Tests.Demo;

namespace Mortanba.Journey.Tests.Work;

[Collection(DemoTests.Name)]
public sealed class SignInTests(DemoSite demo)
{
    private const string Own = "940540002029";

    [Fact]
    public async Task An_unknown_address_and_a_wrong_password_get_the_same_answer()
    {
        using var person = new Person(demo.Site);

        var unknown = await (await person.SignInAsync("nobody@x.example", "wrong")).Content.ReadAsStringAsync();
        var wrong = await (await person.SignInAsync($"dpo@platform.example", "wrong")).Content.ReadAsStringAsync();

        Assert.Contains("E-mail or password is wrong.", unknown, StringComparison.Ordinal);
        Assert.Contains("E-mail or password is wrong.", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invited_person_makes_an_account_takes_the_role_once_and_loses_it_when_it_ends()
    {
        using var admin = await Person.SignedInAsync(demo, $"admin@{Own}.example");
        var email = $"new-{Guid.NewGuid():N}@uni.example";
        var invited = await admin.PostAsync(
            $"/en/console/{Own}/people/invite", await admin.TokenAsync($"/en/console/{Own}/people"), ("email", email), ("role", "auditor"));
        Assert.Equal(HttpStatusCode.Redirect, invited.StatusCode);
        var link = await MailedLinkAsync(email);

        using var person = new Person(demo.Site);
        var refused = await person.PostAsync(link, await person.TokenAsync(link), ("name", "New Person"), ("password", "short"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("New Person", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var taken = await person.PostAsync(link, await person.TokenAsync(link), ("name", "New Person"), ("password", "four random words here"));
        Assert.Equal("/en/console", taken.Headers.Location?.ToString());
        await person.PageAsync($"/en/console/{Own}/trail");
        await person.PageAsync(link, HttpStatusCode.NotFound);

        var people = await admin.PageAsync($"/en/console/{Own}/people");
        var row = people.QuerySelectorAll("#people tbody tr").Single(r => r.TextContent.Contains(email, StringComparison.Ordinal));
        await admin.PostAsync(
            $"/en/console/{Own}/people/end", row.QuerySelector("input[name=form]")!.GetAttribute("value"),
            ("id", row.QuerySelector("input[name=id]")!.GetAttribute("value")!));
        await person.PageAsync($"/en/console/{Own}/trail", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_new_password_ends_the_other_sessions_and_keeps_this_one()
    {
        const string Email = "compliance-trial@platform.example";
        const string Password = "one two three four five";
        await MakeAsync(Email, Password);
        using var here = new Person(demo.Site);
        using var elsewhere = new Person(demo.Site);
        await here.SignInAsync(Email, Password);
        await elsewhere.SignInAsync(Email, Password);

        var changed = await here.PostAsync(
            "/en/me/security/password", await here.TokenAsync("/en/me/security"), ("current", Password), ("new", "six seven eight nine ten"));

        Assert.Equal(HttpStatusCode.Redirect, changed.StatusCode);
        await here.PageAsync("/en/me/security");
        Assert.Equal(HttpStatusCode.Redirect, (await elsewhere.GetAsync("/en/me/security")).StatusCode);
    }

    [Fact]
    public async Task An_api_key_is_shown_once_and_never_stands_in_a_later_page()
    {
        using var admin = await Person.SignedInAsync(demo, $"admin@{Own}.example");
        var made = await admin.PostAsync(
            $"/en/console/{Own}/clients", await admin.TokenAsync($"/en/console/{Own}/clients"),
            ("name", "SIS <b>1</b>"), ("days", "30"), ("scope", ApiClients.PrepareScope));

        var page = await made.Content.ReadAsStringAsync();
        Assert.Contains(ApiClients.Prefix, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>1</b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain(
            ApiClients.Prefix, (await admin.PageAsync($"/en/console/{Own}/clients")).Body!.TextContent, StringComparison.Ordinal);
    }

    private async Task MakeAsync(string email, string password)
    {
        var token = Invitations.NewToken();
        await demo.Home.Database.WriteAsync(async t => (await Invitations.InviteAsync(
            t, Actor.AtConsole("test"), token, email, null, Role.ComplianceOfficer, demo.Home.Time.GetUtcNow())).Value);
        using var person = new Person(demo.Site);
        var link = $"/en/invitation/{token}";
        var taken = await person.PostAsync(link, await person.TokenAsync(link), ("name", "Trial"), ("password", password));
        Assert.Equal(HttpStatusCode.Redirect, taken.StatusCode);
    }

    /// <summary>The mail leaves within seconds; its file appears whole.</summary>
    private async Task<string> MailedLinkAsync(string email)
    {
        var folder = Directory.CreateDirectory(Path.Combine(demo.Directory, "mail"));
        using var watcher = new FileSystemWatcher(folder.FullName, "*.eml");
        var arrived = new SemaphoreSlim(0);
        watcher.Renamed += (_, _) => arrived.Release();
        watcher.EnableRaisingEvents = true;
        while (true)
        {
            foreach (var file in folder.GetFiles("*.eml"))
            {
                var text = await File.ReadAllTextAsync(file.FullName);
                if (text.Contains($"To: {email}\n", StringComparison.Ordinal))
                {
                    var address = text.Split('\n').Single(l => l.StartsWith(demo.Site, StringComparison.Ordinal));
                    return new Uri(address).AbsolutePath;
                }
            }

            Assert.True(await arrived.WaitAsync(TimeSpan.FromSeconds(60)), "No mail came.");
        }
    }
}
