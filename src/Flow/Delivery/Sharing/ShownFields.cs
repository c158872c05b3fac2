using System.Text;
using Mortanba.Credentials;

namespace Mortanba.Delivery;

/// <summary>Which disclosures of a diploma's SD-JWT go into a presentation: each claim by its name, each course by its place.</summary>
public static class ShownFields
{
    /// <summary>The names of all claims the holder can show, and how many courses there are, in the issuer's order.</summary>
    public static (IReadOnlyList<string> Names, int CourseCount) Of(ReadOnlyMemory<byte> sdJwt)
    {
        using var parsed = SdJwt.Parse(sdJwt).Value;
        var claims = parsed.Disclose().Value.Claims;
        return ([.. claims.Where(c => c.Name is not null).Select(c => c.Name!)], claims.Count(c => c.Name is null));
    }

    /// <summary>
    /// The SD-JWT with exactly the chosen disclosures. Names and places that the diploma does not have are passed over: a form
    /// cannot choose what is not there.
    /// </summary>
    public static string Present(ReadOnlyMemory<byte> sdJwt, IReadOnlySet<string> names, IReadOnlySet<int> courses)
    {
        using var parsed = SdJwt.Parse(sdJwt).Value;
        var places = parsed.Disclose().Value.Claims.Where(c => c.Name is null).Select((c, place) => (c.Index, place))
            .ToDictionary(c => c.Index, c => c.place);
        return Encoding.ASCII.GetString(Presentation.Present(
            parsed, c => c.Name is { } name ? names.Contains(name) : courses.Contains(places[c.Index])).Value);
    }
}
