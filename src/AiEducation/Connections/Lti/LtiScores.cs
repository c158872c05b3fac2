using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>
/// A learner's opening of a task from a link of a platform, and how the grade stands with that platform. No grade stands here: it is read from
/// the work when it is sent.
/// </summary>
/// <param name="Link">The link in the course.</param>
/// <param name="Subject">The learner in the platform's words.</param>
/// <param name="LineItem">The column of the gradebook; null while it has to be looked for at <see cref="LineItems"/>.</param>
/// <param name="DueAt">As it stands in the row: who takes it changes it, and so nobody else has it.</param>
/// <param name="Sent">Time of the decision that the platform has; null while it has none.</param>
public sealed record LtiScoreRow(
    string Platform, string Link, string Subject, string Task, Uri? LineItem, Uri? LineItems, int Attempts, string DueAt, string? Sent);

/// <summary>How many scores of a platform stand where.</summary>
/// <param name="Platform">Its name.</param>
/// <param name="State"><c>waiting</c>, <c>sent</c> or <c>failed</c>.</param>
/// <param name="Fault">Why the last attempt failed; null when it did not, or the platform answered with <see cref="Status"/>.</param>
public sealed record LtiScoreCount(string Platform, string State, int? Status, string? Fault, int Count);

/// <summary>
/// Scores on their way to platforms. A row waits when a grade may have to go: after an opening, a binding, a decision. Whoever sends looks at
/// the work and sends the decision that stands, if the platform does not have it yet.
/// </summary>
/// <remarks>States: <c>open</c> (nobody decided), <c>waiting</c>, <c>sent</c>, <c>failed</c> (until a person sends it again).</remarks>
public static class LtiScores
{
    private const string Table = "lti_scores";
    private const string Columns = "s.platform, s.link, s.subject, s.task, s.line_item, s.line_items, s.attempts, s.due_at, s.sent";

    /// <summary>Notes that a learner opened a task from a link with a place for grades. Another link or another person changes nothing here.</summary>
    public static async Task OpenAsync(DbTransaction transaction, LtiLaunch launch, string task, DateTimeOffset at, CancellationToken cancel = default)
    {
        if (launch.DeepLink is not null || !launch.Roles.Contains(LtiRole.Learner)
            || launch.Grades is not { } grades || !grades.Scopes.Contains(LtiScore.ScoreScope)
            || (grades.LineItem is null && (grades.LineItems is null || !grades.Scopes.Contains(LtiScore.LineItemScope))))
        {
            return;
        }

        await Database.LockAsync(transaction, Table, cancel);
        await transaction.TouchAsync(Table, cancel, launch.Platform, launch.ResourceLink, launch.Subject);
        // A link that leads to another task now has sent nothing of it yet.
        await transaction.ExecuteAsync(
            """
            INSERT INTO lti_scores (platform, link, subject, task, line_item, line_items, state, attempts, due_at)
            VALUES (@platform, @link, @subject, @task, @item, @items, 'waiting', 0, @at)
            ON CONFLICT (platform, link, subject) DO UPDATE SET
                sent = CASE WHEN lti_scores.task = excluded.task THEN lti_scores.sent END,
                line_item = COALESCE(excluded.line_item, CASE WHEN lti_scores.task = excluded.task THEN lti_scores.line_item END),
                line_items = excluded.line_items, task = excluded.task, state = 'waiting', attempts = 0, due_at = excluded.due_at
            """,
            cancel, ("platform", launch.Platform), ("link", launch.ResourceLink), ("subject", launch.Subject), ("task", task),
            ("item", grades.LineItem?.AbsoluteUri), ("items", grades.LineItems?.AbsoluteUri), ("at", LedgerEntry.Time(at)));
    }

    /// <summary>A decision about a work was recorded: what its learner opened from platforms of the school waits.</summary>
    /// <param name="learner">Pseudonym.</param>
    public static Task DecidedAsync(DbTransaction transaction, string task, string learner, DateTimeOffset at, CancellationToken cancel = default) =>
        AwaitAsync(
            transaction,
            """
            JOIN lti_people l ON l.platform = s.platform AND l.subject = s.subject JOIN ai_people p ON p.account = l.account
            JOIN lti_platforms f ON f.id = s.platform AND f.school = p.school AND f.ended_at IS NULL WHERE s.task = @task AND p.id = @learner
            """,
            at, cancel, ("task", task), ("learner", learner));

    /// <summary>It became known who somebody of a platform is: what they opened before waits.</summary>
    public static Task BoundAsync(DbTransaction transaction, string platform, string subject, DateTimeOffset at, CancellationToken cancel = default) =>
        AwaitAsync(transaction, "WHERE s.platform = @platform AND s.subject = @subject", at, cancel, ("platform", platform), ("subject", subject));

    /// <summary>A person sends again what failed at the platforms of a school; gives how many.</summary>
    public static Task<int> AgainAsync(DbTransaction transaction, Bin school, DateTimeOffset at, CancellationToken cancel = default) => AwaitAsync(
        transaction, "JOIN lti_platforms f ON f.id = s.platform WHERE f.school = @school AND s.state = 'failed'", at, cancel, ("school", school.Value));

    /// <summary>What is due, the first few of each platform: what was never tried before what was refused.</summary>
    public static async Task<IReadOnlyList<LtiScoreRow>> DueAsync(
        ReadFrom from, DateTimeOffset now, int ofPlatform, CancellationToken cancel = default) => await from.QueryAsync(
            $"""
            SELECT {Columns} FROM (SELECT lti_scores.*, ROW_NUMBER() OVER (PARTITION BY platform ORDER BY attempts, due_at, link, subject) AS place
                FROM lti_scores WHERE state = 'waiting' AND due_at <= @now) s
            WHERE s.place <= @count ORDER BY s.place, s.due_at, s.platform
            """,
            Read, cancel, ("now", LedgerEntry.Time(now)), ("count", ofPlatform));

    /// <summary>Takes a row until a time; false when another was there first, or something happened to it meanwhile.</summary>
    public static async Task<bool> TakeAsync(DbTransaction transaction, LtiScoreRow row, string until, CancellationToken cancel = default)
    {
        await transaction.TouchAsync(Table, cancel, row.Platform, row.Link, row.Subject);
        return await transaction.ExecuteAsync(
            """
            UPDATE lti_scores SET due_at = @until
            WHERE platform = @platform AND link = @link AND subject = @subject AND state = 'waiting' AND due_at = @seen
            """,
            cancel, ("until", until), ("platform", row.Platform), ("link", row.Link), ("subject", row.Subject), ("seen", row.DueAt)) == 1;
    }

    /// <summary>Notes how it went. What was decided, opened or bound meanwhile goes first: then nothing is noted, and the row waits on.</summary>
    /// <param name="taken">What <see cref="TakeAsync"/> wrote.</param>
    public static async Task NoteAsync(
        DbTransaction transaction, LtiScoreRow row, string taken, string state, DateTimeOffset due, DateTimeOffset now, int? status, string? fault,
        CancellationToken cancel = default)
    {
        await transaction.TouchAsync(Table, cancel, row.Platform, row.Link, row.Subject);
        await transaction.ExecuteAsync(
            """
            UPDATE lti_scores SET state = @state, attempts = @attempts, due_at = @due, last_at = @now, status = @status, fault = @fault,
                line_item = @item, sent = @sent
            WHERE platform = @platform AND link = @link AND subject = @subject AND state = 'waiting' AND due_at = @taken
            """,
            cancel, ("state", state), ("attempts", row.Attempts), ("due", LedgerEntry.Time(due)), ("now", LedgerEntry.Time(now)), ("status", status),
            ("fault", fault), ("item", row.LineItem?.AbsoluteUri), ("sent", row.Sent), ("platform", row.Platform), ("link", row.Link),
            ("subject", row.Subject), ("taken", taken));
    }

    /// <summary>Pseudonyms of the learners of the platform's school as whom somebody of the platform signs in here.</summary>
    public static async Task<IReadOnlyList<string>> LearnersAsync(
        ReadFrom from, string platform, string subject, CancellationToken cancel = default) => await from.QueryAsync(
            """
            SELECT p.id FROM lti_people l JOIN lti_platforms f ON f.id = l.platform JOIN ai_people p ON p.account = l.account AND p.school = f.school
            WHERE l.platform = @platform AND l.subject = @subject AND p.kind = 'learner' ORDER BY p.id
            """,
            r => r.GetString(0), cancel, ("platform", platform), ("subject", subject));

    /// <summary>How scores of the school's platforms stand; nothing of whom they are.</summary>
    public static async Task<IReadOnlyList<LtiScoreCount>> CountsAsync(ReadFrom from, Bin school, CancellationToken cancel = default) =>
        await from.QueryAsync(
            """
            SELECT f.name, s.state, s.status, s.fault, COUNT(*) FROM lti_scores s JOIN lti_platforms f ON f.id = s.platform
            WHERE f.school = @school AND f.ended_at IS NULL AND s.state <> 'open'
            GROUP BY f.name, s.state, s.status, s.fault ORDER BY f.name, s.state, s.status, s.fault
            """,
            r => new LtiScoreCount(r.GetString(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetInt32(2), r.GetStringOrNull(3), r.GetInt32(4)), cancel,
            ("school", school.Value));

    private static async Task<int> AwaitAsync(
        DbTransaction transaction, string which, DateTimeOffset at, CancellationToken cancel, params (string Name, object? Value)[] args)
    {
        await Database.LockAsync(transaction, Table, cancel);
        var rows = await transaction.QueryAsync(
            $"SELECT DISTINCT {Columns} FROM lti_scores s {which} ORDER BY s.platform, s.link, s.subject", Read, cancel, args);
        foreach (var row in rows)
        {
            await transaction.TouchAsync(Table, cancel, row.Platform, row.Link, row.Subject);
            await transaction.ExecuteAsync(
                """
                UPDATE lti_scores SET state = 'waiting', attempts = 0, due_at = @at
                WHERE platform = @platform AND link = @link AND subject = @subject
                """,
                cancel, ("at", LedgerEntry.Time(at)), ("platform", row.Platform), ("link", row.Link), ("subject", row.Subject));
        }

        return rows.Count;
    }

    private static LtiScoreRow Read(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), Address(r, 4), Address(r, 5), r.GetInt32(6), r.GetString(7),
        r.GetStringOrNull(8));

    private static Uri? Address(DbDataReader r, int column) => r.GetStringOrNull(column) is { } text ? new Uri(text) : null;
}
