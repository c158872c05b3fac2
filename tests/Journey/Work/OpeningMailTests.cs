using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Issuance;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Work;

/// <summary>A holder is written to when a share is opened: once per share and day, and not at all when they turned it off.</summary>
[Trait("Requirement", "X-6")]
[Trait("Requirement", "DA-17")]
public sealed class OpeningMailTests(SmallDiplomas few) : IClassFixture<SmallDiplomas>
{
    [Fact]
    public async Task The_first_opening_of_a_day_is_told_once_and_none_once_it_is_turned_off()
    {
        using var holder = await few.Site.SignedInAsync("opened@one.example");
        var (one, two) = (await ShareAsync("opened@one.example"), await ShareAsync("opened@one.example"));

        await OpenAsync(one);
        await Task.WhenAll(OpenAsync(one), OpenAsync(one), OpenAsync(one));
        Assert.Equal((1, 0), (await ToldAsync(one), await ToldAsync(two)));
        await Task.WhenAll(OpenAsync(two), OpenAsync(two), OpenAsync(two));
        Assert.Equal((1, 1), (await ToldAsync(one), await ToldAsync(two)));

        few.Site.Time.Pass(TimeSpan.FromDays(1));
        await OpenAsync(one);
        Assert.Equal(2, await ToldAsync(one));

        using var again = new Person(few.Site.Site);
        await again.SignInAsync("opened@one.example", SmallSite.Password);
        Assert.NotNull((await again.PageAsync("/kk/me/data")).QuerySelector("#notices input[name=openings][checked]"));
        await again.PostAsync("/kk/me/data/notices", await again.TokenAsync("/kk/me/data"));
        Assert.Null((await again.PageAsync("/kk/me/data")).QuerySelector("#notices input[name=openings][checked]"));
        Assert.Equal("me/openings-untold", (await few.Site.LastRecordedAsync()).What);
        few.Site.Time.Pass(TimeSpan.FromDays(1));
        await OpenAsync(one);
        Assert.Equal(2, await ToldAsync(one));
        await again.PostAsync("/kk/me/data/notices", await again.TokenAsync("/kk/sign-in"), ("openings", "yes"));
    }

    [Fact]
    public async Task The_message_names_neither_recipient_nor_diploma_nor_person()
    {
        using var holder = await few.Site.SignedInAsync("quiet@one.example");
        var share = await ShareAsync("quiet@one.example");
        await OpenAsync(share);

        var (to, title, body) = await ReadAsync(share);
        Assert.Equal("quiet@one.example", to);
        Assert.Contains("/me/shares/" + share.Id, body, StringComparison.Ordinal);
        Assert.DoesNotContain(share.Link, body, StringComparison.Ordinal);
        var content = share.Diploma.Record.Content;
        string[] names = [content.Name.PassportFamily, content.Name.PassportGiven, .. Languages.All.SelectMany(l => new[] { content.Name.Family.In(l), content.Name.Given.In(l) })];
        foreach (var word in names.Append("Employer").Append("quiet@one.example").Append(content.Number).Append(content.Iin.Value).Where(w => w.Length > 0))
        {
            Assert.DoesNotContain(word, title + "\n" + body, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Nobody_is_written_to_at_an_address_that_was_not_proved()
    {
        using var holder = await few.Site.SignedInAsync("typed@one.example");
        await few.Site.Home.Database.WriteAsync(t => t.ExecuteAsync(
            "UPDATE accounts SET email_confirmed = 0 WHERE email = @email", default, ("email", "typed@one.example")));
        var share = await ShareAsync("typed@one.example");
        await OpenAsync(share);

        Assert.Equal(0, await ToldAsync(share));
    }

    /// <summary>The message as its reader gets it: out of the queue, or out of the folder once it was sent.</summary>
    private async Task<(string To, string Title, string Body)> ReadAsync((string Id, string Link, StoredDiploma Diploma) share)
    {
        await using var connection = await few.Site.Home.Database.ConnectAsync();
        var (id, to, title, body) = Assert.Single(await connection.QueryAsync(
            "SELECT id, recipient, title, body FROM mail_queue WHERE subject = @share",
            r => (r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3)), default, ("share", share.Id)));
        if (to.Length > 0)
        {
            var protector = few.Site.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("mail");
            return (protector.Unprotect(to), protector.Unprotect(title), protector.Unprotect(body));
        }

        var file = await File.ReadAllTextAsync(Path.Combine(few.Site.Directory, "mail", id + ".eml"));
        string Header(string name) => file.Split('\n').First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..];
        return (
            Header("To: "), Encoding.UTF8.GetString(Convert.FromBase64String(Header("Subject: =?utf-8?B?")[..^2])),
            file[file.IndexOf("\n\n", StringComparison.Ordinal)..]);
    }

    private async Task OpenAsync((string Id, string Link, StoredDiploma Diploma) share)
    {
        using var stranger = new Person(few.Site.Site);
        Assert.True((await stranger.GetAsync("/en/s/" + share.Link)).IsSuccessStatusCode);
    }

    private async Task<int> ToldAsync((string Id, string Link, StoredDiploma Diploma) share)
    {
        await using var connection = await few.Site.Home.Database.ConnectAsync();
        return (await connection.QueryAsync(
            "SELECT id FROM mail_queue WHERE subject_kind = @kind AND subject = @share", r => r.GetString(0), default,
            ("kind", TellOpening.SubjectKind), ("share", share.Id))).Count;
    }

    private async Task<(string Id, string Link, StoredDiploma Diploma)> ShareAsync(string email)
    {
        var (home, diploma) = (few.Site.Home, few.Take());
        await using var connection = await home.Database.ConnectAsync();
        var account = (await connection.QueryAsync("SELECT id FROM accounts WHERE email = @email", r => r.GetString(0), default, ("email", email))).Single();
        Assert.True(await home.Database.WriteAsync(t => Holdings.AddAsync(t, diploma.Summary.Asset, account, few.Site.Time.GetUtcNow())));
        var id = (await new ShareDiploma(home).RunAsync(
            new Actor(ActorKind.Person, account, "", []), diploma,
            new ShareOrder(
                Guid.NewGuid().ToString("N"), "Employer", "job", "", new HashSet<string>(["name"]), new HashSet<int>(), Language.En, 30, null,
                AsksPin: false, MayDownload: false, Abroad: true, EvenSo: true), default)).Value;
        return (id, (await new Shares(home.Vault).SecretsAsync(connection, id)).Link, diploma);
    }
}
