using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>What the holder does: shows some of the disclosures (RFC 9901 section 7.2).</summary>
public static class Presentation
{
    /// <summary>
    /// The SD-JWT with the chosen disclosures only, ending in a tilde, without a KB-JWT. A chosen claim brings along the
    /// disclosures that contain it. Refuses what <see cref="SdJwt.Disclose"/> refuses.
    /// </summary>
    public static Outcome<byte[]> Present(SdJwt sdJwt, Func<DisclosedClaim, bool> choose)
    {
        if (!sdJwt.Disclose().TryGet(out var disclosed, out var problem))
        {
            return problem;
        }

        var keep = new bool[sdJwt.DisclosureCount];
        foreach (var claim in disclosed.Claims.Where(choose))
        {
            for (var index = claim.Index; index >= 0; index = disclosed.Claims[index].Parent)
            {
                keep[index] = true;
            }
        }

        var presented = new MemoryStream(sdJwt.Compact.Length);
        presented.Write(sdJwt.IssuerJwtText.Span);
        presented.WriteByte((byte)'~');
        for (var i = 0; i < keep.Length; i++)
        {
            if (keep[i])
            {
                presented.Write(sdJwt.DisclosureText(i));
                presented.WriteByte((byte)'~');
            }
        }

        return presented.ToArray();
    }
}
