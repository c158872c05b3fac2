using System.Globalization;
using System.Text;
using System.Xml;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>Writes a qualification as ELMO 1.7: a degree programme with its courses and its diploma supplement.</summary>
/// <remarks>
/// Valid against schema.xsd of https://github.com/emrex-eu/elmo-schemas/tree/v1. What is written reads back equal
/// (<see cref="ForeignFile"/>), as long as the texts are one line each, which <see cref="ReadText"/> makes of every text it reads.
/// </remarks>
public static class ElmoWriter
{
    private const string Xml = "http://www.w3.org/XML/1998/namespace";

    /// <summary>UTF-8, not indented: white space would be part of what a signature covers.</summary>
    /// <param name="siteAddress">The institution's or the system's own address; the schema asks for one.</param>
    public static byte[] Write(QualificationReading from, string siteAddress, DateTimeOffset at) => Save(Build(from, siteAddress, at));

    /// <summary>The same with an enveloped XML signature: ECDSA P-256, SHA-256.</summary>
    /// <param name="keyId">DID URL of the key, written as the name of the key.</param>
    public static byte[] WriteSigned(QualificationReading from, string siteAddress, DateTimeOffset at, ISigner signer, string keyId)
    {
        // Read back as a stranger reads it: what is signed is what stands in the bytes.
        var document = SafeXml.Load(Write(from, siteAddress, at))!;
        XmlSignature.Sign(document, signer, keyId);
        return Save(document);
    }

    private static XmlDocument Build(QualificationReading from, string siteAddress, DateTimeOffset at)
    {
        var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        var root = (XmlElement)document.AppendChild(document.CreateElement("elmo", ElmoReader.Namespace))!;
        Add(root, "generatedDate", Time(at));
        Learner(Add(root, "learner"), from.Holder);
        var report = Add(root, "report");
        Issuer(Add(report, "issuer"), from, siteAddress);
        var schemes = from.Courses.Select(course => course.GradingScheme).OfType<ReadText>().Distinct().ToList();
        Degree(Add(report, "learningOpportunitySpecification"), from, schemes);
        Add(report, "issueDate", (from.DocumentDate is { } day ? Day(day) + "T00:00:00Z" : Time(at)));
        foreach (var scheme in schemes)
        {
            var element = Add(report, "gradingScheme");
            element.SetAttribute("localId", SchemeId(schemes, scheme));
            Words(element, "description", scheme);
        }

        return document;
    }

    private static void Learner(XmlElement learner, HolderReading holder)
    {
        Add(learner, "givenNames", holder.GivenNames ?? "");
        Add(learner, "familyName", holder.FamilyName ?? holder.FullName ?? "");
        if (holder.BirthDate is { } born)
        {
            Add(learner, "bday", Day(born));
        }
    }

    private static void Issuer(XmlElement issuer, QualificationReading from, string siteAddress)
    {
        if (from.Country is { } country)
        {
            Add(issuer, "country", country);
        }

        foreach (var id in from.InstitutionIds)
        {
            Add(issuer, "identifier", id.Value).SetAttribute("type", id.Type);
        }

        Words(issuer, "title", from.Institution ?? ReadText.Of(null, "—"));
        Add(issuer, "url", siteAddress);
    }

    private static void Degree(XmlElement degree, QualificationReading from, List<ReadText> schemes)
    {
        Words(degree, "title", from.Title ?? ReadText.Of(null, "—"));
        Add(degree, "type", "Degree Programme");
        var instance = Add(Add(degree, "specifies"), "learningOpportunityInstance");
        if (from.AwardDate is { } awarded)
        {
            Add(instance, "date", Day(awarded));
        }

        Add(instance, "status", "passed");
        if (from.OverallGrade is { } grade)
        {
            Add(instance, "resultLabel", grade);
        }

        Credit(instance, from.Credits, from.CreditScheme);
        foreach (var level in from.Levels)
        {
            var element = Add(instance, "level");
            Add(element, "type", level.Framework);
            Add(element, "value", level.Value);
        }

        if (from.Languages.Count > 0)
        {
            Add(instance, "languageOfInstruction", from.Languages[0]);
        }

        if (from.Supplement is { } supplement)
        {
            Supplement(Add(instance, "diplomaSupplement"), supplement, from);
        }

        Courses(degree, from.Courses, schemes);
    }

    // Parts follow the part they belong to, one deeper: so they were read, so they are written.
    private static void Courses(XmlElement degree, IReadOnlyList<CourseReading> courses, List<ReadText> schemes)
    {
        var open = new Stack<(int Depth, XmlElement Element)>();
        open.Push((-1, degree));
        foreach (var course in courses)
        {
            while (open.Peek().Depth >= course.Depth)
            {
                open.Pop();
            }

            var element = Add(Add(open.Peek().Element, "hasPart"), "learningOpportunitySpecification");
            Course(element, course, schemes);
            open.Push((course.Depth, element));
        }
    }

    private static void Course(XmlElement element, CourseReading course, List<ReadText> schemes)
    {
        if (course.Code is { } code)
        {
            Add(element, "identifier", code).SetAttribute("type", "local");
        }

        Words(element, "title", course.Title);
        Add(element, "type", "Course");
        var instance = Add(Add(element, "specifies"), "learningOpportunityInstance");
        if (course.Date is { } date)
        {
            Add(instance, "date", Day(date));
        }

        Add(instance, "status", "passed");
        if (course.GradingScheme is { } scheme)
        {
            Add(instance, "gradingSchemeLocalId", SchemeId(schemes, scheme));
        }

        if (course.Grade is { } grade)
        {
            Add(instance, "resultLabel", grade);
        }

        Credit(instance, course.Credits, course.CreditScheme);
    }

    private static void Credit(XmlElement instance, decimal? credits, string? scheme)
    {
        if (credits is { } value)
        {
            var credit = Add(instance, "credit");
            Add(credit, "scheme", scheme ?? "");
            Add(credit, "value", value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void Supplement(XmlElement element, SupplementReading supplement, QualificationReading from)
    {
        if (supplement.Language is { } language)
        {
            element.SetAttribute("lang", Xml, language);
        }

        Add(element, "version", "2018");
        Add(element, "issueDate", Day(supplement.IssueDate ?? from.AwardDate ?? from.DocumentDate ?? DateOnly.MinValue));
        Add(element, "introduction");
        Sections(element, supplement.Sections);
    }

    private static void Sections(XmlElement parent, IReadOnlyList<SupplementSection> sections)
    {
        foreach (var section in sections)
        {
            var element = Add(parent, "section");
            element.SetAttribute("number", section.Number);
            Add(element, "title", section.Title);
            if (section.Content is { } content)
            {
                Add(element, "content", content);
            }

            Sections(element, section.Sections);
        }
    }

    private static string SchemeId(List<ReadText> schemes, ReadText scheme) => $"scheme-{schemes.IndexOf(scheme) + 1}";

    private static void Words(XmlElement parent, string name, ReadText text)
    {
        foreach (var words in text.Words)
        {
            var element = Add(parent, name, words.Text);
            if (words.Language is { } language)
            {
                element.SetAttribute("lang", Xml, language);
            }
        }
    }

    private static XmlElement Add(XmlElement parent, string name, string? text = null)
    {
        var element = (XmlElement)parent.AppendChild(parent.OwnerDocument.CreateElement(name, ElmoReader.Namespace))!;
        if (text is not null)
        {
            element.InnerText = text;
        }

        return element;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset at) => DateTimeStamp.Write(at);

    private static byte[] Save(XmlDocument document)
    {
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = false, NewLineHandling = NewLineHandling.None }))
        {
            document.Save(writer);
        }

        return bytes.ToArray();
    }
}
