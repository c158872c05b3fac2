using System.Runtime.InteropServices;
using System.Security.Cryptography;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace Mortanba.Foundation;

/// <summary>Ed25519 (RFC 8032, pure) through OpenSSL's libcrypto; the base class library has none.</summary>
/// <remarks>
/// Key objects are made once and kept: making one costs more than a signature. One object may be used by several
/// threads: every call has its own digest context and libcrypto counts references to the key atomically.
/// </remarks>
public sealed partial class Ed25519PublicKey : IDisposable
{
    public const int KeySizeBytes = 32;
    public const int SignatureSizeBytes = 64;

    private readonly KeyHandle key;
    private readonly byte[] raw;

    /// <summary>Takes the 32-byte public key. Throws <see cref="CryptographicException"/> when libcrypto refuses it.</summary>
    public Ed25519PublicKey(ReadOnlySpan<byte> publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, KeySizeBytes);
        raw = publicKey.ToArray();
        key = LibCrypto.NewPublicKey(raw);
    }

    public ReadOnlyMemory<byte> Raw => raw;

    /// <summary>True when the 64-byte signature is this key's over the data; false for any other length or content.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureSizeBytes && LibCrypto.Verify(key, data, signature);

    public void Dispose() => key.Dispose();
}

/// <summary>An Ed25519 private key from its 32-byte seed (RFC 8032 section 5.1.5).</summary>
public sealed class Ed25519PrivateKey : ISigner, IDisposable
{
    public const int SeedSizeBytes = 32;

    private readonly KeyHandle key;
    private readonly byte[] publicKey;

    public Ed25519PrivateKey(ReadOnlySpan<byte> seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedSizeBytes);
        key = LibCrypto.NewPrivateKey(seed);
        publicKey = LibCrypto.PublicKeyOf(key);
    }

    public KeyKind Kind => KeyKind.Ed25519;

    public ReadOnlyMemory<byte> PublicKey => publicKey;

    public byte[] Sign(ReadOnlySpan<byte> data) => LibCrypto.Sign(key, data);

    public void Dispose() => key.Dispose();
}

internal sealed class KeyHandle() : SafeHandle(IntPtr.Zero, ownsHandle: true)
{
    public override bool IsInvalid => handle == IntPtr.Zero;

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeKey(handle);
        return true;
    }
}

/// <summary>The eleven libcrypto 3 calls that Ed25519 needs.</summary>
internal static partial class LibCrypto
{
    private const string Library = "libcrypto.so.3";
    private const int EvpPkeyEd25519 = 1087; // NID_ED25519, openssl/obj_mac.h

    public static KeyHandle NewPublicKey(ReadOnlySpan<byte> raw) =>
        Checked(EVP_PKEY_new_raw_public_key(EvpPkeyEd25519, IntPtr.Zero, raw, (nuint)raw.Length));

    public static KeyHandle NewPrivateKey(ReadOnlySpan<byte> seed) =>
        Checked(EVP_PKEY_new_raw_private_key(EvpPkeyEd25519, IntPtr.Zero, seed, (nuint)seed.Length));

    public static byte[] PublicKeyOf(KeyHandle key)
    {
        var raw = new byte[Ed25519PublicKey.KeySizeBytes];
        nuint size = (nuint)raw.Length;
        Require(EVP_PKEY_get_raw_public_key(key, raw, ref size));
        return raw;
    }

    public static byte[] Sign(KeyHandle key, ReadOnlySpan<byte> data)
    {
        var context = NewContext();
        try
        {
            Require(EVP_DigestSignInit(context, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, key));
            var signature = new byte[Ed25519PublicKey.SignatureSizeBytes];
            nuint size = (nuint)signature.Length;
            Require(EVP_DigestSign(context, signature, ref size, data, (nuint)data.Length));
            return signature;
        }
        finally
        {
            EVP_MD_CTX_free(context);
        }
    }

    public static bool Verify(KeyHandle key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var context = NewContext();
        try
        {
            Require(EVP_DigestVerifyInit(context, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, key));
            return EVP_DigestVerify(context, signature, (nuint)signature.Length, data, (nuint)data.Length) == 1;
        }
        finally
        {
            // A refused signature leaves an entry in this thread's error queue; other callers must not read it as theirs.
            ERR_clear_error();
            EVP_MD_CTX_free(context);
        }
    }

    public static void FreeKey(IntPtr key) => EVP_PKEY_free(key);

    private static IntPtr NewContext()
    {
        var context = EVP_MD_CTX_new();
        return context != IntPtr.Zero ? context : throw new CryptographicException("libcrypto gave no digest context.");
    }

    private static KeyHandle Checked(KeyHandle key) =>
        key.IsInvalid ? throw new CryptographicException("libcrypto refused the Ed25519 key.") : key;

    private static void Require(int result)
    {
        if (result != 1)
        {
            throw new CryptographicException("libcrypto refused an Ed25519 call.");
        }
    }

    [LibraryImport(Library)]
    private static partial KeyHandle EVP_PKEY_new_raw_public_key(int type, IntPtr engine, ReadOnlySpan<byte> key, nuint size);

    [LibraryImport(Library)]
    private static partial KeyHandle EVP_PKEY_new_raw_private_key(int type, IntPtr engine, ReadOnlySpan<byte> key, nuint size);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_get_raw_public_key(KeyHandle key, Span<byte> raw, ref nuint size);

    [LibraryImport(Library)]
    private static partial void EVP_PKEY_free(IntPtr key);

    [LibraryImport(Library)]
    private static partial IntPtr EVP_MD_CTX_new();

    [LibraryImport(Library)]
    private static partial void EVP_MD_CTX_free(IntPtr context);

    [LibraryImport(Library)]
    private static partial int EVP_DigestSignInit(IntPtr context, IntPtr keyContext, IntPtr digest, IntPtr engine, KeyHandle key);

    [LibraryImport(Library)]
    private static partial int EVP_DigestSign(
        IntPtr context, Span<byte> signature, ref nuint signatureSize, ReadOnlySpan<byte> data, nuint dataSize);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerifyInit(IntPtr context, IntPtr keyContext, IntPtr digest, IntPtr engine, KeyHandle key);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerify(
        IntPtr context, ReadOnlySpan<byte> signature, nuint signatureSize, ReadOnlySpan<byte> data, nuint dataSize);

    [LibraryImport(Library)]
    private static partial void ERR_clear_error();
}
