using System.Collections.Concurrent;
using System.Security.Cryptography;
using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>A P-256 private key of the file vault, ready for many threads.</summary>
/// <remarks>
/// Making an <see cref="ECDsa"/> costs as much as several signatures and one object is not meant for two threads, so
/// the objects are kept and lent out, one per signature at a time.
/// </remarks>
internal sealed class P256Signer : ISigner, IDisposable
{
    public const int ScalarSizeBytes = 32;

    private readonly ConcurrentBag<ECDsa> idle = [];
    private readonly ECParameters parameters;
    private readonly byte[] publicKey = new byte[33];

    /// <summary>Takes the private scalar, 32 bytes big-endian; the caller keeps and clears its own copy.</summary>
    public P256Signer(ReadOnlySpan<byte> scalar)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scalar.Length, ScalarSizeBytes);
        var first = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar.ToArray() });
        parameters = first.ExportParameters(includePrivateParameters: true);
        idle.Add(first);

        // SEC 1 section 2.3.3, compressed point: 02 or 03 by the parity of y, then x.
        publicKey[0] = (byte)(2 + (parameters.Q.Y![^1] & 1));
        parameters.Q.X!.CopyTo(publicKey, 1);
    }

    public KeyKind Kind => KeyKind.P256;

    public ReadOnlyMemory<byte> PublicKey => publicKey;

    /// <summary>A new random private scalar. The caller clears it.</summary>
    public static byte[] NewScalar()
    {
        using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return fresh.ExportParameters(includePrivateParameters: true).D!;
    }

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        if (!idle.TryTake(out var key))
        {
            key = ECDsa.Create(parameters);
        }

        try
        {
            return key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        finally
        {
            idle.Add(key);
        }
    }

    public void Dispose()
    {
        while (idle.TryTake(out var key))
        {
            key.Dispose();
        }

        CryptographicOperations.ZeroMemory(parameters.D);
    }
}
