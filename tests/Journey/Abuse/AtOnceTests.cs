using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Demo;
using Mortanba.Issuance;
using Mortanba.Journey.Tests.Work;

namespace Mortanba.Journey.Tests.Abuse;

/// <summary>The same thing twice, by one person or by two, at one moment or later from a stale page.</summary>
[Trait("Requirement", "X-13")]
public sealed class AtOnceTests(AbuseSite site) : IClassFixture<AbuseSite>
{
    // Another than the one whose every form the tests here send: among them those that end a role.
    private static readonly Bin Uni = Bin.Parse("980940003039");

    [Fact]
    public async Task Of_two_approvers_at_once_one_signs_and_the_other_is_told()
    {
        var (demo, draft) = (site.Demo, await DemoApprovals.SubmitAsync(
            site.Demo.Home, site.Demo.Flow, Uni, DemoApprovals.List(site.Demo.Home, 5_000, 3, "two-approvers.csv"), CancellationToken.None));
        using var first = await Person.SignedInAsync(demo, $"rector@{Uni}.example");
        using var second = await SecondApproverAsync();
        var path = $"/en/console/{Uni}/approvals/{draft.Id}/sign";
        (string, string)[] fields =
            [("version", $"{draft.Version}"), ("list", draft.ListHash!), ("office", "rector"), ("order", "Order 7"), ("understood", "yes")];
        var tokens = (First: await first.TokenAsync(path), Second: await second.TokenAsync(path));

        var both = await Task.WhenAll(first.PostAsync(path, tokens.First, fields), second.PostAsync(path, tokens.Second, fields));

        Assert.Single(both, a => a.StatusCode == HttpStatusCode.Redirect);
        Assert.Single(both, a => a.StatusCode == HttpStatusCode.UnprocessableEntity);
        await using var connection = await demo.Home.Database.ConnectAsync();
        Assert.Single(await SigningJobs.OfInstitutionAsync(connection, Uni, 100), j => j.Draft == draft.Id);
    }

    [Fact]
    public async Task Any_form_sent_three_times_at_once_and_again_later_breaks_nothing()
    {
        await site.WalkAsync();
        var faults = new List<string>();
        foreach (var form in site.Forms.Where(f => !f.Route.EndsWith("/sign-out", StringComparison.Ordinal)))
        {
            var person = site.SignedIn[form.Who];
            var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => person.SendAsync(form.Path, form.Body(form.All))));
            foreach (var answer in answers.Append(await person.SendAsync(form.Path, form.Body(form.All))).Where(a => (int)a.StatusCode >= 500))
            {
                faults.Add($"{form.Route} as {form.Who}: {(int)answer.StatusCode}");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private async Task<Person> SecondApproverAsync()
    {
        const string Email = "second-rector@uni.example";
        await using var scope = site.Demo.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var at = site.Demo.Home.Time.GetUtcNow();
        var account = new Account { Id = Guid.CreateVersion7(at).ToString(), Email = Email, EmailConfirmed = true, Name = "Second Rector", CreatedAt = at };
        Assert.True((await accounts.CreateAsync(account, SmallSite.Password)).Succeeded);
        await site.Demo.Home.Database.WriteAsync(
            async t => (await Memberships.GrantAsync(t, Actor.AtConsole("test"), account.Id, Uni, Role.Approver, at)).Value);
        var person = new Person(site.Demo.Site);
        Assert.Equal(HttpStatusCode.Redirect, (await person.SignInAsync(Email, SmallSite.Password)).StatusCode);
        return person;
    }
}
