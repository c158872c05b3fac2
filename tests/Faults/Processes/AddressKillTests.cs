using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;
using Mortanba.Host;
using Mortanba.Host.Web;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>kill -9 while an invitation's owner takes an address that another account never proved: somebody has it at all times.</summary>
public sealed partial class AddressKillTests
{
    private const string Email = "given@one.example";

    [Theory, Trait("Requirement", "X-13")]
    [InlineData("in-address-taken", false)]
    [InlineData("after-address-taken", true)]
    public async Task Killed_while_an_address_is_taken_it_is_the_old_accounts_or_the_new_ones_and_sent_again_it_comes_through(string step, bool isTaken)
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var (old, token) = await GivenAsync(world);
        using (var dying = await Node.StartAsync(world, ("MORTANBA_CRASH_AT", step)))
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => TakeAsync(dying, token));
        }

        var owner = await OwnerAsync(world);
        Assert.Equal(isTaken, owner != old);

        using (var node = await Node.StartAsync(world))
        {
            // Made already, the account signs in; its owner opens the link with it.
            Assert.Equal(isTaken ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.Redirect, await TakeAsync(node, token));
        }

        Assert.NotEqual(old, await OwnerAsync(world));
        await world.AuditAsync();
    }

    /// <summary>An account with an address it never proved, and an invitation to that address.</summary>
    private static async Task<(string Account, string Token)> GivenAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var services = new ServiceCollection().AddLogging().AddSingleton(home.Time)
            .AddMortanbaAccounts(home, home.Settings.Site).BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();
        var at = home.Time.GetUtcNow();
        var account = new Account { Id = Guid.CreateVersion7().ToString(), Email = Email, Name = "The first", CreatedAt = at };
        var made = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(account, "a long word of passage");
        Assert.True(made.Succeeded);
        var token = Invitations.NewToken();
        await home.Database.WriteAsync(async t =>
            (await Invitations.InviteAsync(t, Actor.AtConsole("test"), token, Email, null, Role.ComplianceOfficer, at)).Value);
        return (account.Id, token);
    }

    private static async Task<HttpStatusCode> TakeAsync(Node node, string token)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = new Uri(node.Address),
        };
        var path = $"/en/invitation/{token}";
        var form = FormToken().Match(await client.GetStringAsync(path)).Groups[1].Value;
        using var answer = await client.PostAsync(path, new FormUrlEncodedContent(
        [
            new("form", form), new("name", "The invited"), new("password", "another long password"), new("take", "yes"),
        ]));
        return answer.StatusCode;
    }

    /// <summary>The one account of the address.</summary>
    private static async Task<string> OwnerAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        return Assert.Single(await connection.QueryAsync(
            "SELECT id FROM accounts WHERE email = @email", r => r.GetString(0), default, ("email", Email)));
    }

    [GeneratedRegex("name=\"form\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
