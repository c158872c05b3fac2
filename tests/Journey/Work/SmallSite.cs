using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Commands;
using Mortanba.Host.Demo;
using Mortanba.Journey.Tests.Live;
using Mortanba.TestAuthorities;
using Mortanba.Tests;

namespace Mortanba.Journey.Tests.Work;

/// <summary>
/// A site with the demonstration's institutions and no diploma, whose clock stands still until a test lets time pass.
/// Digital signatures of the test authority are accepted. Tests make accounts of their own.
/// </summary>
public sealed class SmallSite : IAsyncLifetime
{
    public const string Password = "a long word of passage";

    public static readonly Bin Uni = Bin.Parse("940540002029");

    private WebApplication app = null!;

    internal string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("mortanba-small-").FullName;

    internal string Site { get; private set; } = "";

    internal Installation Home { get; private set; } = null!;

    internal ManualTime Time { get; } = new();

    internal TestAuthority Authority { get; } = new();

    internal IServiceProvider Services => app.Services;

    /// <summary>Settings beyond the usual, before the site starts.</summary>
    internal Func<Settings, Settings> Also { get; init; } = settings => settings;

    internal int SignInsPerMinute { get; init; } = 10_000;

    public async ValueTask InitializeAsync()
    {
        Site = $"http://localhost:{Ports.Free()}";
        var eds = System.IO.Directory.CreateDirectory(Path.Combine(Directory, "eds")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(eds, "root.cer"), Authority.Root.RawData);
        var port = new Uri(Site).Port;
        Also(new Settings("demo", "KZ", "sqlite:mortanba.db", Site, $"localhost:{port}/log", DemoLists.Organisations(Site)
            .Single(o => o.Role == Mortanba.Permits.OrganisationRole.IssuerOperator).Bin.Value)).Save(Directory);
        Home = (await Installation.OpenAsync(Directory, Time)).Value;
        var flow = new DiplomaFlow(Home);
        await new DemoSetup(Home, flow).RunAsync(default);
        app = await ServeCommand.BuildAsync(
            Home, flow, $"http://127.0.0.1:{port}", options => options.SignInsPerMinute = SignInsPerMinute);
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
            await Home.DisposeAsync();
        }

        Authority.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>Somebody with an account, and a role at the university when one is named.</summary>
    internal async Task<string> MakeAsync(string email, Role? role = null)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var account = new Account
        {
            Id = Guid.CreateVersion7().ToString(),
            Email = email,
            EmailConfirmed = true,
            Name = "Trial " + email.Split('@')[0],
            CreatedAt = Time.GetUtcNow(),
        };
        Assert.True((await accounts.CreateAsync(account, Password)).Succeeded);
        if (role is { } given)
        {
            await Home.Database.WriteAsync(async t => (await Memberships.GrantAsync(
                t, Actor.AtConsole("test"), account.Id, given.IsOfPlatform() ? null : Uni, given, Time.GetUtcNow())).Value);
        }

        return account.Id;
    }

    internal async Task<Person> SignedInAsync(string email, Role? role = null)
    {
        await MakeAsync(email, role);
        var person = new Person(Site);
        Assert.Equal(HttpStatusCode.Redirect, (await person.SignInAsync(email, Password)).StatusCode);
        return person;
    }

    /// <summary>What was recorded last.</summary>
    internal async Task<TrailRow> LastRecordedAsync()
    {
        await using var connection = await Home.Database.ConnectAsync();
        return (await AuditTrail.OfInstitutionAsync(connection, null, null, 1)).Single();
    }
}
