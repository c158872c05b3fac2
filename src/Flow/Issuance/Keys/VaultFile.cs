using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>The sealed bytes of a vault: a readable header and the keys under AES-256-GCM (docs/formats/key-vault.md).</summary>
/// <remarks>
/// <c>{"v":1,"kdf":"pbkdf2-sha-256","iterations":n,"salt":…,"nonce":…,"sealed":…}</c>, binary members in base64. The
/// header up to the nonce is authenticated with the content, so nobody can lower the iterations unseen.
/// </remarks>
internal static class VaultFile
{
    public const int Version = 1;

    // OWASP Password Storage Cheat Sheet (2023): 600,000 for PBKDF2-HMAC-SHA256.
    private const int IterationsMin = 600_000;

    // A random key written in hexadecimal has 256 bits: stretching makes it no stronger, and each start longer.
    private const int RandomKeyDigits = 64;

    // An attacker's file must not keep the start-up busy for hours.
    private const int IterationsMax = 20_000_000;
    private const int SaltSizeBytes = 32;
    private const int NonceSizeBytes = 12;
    private const int TagSizeBytes = 16;
    private const int KeySizeBytes = 32;
    private const int FileSizeMaxBytes = 16 * 1024 * 1024;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789ABCDEFabcdef");

    private static readonly Problem Damaged =
        new("issuance/vault-damaged", "The key vault could not be read: it is not a vault file of a known version.");

    public static byte[] DeriveKey(ReadOnlySpan<char> passphrase, Header header) =>
        Rfc2898DeriveBytes.Pbkdf2(
            passphrase, header.Salt, header.Iterations, HashAlgorithmName.SHA256, KeySizeBytes);

    /// <summary>How often a passphrase is hashed at least: 600,000 times, once when it is a random key (64 hexadecimal digits).</summary>
    public static int IterationsFor(ReadOnlySpan<char> passphrase) =>
        passphrase.Length == RandomKeyDigits && !passphrase.ContainsAnyExcept(HexDigits) ? 1 : IterationsMin;

    public static Header NewHeader(int iterations) => new(iterations, RandomNumberGenerator.GetBytes(SaltSizeBytes));

    /// <param name="iterationsMin">A file that asks for fewer was not written by this program.</param>
    public static Outcome<(Header Header, byte[] Nonce, byte[] Sealed)> Read(string path, int iterationsMin)
    {
        if (new FileInfo(path).Length > FileSizeMaxBytes)
        {
            return Damaged;
        }

        if (!StrictJson.Parse(File.ReadAllBytes(path), FileSizeMaxBytes).TryGet(out var document, out _))
        {
            return Damaged;
        }

        using (document)
        {
            try
            {
                var root = document.RootElement;
                var iterations = root.GetProperty("iterations").GetInt32();
                if (root.GetProperty("v").GetInt32() != Version
                    || root.GetProperty("kdf").GetString() != "pbkdf2-sha-256"
                    || iterations < iterationsMin || iterations > IterationsMax)
                {
                    return Damaged;
                }

                var nonce = root.GetProperty("nonce").GetBytesFromBase64();
                var content = root.GetProperty("sealed").GetBytesFromBase64();
                return nonce.Length == NonceSizeBytes && content.Length >= TagSizeBytes
                    ? (new Header(iterations, root.GetProperty("salt").GetBytesFromBase64()), nonce, content)
                    : Damaged;
            }
            catch (Exception malformed) when (malformed is KeyNotFoundException or InvalidOperationException or FormatException)
            {
                return Damaged;
            }
        }
    }

    /// <summary>The content in clear, for the caller to clear; or a refusal when the key does not open it.</summary>
    public static Outcome<byte[]> Open(Header header, byte[] nonce, byte[] content, byte[] key)
    {
        var plain = new byte[content.Length - TagSizeBytes];
        using var aes = new AesGcm(key, TagSizeBytes);
        try
        {
            aes.Decrypt(nonce, content.AsSpan(..plain.Length), content.AsSpan(plain.Length..), plain, header.Bytes());
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return new Problem(
                "issuance/vault-not-opened",
                "The passphrase does not open the key vault, or the file was changed.");
        }
    }

    /// <summary>Seals and replaces the file: after a power cut there is the old vault or the new one, never a part.</summary>
    public static void Write(string path, Header header, byte[] key, ReadOnlySpan<byte> plain)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceSizeBytes);
        var content = new byte[plain.Length + TagSizeBytes];
        using (var aes = new AesGcm(key, TagSizeBytes))
        {
            aes.Encrypt(nonce, plain, content.AsSpan(..plain.Length), content.AsSpan(plain.Length..), header.Bytes());
        }

        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteString("kdf", "pbkdf2-sha-256");
            json.WriteNumber("iterations", header.Iterations);
            json.WriteBase64String("salt", header.Salt);
            json.WriteBase64String("nonce", nonce);
            json.WriteBase64String("sealed", content);
            json.WriteEndObject();
        }

        Replace(path, output.WrittenSpan);
    }

    private static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(directory);
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(temporary, options))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        DirectorySync.Flush(directory);
    }

    /// <summary>What the key was derived with.</summary>
    internal sealed record Header(int Iterations, byte[] Salt)
    {
        public byte[] Bytes() => [.. BitConverter.GetBytes(Version), .. BitConverter.GetBytes(Iterations), .. Salt];
    }
}
