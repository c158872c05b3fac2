using System.Numerics;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>Is this a point of the curve, and which? Public values only: nothing here is constant-time.</summary>
/// <remarks>
/// P-256 and P-384: NIST SP 800-186 section 3.2.1; compressed points as SEC 1 section 2.3.4 (the base class library
/// takes only both coordinates). Ed25519: RFC 8032 section 5.1.3.
/// </remarks>
internal static class CurvePoint
{
    private static readonly Weierstrass P256 = new(
        Hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
        Hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),
        32);

    private static readonly Weierstrass P384 = new(
        Hex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff"),
        Hex("b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef"),
        48);

    private static readonly BigInteger EdwardsP = BigInteger.Pow(2, 255) - 19;

    private static readonly BigInteger EdwardsD =
        Hex("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3");

    /// <summary>The point of a 33- or 49-byte compressed form; null when there is none.</summary>
    public static (byte[] X, byte[] Y)? Decompress(KeyKind kind, ReadOnlySpan<byte> compressed)
    {
        var curve = CurveOf(kind);
        if (compressed.Length != curve.SizeBytes + 1 || compressed[0] is not (2 or 3))
        {
            return null;
        }

        var x = Unsigned(compressed[1..]);
        if (x >= curve.P)
        {
            return null;
        }

        // Both primes are 3 mod 4, so a root, if there is one, is the (p+1)/4-th power.
        var square = curve.RightSide(x);
        var y = BigInteger.ModPow(square, (curve.P + 1) >> 2, curve.P);
        if (BigInteger.ModPow(y, 2, curve.P) != square)
        {
            return null;
        }

        if (y.IsEven != (compressed[0] == 2))
        {
            y = curve.P - y;
        }

        return (compressed[1..].ToArray(), Fixed(y, curve.SizeBytes));
    }

    /// <summary>The compressed form of a point; null when x and y are not a point of the curve.</summary>
    public static byte[]? Compress(KeyKind kind, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        var curve = CurveOf(kind);
        if (x.Length != curve.SizeBytes || y.Length != curve.SizeBytes)
        {
            return null;
        }

        var (bigX, bigY) = (Unsigned(x), Unsigned(y));
        return bigX < curve.P && bigY < curve.P && BigInteger.ModPow(bigY, 2, curve.P) == curve.RightSide(bigX)
            ? [(byte)(2 | (y[^1] & 1)), .. x]
            : null;
    }

    /// <summary>
    /// True for the 32-byte encoding of an Ed25519 point of large order. The eight points of small order are refused:
    /// under such a "key" anyone can make a signature.
    /// </summary>
    public static bool IsEd25519Key(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length != Ed25519PublicKey.KeySizeBytes)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Ed25519PublicKey.KeySizeBytes];
        encoded.CopyTo(bytes);
        bytes[^1] &= 0x7f;
        var p = EdwardsP;
        var y = new BigInteger(bytes, isUnsigned: true);
        if (y >= p)
        {
            return false;
        }

        // x² = u/v with u = y²-1, v = dy²+1; by Euler's criterion u/v is a square when (uv)^((p-1)/2) is 1 (or u is 0).
        var ySquared = y * y % p;
        var u = (ySquared - 1 + p) % p;
        var v = ((EdwardsD * ySquared) + 1) % p;
        if (u.IsZero || !BigInteger.ModPow(u * v % p, (p - 1) >> 1, p).IsOne)
        {
            return false;
        }

        // Doubling thrice must not end in the neutral point. y(2P) = (y²+x²)/(1-d·x²·y²) for -x²+y² = 1+dx²y².
        var xSquared = u * BigInteger.ModPow(v, p - 2, p) % p;
        for (var i = 0; i < 3; i++)
        {
            var product = EdwardsD * xSquared % p * ySquared % p;
            var yDoubled = (ySquared + xSquared) * BigInteger.ModPow((1 - product + p) % p, p - 2, p) % p;
            ySquared = yDoubled * yDoubled % p;
            xSquared = (ySquared - 1 + p) * BigInteger.ModPow(((EdwardsD * ySquared) + 1) % p, p - 2, p) % p;
            if (xSquared.IsZero)
            {
                return false;
            }
        }

        return true;
    }

    private static Weierstrass CurveOf(KeyKind kind) => kind switch
    {
        KeyKind.P256 => P256,
        KeyKind.P384 => P384,
        KeyKind.Ed25519 => throw new ArgumentOutOfRangeException(nameof(kind), "Ed25519 has no compressed NIST point."),
    };

    private static BigInteger Hex(string digits) =>
        new(Convert.FromHexString(digits), isUnsigned: true, isBigEndian: true);

    private static BigInteger Unsigned(ReadOnlySpan<byte> bigEndian) => new(bigEndian, isUnsigned: true, isBigEndian: true);

    private static byte[] Fixed(BigInteger value, int sizeBytes)
    {
        var bytes = new byte[sizeBytes];
        value.TryWriteBytes(bytes.AsSpan(sizeBytes - value.GetByteCount(isUnsigned: true)), out _, true, true);
        return bytes;
    }

    private sealed record Weierstrass(BigInteger P, BigInteger B, int SizeBytes)
    {
        // y² = x³ - 3x + b
        public BigInteger RightSide(BigInteger x) => ((((x * x) - 3 + P) * x) + B) % P;
    }
}
