using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Demo;
using Mortanba.Issuance;
using Mortanba.Journey.Tests.Demo;

namespace Mortanba.Journey.Tests.Work;

[Collection(DemoTests.Name)]
public sealed class TwoApproversTests(DemoSite demo)
{
    private static readonly Bin Uni = Bin.Parse("940540002029");

    [Fact, Trait("Requirement", "X-13")]
    public async Task Of_two_approvers_at_once_one_signs_and_the_other_is_told()
    {
        var draft = await DemoApprovals.SubmitAsync(
            demo.Home, demo.Flow, Uni, DemoApprovals.List(demo.Home, 5_000, 3, "two-approvers.csv"), CancellationToken.None);
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

    private async Task<Person> SecondApproverAsync()
    {
        const string Email = "second-rector@uni.example";
        await using var scope = demo.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var at = demo.Home.Time.GetUtcNow();
        var account = new Account { Id = Guid.CreateVersion7(at).ToString(), Email = Email, EmailConfirmed = true, Name = "Second Rector", CreatedAt = at };
        Assert.True((await accounts.CreateAsync(account, SmallSite.Password)).Succeeded);
        await demo.Home.Database.WriteAsync(
            async t => (await Memberships.GrantAsync(t, Actor.AtConsole("test"), account.Id, Uni, Role.Approver, at)).Value);
        var person = new Person(demo.Site);
        Assert.Equal(HttpStatusCode.Redirect, (await person.SignInAsync(Email, SmallSite.Password)).StatusCode);
        return person;
    }
}
