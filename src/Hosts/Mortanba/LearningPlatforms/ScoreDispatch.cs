using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Beats;
using Mortanba.Host.Webhooks;
using Mortanba.Storage;

namespace Mortanba.Host.LearningPlatforms;

/// <summary>Brings decided grades to the gradebooks of platforms (Assignment and Grade Services 2.0).</summary>
/// <remarks>
/// The row says only that a grade may have to go. What goes is read from the work at that moment: the decision of a named person that stands,
/// and nothing else (requirement AI-14). A row is taken before its score is sent, so that two nodes do not both send it; one that was sent and
/// not noted is sent again with the same time of decision, which the platform refuses as known (409). Pauses are those of webhooks.
/// </remarks>
public sealed class ScoreDispatch(Database database, IKeyVault vault, EventStore events, PlatformCalls calls, TimeProvider time)
{
    private const int OfPlatformMax = 20;
    private const int AtOnceMax = 8;
    private const string Sent = "sent";
    private const string Waiting = "waiting";

    // Longer than any attempt, with its token and its column.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan TurnMax = TimeSpan.FromSeconds(10);
    private static readonly string[] Score = [LtiScore.ScoreScope];
    private static readonly string[] ScoreAndColumn = [LtiScore.LineItemScope, LtiScore.ScoreScope];

    private readonly LtiStore platforms = new(vault);

    /// <summary>Sends what is due; gives how many scores platforms took.</summary>
    public async Task<int> SendDueAsync(CancellationToken cancel = default)
    {
        var sent = 0;
        IReadOnlyList<LtiScoreRow> due;
        await using (var connection = await database.ConnectAsync(cancel))
        {
            due = await LtiScores.DueAsync(connection, time.GetUtcNow(), OfPlatformMax, cancel);
        }

        await Parallel.ForEachAsync(
            due.GroupBy(d => d.Platform), new ParallelOptions { MaxDegreeOfParallelism = AtOnceMax, CancellationToken = cancel },
            async (ofPlatform, token) =>
            {
                var began = time.GetTimestamp();
                foreach (var row in ofPlatform.TakeWhile(_ => time.GetElapsedTime(began) < TurnMax))
                {
                    var taken = LedgerEntry.Time(time.GetUtcNow() + Lease);
                    if (!await database.WriteAsync(t => LtiScores.TakeAsync(t, row, taken, token), token))
                    {
                        continue;
                    }

                    var done = await SendAsync(row, token);
                    CrashPoint.Reach("after-score-sent");
                    await NoteAsync(row, taken, done, token);
                    if (done.State == Sent && done.Status is not null)
                    {
                        Interlocked.Increment(ref sent);
                    }
                    else if (done.State == Waiting)
                    {
                        // It would refuse the others as well.
                        break;
                    }
                }
            });
        return sent;
    }

    /// <param name="Grade">Time of the decision that the platform has now.</param>
    private sealed record Done(string State, int? Status = null, string? Fault = null, Uri? Column = null, string? Grade = null);

    private async Task<Done> SendAsync(LtiScoreRow row, CancellationToken cancel)
    {
        LtiPlatform? platform;
        (AssessmentTask Task, TeachersGrade Grade)? standing = null;
        await using (var connection = await database.ConnectAsync(cancel))
        {
            platform = await LtiStore.FindAsync(connection, row.Platform, cancel);
            standing = platform is null ? null : await StandingAsync(connection, platform, row, cancel);
        }

        if (platform is null)
        {
            return new Done("failed", Fault: "ended");
        }

        if (standing is not var (task, grade) || grade.Timestamp == row.Sent)
        {
            return new Done(standing is null ? "open" : Sent);
        }

        using var key = await platforms.KeyAsync(database, time.GetUtcNow(), cancel);
        var (token, answer, problem) = await calls.TokenAsync(platform, key, row.LineItem is null ? ScoreAndColumn : Score, cancel);
        if (token is null)
        {
            return new Done(Waiting, answer.Status, problem is not null || answer.Status is >= 400 and < 500 ? "token-refused" : answer.Fault);
        }

        var column = row.LineItem;
        if (column is null)
        {
            (column, answer) = await ColumnAsync(row, task, token, cancel);
            if (column is null)
            {
                return After(platform, answer, "no-column");
            }
        }

        if (!LtiScore.Of(grade, column, row.Subject, time.GetUtcNow()).TryGet(out var message, out _))
        {
            // The clock of the node that took the decision is ahead of ours: it waits.
            return new Done(Waiting, Fault: "grade-ahead", Column: column);
        }

        answer = await calls.PostAsync(message, token, cancel);
        // 409: it has this decision already, from an attempt that was not noted, or a newer grade of its own.
        return answer.IsDone || answer.Status == StatusCodes.Status409Conflict
            ? new Done(Sent, answer.Status, null, column, grade.Timestamp)
            : After(platform, answer, null) with { Column = column };
    }

    private Done After(LtiPlatform platform, PlatformAnswer answer, string? fault)
    {
        if (answer.Status == StatusCodes.Status401Unauthorized)
        {
            calls.Forget(platform.Id);
        }

        return new Done(Waiting, answer.Status, answer.Fault ?? fault);
    }

    private async Task<(AssessmentTask Task, TeachersGrade Grade)?> StandingAsync(
        ReadFrom from, LtiPlatform platform, LtiScoreRow row, CancellationToken cancel)
    {
        // A platform speaks for its own school alone.
        if (await events.FindAsync(from, TaskStreams.Tasks, row.Task, cancel) is not { } task || task.School != platform.School)
        {
            return null;
        }

        foreach (var learner in await LtiScores.LearnersAsync(from, row.Platform, row.Subject, cancel))
        {
            var work = await events.EventsAsync(from, TaskStreams.Works, LearnerWork.IdOf(row.Task, learner), cancel);
            if (TeachersGrade.Standing(task.Now, work) is { } grade)
            {
                return (task.Now, grade);
            }
        }

        return null;
    }

    // Looked for first: one that was made and not noted is found again.
    private async Task<(Uri? Column, PlatformAnswer Answer)> ColumnAsync(
        LtiScoreRow row, AssessmentTask task, LtiServiceToken token, CancellationToken cancel)
    {
        var there = await calls.GetAsync(LtiScore.ColumnsOf(row.LineItems!, task.Id, row.Link), token, LtiScore.LineItemsMediaType, cancel);
        var found = there.IsDone ? LtiScore.ColumnIn(there.Body) : null;
        if (!there.IsDone || found is not null)
        {
            return (found, there);
        }

        var made = await calls.PostAsync(LtiScore.Column(row.LineItems!, task.Id, task.Terms.Title, task.Terms.MaxScore, row.Link), token, cancel);
        return (made.IsDone ? LtiScore.ColumnIn(made.Body) : null, made);
    }

    private Task NoteAsync(LtiScoreRow row, string taken, Done done, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var state = done.State == Waiting && row.Attempts >= WebhookDispatch.Pauses.Length ? "failed" : done.State;
        var noted = row with
        {
            Attempts = state is Sent or "open" ? 0 : row.Attempts + 1,
            LineItem = done.Column ?? row.LineItem,
            Sent = done.Grade ?? row.Sent,
        };
        return database.WriteAsync(
            t => LtiScores.NoteAsync(
                t, noted, taken, state, state == Waiting ? now + WebhookDispatch.Pauses[row.Attempts] : now, now, done.Status, done.Fault, cancel),
            cancel);
    }
}

/// <summary>Sends while the site runs.</summary>
internal sealed class ScoreSender(ScoreDispatch dispatch, TimeProvider time, ILogger<ScoreSender> log)
    : BeatingService(TimeSpan.FromSeconds(5), time, log)
{
    protected override Task BeatAsync(CancellationToken cancel) => dispatch.SendDueAsync(cancel);
}

internal static class LearningPlatformServices
{
    public static IServiceCollection AddLearningPlatforms(this IServiceCollection services, Installation home) => services
        .AddSingleton(_ => new PlatformCalls(WebhookServices.Http(home.Settings), home.Time))
        .AddSingleton(s => new ScoreDispatch(home.Database, home.Vault, new AiDesk(home).Events, s.GetRequiredService<PlatformCalls>(), home.Time))
        .AddHostedService<ScoreSender>();
}
