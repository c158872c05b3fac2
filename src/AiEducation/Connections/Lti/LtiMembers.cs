using System.Text.Json;
using System.Text.RegularExpressions;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Somebody of a course. E-mail addresses and pictures are not read.</summary>
/// <param name="Subject">Who, in the platform's words.</param>
/// <param name="Name">Family name, then the others; null when the platform does not share names.</param>
/// <param name="SourceId">Id in the school's own system, as its roster has it; null when the platform does not know it.</param>
public sealed record LtiMember(string Subject, IReadOnlyList<LtiRole> Roles, string? Name = null, string? SourceId = null)
{
    /// <summary>The one that goes furthest.</summary>
    public LtiRole Role => Roles.Count == 0 ? LtiRole.Other : Roles.Max();
}

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
    private const int NameLengthMax = 200;

    /// <summary>Follows the pages from the first to the last.</summary>
    /// <param name="get">Asks for one page: its body, and its <c>Link</c> header; or why it did not come.</param>
    public static async Task<Outcome<IReadOnlyList<LtiMember>>> ReadAllAsync(
        Uri first, Func<Uri, CancellationToken, Task<Outcome<(ReadOnlyMemory<byte> Body, string? Link)>>> get, CancellationToken cancel = default)
    {
        var (members, seen) = (new Dictionary<string, LtiMember>(StringComparer.Ordinal), new HashSet<Uri>());
        var at = first;
        while (at is not null)
        {
            if (seen.Count == PagesMax || !seen.Add(at))
            {
                return new Problem("connections/members-endless", "The list of the course has no end: its pages lead in a circle, or are too many.");
            }

            if (!(await get(at, cancel)).TryGet(out var answer, out var problem)
                || !Read(answer.Body, answer.Link, first).TryGet(out var page, out problem))
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
                        [.. roles.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.String).Select(r => LtiRoles.Of(r.GetString()!)).Distinct()],
                        NameOf(one), Bounded(one, "lis_person_sourcedid", SubjectLengthMax)));
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

    // As the roster of the school writes it: family name first.
    private static string? NameOf(JsonElement one)
    {
        string?[] parts = [Bounded(one, "family_name", NameLengthMax), Bounded(one, "given_name", NameLengthMax), Bounded(one, "middle_name", NameLengthMax)];
        return parts[0] is not null && parts[1] is not null
            ? string.Join(' ', parts.Where(p => p is not null))
            : Bounded(one, "name", NameLengthMax);
    }

    // Nothing that cannot be seen gets into a name.
    private static string? Bounded(JsonElement of, string name, int max) =>
        Text(of, name)?.Trim() is { Length: > 0 } text && text.Length <= max && RosterTable.IsVisible(text) ? text : null;

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex("""<(?<to>[^<>]*)>(?:\s*;\s*(?!rel=)[^;,=]+=(?:"[^"]*"|[^;,"]*))*\s*;\s*rel="?(?<rel>[^";,]*)"?""", RegexOptions.IgnoreCase, 1_000)]
    private static partial Regex LinkValue();
}
