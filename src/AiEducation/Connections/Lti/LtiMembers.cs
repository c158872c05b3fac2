using System.Text.Json;
using System.Text.RegularExpressions;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Somebody of a course. Names and addresses are not read: see <see cref="LtiLaunch"/>.</summary>
public sealed record LtiMember(string Subject, IReadOnlyList<LtiRole> Roles);

/// <summary>One page of the list of a course.</summary>
/// <param name="Next">Where the following page is; null on the last.</param>
public sealed record LtiMembersPage(IReadOnlyList<LtiMember> Members, Uri? Next);

/// <summary>
/// Who is in a course (Names and Role Provisioning Services 2.0, 2.4 and 3.1). Only those who are in it now: the inactive and the deleted
/// are left out.
/// </summary>
public static partial class LtiMembers
{
    public const string Scope = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";
    public const string MediaType = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";
    private const int PagesMax = 200;
    private const int SubjectLengthMax = 255;

    /// <summary>Follows the pages from the first to the last.</summary>
    /// <param name="get">Asks for one page: its body, and its <c>Link</c> header.</param>
    public static async Task<Outcome<IReadOnlyList<LtiMember>>> ReadAllAsync(
        Uri first, Func<Uri, CancellationToken, Task<(ReadOnlyMemory<byte> Body, string? Link)>> get, CancellationToken cancel = default)
    {
        var (members, seen) = (new Dictionary<string, LtiMember>(StringComparer.Ordinal), new HashSet<Uri>());
        var at = first;
        while (at is not null)
        {
            if (seen.Count == PagesMax || !seen.Add(at))
            {
                return new Problem("connections/members-endless", "The list of the course has no end: its pages lead in a circle, or are too many.");
            }

            var (body, link) = await get(at, cancel);
            if (!Read(body, link, first).TryGet(out var page, out var problem))
            {
                return problem;
            }

            foreach (var member in page.Members)
            {
                members[member.Subject] = member;
            }

            at = page.Next;
        }

        return members.Values.ToList();
    }

    /// <param name="link">Header <c>Link</c> (RFC 8288).</param>
    /// <param name="first">The first page: the token is shown to no other host than its own.</param>
    public static Outcome<LtiMembersPage> Read(ReadOnlyMemory<byte> body, string? link, Uri first)
    {
        if (!StrictJson.Parse(body).TryGet(out var json, out _))
        {
            return Malformed;
        }

        using (json)
        {
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("members", out var all)
                || all.ValueKind != JsonValueKind.Array)
            {
                return Malformed;
            }

            var members = new List<LtiMember>();
            foreach (var one in all.EnumerateArray())
            {
                if (one.ValueKind != JsonValueKind.Object || Text(one, "user_id") is not { Length: > 0 and <= SubjectLengthMax } subject
                    || !one.TryGetProperty("roles", out var roles) || roles.ValueKind != JsonValueKind.Array)
                {
                    return Malformed;
                }

                if (Text(one, "status") is null or "Active")
                {
                    members.Add(new LtiMember(
                        subject,
                        [.. roles.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.String).Select(r => LtiRoles.Of(r.GetString()!)).Distinct()]));
                }
            }

            if (NextOf(link) is not { } next)
            {
                return new LtiMembersPage(members, null);
            }

            return Uri.TryCreate(first, next, out var address) && address.Scheme == first.Scheme && address.Authority == first.Authority
                ? new LtiMembersPage(members, address)
                : new Problem("connections/members-elsewhere", "The following page of the list lies on another host; the platform's token is not shown there.");
        }
    }

    private static Problem Malformed { get; } =
        new("connections/members-unreadable", "The platform's list of the course cannot be read (Names and Role Provisioning Services 2.0).");

    private static string? NextOf(string? link) =>
        link is null ? null : LinkValue().Matches(link).FirstOrDefault(m => m.Groups["rel"].Value.Split(' ').Contains("next"))?.Groups["to"].Value;

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex("""<(?<to>[^<>]*)>(?:\s*;\s*(?!rel=)[^;,=]+=(?:"[^"]*"|[^;,"]*))*\s*;\s*rel="?(?<rel>[^";,]*)"?""", RegexOptions.IgnoreCase, 1_000)]
    private static partial Regex LinkValue();
}
