namespace Mortanba.Foundation;

/// <summary>The kinds of key in use. P-384 and P-521-class keys are only ever verified, never made here.</summary>
public enum KeyKind
{
    P256,
    P384,
    Ed25519,
}

/// <summary>A private key that signs without showing itself. Safe to call from several threads.</summary>
public interface ISigner
{
    KeyKind Kind { get; }

    /// <summary>Raw public key: 33 bytes compressed point (P-256), 32 bytes (Ed25519).</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>
    /// P-256: ECDSA with SHA-256 over <paramref name="data"/>, 64 bytes r||s. Ed25519: pure EdDSA, 64 bytes.
    /// </summary>
    byte[] Sign(ReadOnlySpan<byte> data);
}

/// <summary>
/// Port to the place where private keys live: an encrypted file by default, PKCS#11 in production.
/// Names are stable (<c>log</c>, <c>operator</c>, <c>institution/BIN/1</c>). Safe to call concurrently.
/// </summary>
public interface IKeyVault
{
    /// <summary>Makes a key; durable when it returns. Throws <see cref="InvalidOperationException"/> when the name is taken.</summary>
    ISigner Create(string name, KeyKind kind);

    /// <summary>The key of that name, or null when the vault has none.</summary>
    ISigner? Find(string name);

    /// <summary>Wraps a 32-byte data key under the vault's own key (AES-256-GCM, bound to <paramref name="context"/>).</summary>
    byte[] Wrap(ReadOnlySpan<byte> dataKey, ReadOnlySpan<byte> context);

    /// <summary>Opens a wrapped key. Throws <see cref="System.Security.Cryptography.CryptographicException"/> when it was changed.</summary>
    byte[] Unwrap(ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> context);

    /// <summary>HMAC-SHA256 under a vault key of that purpose: for fingerprints that must not be guessable.</summary>
    byte[] Fingerprint(string purpose, ReadOnlySpan<byte> data);
}

/// <summary>
/// The key is where it was, but cannot be reached now: a token is unplugged, its server is down, its PIN is refused.
/// Nothing was signed; the act is refused with <see cref="Problem"/> and goes on when the key is there again.
/// </summary>
public sealed class SigningKeyAwayException(Problem problem, Exception? cause = null) : Exception(problem.Code, cause)
{
    public Problem Problem { get; } = problem;

    /// <summary>The one in <paramref name="thrown"/>, alone or among what parallel work threw; null when there is none.</summary>
    public static SigningKeyAwayException? In(Exception thrown) => thrown switch
    {
        SigningKeyAwayException away => away,
        AggregateException many => many.Flatten().InnerExceptions.OfType<SigningKeyAwayException>().FirstOrDefault(),
        _ => null,
    };
}
