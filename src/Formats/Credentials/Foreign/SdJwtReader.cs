using System.Text.Json;

namespace Mortanba.Credentials;

/// <summary>SD-JWT VC of any issuer; our own claim names are read as they stand in docs/formats/diploma-sd-jwt.md.</summary>
internal static class SdJwtReader
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    public static FileReading Read(ReadOnlyMemory<byte> compact, FileReadingTerms terms)
    {
        if (!SdJwt.Parse(compact).TryGet(out var token, out _))
        {
            return FileReading.Attachment("foreign/not-recognised");
        }

        using (token)
        {
            var checks = new FileChecks(terms).Passed(FileCheckName.Form, "foreign/form-read");
            var payload = token.IssuerPayload;
            var disclosed = token.Disclose();
            _ = disclosed.IsDone
                ? checks.Passed(FileCheckName.Integrity, "foreign/disclosures-fit")
                : checks.Failed(FileCheckName.Integrity, "foreign/disclosures-do-not-fit");
            var issuer = Json.Text(payload, "iss");
            checks.Sign(Signature(compact, issuer), issuer)
                .Times(Claims.Time(payload, "nbf"), Claims.Time(payload, "exp"), Claims.CheckTimes(payload, terms.At, ClockSkew, "sdjwt")?.Code == "sdjwt/malformed-time");
            if (payload.TryGetProperty("status", out _))
            {
                checks.NotChecked(FileCheckName.Status, "foreign/status-not-asked");
            }

            return checks.Give(FileKind.SdJwtVc, "foreign/kind.sd-jwt", disclosed.TryGet(out var shown, out _) ? Reading(shown.Payload) : null);
        }
    }

    // The issuer's JWT is a compact JWS: the same search for its key, and the same algorithms, as everywhere.
    private static SignatureFinding Signature(ReadOnlyMemory<byte> compact, string? issuer)
    {
        var jwt = compact[..compact.Span.IndexOf((byte)'~')];
        return SignedJson.OfCompact(jwt)?.Verify(issuer) ?? SignatureFinding.NotTaken("foreign/signature-form-not-taken");
    }

    internal static QualificationReading Reading(JsonElement claims)
    {
        var institution = Member(claims, "institution");
        var given = Clean(Json.Text(claims, "given_name"));
        var family = Clean(Json.Text(claims, "family_name"));
        return new QualificationReading
        {
            Holder = new HolderReading(Words(claims, "name")?.In("en") ?? VcReader.Joined(given, family), family, given, Codes.Day(Json.Text(claims, "birthdate"))),
            Title = Words(claims, "qualification") ?? Words(claims, "title") ?? Words(claims, "degree"),
            Institution = institution is { } body ? Languages(body) : Words(claims, "issuing_authority"),
            InstitutionIds = Identifiers(claims, institution),
            Country = Codes.Country(Json.Text(claims, "issuing_country")),
            AwardDate = Codes.Day(Json.Text(claims, "award_date") ?? Json.Text(claims, "date_of_issuance")),
            DocumentDate = Claims.Time(claims, "iat") is { } at ? DateOnly.FromDateTime(at.UtcDateTime) : null,
            Levels = Number(claims, "nqf_level") is { } level ? [new ReadLevel("NQF", Plain(level))] : [],
            Credits = Number(claims, "credits"),
            OverallGrade = Number(claims, "gpa") is { } gpa ? "GPA " + Plain(gpa) : null,
            Languages = Codes.Language(Json.Text(claims, "instruction_language")) is { } language ? [language] : [],
            Courses = [.. Courses(claims).Take(ReadLimits.CoursesMax)],
        };
    }

    private static IEnumerable<CourseReading> Courses(JsonElement claims)
    {
        if (!claims.TryGetProperty("courses", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (var course in list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object))
        {
            if (Languages(course) is not { } title)
            {
                continue;
            }

            var letter = Clean(Json.Text(course, "letter"));
            var percent = Number(course, "percent");
            yield return new CourseReading(
                Clean(Json.Text(course, "code")),
                title,
                Number(course, "credits"),
                null,
                letter is not null && percent is { } p ? $"{letter} ({Plain(p)})" : letter ?? (percent is { } only ? Plain(only) : null),
                null,
                null,
                0);
        }
    }

    private static List<ReadIdentifier> Identifiers(JsonElement claims, JsonElement? institution)
    {
        var ids = new List<ReadIdentifier>();
        if (institution is { } body && Clean(Json.Text(body, "bin")) is { } bin)
        {
            ids.Add(new ReadIdentifier("bin", bin));
        }

        if (Clean(Json.Text(claims, "iss")) is { } issuer)
        {
            ids.Add(new ReadIdentifier(issuer.StartsWith("did:", StringComparison.Ordinal) ? "did" : "url", issuer));
        }

        return ids;
    }

    // Members named by two-letter tags beside others: {"bin": …, "kk": …, "en": …}.
    private static ReadText? Languages(JsonElement item) => ReadText.From(item.EnumerateObject()
        .Where(member => member.Name.Length == 2 && member.Value.ValueKind == JsonValueKind.String)
        .Select(member => new ReadWords(member.Name, ReadText.Clean(member.Value.GetString()))));

    private static ReadText? Words(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) ? LanguageMaps.Read(value) : null;

    private static JsonElement? Member(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static decimal? Number(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? Codes.Number(value.GetRawText()) : null;

    private static string Plain(decimal number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string? Clean(string? text) => ReadText.Clean(text) is { Length: > 0 } clean ? clean : null;
}
