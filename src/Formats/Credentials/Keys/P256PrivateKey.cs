using System.Security.Cryptography;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>A P-256 private key in memory: signs ES256 and <c>ecdsa-jcs-2019</c>. Safe from several threads.</summary>
/// <remarks>FIPS 186-5 section 6. Signatures are 64 bytes r||s over the SHA-256 of the data.</remarks>
public sealed class P256PrivateKey : ISigner
{
    public const int SecretSizeBytes = 32;
    public const int SignatureSizeBytes = 64;

    private readonly EcdsaHandles handles;
    private readonly byte[] compressed;

    private P256PrivateKey(ECParameters parameters)
    {
        handles = new EcdsaHandles(parameters);
        var handle = handles.Take();
        var point = handle.ExportParameters(includePrivateParameters: false).Q;
        handles.PutBack(handle);
        compressed = [(byte)(2 | (point.Y![^1] & 1)), .. point.X!];
    }

    public KeyKind Kind => KeyKind.P256;

    /// <summary>Compressed point, 33 bytes.</summary>
    public ReadOnlyMemory<byte> PublicKey => compressed;

    public static P256PrivateKey Generate()
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new P256PrivateKey(made.ExportParameters(includePrivateParameters: true));
    }

    /// <summary>From the 32-byte big-endian secret. Throws <see cref="CryptographicException"/> for 0 or a number ≥ n.</summary>
    public static P256PrivateKey FromSecret(ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretSizeBytes);
        return new P256PrivateKey(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret.ToArray() });
    }

    /// <summary>From secret Multikey text (<c>z42t…</c>).</summary>
    public static Outcome<P256PrivateKey> FromSecretMultibase(string? multibase)
    {
        if (!Multikey.Decode(multibase, secret: true).TryGet(out var decoded, out var problem))
        {
            return problem;
        }

        return decoded.Kind == KeyKind.P256
            ? FromSecret(decoded.Key)
            : new Problem("credentials/unknown-key-type", "The secret key is not P-256.");
    }

    /// <summary>The 32-byte secret: for a vault that encrypts it. The caller clears the array.</summary>
    public byte[] ExportSecret()
    {
        var handle = handles.Take();
        try
        {
            return handle.ExportParameters(includePrivateParameters: true).D!;
        }
        finally
        {
            handles.PutBack(handle);
        }
    }

    /// <summary>64 bytes r||s over SHA-256 of the data.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var handle = handles.Take();
        try
        {
            return handle.SignData(
                data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        finally
        {
            handles.PutBack(handle);
        }
    }
}
