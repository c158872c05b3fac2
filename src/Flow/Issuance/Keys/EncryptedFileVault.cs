using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>The default key vault: one file under a passphrase. Beyond one machine, PKCS#11 takes its place.</summary>
/// <remarks>
/// Every name keeps its key for ever; a rotation makes a new name (<c>institution/BIN/2</c>). Secrets stand in memory
/// while the process runs and are cleared on <see cref="Dispose"/> as far as a managed runtime allows.
/// Two processes may use one file: a change takes a lock beside it and reads the file again first.
/// </remarks>
public sealed class EncryptedFileVault : IKeyVault, IDisposable
{
    private const int NonceSizeBytes = 12;
    private const int TagSizeBytes = 16;
    private const int SecretSizeBytes = 32;
    private const string WrapName = "vault/wrap";
    private const string FingerprintName = "vault/fingerprint";

    private readonly Lock changing = new();
    private readonly string path;
    private readonly VaultFile.Header header;
    private readonly byte[] fileKey;
    private readonly Dictionary<string, Entry> entries;
    private readonly ConcurrentDictionary<string, ISigner> signers = new(StringComparer.Ordinal);
    private readonly ThreadLocal<AesGcm> wrapping;
    private readonly byte[] fingerprintKey;

    private EncryptedFileVault(string path, VaultFile.Header header, byte[] fileKey, Dictionary<string, Entry> entries)
    {
        this.path = path;
        this.header = header;
        this.fileKey = fileKey;
        this.entries = entries;
        var wrapKey = entries[WrapName].Secret;
        wrapping = new ThreadLocal<AesGcm>(() => new AesGcm(wrapKey, TagSizeBytes), trackAllValues: true);
        fingerprintKey = entries[FingerprintName].Secret;
    }

    /// <summary>Opens the vault, or makes an empty one when the file is not there. Takes about a third of a second.</summary>
    /// <param name="passphrase">Not kept; clear it when this returns. 64 hexadecimal digits are a random key and take no time.</param>
    public static Outcome<EncryptedFileVault> Open(string path, ReadOnlySpan<char> passphrase)
    {
        if (passphrase.IsEmpty)
        {
            return new Problem("issuance/vault-passphrase-missing", "The key vault needs a passphrase.");
        }

        if (!File.Exists(path))
        {
            var header = VaultFile.NewHeader(VaultFile.IterationsFor(passphrase));
            var key = VaultFile.DeriveKey(passphrase, header);
            using var held = LockFile(path);
            if (!File.Exists(path))
            {
                var fresh = new Dictionary<string, Entry>(StringComparer.Ordinal)
                {
                    [WrapName] = new(Kind: null, RandomNumberGenerator.GetBytes(SecretSizeBytes)),
                    [FingerprintName] = new(Kind: null, RandomNumberGenerator.GetBytes(SecretSizeBytes)),
                };
                Save(path, header, key, fresh);
                return new EncryptedFileVault(path, header, key, fresh);
            }
        }

        if (!VaultFile.Read(path, VaultFile.IterationsFor(passphrase)).TryGet(out var file, out var unreadable))
        {
            return unreadable;
        }

        var fileKey = VaultFile.DeriveKey(passphrase, file.Header);
        return Load(file, fileKey).TryGet(out var entries, out var refused)
            ? new EncryptedFileVault(path, file.Header, fileKey, entries)
            : refused;
    }

    public ISigner Create(string name, KeyKind kind)
    {
        lock (changing)
        {
            using var held = LockFile(path);
            Refresh();
            if (entries.ContainsKey(name))
            {
                throw new InvalidOperationException($"The vault already has a key named '{name}'.");
            }

            var secret = kind switch
            {
                KeyKind.P256 => NewP256Secret(),
                KeyKind.Ed25519 => RandomNumberGenerator.GetBytes(Ed25519PrivateKey.SeedSizeBytes),
                KeyKind.P384 => throw new ArgumentException("P-384 keys are only verified, never made.", nameof(kind)),
            };
            var added = new Entry(kind, secret);
            Save(path, header, fileKey, entries.Append(KeyValuePair.Create(name, added)));
            entries.Add(name, added);
        }

        return Find(name)!;
    }

    public ISigner? Find(string name)
    {
        if (signers.TryGetValue(name, out var known))
        {
            return known;
        }

        lock (changing)
        {
            if (!entries.ContainsKey(name))
            {
                // Another process may have made it since this one started.
                Refresh();
            }

            return entries.TryGetValue(name, out var entry) && entry.Kind is { } kind
                ? signers.GetOrAdd(name, _ => Signer(kind, entry.Secret))
                : null;
        }
    }

    public byte[] Wrap(ReadOnlySpan<byte> dataKey, ReadOnlySpan<byte> context)
    {
        var wrapped = new byte[NonceSizeBytes + dataKey.Length + TagSizeBytes];
        var nonce = wrapped.AsSpan(..NonceSizeBytes);
        RandomNumberGenerator.Fill(nonce);
        wrapping.Value!.Encrypt(
            nonce, dataKey, wrapped.AsSpan(NonceSizeBytes, dataKey.Length), wrapped.AsSpan(^TagSizeBytes..), context);
        return wrapped;
    }

    public byte[] Unwrap(ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> context)
    {
        if (wrapped.Length < NonceSizeBytes + TagSizeBytes)
        {
            throw new CryptographicException("A wrapped key is too short.");
        }

        var dataKey = new byte[wrapped.Length - NonceSizeBytes - TagSizeBytes];
        wrapping.Value!.Decrypt(
            wrapped[..NonceSizeBytes],
            wrapped.Slice(NonceSizeBytes, dataKey.Length),
            wrapped[^TagSizeBytes..],
            dataKey,
            context);
        return dataKey;
    }

    /// <remarks>The purpose and its length stand before the data: two purposes never share a fingerprint.</remarks>
    public byte[] Fingerprint(string purpose, ReadOnlySpan<byte> data)
    {
        var size = Encoding.UTF8.GetByteCount(purpose);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, byte.MaxValue);
        var message = new byte[1 + size + data.Length];
        message[0] = (byte)size;
        Encoding.UTF8.GetBytes(purpose, message.AsSpan(1));
        data.CopyTo(message.AsSpan(1 + size));
        return HMACSHA256.HashData(fingerprintKey, message);
    }

    public void Dispose()
    {
        foreach (var aes in wrapping.Values)
        {
            aes.Dispose();
        }

        wrapping.Dispose();
        foreach (var signer in signers.Values.OfType<IDisposable>())
        {
            signer.Dispose();
        }

        Clear(entries);
        CryptographicOperations.ZeroMemory(fileKey);
    }

    private static ISigner Signer(KeyKind kind, byte[] secret) => kind switch
    {
        KeyKind.P256 => P256PrivateKey.FromSecret(secret),
        KeyKind.Ed25519 => new Ed25519PrivateKey(secret),
        KeyKind.P384 => throw new InvalidOperationException("The vault holds no P-384 keys."),
    };

    private static byte[] NewP256Secret() => P256PrivateKey.Generate().ExportSecret();

    // Adds the keys that another process wrote; those already here never change.
    private void Refresh()
    {
        var file = VaultFile.Read(path, header.Iterations).Value;
        foreach (var (name, entry) in Load(file, fileKey).Value)
        {
            if (!entries.TryAdd(name, entry))
            {
                CryptographicOperations.ZeroMemory(entry.Secret);
            }
        }
    }

    private static Outcome<Dictionary<string, Entry>> Load(
        (VaultFile.Header Header, byte[] Nonce, byte[] Sealed) file, byte[] fileKey)
    {
        if (!VaultFile.Open(file.Header, file.Nonce, file.Sealed, fileKey).TryGet(out var plain, out var refused))
        {
            return refused;
        }

        try
        {
            using var document = JsonDocument.Parse(plain);
            return document.RootElement.EnumerateObject().ToDictionary(
                member => member.Name,
                member => new Entry(
                    member.Value.TryGetProperty("kind", out var kind) ? Enum.Parse<KeyKind>(kind.GetString()!) : null,
                    member.Value.GetProperty("secret").GetBytesFromBase64()),
                StringComparer.Ordinal);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static void Save(
        string path, VaultFile.Header header, byte[] key, IEnumerable<KeyValuePair<string, Entry>> entries)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            foreach (var (name, entry) in entries)
            {
                json.WriteStartObject(name);
                if (entry.Kind is { } kind)
                {
                    json.WriteString("kind", kind.ToString());
                }

                json.WriteBase64String("secret", entry.Secret);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        var plain = output.WrittenSpan.ToArray();
        VaultFile.Write(path, header, key, plain);
        CryptographicOperations.ZeroMemory(plain);
        output.Clear();
    }

    private static void Clear(Dictionary<string, Entry> entries)
    {
        foreach (var entry in entries.Values)
        {
            CryptographicOperations.ZeroMemory(entry.Secret);
        }

        entries.Clear();
    }

    // The lock file stays: deleting it would let a second process lock another file of the same name. The kernel lets the
    // next one in and frees the lock of a process that died.
    private static SafeFileHandle LockFile(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return FileLock.Take(path + ".lock");
    }

    private sealed record Entry(KeyKind? Kind, byte[] Secret);
}
