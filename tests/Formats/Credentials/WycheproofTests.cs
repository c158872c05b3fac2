using System.Text.Json;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Formats.Tests.Credentials;

/// <summary>Every case of C2SP/wycheproof for the signatures in use, all groups.</summary>
public class WycheproofTests
{
    [Theory]
    [InlineData("ecdsa_secp256r1_sha256_p1363_test.json", KeyKind.P256)]
    [InlineData("ecdsa_secp384r1_sha384_p1363_test.json", KeyKind.P384)]
    [InlineData("ed25519_test.json", KeyKind.Ed25519)]
    public void Every_case_is_accepted_or_refused_as_published(string file, KeyKind kind)
    {
        using var vectors = SharedVectors.Json("vectors", "wycheproof", file);
        var failures = new List<string>();
        var count = 0;
        foreach (var group in vectors.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var key = KeyOf(group.GetProperty("publicKey"), kind);
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                count++;
                var valid = test.GetProperty("result").GetString() != "invalid";
                var accepted = key.TryGet(out var read, out _) && read.Verify(Hex(test, "msg"), Hex(test, "sig"));
                if (accepted != valid)
                {
                    failures.Add($"{test.GetProperty("tcId")}: {test.GetProperty("comment")}, expected {valid}");
                }
            }
        }

        Assert.Equal(vectors.RootElement.GetProperty("numberOfTests").GetInt32(), count);
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    [Fact]
    public void No_der_signature_is_taken_for_a_raw_one()
    {
        using var vectors = SharedVectors.Json("vectors", "wycheproof", "ecdsa_secp256r1_sha256_test.json");
        foreach (var group in vectors.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            if (KeyOf(group.GetProperty("publicKey"), KeyKind.P256).TryGet(out var key, out _))
            {
                Assert.All(
                    group.GetProperty("tests").EnumerateArray(),
                    test => Assert.False(key.Verify(Hex(test, "msg"), Hex(test, "sig"))));
            }
        }
    }

    private static Outcome<PublicKey> KeyOf(JsonElement publicKey, KeyKind kind)
    {
        if (kind == KeyKind.Ed25519)
        {
            return PublicKey.FromRaw(kind, Hex(publicKey, "pk"));
        }

        var point = Hex(publicKey, "uncompressed");
        var half = point.Length / 2;
        return PublicKey.FromRaw(kind, [(byte)(2 | (point[^1] & 1)), .. point.AsSpan(1, half)]);
    }

    private static byte[] Hex(JsonElement item, string name) => Convert.FromHexString(item.GetProperty(name).GetString()!);
}
