using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mortanba.Credentials;

/// <summary>Writes a qualification in the shape of a European Digital Credential (ELM v3), without a seal.</summary>
/// <remarks>
/// For import by readers who know ELM. It is no European Digital Credential: only a qualified electronic seal under eIDAS makes one,
/// and no profile of ELM is claimed (<c>credentialSchema</c> names the generic one, whose rules are not run here). What is written
/// reads back equal (<see cref="ForeignFile"/>). Sections of the supplement are notes whose subject carries their number.
/// </remarks>
public static class ElmWriter
{
    private const string Authority = "http://publications.europa.eu/resource/authority/";

    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="id">A URN of the document: that of the diploma.</param>
    public static byte[] Write(QualificationReading from, string id)
    {
        var ids = new Ids();
        var body = Organisation(from, ids);
        var main = Achievement(from, body, ids);
        var root = new JsonObject
        {
            ["@context"] = new JsonArray("https://www.w3.org/ns/credentials/v2", ElmReader.Context),
            ["id"] = id,
            ["type"] = new JsonArray(VerifiableCredential.TypeName, ElmReader.TypeName),
            ["credentialSchema"] = new JsonArray(new JsonObject
            {
                ["id"] = "http://data.europa.eu/snb/model/ap/edc-generic-full",
                ["type"] = "ShaclValidator2017",
            }),
            ["issuer"] = body.DeepClone(),
        };
        if (from.DocumentDate is { } made)
        {
            root["issuanceDate"] = Instant(made);
            root["validFrom"] = Instant(made);
        }

        root["credentialSubject"] = Person(from.Holder, main, ids);
        return JsonSerializer.SerializeToUtf8Bytes(root, Readable);
    }

    private static JsonObject Person(HolderReading holder, JsonObject achievement, Ids ids)
    {
        var person = new JsonObject { ["id"] = ids.Next("person"), ["type"] = "Person" };
        foreach (var (name, text) in new[] { ("fullName", holder.FullName), ("givenName", holder.GivenNames), ("familyName", holder.FamilyName) })
        {
            if (text is not null)
            {
                person[name] = Map(ReadText.Of("en", text));
            }
        }

        if (holder.BirthDate is { } born)
        {
            person["dateOfBirth"] = Instant(born);
        }

        person["hasClaim"] = new JsonArray(achievement);
        return person;
    }

    private static JsonObject Organisation(QualificationReading from, Ids ids)
    {
        var body = new JsonObject { ["id"] = ids.Next("org"), ["type"] = "Organisation" };
        if (from.Institution is { } name)
        {
            body["legalName"] = Map(name);
        }

        if (from.InstitutionIds.Count > 0)
        {
            body["identifier"] = new JsonArray([.. from.InstitutionIds.Select(id => (JsonNode)Identifier(id, ids))]);
        }

        if (from.Country is { } country)
        {
            body["location"] = new JsonArray(new JsonObject
            {
                ["id"] = ids.Next("location"),
                ["type"] = "Location",
                ["address"] = new JsonArray(new JsonObject
                {
                    ["id"] = ids.Next("address"),
                    ["type"] = "Address",
                    ["countryCode"] = Concept(Authority + "country/" + Codes.CountryOfThree(country), null),
                }),
            });
        }

        return body;
    }

    private static JsonObject Identifier(ReadIdentifier id, Ids ids) => new JsonObject
    {
        ["id"] = ids.Next("identifier"),
        ["type"] = "Identifier",
        ["notation"] = id.Value,
        ["schemeName"] = id.Type,
    };

    private static JsonObject Achievement(QualificationReading from, JsonObject body, Ids ids)
    {
        var title = from.Title ?? ReadText.Of("en", "—");
        var main = Claim(title, from.AwardDate, from.Credits, from.CreditScheme, body, ids);
        if (from.OverallGrade is { } grade)
        {
            main["provenBy"] = Assessment(title, grade, null, body, ids);
        }

        var specification = new JsonObject { ["id"] = ids.Next("qualification"), ["type"] = "Qualification", ["title"] = Map(title) };
        if (from.Languages.Count > 0)
        {
            specification["language"] = new JsonArray(
                [.. from.Languages.Select(language => Concept(Authority + "language/" + Codes.LanguageOfThree(language), null))]);
        }

        foreach (var (framework, member) in new[] { ("EQF", "eqfLevel"), ("NQF", "nqfLevel") })
        {
            var levels = from.Levels.Where(level => level.Framework == framework).ToList();
            if (levels.Count > 0)
            {
                specification[member] = new JsonArray(
                    [.. levels.Select(level => Concept(ids.Next("concept"), ReadText.Of("en", level.Value)))]);
            }
        }

        main["specifiedBy"] = specification;
        if (from.Supplement is { } supplement)
        {
            var notes = new JsonArray();
            AddNotes(notes, supplement.Sections, supplement.Language ?? "en", ids);
            main["additionalNote"] = notes;
        }

        var open = new Stack<(int Depth, JsonObject Claim)>();
        open.Push((-1, main));
        foreach (var course in from.Courses)
        {
            while (open.Peek().Depth >= course.Depth)
            {
                open.Pop();
            }

            var part = Course(course, body, ids);
            var parent = open.Peek().Claim;
            if (parent["hasPart"] is not JsonArray parts)
            {
                parent["hasPart"] = parts = [];
            }

            parts.Add(part);
            open.Push((course.Depth, part));
        }

        return main;
    }

    private static JsonObject Course(CourseReading course, JsonObject body, Ids ids)
    {
        var part = Claim(course.Title, course.Date, course.Credits, course.CreditScheme, body, ids);
        if (course.Code is { } code)
        {
            part["identifier"] = new JsonObject { ["id"] = ids.Next("identifier"), ["type"] = "Identifier", ["notation"] = code };
        }

        if (course.Grade is { } grade)
        {
            part["provenBy"] = Assessment(course.Title, grade, course.GradingScheme, body, ids);
        }

        return part;
    }

    private static JsonObject Claim(ReadText title, DateOnly? date, decimal? credits, string? scheme, JsonObject body, Ids ids)
    {
        var claim = new JsonObject { ["id"] = ids.Next("learningAchievement"), ["type"] = "LearningAchievement", ["title"] = Map(title) };
        claim["awardedBy"] = AwardedBy(body, date, ids);
        if (credits is { } value)
        {
            var framework = scheme is null ? new JsonObject { ["type"] = "Concept" } : Concept(ids.Next("concept"), ReadText.Of("en", scheme));
            claim["creditReceived"] = new JsonArray(new JsonObject
            {
                ["id"] = ids.Next("creditPoint"),
                ["type"] = "CreditPoint",
                ["framework"] = framework,
                ["point"] = value.ToString(CultureInfo.InvariantCulture),
            });
        }

        return claim;
    }

    private static JsonArray Assessment(ReadText title, string grade, ReadText? scheme, JsonObject body, Ids ids)
    {
        var assessment = new JsonObject
        {
            ["id"] = ids.Next("learningAssessment"),
            ["type"] = "LearningAssessment",
            ["title"] = Map(title),
            ["awardedBy"] = AwardedBy(body, null, ids),
            ["grade"] = new JsonObject { ["id"] = ids.Next("note"), ["type"] = "Note", ["noteLiteral"] = Map(ReadText.Of("en", grade)) },
        };
        if (scheme is not null)
        {
            assessment["specifiedBy"] = new JsonArray(new JsonObject
            {
                ["id"] = ids.Next("learningAssessmentSpecification"),
                ["type"] = "LearningAssessmentSpecification",
                ["title"] = Map(title),
                ["gradingScheme"] = new JsonObject { ["id"] = ids.Next("gradingScheme"), ["type"] = "GradingScheme", ["title"] = Map(scheme) },
            });
        }

        return new JsonArray(assessment);
    }

    // In full each time: a reader of JSON that resolves no ids still finds who awarded it.
    private static JsonObject AwardedBy(JsonObject body, DateOnly? date, Ids ids)
    {
        var awarding = new JsonObject
        {
            ["id"] = ids.Next("awardingProcess"),
            ["type"] = "AwardingProcess",
            ["awardingBody"] = new JsonArray(body.DeepClone()),
        };
        if (date is { } day)
        {
            awarding["awardingDate"] = Instant(day);
        }

        return awarding;
    }

    private static void AddNotes(JsonArray notes, IReadOnlyList<SupplementSection> sections, string language, Ids ids)
    {
        foreach (var section in sections)
        {
            var subject = Concept(ids.Next("concept"), ReadText.Of(language, section.Title));
            subject["notation"] = section.Number;
            notes.Add((JsonNode)new JsonObject
            {
                ["id"] = ids.Next("note"),
                ["type"] = "Note",
                ["noteLiteral"] = Map(ReadText.Of(language, section.Content ?? "—")),
                ["subject"] = subject,
            });
            AddNotes(notes, section.Sections, language, ids);
        }
    }

    private static JsonObject Concept(string id, ReadText? label)
    {
        var concept = new JsonObject { ["id"] = id, ["type"] = "Concept" };
        if (label is not null)
        {
            concept["prefLabel"] = Map(label);
        }

        return concept;
    }

    private static JsonObject Map(ReadText text)
    {
        var map = new JsonObject();
        foreach (var words in text.Words)
        {
            map[words.Language ?? "en"] = new JsonArray(words.Text);
        }

        return map;
    }

    private static string Instant(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T00:00:00Z";

    /// <summary>Ids within one document, as Europass writes them.</summary>
    private sealed class Ids
    {
        private int last;

        public string Next(string kind) => $"urn:epass:{kind}:{++last}";
    }
}
