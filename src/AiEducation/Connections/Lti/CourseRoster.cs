using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>
/// The list of a course of a platform as a roster of a part of the school: it may add people and classes that a teacher teaches, and takes
/// nothing away. Who is known from a roster under the same id stays as the roster has them.
/// </summary>
public static class CourseRoster
{
    public const string Format = "LTI NRPS 2.0";
    private const string Own = "lti:";

    /// <param name="members">Learners and teachers are taken; mentors and others are passed over.</param>
    public static Roster Of(Bin school, LtiCourse course, IEnumerable<LtiMember> members)
    {
        var (people, all) = (new SortedDictionary<string, RosterPerson>(StringComparer.Ordinal), 0);
        // The directory keeps several classes in one text with spaces between.
        var label = course.Label.Replace(' ', '\u00A0');
        foreach (var member in members)
        {
            all++;
            // Without an id of the school's own, one that no roster has.
            var id = member.SourceId ?? $"{Own}{course.Platform}:{member.Subject}";
            if (member.Role is LtiRole.Learner or LtiRole.Teacher)
            {
                var isTeacher = member.Role == LtiRole.Teacher;
                people[id] = new RosterPerson(
                    id, isTeacher ? SchoolPersonKind.Teacher : SchoolPersonKind.Learner, member.Name ?? "", isTeacher ? "" : label,
                    isTeacher ? [label] : [], 0, null, "");
            }
        }

        return new Roster(Format, school, [.. people.Values], all - people.Count) { IsWhole = false };
    }

    /// <summary>An id that was made here, because the platform knew none of the school's.</summary>
    internal static bool IsOwn(string sourceId) => sourceId.StartsWith(Own, StringComparison.Ordinal);

    /// <summary>As it is kept until a person confirms it.</summary>
    public static byte[] Write(Roster roster) => JsonSerializer.SerializeToUtf8Bytes(roster, EventKind.Json);

    /// <summary>Reads back what <see cref="Write"/> gave; null for anything else, for example an archive.</summary>
    public static Roster? Read(ReadOnlySpan<byte> kept) => kept is [(byte)'{', ..] ? JsonSerializer.Deserialize<Roster>(kept, EventKind.Json) : null;
}
