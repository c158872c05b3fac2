using System.Globalization;
using System.Text.Json.Nodes;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>What a teacher decided about a learner's work, as it stands in the record of the task.</summary>
/// <param name="Teacher">Account of the person who decided; never the program.</param>
/// <param name="Points">From 0.</param>
/// <param name="PointsMax">Above 0.</param>
public sealed record TeachersGrade(string Task, string Teacher, DateTimeOffset At, decimal Points, decimal PointsMax);

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
    private const int LabelLengthMax = 250;

    /// <summary>The score of one learner (3.4.1 and 3.4.5): complete and fully graded.</summary>
    /// <param name="lineItem">The column in the gradebook.</param>
    /// <param name="subject">The learner in the platform's words.</param>
    public static Outcome<LtiMessage> Of(TeachersGrade grade, Uri lineItem, string subject, DateTimeOffset at)
    {
        if (grade.Teacher is "" or AiSystem.Program)
        {
            return new Problem("connections/no-teacher", "A grade goes to the platform only when a teacher decided it.");
        }

        if (grade.At > at)
        {
            return new Problem("connections/grade-ahead", "The decision lies in the future.");
        }

        return grade.PointsMax <= 0 || grade.Points < 0 || grade.Points > grade.PointsMax
            ? new Problem("connections/grade-points", "The points lie between 0 and the highest number of the task.")
            : new LtiMessage(ScoresOf(lineItem), ScoreMediaType, new JsonObject
            {
                // With parts of a second: two scores of one second are told apart (3.4.8).
                ["timestamp"] = grade.At.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
                ["scoreGiven"] = grade.Points,
                ["scoreMaximum"] = grade.PointsMax,
                ["activityProgress"] = "Completed",
                ["gradingProgress"] = "FullyGraded",
                ["userId"] = subject,
            }.ToJsonString());
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
