using System.Data.Common;
using Mortanba.Storage;

namespace Mortanba.Accounts;

/// <summary>
/// An address that an account gave of itself and nobody proved (the claim takes one so). Whoever shows a link that went to the
/// address and nowhere else proves it: for their account, or against the account of somebody else.
/// </summary>
public static class UnprovedAddress
{
    /// <summary>Ends every address that stands for none; nothing is ever sent to it (RFC 2606 section 2).</summary>
    public const string None = "@unproved.invalid";

    /// <summary>The account of this address whose owner never proved it; null when there is none.</summary>
    public static async Task<string?> OfAsync(ReadFrom from, string address, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT id FROM accounts WHERE email_normal = @address AND email_confirmed = 0", r => r.GetString(0), cancel,
            ("address", Normal(address)))).SingleOrDefault();

    /// <summary>The owner of the account showed what went to its address.</summary>
    public static async Task ProveAsync(
        DbTransaction transaction, Actor who, string account, DateTimeOffset at, CancellationToken cancel = default)
    {
        await transaction.TouchAsync("accounts", cancel, account);
        await transaction.ExecuteAsync(
            "UPDATE accounts SET email_confirmed = 1, version = @version WHERE id = @id", cancel,
            ("id", account), ("version", Guid.NewGuid().ToString("N")));
        await AuditTrail.AppendAsync(
            transaction, at, new TrailEvent(TrailAct.Change, "accounts/address-proved", who, new TrailSubject("account", account)), cancel);
    }

    /// <summary>
    /// Takes the address from an account that never proved it. What the account holds stays with it, and so do its passkeys and
    /// signatures; its sessions end, and by this address it is signed in to no more.
    /// </summary>
    public static async Task TakeAsync(
        DbTransaction transaction, Actor by, string account, DateTimeOffset at, CancellationToken cancel = default)
    {
        var none = account + None;
        await transaction.TouchAsync("accounts", cancel, account);
        await transaction.ExecuteAsync(
            """
            UPDATE accounts SET email = @none, email_normal = @normal, security_stamp = @stamp, version = @version
            WHERE id = @id AND email_confirmed = 0
            """,
            cancel, ("id", account), ("none", none), ("normal", Normal(none)), ("stamp", Guid.NewGuid().ToString("N")),
            ("version", Guid.NewGuid().ToString("N")));
        await AuditTrail.AppendAsync(
            transaction, at, new TrailEvent(TrailAct.Change, "accounts/address-taken", by, new TrailSubject("account", account)), cancel);
    }

    private static string Normal(string address) => address.Normalize().ToUpperInvariant();
}
