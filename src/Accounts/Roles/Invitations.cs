using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Accounts;

/// <summary>An invitation as the page of people shows it.</summary>
public sealed record Invitation(
    string Id, string Email, Bin? Institution, Role Role, string InvitedBy, DateTimeOffset InvitedAt, DateTimeOffset ExpiresAt,
    bool IsOpen);

/// <summary>
/// An administrator invites by e-mail; the link carries a token of 128 random bits, of which only the hash is kept. Whoever
/// opens it makes an account or signs in, and takes the role.
/// </summary>
public static class Invitations
{
    public static readonly TimeSpan Term = TimeSpan.FromDays(7);

    private const int TokenSizeBytes = 16;
    private const string Columns = "id, email, institution, role, invited_by, invited_at, expires_at, accepted_at, withdrawn_at";

    /// <summary>A new token for a link; it is shown to nobody but the one invited.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenSizeBytes));

    /// <summary>Keeps the invitation behind a new token; gives its id.</summary>
    public static async Task<Outcome<string>> InviteAsync(
        DbTransaction transaction, Actor by, string token, string email, Bin? institution, Role role, DateTimeOffset at, CancellationToken cancel = default)
    {
        if (role.IsOfPlatform() != institution is null)
        {
            return new Problem("accounts/role-elsewhere", "This role is not given at such a place.", ("role", role.Word()));
        }

        if (!EmailAddress.TryParse(email, out var address))
        {
            return new Problem("accounts/bad-email", "This is not an e-mail address.");
        }

        if (await IsOwnAsync(transaction, by.Id, address, cancel))
        {
            return new Problem("accounts/own-grant", "Nobody gives a role to themselves; ask another administrator.");
        }

        // A form sent twice invites once; two letters would leave one link open when the other is used. At the machine itself
        // a lost link is asked for anew: nobody may be there yet who could take the first one back.
        await Database.LockAsync(transaction, "invitations", cancel);
        if (by.Kind != ActorKind.Console && (await OpenOfAsync(transaction, address, at, cancel)).Any(i => i.Institution == institution && i.Role == role))
        {
            return new Problem("accounts/invited-already", "An invitation of this address to this role is open; take it back to send another.");
        }

        var hash = HashOf(token) ?? throw new ArgumentException("Not a token of ours.", nameof(token));
        var id = Guid.CreateVersion7(at).ToString();
        await transaction.TouchAsync("invitations", cancel, id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO invitations (id, token_hash, email, institution, role, invited_by, invited_at, expires_at)
            VALUES (@id, @hash, @email, @institution, @role, @by, @at, @expires)
            """,
            cancel, ("id", id), ("hash", hash), ("email", address), ("institution", Memberships.Word(institution)),
            ("role", role.Word()), ("by", by.Id), ("at", LedgerEntry.Time(at)), ("expires", LedgerEntry.Time(at + Term)));
        await AuditTrail.AppendAsync(
            transaction, at,
            new TrailEvent(
                TrailAct.Change, "accounts/invited", by, new TrailSubject("invitation", id), Memberships.RoleOf(by, institution), institution,
                Facts: [("role", role.Word())]),
            cancel);
        return id;
    }

    /// <summary>The open invitation behind a link; a wrong, used, withdrawn or expired one is refused in the same words.</summary>
    public static async Task<Outcome<Invitation>> FindAsync(ReadFrom from, string token, DateTimeOffset at, CancellationToken cancel = default)
    {
        var found = HashOf(token) is { } hash
            ? (await from.QueryAsync($"SELECT {Columns} FROM invitations WHERE token_hash = @hash", r => Read(r, at), cancel, ("hash", hash)))
                .SingleOrDefault()
            : null;
        return found is { IsOpen: true } open
            ? open
            : new Problem("accounts/no-invitation", "This invitation is unknown, used, withdrawn or older than seven days.");
    }

    /// <summary>True while an invitation to this address waits for its reader.</summary>
    public static async Task<bool> IsAwaitedAsync(ReadFrom from, string email, DateTimeOffset at, CancellationToken cancel = default) =>
        (await OpenOfAsync(from, email, at, cancel)).Any();

    private static async Task<IEnumerable<Invitation>> OpenOfAsync(ReadFrom from, string email, DateTimeOffset at, CancellationToken cancel) =>
        (await from.QueryAsync($"SELECT {Columns} FROM invitations WHERE accepted_at IS NULL AND withdrawn_at IS NULL", r => Read(r, at), cancel))
            .Where(i => i.IsOpen && string.Equals(i.Email.Normalize(), email.Normalize(), StringComparison.OrdinalIgnoreCase));

    /// <summary>Takes the role, once: a link used twice at the same time gives it to one.</summary>
    /// <param name="isFresh">
    /// The person proved a moment ago who they are. An account whose address nobody proved wants that: its owner and the link
    /// together prove the address, and neither does alone.
    /// </param>
    public static async Task<Outcome<string>> AcceptAsync(
        DbTransaction transaction, Actor who, string token, DateTimeOffset at, bool isFresh, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "invitations", cancel);
        if (!(await FindAsync(transaction, token, at, cancel)).TryGet(out var invitation, out var refused))
        {
            return refused;
        }

        // The link may have been passed on, or read over a shoulder: the role is for whoever owns the address.
        var isUnproved = await UnprovedAddress.OfAsync(transaction, invitation.Email, cancel) == who.Id;
        if (!isUnproved && !await IsOwnAsync(transaction, who.Id, invitation.Email, cancel))
        {
            return new Problem("accounts/other-address", "This invitation was sent to another address than that of this account.");
        }

        if (who.Id == invitation.InvitedBy)
        {
            return new Problem("accounts/own-grant", "Nobody gives a role to themselves; ask another administrator.");
        }

        if (isUnproved && !isFresh)
        {
            return new Problem("accounts/not-fresh", "Prove that it is you again, with your password or a passkey, before this change.");
        }

        if (isUnproved)
        {
            await UnprovedAddress.ProveAsync(transaction, who, who.Id, at, cancel);
        }

        await transaction.TouchAsync("invitations", cancel, invitation.Id);
        await transaction.ExecuteAsync(
            "UPDATE invitations SET accepted_by = @by, accepted_at = @at WHERE id = @id",
            cancel, ("id", invitation.Id), ("by", who.Id), ("at", LedgerEntry.Time(at)));
        return await Memberships.GrantAsync(
            transaction, who, invitation.InvitedBy, who.Id, invitation.Institution, invitation.Role, at, cancel);
    }

    /// <summary>Takes an open invitation back.</summary>
    public static async Task<Outcome<string>> WithdrawAsync(
        DbTransaction transaction, Actor by, string id, Bin? institution, DateTimeOffset at, CancellationToken cancel = default)
    {
        await transaction.TouchAsync("invitations", cancel, id);
        var touched = await transaction.ExecuteAsync(
            """
            UPDATE invitations SET withdrawn_at = @at
            WHERE id = @id AND institution = @institution AND accepted_at IS NULL AND withdrawn_at IS NULL
            """,
            cancel, ("id", id), ("institution", Memberships.Word(institution)), ("at", LedgerEntry.Time(at)));
        if (touched == 0)
        {
            return new Problem("accounts/no-invitation", "This invitation is unknown, used, withdrawn or older than seven days.");
        }

        await AuditTrail.AppendAsync(
            transaction, at,
            new TrailEvent(
                TrailAct.Change, "accounts/invitation-withdrawn", by, new TrailSubject("invitation", id),
                Memberships.RoleOf(by, institution), institution),
            cancel);
        return id;
    }

    public static async Task<IReadOnlyList<Invitation>> OfInstitutionAsync(
        ReadFrom from, Bin? institution, DateTimeOffset at, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"SELECT {Columns} FROM invitations WHERE institution = @institution ORDER BY invited_at DESC, id",
            r => Read(r, at), cancel, ("institution", Memberships.Word(institution)));

    /// <summary>Takes back what somebody invited to who may no longer invite there; gives what it took back.</summary>
    internal static async Task<IReadOnlyList<Invitation>> WithdrawOfAsync(
        DbTransaction transaction, string account, DateTimeOffset at, CancellationToken cancel)
    {
        var rest = new Actor(ActorKind.Person, account, "", await Memberships.OfAccountAsync(transaction, account, cancel: cancel));
        var open = (await transaction.QueryAsync(
            $"SELECT {Columns} FROM invitations WHERE invited_by = @by AND accepted_at IS NULL AND withdrawn_at IS NULL",
            r => Read(r, at), cancel, ("by", account)))
            .Where(i => i.IsOpen && Memberships.RoleOf(rest, i.Institution) is null).ToList();
        foreach (var invitation in open)
        {
            await transaction.TouchAsync("invitations", cancel, invitation.Id);
            await transaction.ExecuteAsync(
                "UPDATE invitations SET withdrawn_at = @at WHERE id = @id", cancel, ("id", invitation.Id), ("at", LedgerEntry.Time(at)));
        }

        return open;
    }

    /// <summary>True when the account's own, proved address is this one.</summary>
    private static async Task<bool> IsOwnAsync(DbTransaction transaction, string account, string address, CancellationToken cancel) =>
        (await transaction.QueryAsync(
            "SELECT 1 FROM accounts WHERE id = @id AND email_normal = @address AND email_confirmed = 1 AND blocked_at IS NULL",
            r => 1, cancel, ("id", account), ("address", address.Normalize().ToUpperInvariant()))).Count > 0;

    private static byte[]? HashOf(string token) =>
        Base64Url.IsValid(token, out var size) && size == TokenSizeBytes ? SHA256.HashData(Base64Url.DecodeFromChars(token)) : null;

    private static Invitation Read(DbDataReader r, DateTimeOffset at)
    {
        var expires = Memberships.Time(r.GetString(6));
        return new Invitation(
            r.GetString(0), r.GetString(1), Memberships.Institution(r.GetString(2)), RoleWords.Parse(r.GetString(3)).Value, r.GetString(4),
            Memberships.Time(r.GetString(5)), expires, r.IsDBNull(7) && r.IsDBNull(8) && at < expires);
    }
}
