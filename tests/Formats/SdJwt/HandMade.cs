using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Credentials;

namespace Mortanba.Formats.Tests.SelectiveDisclosure;

/// <summary>SD-JWTs written by hand, so that they can be wrong in exactly one way.</summary>
internal static class HandMade
{
    public static readonly P256PrivateKey Issuer = P256PrivateKey.FromSecret(SHA256.HashData("issuer of the tests"u8));
    public static readonly P256PrivateKey Holder = P256PrivateKey.FromSecret(SHA256.HashData("holder of the tests"u8));

    public const string Header = """{"alg":"ES256","typ":"dc+sd-jwt","kid":"did:web:example.kz#key-1"}""";

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public static string Digest(string disclosure) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Encode(disclosure))));

    public static string Text(string payload, params string[] disclosures) =>
        Encoding.ASCII.GetString(Jws.Sign(Issuer, Encoding.UTF8.GetBytes(Header), Encoding.UTF8.GetBytes(payload)))
        + "~" + string.Concat(disclosures.Select(d => Encode(d) + "~"));

    public static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    /// <summary>Parses and verifies; null when accepted, else the problem's code.</summary>
    public static string? Refusal(string compact)
    {
        if (!SdJwt.Parse(Bytes(compact)).TryGet(out var sdJwt, out var problem))
        {
            return problem.Code;
        }

        using (sdJwt)
        {
            return sdJwt.Verify(Issuer.ToPublicKey()).Problem?.Code;
        }
    }
}
