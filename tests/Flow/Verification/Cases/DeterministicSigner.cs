using System.Numerics;
using System.Security.Cryptography;
using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>ECDSA on P-256 with the nonce of RFC 6979, so that cases written again are the same bytes. For public test keys only.</summary>
internal sealed class DeterministicSigner(P256PrivateKey key) : ISigner
{
    private static readonly BigInteger P = Hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly BigInteger N = Hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

    private static readonly (BigInteger X, BigInteger Y) G = (
        Hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
        Hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"));

    private readonly byte[] secret = key.ExportSecret();

    public KeyKind Kind => KeyKind.P256;

    public ReadOnlyMemory<byte> PublicKey => key.PublicKey;

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var hash = SHA256.HashData(data);
        var k = Nonce(hash);
        var r = Multiply(G, k).X % N;
        var s = BigInteger.ModPow(k, N - 2, N) * (Unsigned(hash) + (r * Unsigned(secret))) % N;
        return [.. Bytes(r), .. Bytes(s)];
    }

    // RFC 6979 section 3.2, steps b to h; a second round is as rare as a broken hash.
    private BigInteger Nonce(byte[] hash)
    {
        var reduced = Bytes(Unsigned(hash) % N);
        var v = Enumerable.Repeat((byte)1, 32).ToArray();
        var k = HMACSHA256.HashData(new byte[32], (byte[])[.. v, 0, .. secret, .. reduced]);
        v = HMACSHA256.HashData(k, v);
        k = HMACSHA256.HashData(k, (byte[])[.. v, 1, .. secret, .. reduced]);
        v = HMACSHA256.HashData(k, v);
        return Unsigned(HMACSHA256.HashData(k, v));
    }

    private static (BigInteger X, BigInteger Y) Multiply((BigInteger X, BigInteger Y) point, BigInteger factor)
    {
        (BigInteger X, BigInteger Y)? sum = null;
        for (; factor > 0; factor >>= 1)
        {
            sum = factor.IsEven ? sum : sum is { } some ? Add(some, point) : point;
            point = Add(point, point);
        }

        return sum!.Value;
    }

    private static (BigInteger X, BigInteger Y) Add((BigInteger X, BigInteger Y) a, (BigInteger X, BigInteger Y) b)
    {
        var slope = a == b
            ? 3 * ((a.X * a.X) - 1) * BigInteger.ModPow(2 * a.Y, P - 2, P)
            : (b.Y - a.Y) * BigInteger.ModPow(Positive(b.X - a.X), P - 2, P);
        var x = Positive((slope * slope) - a.X - b.X);
        return (x, Positive((slope * (a.X - x)) - a.Y));
    }

    private static BigInteger Positive(BigInteger value) => ((value % P) + P) % P;

    private static BigInteger Hex(string digits) => Unsigned(Convert.FromHexString(digits));

    private static BigInteger Unsigned(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger value)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
