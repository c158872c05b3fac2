using System.Data.Common;
using System.Security.Cryptography;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Accounts;

/// <summary>Binds an account to the person it was proved to belong to, once: by an EDS, or at a claim.</summary>
public static class ProvenPersons
{
    /// <summary>
    /// True when the account is this person's from now on, also when it was before. Refused when it is another's, or when this
    /// person has another account: one account a person.
    /// </summary>
    /// <param name="person">From <see cref="Persons.Fingerprint"/>.</param>
    public static async Task<Outcome<bool>> ProveAsync(
        DbTransaction transaction, string account, byte[] person, CancellationToken cancel = default)
    {
        // Two claims of one person at once wait for each other here instead of meeting at the unique index.
        await Database.LockAsync(transaction, "accounts/person", cancel);
        await transaction.TouchAsync("accounts", cancel, account);
        var held = await transaction.QueryAsync(
            "SELECT id, person FROM accounts WHERE id = @id OR person = @person",
            r => (Id: r.GetString(0), Person: r.GetBytesOrNull(1)), cancel, ("id", account), ("person", person));
        if (held.SingleOrDefault(a => a.Id == account) is not { Id: not null } own)
        {
            throw new ArgumentException("There is no such account.", nameof(account));
        }

        if (own.Person is { } known)
        {
            return CryptographicOperations.FixedTimeEquals(known, person)
                ? true
                : new Problem("delivery/another-person", "This account belongs to another person.");
        }

        if (held.Count > 1)
        {
            return new Problem("delivery/have-account", "This person has another account; sign in with it.");
        }

        await transaction.ExecuteAsync(
            "UPDATE accounts SET person = @person, version = @version WHERE id = @id",
            cancel, ("person", person), ("version", Guid.NewGuid().ToString("N")), ("id", account));
        return true;
    }
}
