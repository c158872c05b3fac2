namespace Mortanba.AiEducation;

/// <summary>What somebody is in the course they came from. It chooses a page and gives no right here: rights come from the school's own list.</summary>
public enum LtiRole
{
    /// <summary>Said nothing that is known here.</summary>
    Other,
    Learner,

    /// <summary>A parent or another who looks after a learner.</summary>
    Mentor,

    /// <summary>Teaches the course. An assistant of a teacher is none: an assistant decides no grade.</summary>
    Teacher,
}

/// <summary>The course, in the platform's words.</summary>
public sealed record LtiContext(string Id, string? Label, string? Title);

/// <summary>Where the grades of the course are kept (Assignment and Grade Services 2.0).</summary>
/// <param name="LineItem">The column of this link; null when there is none yet.</param>
public sealed record LtiGradeService(IReadOnlyList<string> Scopes, Uri? LineItems, Uri? LineItem);

/// <summary>The platform asks its teacher to choose what a link will open (Deep Linking 2.0, 3.4.1).</summary>
/// <param name="ReturnAddress">Where the choice goes.</param>
/// <param name="Data">Goes back as it came; null when the platform sent none.</param>
public sealed record LtiDeepLink(Uri ReturnAddress, string? Data);

/// <summary>
/// A launch that was checked whole. Names, addresses and pictures that a platform sends along are not read: a person is known here by
/// platform and subject alone.
/// </summary>
/// <param name="Subject">Who, in the platform's words; at most 255 characters.</param>
/// <param name="ResourceLink">The link that was opened; empty when one is to be chosen (<see cref="DeepLink"/>).</param>
/// <param name="Nonce">Counts once: whoever stores it finds a replay.</param>
/// <param name="Until">When the token ends, with the clocks' difference: so long its nonce is kept.</param>
/// <param name="Members">Where the list of the course is read (Names and Role Provisioning Services 2.0).</param>
/// <param name="Custom">Values that the school wrote into the link.</param>
public sealed record LtiLaunch(
    string Platform, string Subject, string Deployment, string ResourceLink, LtiContext? Context, IReadOnlyList<LtiRole> Roles, string Target,
    string? Language, LtiGradeService? Grades, Uri? Members, IReadOnlyDictionary<string, string> Custom, string Nonce, DateTimeOffset Until)
{
    /// <summary>Null when a link was opened.</summary>
    public LtiDeepLink? DeepLink { get; init; }

    /// <summary>The one that goes furthest.</summary>
    public LtiRole Role => Roles.Count == 0 ? LtiRole.Other : Roles.Max();
}

/// <summary>Roles of the LIS vocabulary (LTI 1.3, appendix A.2).</summary>
internal static class LtiRoles
{
    private const string Membership = "http://purl.imsglobal.org/vocab/lis/v2/membership#";

    /// <summary>
    /// Roles in the course only: what somebody is in the institution or the system says nothing of this course, and a part of a role
    /// (<c>membership/Instructor#TeachingAssistant</c>) is not the role.
    /// </summary>
    public static LtiRole Of(string uri) => uri.StartsWith(Membership, StringComparison.Ordinal) ? Named(uri[Membership.Length..])
        : uri.Contains(':', StringComparison.Ordinal) ? LtiRole.Other
        : Named(uri);

    private static LtiRole Named(string name) => name switch
    {
        "Learner" => LtiRole.Learner,
        "Instructor" => LtiRole.Teacher,
        "Mentor" => LtiRole.Mentor,
        _ => LtiRole.Other,
    };
}
