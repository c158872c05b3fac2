using System.Text.Json;

namespace Mortanba.Credentials;

/// <summary>European Digital Credentials: ELM v3 as JSON-LD, with or without the envelope of its seal.</summary>
/// <remarks>
/// Names of the members as in the context <c>http://data.europa.eu/snb/model/context/edc-ap</c>. Read as JSON, not as a graph: a file
/// that names its members otherwise is not recognised. The rules of ELM (SHACL) are not run.
/// </remarks>
internal static class ElmReader
{
    public const string TypeName = "EuropeanDigitalCredential";
    public const string Context = "http://data.europa.eu/snb/model/context/edc-ap";

    public static bool Recognises(JsonElement root) => Json.HasType(root, TypeName);

    /// <param name="signed">The envelope; null when there is none.</param>
    public static FileReading Read(JsonElement root, SignedJson? signed, FileReadingTerms terms)
    {
        var checks = new FileChecks(terms);
        var person = ElmJson.First(root, "credentialSubject");
        var achievements = person is { } holder ? ElmJson.Items(holder, "hasClaim").Where(IsAchievement).ToList() : [];
        _ = person is null ? checks.Failed(FileCheckName.Form, "foreign/member-out-of-form", ("member", "credentialSubject"))
            : achievements.Count == 0 ? checks.Failed(FileCheckName.Form, "foreign/member-out-of-form", ("member", "credentialSubject.hasClaim"))
            : checks.Passed(FileCheckName.Form, "foreign/form-read");
        var issuer = VcReader.IssuerOf(root);
        checks.Sign(signed is not null ? signed.Verify(issuer) : VcReader.Proof(root, isCanonical: false, terms), issuer)
            .Times(root)
            .StatusOf(root);
        return checks.Give(
            FileKind.EuropeanCredential,
            "foreign/kind.elm",
            person is { } one && achievements.Count > 0 ? Reading(root, one, achievements) : null);
    }

    private static bool IsAchievement(JsonElement claim) => Json.HasType(claim, "LearningAchievement");

    private static QualificationReading Reading(JsonElement root, JsonElement person, List<JsonElement> achievements)
    {
        // A transcript stands beside the degree in some files: the degree is what is asked for.
        var main = achievements.Find(a => ElmJson.First(a, "specifiedBy") is { } spec && Json.HasType(spec, "Qualification"));
        main = main.ValueKind == JsonValueKind.Object ? main : achievements[0];
        var specification = ElmJson.First(main, "specifiedBy");
        var awarding = ElmJson.First(main, "awardedBy");
        var body = ElmJson.First(awarding, "awardingBody") ?? ElmJson.First(root, "issuer");
        var (credits, scheme) = ElmJson.Credits(main, specification);
        var courses = new List<CourseReading>();
        AddCourses(main, 0, courses);
        return new QualificationReading
        {
            Holder = Holder(person),
            Title = ElmJson.Words(main, "title") ?? ElmJson.Words(specification, "title"),
            Institution = ElmJson.Words(body, "legalName") ?? ElmJson.Words(body, "prefLabel") ?? ElmJson.Words(body, "altLabel"),
            InstitutionIds = Identifiers(body),
            Country = Country(body),
            AwardDate = Codes.Day(ElmJson.Text(awarding, "awardingDate")),
            DocumentDate = Codes.Day(Json.Text(root, "issuanceDate") ?? Json.Text(root, "issued") ?? Json.Text(root, "validFrom")),
            Levels = Levels(specification),
            Credits = credits,
            CreditScheme = scheme,
            OverallGrade = ElmJson.Grade(main).Grade,
            Languages = [.. ElmJson.Items(specification, "language").Select(concept => Codes.Language(Json.Text(concept, "id"))).OfType<string>()],
            Courses = courses,
            Supplement = Supplement(main),
            AttachmentCount = ElmJson.Items(main, "supplementaryDocument").Count() + ElmJson.Items(root, "attachment").Count(),
            MoreAwards = achievements.Count - 1,
        };
    }

    private static HolderReading Holder(JsonElement person)
    {
        var given = ElmJson.Words(person, "givenName")?.In("en");
        var family = ElmJson.Words(person, "familyName")?.In("en");
        return new HolderReading(
            ElmJson.Words(person, "fullName")?.In("en") ?? VcReader.Joined(given, family),
            family,
            given,
            Codes.Day(Json.Text(person, "dateOfBirth")));
    }

    private static List<ReadIdentifier> Identifiers(JsonElement? body)
    {
        var ids = new List<ReadIdentifier>();
        foreach (var name in (ReadOnlySpan<string>)["registration", "eIDASIdentifier", "vatIdentifier", "taxIdentifier", "identifier"])
        {
            foreach (var item in ElmJson.Items(body, name))
            {
                if (ReadText.Clean(Json.Text(item, "notation")) is { Length: > 0 } value)
                {
                    var scheme = ReadText.Clean(Json.Text(item, "schemeName"));
                    ids.Add(new ReadIdentifier(scheme.Length > 0 ? scheme : name, value));
                }
            }
        }

        return ids;
    }

    private static string? Country(JsonElement? body)
    {
        var address = ElmJson.First(ElmJson.First(body, "location"), "address");
        return Codes.Country(ElmJson.Text(ElmJson.First(address, "countryCode"), "id"))
            ?? Codes.Country(ElmJson.Text(ElmJson.First(ElmJson.First(body, "registration"), "spatial"), "id"));
    }

    private static List<ReadLevel> Levels(JsonElement? specification)
    {
        var levels = new List<ReadLevel>();
        foreach (var (member, framework) in (ReadOnlySpan<(string, string)>)[("eqfLevel", "EQF"), ("nqfLevel", "NQF")])
        {
            foreach (var concept in ElmJson.Items(specification, member))
            {
                if (ElmJson.Words(concept, "prefLabel")?.In("en") is { } label)
                {
                    levels.Add(new ReadLevel(framework, label));
                }
            }
        }

        return levels;
    }

    private static void AddCourses(JsonElement achievement, int depth, List<CourseReading> courses)
    {
        if (depth == ReadLimits.DepthMax)
        {
            return;
        }

        foreach (var part in ElmJson.Items(achievement, "hasPart"))
        {
            if (courses.Count == ReadLimits.CoursesMax)
            {
                return;
            }

            var specification = ElmJson.First(part, "specifiedBy");
            if ((ElmJson.Words(part, "title") ?? ElmJson.Words(specification, "title")) is { } title)
            {
                var (credits, scheme) = ElmJson.Credits(part, specification);
                var (grade, gradingScheme) = ElmJson.Grade(part);
                var code = ReadText.Clean(ElmJson.Text(ElmJson.First(part, "identifier") ?? ElmJson.First(specification, "identifier"), "notation"));
                courses.Add(new CourseReading(
                    code.Length > 0 ? code : null,
                    title,
                    credits,
                    scheme,
                    grade,
                    gradingScheme,
                    Codes.Day(ElmJson.Text(ElmJson.First(part, "awardedBy"), "awardingDate")),
                    depth));
            }

            AddCourses(part, depth + 1, courses);
        }
    }

    // The form of our own export: a note whose subject carries the number of the section (docs/formats/foreign-files.md).
    private static SupplementReading? Supplement(JsonElement achievement)
    {
        var all = ElmJson.Items(achievement, "additionalNote")
            .Take(ReadLimits.SectionsMax)
            .Select(note => (Note: note, Number: ReadText.Clean(ElmJson.Text(ElmJson.First(note, "subject"), "notation"))))
            .Where(note => note.Number.Length > 0 && note.Number.All(c => char.IsAsciiDigit(c) || c == '.'))
            .ToList();
        if (all.Count == 0)
        {
            return null;
        }

        string? language = null;
        var sections = new List<SupplementSection>();
        foreach (var (note, number) in all)
        {
            var words = ElmJson.Words(ElmJson.First(note, "subject"), "prefLabel");
            language ??= words?.Words[0].Language;
            var content = ElmJson.Words(note, "noteLiteral")?.In(language ?? "en");
            var section = new SupplementSection(number, words?.In(language ?? "en") ?? number, content == "—" ? null : content, []);
            var dot = number.IndexOf('.', StringComparison.Ordinal);
            var parent = dot < 0 ? -1 : sections.FindIndex(s => s.Number == number[..dot]);
            if (parent < 0)
            {
                sections.Add(section);
            }
            else
            {
                sections[parent] = sections[parent] with { Sections = [.. sections[parent].Sections, section] };
            }
        }

        return new SupplementReading(language, Codes.Day(ElmJson.Text(ElmJson.First(achievement, "awardedBy"), "awardingDate")), sections);
    }
}
