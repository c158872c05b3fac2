using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>A course of a platform from which a teacher came, and where its list is read (Names and Role Provisioning Services 2.0).</summary>
/// <param name="Context">Its id in the platform's words.</param>
public sealed record LtiCourse(string Platform, string Context, string Label, string Title, Uri Members, DateTimeOffset SeenAt);

/// <summary>Courses whose lists a school may read: those that its teachers opened a link in, and whose platform offers the list.</summary>
public static class LtiCourses
{
    private const int TextLengthMax = 200;
    private const string Columns = "c.platform, c.context, c.label, c.title, c.members_address, c.seen_at";

    /// <summary>Notes where the list of a course is, when its teacher comes from there.</summary>
    public static async Task SeenAsync(DbTransaction transaction, LtiLaunch launch, DateTimeOffset at, CancellationToken cancel = default)
    {
        if (!launch.Roles.Contains(LtiRole.Teacher) || launch.Context is not { } context || launch.Members is not { } members)
        {
            return;
        }

        await transaction.TouchAsync("lti_courses", cancel, launch.Platform, context.Id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO lti_courses (platform, context, label, title, members_address, seen_at)
            VALUES (@platform, @context, @label, @title, @members, @at)
            ON CONFLICT (platform, context) DO UPDATE SET label = @label, title = @title, members_address = @members, seen_at = @at
            """,
            cancel, ("platform", launch.Platform), ("context", context.Id), ("label", Short(context.Label ?? context.Id)),
            ("title", Short(context.Title ?? context.Label ?? context.Id)), ("members", members.AbsoluteUri), ("at", LedgerEntry.Time(at)));
    }

    /// <summary>Courses of the platforms of a school, the newest visit first.</summary>
    public static async Task<IReadOnlyList<LtiCourse>> OfSchoolAsync(ReadFrom from, Bin school, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"""
            SELECT {Columns} FROM lti_courses c JOIN lti_platforms f ON f.id = c.platform
            WHERE f.school = @school AND f.ended_at IS NULL ORDER BY c.seen_at DESC, c.platform, c.context
            """,
            r => new LtiCourse(
                r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), new Uri(r.GetString(4)), LedgerEntry.TimeOf(r.GetString(5))),
            cancel, ("school", school.Value));

    private static string Short(string text) => text.Length > TextLengthMax ? text[..TextLengthMax] : text;
}
