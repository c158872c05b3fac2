using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.LearningPlatforms;

namespace Mortanba.Host.Acts;

/// <summary>
/// A person asks for the list of a course (Names and Role Provisioning Services 2.0). In: a course that a teacher came from. Out: the id of the
/// list as it was read, whose changes are looked at before anything is written (<see cref="TakeRoster"/>).
/// </summary>
internal sealed class ReadCourse(Installation home, PlatformCalls calls)
{
    private static readonly string[] Scopes = [LtiMembers.Scope];

    public async Task<Outcome<string>> RunAsync(Actor by, Role? role, Bin school, string platformId, string context, CancellationToken cancel)
    {
        LtiPlatform? platform;
        LtiCourse? course;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            course = (await LtiCourses.OfSchoolAsync(connection, school, cancel))
                .FirstOrDefault(c => c.Platform == platformId && c.Context == context);
            platform = course is null ? null : await LtiStore.FindAsync(connection, platformId, cancel);
        }

        if (course is null || platform is null)
        {
            return new Problem("connections/no-course", "No teacher came from this course yet, or the platform was ended.");
        }

        var at = home.Time.GetUtcNow();
        using var key = await new LtiStore(home.Vault).KeyAsync(home.Database, at, cancel);
        var (token, answer, problem) = await calls.TokenAsync(platform, key, Scopes, cancel);
        if (token is null)
        {
            return problem ?? Away(answer);
        }

        var read = await LtiMembers.ReadAllAsync(course.Members, (page, stop) => PageAsync(platform, page, token, stop), cancel);
        if (!read.TryGet(out var members, out problem))
        {
            return problem;
        }

        var kept = await new TakeRoster(home).KeepAsync(by, school, CourseRoster.Write(CourseRoster.Of(school, course, members)), cancel);
        if (kept.IsDone)
        {
            await home.Database.WriteAsync(
                t => AuditTrail.AppendAsync(
                    t, at,
                    new TrailEvent(
                        TrailAct.View, "connections/course-read", by, new TrailSubject("lti-platform", platform.Id), role, school,
                        Facts: [("count", $"{members.Count}")]),
                    cancel),
                cancel);
        }

        return kept;
    }

    private async Task<Outcome<(ReadOnlyMemory<byte> Body, string? Link)>> PageAsync(
        LtiPlatform platform, Uri page, LtiServiceToken token, CancellationToken cancel)
    {
        var answer = await calls.GetAsync(page, token, LtiMembers.MediaType, cancel);
        if (answer.Status == StatusCodes.Status401Unauthorized)
        {
            calls.Forget(platform.Id);
        }

        return answer.IsDone ? (answer.Body, answer.Link) : Away(answer);
    }

    private static Problem Away(PlatformAnswer answer)
    {
        var said = answer.Fault ?? $"{answer.Status}";
        return new Problem("connections/platform-away", $"The platform did not give it: {said}.", ("said", said));
    }
}
