using System.Data.Common;
using System.Security.Cryptography;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>Platforms that schools connected, who of them is whom here, nonces that were used, and our own key. Safe to share.</summary>
public sealed class LtiStore(IKeyVault vault)
{
    public const int PlatformsMax = 5;
    private const string Columns = "id, school, name, issuer, client_id, deployments, login_address, token_address, jwks";

    /// <summary>
    /// Connects a platform; one that this school has connected already gets the new keys, deployments and addresses, and keeps its people and
    /// their grades. Refused when this client of the platform is connected at another school.
    /// </summary>
    /// <returns>The platform as it stands, under the id it had.</returns>
    public static async Task<Outcome<LtiPlatform>> AddAsync(
        DbTransaction transaction, LtiPlatform platform, string by, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "lti", cancel);
        var there = (await OfIssuerAsync(transaction, platform.Issuer, cancel)).FirstOrDefault(p => p.ClientId == platform.ClientId);
        if (there is not null && there.School == platform.School)
        {
            return await RenewAsync(transaction, platform with { Id = there.Id }, cancel);
        }

        if (there is not null)
        {
            return new Problem("connections/platform-there", "This platform is connected under this client id at another school.");
        }

        if ((await OfSchoolAsync(transaction, platform.School, cancel)).Count >= PlatformsMax)
        {
            return new Problem("connections/platforms-many", $"A school connects {PlatformsMax} platforms at most; end one first.", ("max", $"{PlatformsMax}"));
        }

        await transaction.TouchAsync("lti_platforms", cancel, platform.Id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO lti_platforms (id, school, name, issuer, client_id, deployments, login_address, token_address, jwks, added_by, added_at)
            VALUES (@id, @school, @name, @issuer, @client, @deployments, @login, @token, @jwks, @by, @at)
            """,
            cancel, ("id", platform.Id), ("school", platform.School.Value), ("name", platform.Name), ("issuer", platform.Issuer),
            ("client", platform.ClientId), ("deployments", string.Join('\n', platform.Deployments)), ("login", platform.LoginAddress.AbsoluteUri),
            ("token", platform.TokenAddress.AbsoluteUri), ("jwks", platform.Jwks), ("by", by), ("at", LedgerEntry.Time(at)));
        return platform;
    }

    private static async Task<LtiPlatform> RenewAsync(DbTransaction transaction, LtiPlatform platform, CancellationToken cancel)
    {
        await transaction.TouchAsync("lti_platforms", cancel, platform.Id);
        await transaction.ExecuteAsync(
            """
            UPDATE lti_platforms SET name = @name, deployments = @deployments, login_address = @login, token_address = @token, jwks = @jwks WHERE id = @id
            """,
            cancel, ("id", platform.Id), ("name", platform.Name), ("deployments", string.Join('\n', platform.Deployments)),
            ("login", platform.LoginAddress.AbsoluteUri), ("token", platform.TokenAddress.AbsoluteUri), ("jwks", platform.Jwks));
        return platform;
    }

    /// <summary>Ends a connection: from now on no launch of it is taken.</summary>
    public static async Task<Outcome<LtiPlatform>> EndAsync(
        DbTransaction transaction, Bin school, string id, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "lti", cancel);
        if ((await OfSchoolAsync(transaction, school, cancel)).FirstOrDefault(p => p.Id == id) is not { } platform)
        {
            return new Problem("connections/no-platform", "There is no such platform here, or it was ended before.");
        }

        await transaction.TouchAsync("lti_platforms", cancel, id);
        await transaction.ExecuteAsync("UPDATE lti_platforms SET ended_at = @at WHERE id = @id", cancel, ("id", id), ("at", LedgerEntry.Time(at)));
        return platform;
    }

    public static async Task<IReadOnlyList<LtiPlatform>> OfSchoolAsync(ReadFrom from, Bin school, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"SELECT {Columns} FROM lti_platforms WHERE school = @school AND ended_at IS NULL ORDER BY added_at, id", Read, cancel, ("school", school.Value));

    public static async Task<IReadOnlyList<LtiPlatform>> OfIssuerAsync(ReadFrom from, string issuer, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"SELECT {Columns} FROM lti_platforms WHERE issuer = @issuer AND ended_at IS NULL ORDER BY id", Read, cancel, ("issuer", issuer));

    /// <summary>Null when there is none, or it was ended.</summary>
    public static async Task<LtiPlatform?> FindAsync(ReadFrom from, string id, CancellationToken cancel = default) =>
        (await from.QueryAsync($"SELECT {Columns} FROM lti_platforms WHERE id = @id AND ended_at IS NULL", Read, cancel, ("id", id))).SingleOrDefault();

    /// <summary>Takes the launch: its nonce counts once. False when it was used before: a replay.</summary>
    public static async Task<bool> TakeAsync(DbTransaction transaction, LtiLaunch launch, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "lti", cancel);
        // What is over cannot come again: the token itself is refused by then.
        var over = await transaction.QueryAsync(
            "SELECT platform, nonce FROM lti_nonces WHERE until < @now", r => new object[] { r.GetString(0), r.GetString(1) }, cancel, ("now", LedgerEntry.Time(at)));
        await transaction.TouchManyAsync("lti_nonces", over, cancel);
        await transaction.ExecuteAsync("DELETE FROM lti_nonces WHERE until < @now", cancel, ("now", LedgerEntry.Time(at)));
        await transaction.TouchAsync("lti_nonces", cancel, launch.Platform, launch.Nonce);
        return await transaction.ExecuteAsync(
            "INSERT INTO lti_nonces (platform, nonce, until) VALUES (@platform, @nonce, @until) ON CONFLICT (platform, nonce) DO NOTHING", cancel,
            ("platform", launch.Platform), ("nonce", launch.Nonce), ("until", LedgerEntry.Time(launch.Until))) == 1;
    }

    /// <summary>Account of whom the platform means; null while nobody bound it.</summary>
    public static async Task<string?> AccountAsync(ReadFrom from, string platform, string subject, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT account FROM lti_people WHERE platform = @platform AND subject = @subject", r => r.GetString(0), cancel,
            ("platform", platform), ("subject", subject))).SingleOrDefault();

    /// <summary>Binds whom the platform means to the account of who is signed in. Refused when somebody else is bound.</summary>
    public static async Task<Outcome<string>> BindAsync(
        DbTransaction transaction, string platform, string subject, string account, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "lti", cancel);
        if (await AccountAsync(transaction, platform, subject, cancel) is { } bound)
        {
            return bound == account ? account : new Problem("connections/bound-elsewhere", "This person of the platform is bound to another account.");
        }

        await transaction.TouchAsync("lti_people", cancel, platform, subject);
        await transaction.ExecuteAsync(
            "INSERT INTO lti_people (platform, subject, account, bound_at) VALUES (@platform, @subject, @account, @at)", cancel,
            ("platform", platform), ("subject", subject), ("account", account), ("at", LedgerEntry.Time(at)));
        await LtiScores.BoundAsync(transaction, platform, subject, at, cancel);
        return account;
    }

    /// <summary>What opens this account from platforms that are connected, the oldest first.</summary>
    public static async Task<IReadOnlyList<LtiBinding>> BindingsAsync(ReadFrom from, string account, CancellationToken cancel = default) =>
        await from.QueryAsync(
            """
            SELECT b.platform, p.name, p.school, b.subject, b.bound_at FROM lti_people b JOIN lti_platforms p ON p.id = b.platform
            WHERE b.account = @account AND p.ended_at IS NULL ORDER BY b.bound_at, b.platform, b.subject
            """,
            r => new LtiBinding(r.GetString(0), r.GetString(1), Bin.Parse(r.GetString(2)), r.GetString(3), LedgerEntry.TimeOf(r.GetString(4))), cancel,
            ("account", account));

    /// <summary>From now on this person of the platform opens the account no more, until somebody binds them anew. False when there is no such binding.</summary>
    public static async Task<bool> UnbindAsync(
        DbTransaction transaction, string platform, string subject, string account, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "lti", cancel);
        if (await AccountAsync(transaction, platform, subject, cancel) != account)
        {
            return false;
        }

        await transaction.TouchAsync("lti_people", cancel, platform, subject);
        await transaction.ExecuteAsync(
            "DELETE FROM lti_people WHERE platform = @platform AND subject = @subject", cancel, ("platform", platform), ("subject", subject));
        return true;
    }

    /// <summary>Our key towards all platforms; made when there is none.</summary>
    public async Task<LtiToolKey> KeyAsync(Database database, DateTimeOffset at, CancellationToken cancel = default)
    {
        if (await database.ReadAsync(t => KeyAsync(t, cancel), cancel) is { } there)
        {
            return there;
        }

        return await database.WriteAsync(
            async t =>
            {
                await Database.LockAsync(t, "lti", cancel);
                if (await KeyAsync(t, cancel) is { } meanwhile)
                {
                    return meanwhile;
                }

                var made = LtiToolKey.New();
                var (key, content) = SealedBox.Seal(vault, Context(made.Id), made.Export());
                await t.TouchAsync("lti_keys", cancel, made.Id);
                await t.ExecuteAsync(
                    "INSERT INTO lti_keys (id, data_key, content, made_at) VALUES (@id, @key, @content, @at)", cancel,
                    ("id", made.Id), ("key", key), ("content", content), ("at", LedgerEntry.Time(at)));
                return made;
            },
            cancel);
    }

    private async Task<LtiToolKey?> KeyAsync(ReadFrom from, CancellationToken cancel)
    {
        var found = await from.QueryAsync(
            "SELECT id, data_key, content FROM lti_keys ORDER BY made_at DESC LIMIT 1",
            r => (Id: r.GetString(0), Key: r.GetBytes(1), Content: r.GetBytes(2)), cancel);
        if (found is not [var (id, key, content)])
        {
            return null;
        }

        var clear = SealedBox.Open(vault, Context(id), key, content);
        try
        {
            return LtiToolKey.Import(clear);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    private static string Context(string id) => "lti/key/" + id;

    private static LtiPlatform Read(DbDataReader r) => new(
        r.GetString(0), Bin.Parse(r.GetString(1)), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5).Split('\n'), new Uri(r.GetString(6)),
        new Uri(r.GetString(7)), r.GetString(8));
}
