using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>Open Badges 3.0, CLR 2.0 and other W3C credentials, with an embedded proof, as JWT, or without either.</summary>
internal static class VcReader
{
    private static readonly string[] BadgeTypes = [AchievementCredential.TypeName, AchievementCredential.OldTypeName, "ClrCredential"];

    public static bool Recognises(JsonElement root) => Json.HasType(root, VerifiableCredential.TypeName);

    public static FileReading Read(JsonElement root, SignedJson? signed, bool isCanonical, FileReadingTerms terms)
    {
        var isBadge = BadgeTypes.Any(type => Json.HasType(root, type));
        var checks = new FileChecks(terms);
        if (Form(root) is { } wrong)
        {
            checks.Failed(FileCheckName.Form, "foreign/member-out-of-form", ("member", wrong));
        }
        else
        {
            checks.Passed(FileCheckName.Form, "foreign/form-read");
        }

        var issuer = IssuerOf(root);
        checks.Sign(signed is not null ? signed.Verify(issuer) : Proof(root, isCanonical, terms), issuer)
            .Times(root)
            .StatusOf(root);
        return checks.Give(
            isBadge ? FileKind.OpenBadge : FileKind.VerifiableCredential,
            isBadge ? "foreign/kind.badge" : "foreign/kind.vc",
            Json.HasType(root, "ClrCredential") ? ClrOf(root) : BadgeOf(root));
    }

    public static string? IssuerOf(JsonElement root) => root.TryGetProperty("issuer", out var issuer)
        ? issuer.ValueKind == JsonValueKind.String ? issuer.GetString() : Json.Text(issuer, "id")
        : null;

    /// <summary>Data Integrity with a canonicalisation of JSON; those that canonicalise RDF are named and not taken.</summary>
    public static SignatureFinding? Proof(JsonElement root, bool isCanonical, FileReadingTerms terms)
    {
        if (!root.TryGetProperty("proof", out var proof) || !ProofSet.Read(proof).TryGet(out var proofs, out _))
        {
            return null;
        }

        var method = Json.Text(proofs[0], "verificationMethod") ?? "";
        var suite = ReadText.Clean(Json.Text(proofs[0], "cryptosuite") ?? Json.Text(proofs[0], "type"));
        if (proofs.Any(p => Json.Text(p, "cryptosuite") is not (DataIntegrity.EcdsaJcs2019 or DataIntegrity.EddsaJcs2022)))
        {
            return SignatureFinding.NotTaken("foreign/algorithm-not-taken", ("algorithm", suite));
        }

        if (!DidResolver.ResolveLocally(method).TryGet(out var document, out _))
        {
            return SignatureFinding.NotTaken("foreign/key-not-at-hand");
        }

        var key = document.Methods[0].Key;
        var verified = ProofVerifier.Verify(
            root,
            new ProofDemand(null, terms.At),
            (id, purpose) => DidResolver.DidOf(id) == document.Id
                ? document.Find(document.Methods[0].Id, purpose)
                : new Problem("did/method-not-found", "A second proof names a key that is not at hand."),
            isCanonical);
        return verified.Problem?.Code switch
        {
            null => new SignatureFinding(FileCheckState.Passed, "foreign/signature-holds", SignerKey.Of(document.Id, key).Signer, ("algorithm", suite))
            {
                NamesController = true,
            },
            "credentials/proof-expired" or "credentials/proof-from-the-future" => SignatureFinding.NotTaken("foreign/proof-out-of-time"),
            _ => SignatureFinding.Wrong("foreign/signature-wrong", ("algorithm", suite)),
        };
    }

    // Lenient where the reading does not need more: a stranger's badge may break a rule of the standard and still be one.
    private static string? Form(JsonElement root) =>
        IssuerOf(root) is null ? "issuer"
        : Subject(root) is not { } subject ? "credentialSubject"
        : Json.HasType(root, "ClrCredential") ? (subject.TryGetProperty("verifiableCredential", out _) ? null : "credentialSubject.verifiableCredential")
        : BadgeTypes.Any(type => Json.HasType(root, type)) && Member(subject, "achievement") is null ? "credentialSubject.achievement"
        : null;

    private static QualificationReading BadgeOf(JsonElement root)
    {
        var subject = Subject(root);
        var achievement = Member(subject, "achievement");
        var names = Results(achievement);
        var issuer = Member(root, "issuer");
        var creator = Member(achievement, "creator");
        return new QualificationReading
        {
            Holder = HolderOf(subject),
            Title = Words(achievement, "name") ?? Words(root, "name"),
            Institution = Words(creator, "name") ?? Words(issuer, "name"),
            InstitutionIds = IssuerOf(root) is { } id ? [new ReadIdentifier(id.StartsWith("did:", StringComparison.Ordinal) ? "did" : "url", ReadText.Clean(id))] : [],
            Country = Codes.Country(Text(Member(issuer, "address"), "addressCountryCode") ?? Text(Member(issuer, "address"), "addressCountry")),
            AwardDate = Codes.Day(Json.Text(root, "awardedDate")),
            DocumentDate = Codes.Day(Json.Text(root, "validFrom") ?? Json.Text(root, "issuanceDate")),
            Levels = LevelsOf(achievement),
            Credits = Number(subject, "creditsEarned") ?? Number(achievement, "creditsAvailable"),
            Languages = Codes.Language(Text(achievement, "inLanguage")) is { } language ? [language] : [],
            OverallGrade = ResultsOf(subject).Where(r => IsOverall(names, r)).Select(r => Clean(Text(r, "value"))).FirstOrDefault(),
            Courses = [.. ResultsOf(subject).Where(r => !IsOverall(names, r)).Take(ReadLimits.CoursesMax).Select(r => CourseOf(names, r))],
        };
    }

    // A transcript: one credential a course.
    private static QualificationReading ClrOf(JsonElement root)
    {
        var subject = Subject(root);
        var parts = subject is { } s && s.TryGetProperty("verifiableCredential", out var list)
            ? Json.Items(list).Where(item => item.ValueKind == JsonValueKind.Object).Take(ReadLimits.CoursesMax).Select(BadgeOf).ToList()
            : [];
        return BadgeOf(root) with
        {
            Holder = HolderOf(subject),
            Title = Words(root, "name"),
            Courses =
            [
                .. parts.Where(part => part.Title is not null).Select(part => new CourseReading(
                    null, part.Title!, part.Credits, null, part.OverallGrade ?? (part.Courses.Count > 0 ? part.Courses[0].Grade : null), null, part.AwardDate, 0)),
            ],
        };
    }

    private static HolderReading HolderOf(JsonElement? subject)
    {
        var name = ReadText.From(IdentitiesOf(subject)
            .Where(i => Json.Text(i, "identityType") == "name" && i.TryGetProperty("hashed", out var hashed) && hashed.ValueKind == JsonValueKind.False)
            .Select(i => new ReadWords(null, Clean(Text(i, "identityHash")) ?? "")));
        var given = Clean(Text(subject, "givenName"));
        var family = Clean(Text(subject, "familyName"));

        // Several spellings stand side by side without a language: the Latin one is what a passport shows.
        var spellings = name?.Words.Select(word => word.Text) ?? [];
        return new HolderReading(
            spellings.FirstOrDefault(text => text.All(c => c < '\u0250')) ?? name?.Words[0].Text
                ?? Words(subject, "name")?.In("en") ?? Joined(given, family),
            family,
            given,
            Codes.Day(Text(subject, "birthDate") ?? Text(subject, "dateOfBirth")));
    }

    internal static string? Joined(string? given, string? family) =>
        given is null && family is null ? null : string.Join(' ', new[] { given, family }.OfType<string>());

    private static List<ReadLevel> LevelsOf(JsonElement? achievement)
    {
        var levels = new List<ReadLevel>();
        foreach (var item in ItemsOf(achievement, "alignment"))
        {
            var framework = Clean(Text(item, "targetFramework"));
            if (framework is not null && framework.Contains("QF", StringComparison.Ordinal) && Clean(Text(item, "targetCode") ?? Text(item, "targetName")) is { } value)
            {
                levels.Add(new ReadLevel(framework, value));
            }
        }

        if (Clean(Text(achievement, "achievementType")) is { } type)
        {
            levels.Add(new ReadLevel("achievementType", type));
        }

        return levels;
    }

    private static Dictionary<string, JsonElement> Results(JsonElement? achievement)
    {
        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var item in ItemsOf(achievement, "resultDescription").Take(ReadLimits.CoursesMax))
        {
            if (Text(item, "id") is { } id)
            {
                found[id] = item;
            }
        }

        return found;
    }

    private static CourseReading CourseOf(Dictionary<string, JsonElement> names, JsonElement result)
    {
        var described = Text(result, "resultDescription") is { } id && names.TryGetValue(id, out var found) ? found : (JsonElement?)null;
        return new CourseReading(
            null,
            Words(described, "name") ?? ReadText.Of(null, Clean(Text(described, "resultType")) ?? "—"),
            null,
            null,
            Clean(Text(result, "value") ?? Text(result, "status")),
            null,
            null,
            0);
    }

    private static bool IsOverall(Dictionary<string, JsonElement> names, JsonElement result) =>
        Text(result, "resultDescription") is { } id && names.TryGetValue(id, out var found)
            && Text(found, "resultType") == "GradePointAverage";

    private static IEnumerable<JsonElement> ResultsOf(JsonElement? subject) => ItemsOf(subject, "result");

    private static IEnumerable<JsonElement> IdentitiesOf(JsonElement? subject) => ItemsOf(subject, "identifier");

    private static IEnumerable<JsonElement> ItemsOf(JsonElement? item, string name) =>
        item is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var list)
            ? Json.Items(list).Where(one => one.ValueKind == JsonValueKind.Object)
            : [];

    private static JsonElement? Subject(JsonElement root) =>
        root.TryGetProperty("credentialSubject", out var subject)
            ? Json.Items(subject).Where(item => item.ValueKind == JsonValueKind.Object).Select(item => (JsonElement?)item).FirstOrDefault()
            : null;

    private static JsonElement? Member(JsonElement? item, string name) =>
        item is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object
            ? member
            : null;

    private static string? Text(JsonElement? item, string name) => item is { } value ? Json.Text(value, name) : null;

    private static decimal? Number(JsonElement? item, string name) =>
        item is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var member)
            && member.ValueKind == JsonValueKind.Number
                ? Codes.Number(member.GetRawText())
                : null;

    private static string? Clean(string? text) => ReadText.Clean(text) is { Length: > 0 } clean ? clean : null;

    /// <summary>A text, a language map, or language objects (<c>@value</c>).</summary>
    private static ReadText? Words(JsonElement? item, string name) =>
        item is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var words) ? LanguageMaps.Read(words) : null;
}
