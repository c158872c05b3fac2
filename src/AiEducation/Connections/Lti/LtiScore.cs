using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>
/// What a named person decided about a learner's work. It is made of the work's own events and of nothing else: the teacher's grade, or the
/// answer to an objection that changes it (requirement AI-14).
/// </summary>
public sealed record TeachersGrade
{
    private TeachersGrade(string task, string teacher, DateTimeOffset at, decimal points, decimal pointsMax) =>
        (Task, Teacher, At, Points, PointsMax) = (task, teacher, at, points, pointsMax);

    public string Task { get; }

    /// <summary>Account of the person who decided; never the program.</summary>
    public string Teacher { get; }

    public DateTimeOffset At { get; }

    /// <summary>From 0 to <see cref="PointsMax"/>.</summary>
    public decimal Points { get; }

    /// <summary>Above 0.</summary>
    public decimal PointsMax { get; }

    /// <summary>When it was decided, as the platform is told: the mark by which it knows one score from the next (3.4.8).</summary>
    public string Timestamp => At.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The grade that an event of a work decides; refused for every other event, a program's proposal among them.</summary>
    public static Outcome<TeachersGrade> Of(AssessmentTask task, WorkEvent happened)
    {
        var score = happened switch
        {
            GradeDecided { IsPerson: true } grade => grade.Score,
            ObjectionAnswered { IsPerson: true } answer => answer.Score,
            _ => null,
        };
        return score is not { } points || happened.By is "" or AiSystem.Program
            ? new Problem("connections/no-teacher", "A grade goes to the platform only when a teacher decided it.")
            : task.Terms.MaxScore <= 0 || points < 0 || points > task.Terms.MaxScore
                ? new Problem("connections/grade-points", "The points lie between 0 and the highest number of the task.")
            : new TeachersGrade(task.Id, happened.By, happened.At, points, task.Terms.MaxScore);
    }

    /// <summary>The grade that stands after these events of one work; null while nobody decided.</summary>
    public static TeachersGrade? Standing(AssessmentTask task, IEnumerable<WorkEvent> events) =>
        events.Select(e => Of(task, e)).LastOrDefault(g => g.IsDone) is { IsDone: true, Value: { } grade } ? grade : null;
}

/// <summary>A message to the platform's gradebook.</summary>
public sealed record LtiMessage(Uri Address, string MediaType, string Body);

/// <summary>
/// The platform's gradebook (Assignment and Grade Services 2.0). **Only what a teacher decided goes there**: a proposal of an AI tool has no
/// way to a score, and the message is made of the decision itself (requirement AI-14).
/// </summary>
public static class LtiScore
{
    public const string ScoreScope = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
    public const string LineItemScope = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem";
    public const string ScoreMediaType = "application/vnd.ims.lis.v1.score+json";
    public const string LineItemMediaType = "application/vnd.ims.lis.v2.lineitem+json";
    public const string LineItemsMediaType = "application/vnd.ims.lis.v2.lineitemcontainer+json";
    private const int LabelLengthMax = 250;

    /// <summary>The score of one learner (3.4.1 and 3.4.5): complete and fully graded.</summary>
    /// <param name="lineItem">The column in the gradebook.</param>
    /// <param name="subject">The learner in the platform's words.</param>
    public static Outcome<LtiMessage> Of(TeachersGrade grade, Uri lineItem, string subject, DateTimeOffset at)
    {
        // With parts of a second: two scores of one second are told apart (3.4.8).
        return grade.At > at
            ? new Problem("connections/grade-ahead", "The decision lies in the future.")
            : new LtiMessage(ScoresOf(lineItem), ScoreMediaType, new JsonObject
            {
                ["timestamp"] = grade.Timestamp,
                ["scoreGiven"] = grade.Points,
                ["scoreMaximum"] = grade.PointsMax,
                ["activityProgress"] = "Completed",
                ["gradingProgress"] = "FullyGraded",
                ["userId"] = subject,
            }.ToJsonString());
    }

    /// <summary>Where the columns of a link for a task are asked for (3.2.9).</summary>
    public static Uri ColumnsOf(Uri lineItems, string task, string resourceLink)
    {
        var asked = $"resource_link_id={Uri.EscapeDataString(resourceLink)}&resource_id={Uri.EscapeDataString(task)}";
        var address = new UriBuilder(lineItems);
        address.Query = address.Query.Length > 1 ? address.Query[1..] + "&" + asked : asked;
        return address.Uri;
    }

    /// <summary>The column that the platform named: the one it made, or the first of those it has. Null when it named none.</summary>
    public static Uri? ColumnIn(ReadOnlyMemory<byte> body)
    {
        if (!StrictJson.Parse(body).TryGet(out var json, out _))
        {
            return null;
        }

        using (json)
        {
            var one = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement.EnumerateArray().FirstOrDefault() : json.RootElement;
            return one.ValueKind == JsonValueKind.Object && one.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
                && ConnectPlatform.IsSafe(id.GetString(), out var address) ? address : null;
        }
    }

    /// <summary>A column for a task (3.2), where the link has none.</summary>
    /// <param name="resourceLink">The link in the course that the column belongs to.</param>
    public static LtiMessage Column(Uri lineItems, string task, string label, decimal pointsMax, string resourceLink) =>
        new(lineItems, LineItemMediaType, new JsonObject
        {
            ["scoreMaximum"] = pointsMax,
            ["label"] = label.Length > LabelLengthMax ? label[..LabelLengthMax] : label,
            ["resourceId"] = task,
            ["resourceLinkId"] = resourceLink,
            ["tag"] = "grade",
        }.ToJsonString());

    /// <summary>Where scores of a column go: <c>/scores</c> behind its path, before what it asks (3.4.2).</summary>
    internal static Uri ScoresOf(Uri lineItem)
    {
        var address = new UriBuilder(lineItem);
        address.Path = address.Path.TrimEnd('/') + "/scores";
        return address.Uri;
    }
}
