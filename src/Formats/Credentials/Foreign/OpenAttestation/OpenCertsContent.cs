using System.Text.Json;

namespace Mortanba.Credentials;

/// <summary>The content of an OpenCerts document: salted values (<c>uuid:type:value</c>) under the names of its schema.</summary>
/// <remarks>schema.opencerts.io version 2: recipient, issuers, name, issuedOn, graduationDate, qualificationLevel, cumulativeScore, transcript.</remarks>
internal static class OpenCertsContent
{
    public static QualificationReading Read(JsonElement data)
    {
        var issuers = ElmJson.Items(data, "issuers").ToList();
        var issuer = issuers.Count > 0 ? issuers[0] : (JsonElement?)null;
        return new QualificationReading
        {
            Holder = new HolderReading(Text(ElmJson.First(data, "recipient"), "name"), null, null, null),
            Title = Words(data, "name"),
            Institution = Words(issuer, "name"),
            InstitutionIds = Identifiers(issuer),
            AwardDate = Codes.Day(Text(data, "graduationDate") ?? Text(data, "attainmentDate")),
            DocumentDate = Codes.Day(Text(data, "issuedOn")),
            Levels =
            [
                .. ElmJson.Items(data, "qualificationLevel").Take(ReadLimits.DepthMax)
                    .Select(level => (Framework: Text(level, "frameworkName"), Value: Text(level, "code") ?? Text(level, "description")))
                    .Where(level => level.Value is not null)
                    .Select(level => new ReadLevel(level.Framework ?? "—", level.Value!)),
            ],
            OverallGrade = Text(data, "cumulativeScore"),
            Courses = [.. ElmJson.Items(data, "transcript").Take(ReadLimits.CoursesMax).Select(Course).OfType<CourseReading>()],
            AttachmentCount = ElmJson.Items(data, "attachments").Count(),
            MoreAwards = 0,
        };
    }

    private static CourseReading? Course(JsonElement course) => Words(course, "name") is { } title
        ? new CourseReading(
            Text(course, "courseCode"),
            title,
            Codes.Number(Text(course, "courseCredit")),
            null,
            Text(course, "grade") ?? Text(course, "score"),
            null,
            Codes.Day(Text(course, "examinationDate")),
            0)
        : null;

    private static List<ReadIdentifier> Identifiers(JsonElement? issuer)
    {
        var ids = new List<ReadIdentifier>();
        foreach (var (name, type) in (ReadOnlySpan<(string, string)>)[("id", "id"), ("documentStore", "contract"), ("certificateStore", "contract"), ("url", "url")])
        {
            if (Text(issuer, name) is { } value)
            {
                ids.Add(new ReadIdentifier(type, value));
            }
        }

        if (Text(ElmJson.First(issuer, "identityProof"), "location") is { } location)
        {
            ids.Add(new ReadIdentifier("dns", location));
        }

        return ids;
    }

    private static ReadText? Words(JsonElement? item, string name) => Text(item, name) is { } text ? ReadText.Of(null, text) : null;

    // Without the salt: what stands behind the second colon. Null for nothing.
    private static string? Text(JsonElement? item, string name)
    {
        if (ElmJson.Text(item, name) is not { } salted)
        {
            return null;
        }

        var parts = salted.Split(':', 3);
        var text = ReadText.WithoutTags(parts.Length == 3 && Guid.TryParseExact(parts[0], "D", out _) ? parts[2] : salted);
        return text.Length > 0 && !(parts.Length == 3 && parts[1] is "null" or "undefined") ? text : null;
    }
}
