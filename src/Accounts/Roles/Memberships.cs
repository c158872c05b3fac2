using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Accounts;

/// <summary>A role somebody holds or held, with the person, for the page of people.</summary>
public sealed record MemberRow(
    string Id, string Account, string Name, string Email, Bin? Institution, Role Role, DateTimeOffset GrantedAt, DateTimeOffset? EndedAt);

/// <summary>Who holds which role where. A role ends; its row stays.</summary>
public static class Memberships
{
    /// <summary>Stands in the column for the platform's own roles, so that it can be compared.</summary>
    internal const string Platform = "platform";

    /// <summary>The roles an account holds now.</summary>
    /// <param name="seals">With them, a row that was changed or put in past the program gives no role.</param>
    public static async Task<IReadOnlyList<Membership>> OfAccountAsync(
        ReadFrom from, string account, RowSeals? seals = null, CancellationToken cancel = default)
    {
        const string Held = "account = @account AND ended_at IS NULL";
        return seals is null
            ? await from.QueryAsync($"SELECT * FROM memberships WHERE {Held}", Read, cancel, ("account", account))
            : await seals.AgreeingAsync(from, "memberships", Held, Read, cancel, ("account", account));
    }

    /// <summary>Everybody of an institution (null: of the platform), those whose role ended too, in the order of joining.</summary>
    public static async Task<IReadOnlyList<MemberRow>> OfInstitutionAsync(ReadFrom from, Bin? institution, CancellationToken cancel = default) =>
        await from.QueryAsync(
            """
            SELECT m.id, m.account, a.name, a.email, m.institution, m.role, m.granted_at, m.ended_at
            FROM memberships m JOIN accounts a ON a.id = m.account WHERE m.institution = @institution ORDER BY m.granted_at, m.id
            """,
            ReadRow, cancel, ("institution", Word(institution)));

    /// <summary>Gives a role. The same role again changes nothing. Nobody gives one to themselves.</summary>
    public static Task<Outcome<string>> GrantAsync(
        DbTransaction transaction, Actor by, string account, Bin? institution, Role role, DateTimeOffset at, CancellationToken cancel = default) =>
        GrantAsync(transaction, by, by.Id, account, institution, role, at, cancel);

    /// <param name="by">Who does it: the administrator, or whoever takes up an invitation.</param>
    /// <param name="granter">Who decided it: the administrator or the inviter.</param>
    internal static async Task<Outcome<string>> GrantAsync(
        DbTransaction transaction, Actor by, string granter, string account, Bin? institution, Role role, DateTimeOffset at,
        CancellationToken cancel)
    {
        if (granter == account)
        {
            return new Problem("accounts/own-grant", "Nobody gives a role to themselves; ask another administrator.");
        }

        if (role.IsOfPlatform() != institution is null)
        {
            return new Problem("accounts/role-elsewhere", "This role is not given at such a place.", ("role", role.Word()));
        }

        var held = await transaction.QueryAsync(
            "SELECT id FROM memberships WHERE account = @account AND institution = @institution AND role = @role AND ended_at IS NULL",
            r => r.GetString(0), cancel, ("account", account), ("institution", Word(institution)), ("role", role.Word()));
        if (held.Count > 0)
        {
            return held[0];
        }

        var id = Guid.CreateVersion7(at).ToString();
        await transaction.TouchAsync("memberships", cancel, id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO memberships (id, account, institution, role, granted_by, granted_at)
            VALUES (@id, @account, @institution, @role, @by, @at)
            """,
            cancel, ("id", id), ("account", account), ("institution", Word(institution)), ("role", role.Word()), ("by", granter),
            ("at", LedgerEntry.Time(at)));
        await AuditTrail.AppendAsync(
            transaction, at,
            new TrailEvent(
                TrailAct.Change, "accounts/role-granted", by, new TrailSubject("account", account), RoleOf(by, institution), institution,
                Facts: [("role", role.Word()), ("granted-by", granter)]),
            cancel);
        return id;
    }

    /// <summary>Ends a role at this institution; refused for one of another, which is not said to exist.</summary>
    public static async Task<Outcome<string>> EndAsync(
        DbTransaction transaction, Actor by, string membership, Bin? institution, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "invitations", cancel);
        var row = (await transaction.QueryAsync(
            "SELECT account, role FROM memberships WHERE id = @id AND institution = @institution AND ended_at IS NULL",
            r => (Account: r.GetString(0), Role: r.GetString(1)), cancel, ("id", membership), ("institution", Word(institution))))
            .SingleOrDefault();
        if (row.Account is null)
        {
            return new Problem("accounts/no-such-role", "Nobody holds this role here.");
        }

        if (row.Account == by.Id)
        {
            return new Problem("accounts/own-role", "A person cannot end their own role; ask another administrator.");
        }

        await transaction.TouchAsync("memberships", cancel, membership);
        await transaction.ExecuteAsync(
            "UPDATE memberships SET ended_by = @by, ended_at = @at WHERE id = @id",
            cancel, ("id", membership), ("by", by.Id), ("at", LedgerEntry.Time(at)));
        var withdrawn = await Invitations.WithdrawOfAsync(transaction, row.Account, at, cancel);
        await AuditTrail.AppendAsync(
            transaction, at,
            [
                new TrailEvent(
                    TrailAct.Block, "accounts/role-ended", by, new TrailSubject("account", row.Account), RoleOf(by, institution), institution,
                    Facts: [("role", row.Role)]),
                .. withdrawn.Select(i => new TrailEvent(
                    TrailAct.Change, "accounts/invitation-withdrawn", by, new TrailSubject("invitation", i.Id), RoleOf(by, i.Institution), i.Institution)),
            ],
            cancel);
        return membership;
    }

    internal static string Word(Bin? institution) => institution?.Value ?? Platform;

    internal static Bin? Institution(string word) => word == Platform ? null : Bin.Parse(word);

    internal static Role? RoleOf(Actor by, Bin? institution) =>
        institution is { } bin ? by.RoleFor(Right.ManagePeople, bin) : by.PlatformRoleFor(Right.ManagePeople);

    internal static DateTimeOffset Time(string text) =>
        LedgerEntry.TimeOf(text);

    // In the order of the table's columns.
    private static Membership Read(DbDataReader r) =>
        new(r.GetString(0), r.GetString(1), Institution(r.GetString(2)), RoleWords.Parse(r.GetString(3)).Value, Time(r.GetString(5)));

    private static MemberRow ReadRow(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), Institution(r.GetString(4)), RoleWords.Parse(r.GetString(5)).Value,
        Time(r.GetString(6)), r.GetStringOrNull(7) is { } ended ? Time(ended) : null);
}
