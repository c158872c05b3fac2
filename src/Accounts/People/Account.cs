using Mortanba.Foundation;

namespace Mortanba.Accounts;

/// <summary>A person's account: staff, officers and holders alike; what they may do follows from memberships.</summary>
/// <remarks>Mutable because ASP.NET Core Identity changes it in place and then stores it whole.</remarks>
public sealed class Account
{
    private readonly List<TrailEvent> recorded = [];

    public required string Id { get; init; }

    public required string Email { get; set; }

    /// <summary>Upper case by Identity's normaliser; the account is found by it.</summary>
    public string EmailNormal { get; set; } = "";

    public bool EmailConfirmed { get; set; }

    public required string Name { get; set; }

    public Language Language { get; set; } = Language.Kk;

    /// <summary>PBKDF2 by Identity's hasher; null for an account that signs in by passkey, EDS or OpenID Connect only.</summary>
    public string? Password { get; set; }

    /// <summary>Changes with every credential; a session with an older one ends.</summary>
    public string SecurityStamp { get; set; } = Guid.NewGuid().ToString("N");

    /// <summary>Row version: a stale write is refused.</summary>
    public string Version { get; set; } = Guid.NewGuid().ToString("N");

    /// <summary>Base32 secret of the authenticator app; protected at rest.</summary>
    public string? TotpKey { get; set; }

    public bool TwoFactor { get; set; }

    /// <summary>SHA-256, hex, of the recovery codes not used yet.</summary>
    public List<string> RecoveryCodes { get; init; } = [];

    public int FailedCount { get; set; }

    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>Fingerprint of the IIN (<see cref="Persons"/>) once an EDS or a claim proved it; one account a person.</summary>
    public byte[]? Person { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? BlockedAt { get; set; }

    internal IReadOnlyList<TrailEvent> Recorded => recorded;

    /// <summary>To be recorded in the transaction of the next store of this account.</summary>
    public void Record(TrailEvent done) => recorded.Add(done);

    internal void ForgetRecorded() => recorded.Clear();
}
