using System.Collections.Concurrent;
using System.Security.Cryptography;
using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>Signing keys in a PKCS#11 token, everything else in the vault file (docs/keys.md).</summary>
/// <remarks>
/// The token holds what makes a diploma genuine: the keys of institutions and operator, and the log's when it knows
/// Ed25519. The file keeps the keys that wrap data keys and make fingerprints: they are used for every row read, and
/// without them nothing is readable. A key that was made in the file before the token came stays there until it is
/// rotated; a name is looked for in the token first.
/// </remarks>
public sealed class TokenVault : IKeyVault, IDisposable
{
    private readonly EncryptedFileVault file;
    private readonly Token token;
    private readonly string lockPath;
    private readonly ConcurrentDictionary<string, ISigner> signers = new(StringComparer.Ordinal);

    private TokenVault(EncryptedFileVault file, Token token, string lockPath)
    {
        this.file = file;
        this.token = token;
        this.lockPath = lockPath;
    }

    /// <summary>Opens the token beside an opened vault file, which it owns from then on.</summary>
    /// <param name="folder">Where a refused PIN is remembered.</param>
    public static Outcome<TokenVault> Open(EncryptedFileVault file, TokenSettings settings, string folder)
    {
        var opened = Token.Open(
            settings, pin => file.Fingerprint("keys/pin", pin), Path.Combine(folder, "token.pin-refused"));
        return opened.TryGet(out var token, out var problem)
            ? new TokenVault(file, token, Path.Combine(folder, "token.lock"))
            : problem;
    }

    /// <summary>How often a PIN was sent to the token.</summary>
    internal int LoginCount => token.LoginCount;

    public ISigner Create(string name, KeyKind kind)
    {
        if (!token.Makes(kind))
        {
            return file.Create(name, kind);
        }

        // PKCS#11 takes any number of keys of one label; the lock keeps two processes from making the same one.
        using var held = FileLock.Take(lockPath);
        if (Find(name) is not null)
        {
            throw new InvalidOperationException($"There is a key named '{name}' already.");
        }

        token.Generate(name, kind);
        return Find(name)!;
    }

    public ISigner? Find(string name)
    {
        if (signers.TryGetValue(name, out var known))
        {
            return known;
        }

        if (token.Find(name) is not var (kind, publicKey))
        {
            return file.Find(name);
        }

        var signer = new TokenSigner(token, name, kind, publicKey);
        // A private key and a public one of the same label need not belong together.
        var challenge = RandomNumberGenerator.GetBytes(32);
        return signer.ToPublicKey().Verify(challenge, signer.Sign(challenge))
            ? signers.GetOrAdd(name, signer)
            : throw new InvalidOperationException($"The two keys labelled '{name}' in the token are no pair.");
    }

    public byte[] Wrap(ReadOnlySpan<byte> dataKey, ReadOnlySpan<byte> context) => file.Wrap(dataKey, context);

    public byte[] Unwrap(ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> context) => file.Unwrap(wrapped, context);

    public byte[] Fingerprint(string purpose, ReadOnlySpan<byte> data) => file.Fingerprint(purpose, data);

    public void Dispose() => file.Dispose();

    private sealed class TokenSigner(Token token, string name, KeyKind kind, byte[] publicKey) : ISigner
    {
        public KeyKind Kind => kind;

        public ReadOnlyMemory<byte> PublicKey => publicKey;

        public byte[] Sign(ReadOnlySpan<byte> data) => token.Sign(
            name, kind, publicKey, kind == KeyKind.P256 ? SHA256.HashData(data) : data.ToArray());
    }
}
