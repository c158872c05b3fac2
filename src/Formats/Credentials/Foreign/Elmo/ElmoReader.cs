using System.Xml;

namespace Mortanba.Credentials;

/// <summary>ELMO 1.x of EMREX: the report of a student's results, with its XML signature and its diploma supplement.</summary>
/// <remarks>Schema https://github.com/emrex-eu/elmo-schemas/tree/v1, version 1.7. Read by names; the schema itself is not run.</remarks>
internal static class ElmoReader
{
    public const string Namespace = "https://github.com/emrex-eu/elmo-schemas/tree/v1";

    private const string Degree = "Degree Programme";

    public static FileReading Read(ReadOnlyMemory<byte> xml, FileReadingTerms terms)
    {
        if (SafeXml.Load(xml) is not { } document)
        {
            return FileReading.Attachment("foreign/xml-not-safe");
        }

        var root = document.DocumentElement!;
        if (root.LocalName != "elmo" || root.NamespaceURI != Namespace)
        {
            return FileReading.Attachment("foreign/not-recognised");
        }

        var checks = new FileChecks(terms);
        var missing = Missing(root);
        _ = missing is null
            ? checks.Passed(FileCheckName.Form, "foreign/form-read")
            : checks.Failed(FileCheckName.Form, "foreign/member-out-of-form", ("member", missing));
        var finding = XmlSignature.Verify(document);
        _ = finding is null
            ? checks.NotChecked(FileCheckName.Integrity, "foreign/not-signed")
            : Add(checks, finding.Digest, finding.DigestReason, finding.Signature.Evidence);

        // A signature that holds over a digest that does not fit proves another document.
        checks.Sign(finding?.Digest == FileCheckState.Failed && finding.Signature.State == FileCheckState.Passed
            ? SignatureFinding.Wrong("foreign/signature-of-other-content")
            : finding?.Signature, issuer: null);
        return checks.Give(FileKind.Elmo, "foreign/kind.elmo", missing is null ? Reading(root) : null);
    }

    private static FileChecks Add(FileChecks checks, FileCheckState state, string reason, (string, string)[] evidence) => state switch
    {
        FileCheckState.Passed => checks.Passed(FileCheckName.Integrity, reason),
        FileCheckState.Failed => checks.Failed(FileCheckName.Integrity, reason),
        FileCheckState.NotChecked => checks.NotChecked(FileCheckName.Integrity, reason, evidence),
    };

    private static string? Missing(XmlElement root) =>
        Child(root, "generatedDate") is null ? "generatedDate"
        : Child(root, "learner") is not { } learner ? "learner"
        : Text(learner, "givenNames") is null && Text(learner, "familyName") is null ? "learner/familyName"
        : Child(root, "report") is not { } report ? "report"
        : Child(report, "issuer") is null ? "report/issuer"
        : null;

    private static QualificationReading Reading(XmlElement root)
    {
        var learner = Child(root, "learner")!;
        var reports = Children(root, "report").ToList();
        var degrees = reports.SelectMany(report => Offers(report).Select(offer => (Report: report, Offer: offer)))
            .Where(found => Text(found.Offer, "type") == Degree)
            .ToList();
        var (main, degree) = degrees.Count > 0 ? degrees[0] : (reports[0], null);
        var issuer = Child(main, "issuer")!;
        var instance = degree is null ? null : Instance(degree);
        var (credits, scheme) = Credits(instance);
        var schemes = Children(main, "gradingScheme")
            .GroupBy(s => s.GetAttribute("localId"), StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => Words(g.First(), "description"), StringComparer.Ordinal);
        var courses = new List<CourseReading>();
        if (degree is not null)
        {
            AddParts(degree, 0, schemes, courses);
        }

        foreach (var offer in Offers(main).Where(offer => offer != degree && Text(offer, "type") != Degree))
        {
            AddCourse(offer, 0, schemes, courses);
        }

        var given = Text(learner, "givenNames");
        var family = Text(learner, "familyName");
        return new QualificationReading
        {
            Holder = new HolderReading(VcReader.Joined(given, family), family, given, Codes.Day(Text(learner, "bday"))),
            Title = degree is null ? null : Words(degree, "title"),
            Institution = Words(issuer, "title"),
            InstitutionIds =
            [
                .. Children(issuer, "identifier").Take(ReadLimits.SectionsMax)
                    .Select(id => new ReadIdentifier(ReadText.Clean(id.GetAttribute("type")), ReadText.Clean(id.InnerText))),
            ],
            Country = Codes.Country(Text(issuer, "country")),
            AwardDate = Codes.Day(Text(instance, "date")),
            DocumentDate = Codes.Day(Text(main, "issueDate") ?? Text(root, "generatedDate")),
            Levels = instance is null ? [] :
            [
                .. Children(instance, "level")
                    .Where(level => Text(level, "type") is not null && Text(level, "value") is not null)
                    .Select(level => new ReadLevel(Text(level, "type")!, Text(level, "value")!)),
            ],
            Credits = credits,
            CreditScheme = scheme,
            OverallGrade = Text(instance, "resultLabel"),
            Languages = Codes.Language(Text(instance, "languageOfInstruction")) is { } language ? [language] : [],
            Courses = courses,
            Supplement = instance is not null && Child(instance, "diplomaSupplement") is { } supplement ? SupplementOf(supplement) : null,
            AttachmentCount = root.GetElementsByTagName("attachment", Namespace).Count,
            MoreAwards = Math.Max(0, degrees.Count - 1),
        };
    }

    private static void AddParts(XmlElement offer, int depth, Dictionary<string, ReadText?> schemes, List<CourseReading> courses)
    {
        foreach (var part in Children(offer, "hasPart").SelectMany(Offers))
        {
            AddCourse(part, depth, schemes, courses);
        }
    }

    private static void AddCourse(XmlElement offer, int depth, Dictionary<string, ReadText?> schemes, List<CourseReading> courses)
    {
        if (depth == ReadLimits.DepthMax || courses.Count == ReadLimits.CoursesMax)
        {
            return;
        }

        var instance = Instance(offer);
        var (credits, scheme) = Credits(instance);
        if (Words(offer, "title") is { } title)
        {
            var status = Text(instance, "status");
            courses.Add(new CourseReading(
                Children(offer, "identifier").OrderBy(id => id.GetAttribute("type") == "local" ? 0 : 1)
                    .Select(id => ReadText.Clean(id.InnerText)).FirstOrDefault(code => code.Length > 0),
                title,
                credits,
                scheme,
                Text(instance, "resultLabel") ?? (status is "passed" ? null : status),
                Text(instance, "gradingSchemeLocalId") is { } id ? schemes.GetValueOrDefault(id) : null,
                Codes.Day(Text(instance, "date")),
                depth));
        }

        AddParts(offer, depth + 1, schemes, courses);
    }

    private static SupplementReading SupplementOf(XmlElement supplement)
    {
        var language = supplement.GetAttribute("lang", "http://www.w3.org/XML/1998/namespace");
        return new SupplementReading(
            language.Length > 0 ? language : null,
            Codes.Day(Text(supplement, "issueDate")),
            Sections(supplement, 0));
    }

    private static List<SupplementSection> Sections(XmlElement parent, int depth) => depth == ReadLimits.DepthMax ? [] :
    [
        .. Children(parent, "section").Take(ReadLimits.SectionsMax).Select(section => new SupplementSection(
            ReadText.Clean(section.GetAttribute("number")),
            Text(section, "title") ?? "",
            Content(section),
            Sections(section, depth + 1))),
    ];

    // Content and what is added to it; HTML becomes text, and is never shown as HTML.
    private static string? Content(XmlElement section)
    {
        var parts = Children(section, "content").Concat(Children(section, "additionalInformation"))
            .Select(part => part.GetAttribute("type").Contains("html", StringComparison.OrdinalIgnoreCase)
                ? ReadText.WithoutTags(part.InnerText)
                : ReadText.Clean(part.InnerText))
            .Where(text => text.Length > 0)
            .ToList();
        return parts.Count == 0 ? null : string.Join(" ", parts);
    }

    private static (decimal? Credits, string? Scheme) Credits(XmlElement? instance)
    {
        var all = instance is null ? [] : Children(instance, "credit")
            .Select(credit => (Value: Codes.Number(Text(credit, "value")), Scheme: Codes.CreditScheme(Text(credit, "scheme"))))
            .Where(credit => credit.Value is not null)
            .ToList();
        var ects = all.Find(credit => credit.Scheme == "ECTS");
        return ects.Value is not null ? ects : all.Count > 0 ? all[0] : default;
    }

    private static IEnumerable<XmlElement> Offers(XmlElement parent) => Children(parent, "learningOpportunitySpecification");

    private static XmlElement? Instance(XmlElement offer) =>
        Child(offer, "specifies") is { } specifies ? Child(specifies, "learningOpportunityInstance") : null;

    private static ReadText? Words(XmlElement parent, string name) => ReadText.From(Children(parent, name).Select(element =>
        new ReadWords(
            element.GetAttribute("lang", "http://www.w3.org/XML/1998/namespace") is { Length: > 0 } language ? language : null,
            ReadText.Clean(element.InnerText))));

    private static string? Text(XmlElement? parent, string name) =>
        parent is not null && Child(parent, name) is { } element && ReadText.Clean(element.InnerText) is { Length: > 0 } text ? text : null;

    private static IEnumerable<XmlElement> Children(XmlElement parent, string name) =>
        parent.ChildNodes.OfType<XmlElement>().Where(e => e.LocalName == name && e.NamespaceURI == Namespace);

    private static XmlElement? Child(XmlElement parent, string name) => Children(parent, name).FirstOrDefault();
}
