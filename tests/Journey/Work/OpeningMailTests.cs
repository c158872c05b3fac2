using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
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

        await using var connection = await few.Site.Home.Database.ConnectAsync();
        var rows = await connection.QueryAsync(
            "SELECT subject_kind, subject, recipient, title, body FROM mail_queue WHERE subject = @share",
            r => string.Join('\n', Enumerable.Range(0, 5).Select(r.GetString)), default, ("share", share.Id));
        var row = Assert.Single(rows);
        Assert.DoesNotContain("quiet@one.example", row, StringComparison.Ordinal);
        Assert.DoesNotContain("Employer", row, StringComparison.Ordinal);
    }

    private async Task OpenAsync((string Id, string Link) share)
    {
        using var stranger = new Person(few.Site.Site);
        Assert.True((await stranger.GetAsync("/en/s/" + share.Link)).IsSuccessStatusCode);
    }

    private async Task<int> ToldAsync((string Id, string Link) share)
    {
        await using var connection = await few.Site.Home.Database.ConnectAsync();
        return (await connection.QueryAsync(
            "SELECT id FROM mail_queue WHERE subject_kind = @kind AND subject = @share", r => r.GetString(0), default,
            ("kind", TellOpening.SubjectKind), ("share", share.Id))).Count;
    }

    private async Task<(string Id, string Link)> ShareAsync(string email)
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
        return (id, (await new Shares(home.Vault).SecretsAsync(connection, id)).Link);
    }
}
