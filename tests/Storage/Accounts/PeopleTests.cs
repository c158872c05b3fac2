using Mortanba.Accounts;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Storage.Tests.Accounts;

public sealed class PeopleTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
    private static readonly Bin One = Bin.Parse("940540002029");
    private static readonly Bin Other = Bin.Parse("050540004455");

    private static readonly Actor Administrator = new(
        ActorKind.Person, "admin", "", [new Membership("m", "admin", One, Role.Administrator, At)]);

    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task An_invitation_gives_its_role_once(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, AccountsSchema.Migrations);
        var token = Invitations.NewToken();
        _ = (await test.Database.WriteAsync(t => Invitations.InviteAsync(t, Administrator, token, "r@one.example", One, Role.Registrar, At))).Value;

        var first = await test.Database.WriteAsync(t => Invitations.AcceptAsync(t, Person("a-1"), token, At));
        var again = await test.Database.WriteAsync(t => Invitations.AcceptAsync(t, Person("a-2"), token, At));

        Assert.True(first.IsDone);
        Assert.Equal("accounts/no-invitation", again.Problem?.Code);
        await using var connection = await test.Database.ConnectAsync();
        Assert.Equal(Role.Registrar, Assert.Single(await Memberships.OfAccountAsync(connection, "a-1")).Role);
        Assert.Empty(await Memberships.OfAccountAsync(connection, "a-2"));
        Assert.Equal((2L, null), await AuditTrail.CheckAsync(connection));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task An_invitation_ends_after_its_term_and_when_taken_back(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, AccountsSchema.Migrations);
        var token = Invitations.NewToken();
        _ = (await test.Database.WriteAsync(t => Invitations.InviteAsync(t, Administrator, token, "r@one.example", One, Role.Registrar, At))).Value;
        await using var connection = await test.Database.ConnectAsync();
        var id = (await Invitations.FindAsync(connection, token, At)).Value.Id;

        Assert.Equal("accounts/no-invitation", (await Invitations.FindAsync(connection, token, At + Invitations.Term)).Problem?.Code);
        Assert.Equal("accounts/no-invitation", (await Invitations.FindAsync(connection, "AAAAAAAAAAAAAAAAAAAAAA", At)).Problem?.Code);
        Assert.Equal("accounts/no-invitation", (await test.Database.WriteAsync(
            t => Invitations.WithdrawAsync(t, Administrator, id, Other, At))).Problem?.Code);
        Assert.True((await test.Database.WriteAsync(t => Invitations.WithdrawAsync(t, Administrator, id, One, At))).IsDone);
        Assert.Equal("accounts/no-invitation", (await Invitations.FindAsync(connection, token, At)).Problem?.Code);
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "X-13")]
    public async Task A_role_ends_only_by_somebody_elses_hand_and_only_at_its_own_place(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, AccountsSchema.Migrations);
        var role = (await test.Database.WriteAsync(t => Memberships.GrantAsync(t, Administrator, "a-1", One, Role.Approver, At))).Value;
        var own = (await test.Database.WriteAsync(t => Memberships.GrantAsync(t, Administrator, "admin", One, Role.Administrator, At))).Value;

        Assert.Equal("accounts/no-such-role", (await test.Database.WriteAsync(
            t => Memberships.EndAsync(t, Administrator, role, Other, At))).Problem?.Code);
        Assert.Equal("accounts/own-role", (await test.Database.WriteAsync(
            t => Memberships.EndAsync(t, Administrator, own, One, At))).Problem?.Code);
        Assert.True((await test.Database.WriteAsync(t => Memberships.EndAsync(t, Administrator, role, One, At))).IsDone);

        await using var connection = await test.Database.ConnectAsync();
        Assert.Empty(await Memberships.OfAccountAsync(connection, "a-1"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_key_opens_until_it_ends_or_is_revoked(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, AccountsSchema.Migrations);
        var (client, key) = (await test.Database.WriteAsync(t => ApiClients.CreateAsync(
            t, Administrator, One, "SIS", [ApiClients.PrepareScope], At.AddDays(30), At))).Value;
        await using var connection = await test.Database.ConnectAsync();

        Assert.True((await ApiClients.FindAsync(connection, key, At))!.ToActor().May(Right.PrepareLists, One));
        Assert.False(client.ToActor().May(Right.Approve, One));
        Assert.False(client.ToActor().May(Right.PrepareLists, Other));
        Assert.Null(await ApiClients.FindAsync(connection, key, At.AddDays(30)));
        Assert.Null(await ApiClients.FindAsync(connection, key[..^1] + (key[^1] == 'A' ? 'B' : 'A'), At));
        await test.Database.WriteAsync(t => ApiClients.RevokeAsync(t, Administrator, client.Id, One, At));
        Assert.Null(await ApiClients.FindAsync(connection, key, At));
        Assert.DoesNotContain(
            key[ApiClients.Prefix.Length..],
            string.Join(' ', await connection.QueryAsync("SELECT id, name, scopes FROM api_clients", r => r.GetString(0) + r.GetString(1) + r.GetString(2), default)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a@b.example", true)]
    [InlineData("a@b.example\r\nBcc: c@d.example", false)]
    [InlineData("Name <a@b.example>", false)]
    [InlineData("a@b.example, c@d.example", false)]
    [InlineData("a b@c.example", false)]
    [InlineData("a@localhost", false)]
    [InlineData("", false)]
    public void Only_one_bare_address_is_an_address(string text, bool isOne) => Assert.Equal(isOne, EmailAddress.TryParse(text, out _));

    [Fact, Trait("Requirement", "X-13")]
    public void Nobody_gets_a_right_of_another_institution_or_both_sides_of_a_decision_from_one_role()
    {
        foreach (var role in RoleWords.OfInstitutions)
        {
            var actor = new Actor(ActorKind.Person, "a", "", [new Membership("m", "a", One, role, At)]);
            Assert.All(Enum.GetValues<Right>(), right => Assert.False(actor.May(right, Other)));
            Assert.False(Rights.Gives(role, Right.PrepareLists) && Rights.Gives(role, Right.Approve));
            Assert.False(Rights.Gives(role, Right.ProposeChanges) && Rights.Gives(role, Right.Approve));
        }
    }

    private static Actor Person(string id) => new(ActorKind.Person, id, "", []);
}
