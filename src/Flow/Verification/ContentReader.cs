using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>Reads out what the presented thing discloses, so that a person can compare it with the paper. Personal data.</summary>
internal static class ContentReader
{
    // Names of the protocol, not of the diploma.
    private static readonly HashSet<string> Technical = new(
        ["iss", "vct", "jti", "iat", "nbf", "exp", "cnf", "status", "sub", "courses", "vct#integrity", "aka_vcts"],
        StringComparer.Ordinal);

    public static DisclosedContent? Read(PresentedThing presented)
    {
        if (presented.SdJwt?.Disclosed.TryGet(out var disclosed, out _) == true)
        {
            using var payload = disclosed.Open();
            return FromSdJwt(payload.RootElement);
        }

        return presented.Vc?.Root is { } vc ? CertificateKind.Of(presented.Kind) is null ? FromVc(vc) : FromCertificate(vc)
            : presented.Paper?.Core is { } core ? FromPaper(core)
            : null;
    }

    /// <summary>The institution's name as the form gives it; null when it does not.</summary>
    public static LocalizedText? InstitutionName(PresentedThing presented)
    {
        if (presented.SdJwt is { Disclosed: var outcome } && outcome.TryGet(out var disclosed, out _)
            && (disclosed.Payload.TryGetProperty("institution", out var institution)
                || disclosed.Payload.TryGetProperty("recognition_body", out institution)))
        {
            return Localized(institution);
        }

        if (presented.Paper?.Core is { } core)
        {
            return LocalizedText.Same(core.InitiatorName);
        }

        return presented.Vc?.Root is { } vc && Member(vc, "issuer") is { } issuer ? Words(issuer, "name") : null;
    }

    private static DisclosedContent FromSdJwt(JsonElement payload)
    {
        var facts = new Dictionary<string, LocalizedText>(StringComparer.Ordinal);
        foreach (var member in payload.EnumerateObject())
        {
            if (Localized(member.Value) is { } text && member.Name is var name && !Technical.Contains(name))
            {
                facts[name] = text;
            }
        }

        var courses = new List<DisclosedCourse>();
        if (payload.TryGetProperty("courses"u8, out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in list.EnumerateArray())
            {
                if (Course(item) is { } course)
                {
                    courses.Add(course);
                }
            }
        }

        return new DisclosedContent(facts, courses);
    }

    // One walk over the members: a diploma has dozens of courses.
    private static DisclosedCourse? Course(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object || Words(item) is not { } name)
        {
            return null;
        }

        var (code, letter, credits, percent) = ("", "", 0, 0);
        foreach (var member in item.EnumerateObject())
        {
            if (member.NameEquals("code"u8))
            {
                code = Text(member.Value) ?? "";
            }
            else if (member.NameEquals("letter"u8))
            {
                letter = Text(member.Value) ?? "";
            }
            else if (member.NameEquals("credits"u8))
            {
                credits = Number(member.Value);
            }
            else if (member.NameEquals("percent"u8))
            {
                percent = Number(member.Value);
            }
        }

        return new DisclosedCourse(code, name, credits, percent, letter);
    }

    // The badge names fewer things apart; what it has, it has under these claim names of the SD-JWT.
    private static DisclosedContent FromVc(JsonElement vc)
    {
        var facts = new Dictionary<string, LocalizedText>(StringComparer.Ordinal);
        void Add(string name, LocalizedText? text)
        {
            if (text is not null)
            {
                facts[name] = text;
            }
        }

        if (Member(vc, "credentialSubject") is { } subject)
        {
            Add("name", NameOf(subject));
            Add("diploma_number", Words(subject, "licenseNumber"));
            if (Member(subject, "achievement") is { } achievement)
            {
                Add("qualification", Words(achievement, "name"));
                Add("programme", Words(achievement, "description"));
                Add("programme_code", Words(achievement, "humanCode"));
            }
        }

        Add("institution", Member(vc, "issuer") is { } issuer ? Words(issuer, "name") : null);
        Add("award_date", Text(vc, "awardedDate") is { Length: >= 10 } date ? LocalizedText.Same(date[..10]) : null);
        return new DisclosedContent(facts, []);
    }

    // The members are those of the SD-JWT but for the holder's name, whose word means something else in VC 2.0.
    private static DisclosedContent FromCertificate(JsonElement vc)
    {
        var facts = new Dictionary<string, LocalizedText>(StringComparer.Ordinal);
        if (Member(vc, "credentialSubject") is { ValueKind: JsonValueKind.Object } subject)
        {
            foreach (var member in subject.EnumerateObject())
            {
                if (Localized(member.Value) is { } text)
                {
                    facts[member.Name == "holder_name" ? "name" : member.Name] = text;
                }
            }
        }

        return new DisclosedContent(facts, []);
    }

    // identifier: three names in the order kk, ru, en, as OpenBadgeDiploma writes them.
    private static LocalizedText? NameOf(JsonElement subject)
    {
        if (Member(subject, "identifier") is not { ValueKind: JsonValueKind.Array } identifiers)
        {
            return null;
        }

        var names = identifiers.EnumerateArray()
            .Where(identity => Text(identity, "identityType") == "name")
            .Select(identity => Text(identity, "identityHash") ?? "")
            .ToArray();
        return names.Length == 3 ? new LocalizedText(names[0], names[1], names[2]) : null;
    }

    private static DisclosedContent FromPaper(Credentials.PaperCore core) => new(
        new Dictionary<string, LocalizedText>(StringComparer.Ordinal)
        {
            ["name"] = new(core.NameKk, core.NameKk, core.NameLatin),
            ["diploma_number"] = LocalizedText.Same(core.Number),
            ["qualification"] = new(core.QualificationKk, core.QualificationKk, core.QualificationEn),
            ["institution"] = LocalizedText.Same(core.InitiatorName),
            ["award_date"] = LocalizedText.Same(core.AwardDate.ToString("O", CultureInfo.InvariantCulture)),
        },
        []);

    private static LocalizedText? Words(JsonElement element, string name) =>
        Member(element, name) is { } value ? Localized(value) : null;

    private static LocalizedText? Localized(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => LocalizedText.Same(value.GetString()!),
        JsonValueKind.Number => LocalizedText.Same(value.GetRawText()),
        JsonValueKind.True => LocalizedText.Same("true"),
        JsonValueKind.False => LocalizedText.Same("false"),
        JsonValueKind.Object => Words(value),
        _ => null,
    };

    // Null when one of the three languages is missing.
    private static LocalizedText? Words(JsonElement value)
    {
        string? kk = null, ru = null, en = null;
        foreach (var member in value.EnumerateObject())
        {
            if (member.NameEquals("kk"u8))
            {
                kk = Text(member.Value);
            }
            else if (member.NameEquals("ru"u8))
            {
                ru = Text(member.Value);
            }
            else if (member.NameEquals("en"u8))
            {
                en = Text(member.Value);
            }
        }

        return kk is null || ru is null || en is null ? null : new LocalizedText(kk, ru, en);
    }

    private static JsonElement? Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement value, string name) =>
        Member(value, name) is { } member ? Text(member) : null;

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : 0;
}
