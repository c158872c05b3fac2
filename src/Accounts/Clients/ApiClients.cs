using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Accounts;

/// <summary>A program that acts for an institution.</summary>
/// <param name="Scopes">What it may do: words of <see cref="ApiClients.IsScope"/>.</param>
public sealed record ApiClient(
    string Id, Bin Institution, string Name, IReadOnlyList<string> Scopes, string CreatedBy, DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt)
{
    public bool IsActiveAt(DateTimeOffset at) => RevokedAt is null && at < ExpiresAt;

    /// <summary>Ids of the AI systems it speaks for: works are read and grades proposed in no other's name (requirement AI-14).</summary>
    public IReadOnlyList<string> Systems =>
        [.. Scopes.Where(s => s.StartsWith(ApiClients.AssessPrefix, StringComparison.Ordinal)).Select(s => s[ApiClients.AssessPrefix.Length..])];

    /// <summary>A client prepares and reads; approving is for people (requirement X-15).</summary>
    public Actor ToActor() => new(
        ActorKind.ApiClient, Id, Name,
        [
            .. Scopes.Contains(ApiClients.PrepareScope) ? [new Membership(Id, Id, Institution, Role.Preparer, CreatedAt)] : Array.Empty<Membership>(),
            .. Scopes.Contains(ApiClients.ReadScope) ? [new Membership(Id, Id, Institution, Role.Auditor, CreatedAt)] : Array.Empty<Membership>(),
            .. Systems.Count > 0 ? [new Membership(Id, Id, Institution, Role.AssessingProgram, CreatedAt)] : Array.Empty<Membership>(),
        ])
    {
        Systems = Systems,
    };
}

/// <summary>
/// Keys for student information systems: 256 random bits, shown once, kept as SHA-256, limited in scope and time. A key
/// reads <c>mtb_</c> and 43 characters, so that scanners of leaked secrets can find it.
/// </summary>
public static class ApiClients
{
    public const string PrepareScope = "lists:prepare";
    public const string ReadScope = "lists:read";
    public const string Prefix = "mtb_";

    /// <summary>
    /// Before the id of an AI system: to read works for it and propose grades in its name. One scope for each system, so that a key, and a token
    /// made from it, says for which.
    /// </summary>
    public const string AssessPrefix = "works:assess:";

    private const int KeySizeBytes = 32;
    private const int SystemLengthMax = 64;
    private const string Columns = "id, institution, name, scopes, created_by, created_at, expires_at, revoked_at";

    /// <summary>Those that name nothing else.</summary>
    public static IReadOnlyList<string> Scopes { get; } = [PrepareScope, ReadScope];

    /// <summary>One of <see cref="Scopes"/>, or <see cref="AssessPrefix"/> with the id of a system.</summary>
    public static bool IsScope(string word) => Scopes.Contains(word)
        || (word.StartsWith(AssessPrefix, StringComparison.Ordinal) && word[AssessPrefix.Length..] is { Length: > 0 and <= SystemLengthMax } system
            && system.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));

    /// <summary>The longest a key may live; it is replaced, not prolonged.</summary>
    public static readonly TimeSpan TermMax = TimeSpan.FromDays(366);

    /// <summary>No scope, or a word that is none.</summary>
    public static Problem NoScopes { get; } = new(
        "accounts/client-scopes", "Choose at least one of the scopes.", ("scopes", string.Join(", ", Scopes.Append(AssessPrefix + "ID"))));

    /// <summary>Gives the key, which is never shown again.</summary>
    public static async Task<Outcome<(ApiClient Client, string Key)>> CreateAsync(
        DbTransaction transaction, Actor by, Bin institution, string name, IReadOnlyList<string> scopes, DateTimeOffset expires,
        DateTimeOffset at, CancellationToken cancel = default)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > 100)
        {
            return new Problem("accounts/client-name", "Name the program in at most 100 characters.");
        }

        if (scopes.Count == 0 || !scopes.All(IsScope))
        {
            return NoScopes;
        }

        if (expires <= at || expires > at + TermMax)
        {
            return new Problem("accounts/client-term", "A key lives a year at most.");
        }

        var key = RandomNumberGenerator.GetBytes(KeySizeBytes);
        var client = new ApiClient(Guid.CreateVersion7(at).ToString(), institution, name.Trim(), [.. scopes.Distinct().Order(StringComparer.Ordinal)], by.Id, at, expires, null);
        await transaction.TouchAsync("api_clients", cancel, client.Id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO api_clients (id, institution, name, key_hash, scopes, created_by, created_at, expires_at)
            VALUES (@id, @institution, @name, @hash, @scopes, @by, @at, @expires)
            """,
            cancel, ("id", client.Id), ("institution", institution.Value), ("name", client.Name), ("hash", SHA256.HashData(key)),
            ("scopes", string.Join(' ', client.Scopes)), ("by", by.Id), ("at", LedgerEntry.Time(at)), ("expires", LedgerEntry.Time(expires)));
        await AuditTrail.AppendAsync(
            transaction, at,
            new TrailEvent(
                TrailAct.Change, "accounts/client-created", by, new TrailSubject("api-client", client.Id),
                by.RoleFor(Right.ManagePeople, institution), institution, Facts: [("scopes", string.Join(' ', client.Scopes))]),
            cancel);
        return (client, Prefix + Base64Url.EncodeToString(key));
    }

    /// <summary>The client behind a key, when it is active.</summary>
    /// <param name="seals">With them, a row that was changed or put in past the program opens nothing.</param>
    public static async Task<ApiClient?> FindAsync(
        ReadFrom from, string key, DateTimeOffset at, RowSeals? seals = null, CancellationToken cancel = default)
    {
        if (!key.StartsWith(Prefix, StringComparison.Ordinal) || !Base64Url.IsValid(key.AsSpan(Prefix.Length), out var size) || size != KeySizeBytes)
        {
            return null;
        }

        var hash = SHA256.HashData(Base64Url.DecodeFromChars(key.AsSpan(Prefix.Length)));
        var clients = seals is null
            ? await from.QueryAsync($"SELECT {Columns} FROM api_clients WHERE key_hash = @hash", Read, cancel, ("hash", hash))
            : await seals.AgreeingAsync(from, "api_clients", "key_hash = @hash", ReadRow, cancel, ("hash", hash));
        var client = clients.SingleOrDefault();
        return client?.IsActiveAt(at) == true ? client : null;
    }

    /// <summary>The client of an id, when it is active. With seals, a row that was changed past the program is none.</summary>
    public static async Task<ApiClient?> FindByIdAsync(
        ReadFrom from, string id, DateTimeOffset at, RowSeals? seals = null, CancellationToken cancel = default)
    {
        var clients = seals is null
            ? await from.QueryAsync($"SELECT {Columns} FROM api_clients WHERE id = @id", Read, cancel, ("id", id))
            : await seals.AgreeingAsync(from, "api_clients", "id = @id", ReadRow, cancel, ("id", id));
        return clients.SingleOrDefault() is { } client && client.IsActiveAt(at) ? client : null;
    }

    public static async Task<IReadOnlyList<ApiClient>> OfInstitutionAsync(ReadFrom from, Bin institution, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"SELECT {Columns} FROM api_clients WHERE institution = @institution ORDER BY created_at, id",
            Read, cancel, ("institution", institution.Value));

    public static async Task<Outcome<string>> RevokeAsync(
        DbTransaction transaction, Actor by, string id, Bin institution, DateTimeOffset at, CancellationToken cancel = default)
    {
        await transaction.TouchAsync("api_clients", cancel, id);
        var touched = await transaction.ExecuteAsync(
            "UPDATE api_clients SET revoked_by = @by, revoked_at = @at WHERE id = @id AND institution = @institution AND revoked_at IS NULL",
            cancel, ("id", id), ("institution", institution.Value), ("by", by.Id), ("at", LedgerEntry.Time(at)));
        if (touched == 0)
        {
            return new Problem("accounts/no-client", "There is no such key here, or it was revoked before.");
        }

        await AuditTrail.AppendAsync(
            transaction, at,
            new TrailEvent(
                TrailAct.Block, "accounts/client-revoked", by, new TrailSubject("api-client", id),
                by.RoleFor(Right.ManagePeople, institution), institution),
            cancel);
        return id;
    }

    // In the order of the table's columns.
    private static ApiClient ReadRow(DbDataReader r) => new(
        r.GetString(0), Bin.Parse(r.GetString(1)), r.GetString(2), r.GetString(4).Split(' '), r.GetString(5), Memberships.Time(r.GetString(6)),
        Memberships.Time(r.GetString(7)), r.GetStringOrNull(9) is { } revoked ? Memberships.Time(revoked) : null);

    private static ApiClient Read(DbDataReader r) => new(
        r.GetString(0), Bin.Parse(r.GetString(1)), r.GetString(2), r.GetString(3).Split(' '), r.GetString(4), Memberships.Time(r.GetString(5)),
        Memberships.Time(r.GetString(6)), r.GetStringOrNull(7) is { } revoked ? Memberships.Time(revoked) : null);
}
