using System.Net;
using System.Text.RegularExpressions;
using Mortanba.Delivery;
using Mortanba.Host;
using Mortanba.Host.Demo;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>kill -9 before and after a share is made or stopped: it is whole or not there, and the same form finishes it.</summary>
public sealed partial class HolderKillTests
{
    [Theory, Trait("Requirement", "DA-17")]
    [InlineData("before-share", false)]
    [InlineData("after-share", true)]
    public async Task Killed_while_a_share_is_made_it_is_there_whole_or_not_at_all_and_sent_again_it_is_there_once(string step, bool isThere)
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var form = Form();
        using (var dying = await Node.StartAsync(world, ("MORTANBA_CRASH_AT", step)))
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => PostAsync(dying, world, "share", form));
        }

        var (shares, consents) = await CountAsync(world);
        Assert.Equal(isThere ? 1 : 0, shares);
        Assert.Equal(shares, consents);

        using (var node = await Node.StartAsync(world))
        {
            await PostAsync(node, world, "share", form);
        }

        Assert.Equal((1, 1), await CountAsync(world));
        await world.AuditAsync();
    }

    [Theory, Trait("Requirement", "DA-17")]
    [InlineData("before-share-change", false)]
    [InlineData("after-share-change", true)]
    public async Task Killed_while_a_share_is_stopped_it_is_stopped_whole_or_not_at_all_and_sent_again_it_is_stopped(string step, bool isStopped)
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var form = Form();
        using (var node = await Node.StartAsync(world))
        {
            await PostAsync(node, world, "share", form);
        }

        using (var dying = await Node.StartAsync(world, ("MORTANBA_CRASH_AT", step)))
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => PostAsync(dying, world, $"shares/{form[0].Value}/stop", []));
        }

        Assert.Equal(isStopped, await IsStoppedAsync(world));
        using (var node = await Node.StartAsync(world))
        {
            await PostAsync(node, world, $"shares/{form[0].Value}/stop", []);
        }

        Assert.True(await IsStoppedAsync(world));
        await world.AuditAsync();
    }

    [Fact, Trait("Requirement", "DA-17")]
    public async Task Killed_while_an_opening_is_told_it_is_neither_noted_nor_told_and_opened_again_it_is_both_once()
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        using (var node = await Node.StartAsync(world))
        {
            await PostAsync(node, world, "share", Form());
        }

        var link = (await OpeningsAsync(world)).Link;
        using var client = new HttpClient();
        using (var dying = await Node.StartAsync(world, ("MORTANBA_CRASH_AT", "in-opening-message")))
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync($"{dying.Address}/en/s/{link}"));
        }

        Assert.Equal((link, 0, 0), await OpeningsAsync(world));
        using (var node = await Node.StartAsync(world))
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"{node.Address}/en/s/{link}")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"{node.Address}/en/s/{link}")).StatusCode);
        }

        Assert.Equal((link, 2, 1), await OpeningsAsync(world));
        await world.AuditAsync();
    }

    /// <summary>Of the share: its link, how often it was opened, how many messages tell of it.</summary>
    private static async Task<(string Link, int Opened, int Told)> OpeningsAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        var shares = new Shares(home.Vault);
        var share = (await shares.OfAccountAsync(connection, await AccountAsync(connection))).Single(s => s.Words.Recipient == Recipient);
        var told = await connection.QueryAsync(
            "SELECT id FROM mail_queue WHERE subject_kind = 'share-opened' AND subject = @id", r => r.GetString(0), default, ("id", share.Id));
        return ((await shares.SecretsAsync(connection, share.Id)).Link, share.OpenedCount, told.Count);
    }

    private const string Recipient = "Killed Ltd";

    private static KeyValuePair<string, string>[] Form() =>
    [
        new("id", Guid.NewGuid().ToString("N")), new("recipient", Recipient), new("why", "job"), new("ref", ""), new("until", "14"), new("lang", "en"),
        new("act", "make"), new("field", "name"), new("abroad", "1"),
    ];

    /// <summary>Signs in as the demonstration's graduate and sends a form of their pages.</summary>
    private static async Task PostAsync(Node node, World world, string path, IEnumerable<KeyValuePair<string, string>> form)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = new Uri(node.Address),
        };
        async Task<HttpResponseMessage> SendAsync(string to, string tokenFrom, IEnumerable<KeyValuePair<string, string>> fields) =>
            await client.PostAsync(to, new FormUrlEncodedContent(
                fields.Append(new("form", FormToken().Matches(await client.GetStringAsync(tokenFrom))[^1].Groups[1].Value))));
        var password = (await File.ReadAllLinesAsync(Path.Combine(world.Data, DemoPeople.FileName)))[0];
        await SendAsync("/en/sign-in", "/en/sign-in", [new("email", DemoPeople.Graduate), new("password", password), new("to", "")]);
        var diploma = Diploma().Match(await client.GetStringAsync("/en/me")).Value;
        var answer = await SendAsync(path == "share" ? $"{diploma}/share" : $"/en/me/{path}", "/en/me/data", form);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    private static async Task<(int Shares, int Consents)> CountAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        var account = await AccountAsync(connection);
        return (
            (await new Shares(home.Vault).OfAccountAsync(connection, account)).Count(s => s.Words.Recipient == Recipient),
            (await new Consents(home.Vault).OfAccountAsync(connection, account)).Count(c => c.Words.ToThirdParties == Recipient));
    }

    /// <summary>Share and consent agree.</summary>
    private static async Task<bool> IsStoppedAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        var account = await AccountAsync(connection);
        var share = (await new Shares(home.Vault).OfAccountAsync(connection, account)).Single(s => s.Words.Recipient == Recipient);
        var consent = (await new Consents(home.Vault).OfAccountAsync(connection, account)).Single(c => c.About == share.Id);
        Assert.Equal(share.RevokedAt is not null, consent.WithdrawnAt is not null);
        return share.RevokedAt is not null;
    }

    private static async Task<string> AccountAsync(System.Data.Common.DbConnection connection) =>
        (await connection.QueryAsync(
            "SELECT id FROM accounts WHERE email = @email", r => r.GetString(0), default, ("email", DemoPeople.Graduate))).Single();

    [GeneratedRegex("name=\"form\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    [GeneratedRegex("/en/me/diplomas/[0-9a-f-]{36}")]
    private static partial Regex Diploma();
}
