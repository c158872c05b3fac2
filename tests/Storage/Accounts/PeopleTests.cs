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
        await AddAccountAsync(test, "a-1", "r@one.example");
        await AddAccountAsync(test, "a-2", "other@one.example");
        _ = (await test.Database.WriteAsync(t => Invitations.InviteAsync(t, Administrator, token, "R@one.example", One, Role.Registrar, At))).Value;

        var foreign = await test.Database.WriteAsync(t => Invitations.AcceptAsync(t, Person("a-2"), token, At, isFresh: false));
        Assert.Equal("accounts/other-address", foreign.Problem?.Code);
        var first = await test.Database.WriteAsync(t => Invitations.AcceptAsync(t, Person("a-1"), token, At, isFresh: false));
        var again = await test.Database.WriteAsync(t => Invitations.AcceptAsync(t, Person("a-2"), token, At, isFresh: false));

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

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_signed_text_counts_once_also_when_two_come_at_once(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, AccountsSchema.Migrations);
        var (kept, given) = (new byte[] { 1 }, new byte[] { 2 });
        await test.Database.WriteAsync(t => EdsChallenges.AddAsync(t, given, At));

        foreach (var use in (Func<Task<Outcome<bool>>>[])
        [
            () => test.Database.WriteAsync(t => EdsChallenges.UseAsync(t, kept, At, At.AddHours(1))),
            () => test.Database.WriteAsync(t => EdsChallenges.TakeAsync(t, given, At)),
        ])
        {
            var both = await Task.WhenAll(Task.Run(use), Task.Run(use));
            Assert.Single(both, o => o.IsDone);
            Assert.Equal("accounts/eds-challenge-used", (await use()).Problem?.Code);
        }

        // Remembered until the text would have ended by itself, then forgotten.
        await using var connection = await test.Database.ConnectAsync();
        await test.Database.WriteAsync(t => EdsChallenges.AddAsync(t, [3], At.AddMinutes(59)));
        Assert.True(await EdsChallenges.IsUsedAsync(connection, kept));
        await test.Database.WriteAsync(t => EdsChallenges.AddAsync(t, [4], At.AddHours(2)));
        Assert.False(await EdsChallenges.IsUsedAsync(connection, kept));
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "X-13")]
    public async Task A_role_ends_only_by_somebody_elses_hand_and_only_at_its_own_place(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, AccountsSchema.Migrations);
        var role = (await test.Database.WriteAsync(t => Memberships.GrantAsync(t, Administrator, "a-1", One, Role.Approver, At))).Value;
        var own = (await test.Database.WriteAsync(t => Memberships.GrantAsync(t, Actor.AtConsole("x"), "admin", One, Role.Administrator, At))).Value;

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
        Assert.Empty(client.Systems);
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

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "AI-14")]
    public async Task A_key_for_an_AI_system_assesses_works_in_its_name_and_does_nothing_else(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, AccountsSchema.Migrations);
        Task<Outcome<(ApiClient Client, string Key)>> GiveAsync(params string[] scopes) => test.Database.WriteAsync(
            t => ApiClients.CreateAsync(t, Administrator, One, "Grader", scopes, At.AddDays(30), At));
        foreach (var bad in (string[])[ApiClients.AssessPrefix, "works:assess", ApiClients.AssessPrefix + "a b", ApiClients.AssessPrefix + "A"])
        {
            Assert.Equal("accounts/client-scopes", (await GiveAsync(bad)).Problem?.Code);
        }

        var key = (await GiveAsync(ApiClients.AssessPrefix + "system-1", ApiClients.AssessPrefix + "system-2")).Value.Key;
        await using var connection = await test.Database.ConnectAsync();
        var actor = (await ApiClients.FindAsync(connection, key, At))!.ToActor();
        Assert.Equal(["system-1", "system-2"], actor.Systems);
        Assert.Equal([Right.AssessWorks], Enum.GetValues<Right>().Where(right => actor.May(right, One)));
        Assert.False(actor.May(Right.AssessWorks, Other));

        // No person gets that right, so no route that a person opens has it.
        Assert.All(RoleWords.All, role => Assert.False(Rights.Gives(role, Right.AssessWorks)));
    }

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

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "X-13")]
    public async Task An_administrator_gives_no_role_to_themselves_and_the_inviter_stands_as_who_gave_it(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, AccountsSchema.Migrations);
        await AddAccountAsync(test, "admin", "admin@one.example");
        await AddAccountAsync(test, "a-1", "r@one.example");

        Assert.Equal("accounts/own-grant", (await test.Database.WriteAsync(
            t => Memberships.GrantAsync(t, Administrator, "admin", One, Role.Approver, At))).Problem?.Code);
        Assert.Equal("accounts/own-grant", (await test.Database.WriteAsync(t => Invitations.InviteAsync(
            t, Administrator, Invitations.NewToken(), "Admin@ONE.example", One, Role.Approver, At))).Problem?.Code);
        // Who moved to the invited address afterwards.
        var token = Invitations.NewToken();
        _ = (await test.Database.WriteAsync(t => Invitations.InviteAsync(t, Administrator, token, "later@one.example", One, Role.Approver, At))).Value;
        await test.Database.WriteAsync(t => t.ExecuteAsync("UPDATE accounts SET email_normal = 'LATER@ONE.EXAMPLE' WHERE id = 'admin'", default));
        Assert.Equal("accounts/own-grant", (await test.Database.WriteAsync(
            t => Invitations.AcceptAsync(t, Administrator, token, At, isFresh: false))).Problem?.Code);

        var good = Invitations.NewToken();
        _ = (await test.Database.WriteAsync(t => Invitations.InviteAsync(t, Administrator, good, "r@one.example", One, Role.Auditor, At))).Value;
        _ = (await test.Database.WriteAsync(t => Invitations.AcceptAsync(t, Person("a-1"), good, At, isFresh: false))).Value;
        await using var connection = await test.Database.ConnectAsync();
        Assert.Equal(("admin", "a-1"), (await connection.QueryAsync(
            "SELECT m.granted_by, i.accepted_by FROM memberships m, invitations i WHERE m.account = 'a-1' AND i.accepted_by IS NOT NULL",
            r => (r.GetString(0), r.GetString(1)), default)).Single());
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "X-13")]
    public async Task Invitations_of_an_administrator_whose_role_ended_are_taken_back(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, AccountsSchema.Migrations);
        var role = (await test.Database.WriteAsync(t => Memberships.GrantAsync(t, Actor.AtConsole("x"), "admin", One, Role.Administrator, At))).Value;
        var (own, others) = (Invitations.NewToken(), Invitations.NewToken());
        _ = (await test.Database.WriteAsync(t => Invitations.InviteAsync(t, Administrator, own, "r@one.example", One, Role.Registrar, At))).Value;
        _ = (await test.Database.WriteAsync(t => Invitations.InviteAsync(t, Actor.AtConsole("x"), others, "q@one.example", One, Role.Registrar, At))).Value;

        _ = (await test.Database.WriteAsync(t => Memberships.EndAsync(t, Actor.AtConsole("x"), role, One, At))).Value;

        await using var connection = await test.Database.ConnectAsync();
        Assert.False((await Invitations.FindAsync(connection, own, At)).IsDone);
        Assert.True((await Invitations.FindAsync(connection, others, At)).IsDone);
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "X-13")]
    public async Task A_role_written_past_the_program_is_none(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect);
        test.Database.Seals = new RowSeals(row => System.Security.Cryptography.HMACSHA256.HashData([1], row), AccountsSchema.Sealed);
        await test.Database.MigrateAsync([.. AccountsSchema.Migrations, RowSeals.Migration]);
        _ = (await test.Database.WriteAsync(t => Memberships.GrantAsync(t, Administrator, "a-1", One, Role.Auditor, At))).Value;
        await using var connection = await test.Database.ConnectAsync();
        Assert.Single(await Memberships.OfAccountAsync(connection, "a-1", test.Database.Seals));

        await connection.ExecuteAsync("UPDATE memberships SET role = 'approver'", default);
        Assert.Empty(await Memberships.OfAccountAsync(connection, "a-1", test.Database.Seals));
        await connection.ExecuteAsync(
            "INSERT INTO memberships (id, account, institution, role, granted_by, granted_at) VALUES ('x', 'a-2', '940540002029', 'approver', 'a', '2026-11-22T09:00:00Z')",
            default);
        Assert.Empty(await Memberships.OfAccountAsync(connection, "a-2", test.Database.Seals));
    }

    private static Task AddAccountAsync(TestDatabase test, string id, string email) => test.Database.WriteAsync(t => t.ExecuteAsync(
        """
        INSERT INTO accounts (id, email, email_normal, email_confirmed, name, language, security_stamp, version, two_factor, recovery_codes, failed_count, created_at)
        VALUES (@id, @email, @normal, 1, 'n', 'en', 's', 'v', 0, '', 0, '2026-11-22T09:00:00Z')
        """,
        default, ("id", id), ("email", email), ("normal", email.ToUpperInvariant())));

    private static Actor Person(string id) => new(ActorKind.Person, id, "", []);
}
