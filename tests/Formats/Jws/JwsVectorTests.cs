using System.Text;
using System.Text.Json;
using Mortanba.Credentials;
using Xunit;

namespace Mortanba.Formats.Tests.JsonWebSignatures;

/// <summary>Wycheproof json_web_signature_test: the groups with P-256 signing keys.</summary>
public sealed class JwsVectorTests
{
    [Fact]
    public void Wycheproof_es256_is_accepted_and_refused_as_it_says()
    {
        using var vectors = SharedVectors.Json("vectors", "wycheproof", "json_web_signature_test.json");
        var wrong = new List<string>();
        var count = 0;
        foreach (var group in vectors.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            if (!group.TryGetProperty("public", out var jwk) || Text(jwk, "crv") != "P-256" || Text(jwk, "use") != "sig")
            {
                continue;
            }

            var key = PublicKey.FromJwk(jwk).Value;
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                count++;
                var parsed = Jws.Parse(Encoding.UTF8.GetBytes(test.GetProperty("jws").GetString()!));
                var accepted = parsed.IsDone && parsed.Value.Verify(key) is null;
                if (accepted != (test.GetProperty("result").GetString() == "valid"))
                {
                    wrong.Add($"{test.GetProperty("tcId")} {test.GetProperty("comment")}");
                }
            }
        }

        Assert.Equal(39, count);
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_example_of_rfc_7515_appendix_a3_verifies()
    {
        using var jwk = JsonDocument.Parse(
            """
            {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
            """);
        const string compact =
            "eyJhbGciOiJFUzI1NiJ9"
            + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
            + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

        Assert.Null(Jws.Parse(Encoding.ASCII.GetBytes(compact)).Value.Verify(PublicKey.FromJwk(jwk.RootElement).Value));
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
