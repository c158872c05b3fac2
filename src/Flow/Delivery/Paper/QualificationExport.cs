using System.Globalization;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Issuance;

namespace Mortanba.Delivery;

/// <summary>A diploma and its supplement in the neutral form from which ELMO and ELM are written (requirement RQ-26).</summary>
/// <remarks>
/// The names of the qualification, the institution and the courses in the three languages; the supplement in one, as ELMO carries it.
/// The holder in the spelling of the passport, which readers abroad compare. No national number (IIN) goes into an export.
/// </remarks>
public static class QualificationExport
{
    public static QualificationReading Of(DiplomaRecord record, SupplementWording wording, Language supplement)
    {
        var content = record.Content;
        var scheme = Words(wording.GradingScheme);
        return new QualificationReading
        {
            Holder = new HolderReading(
                $"{content.Name.PassportGiven} {content.Name.PassportFamily}", content.Name.PassportFamily, content.Name.PassportGiven, content.BirthDate),
            Title = Words(content.Programme.Qualification),
            Institution = Words(record.Initiator.Name),
            InstitutionIds = [new ReadIdentifier("bin", record.Initiator.Bin.Value), new ReadIdentifier("did", record.Initiator.Did)],
            Country = "KZ",
            AwardDate = content.AwardDate,
            DocumentDate = DateOnly.FromDateTime(record.IssuedAt.UtcDateTime),
            Levels = [new ReadLevel("NQF", content.Programme.NqfLevel.ToString(CultureInfo.InvariantCulture))],
            Credits = content.Credits,
            CreditScheme = "ECTS",
            OverallGrade = string.Create(CultureInfo.InvariantCulture, $"GPA {content.Gpa:0.00}"),
            Languages = [content.Instruction.Tag()],
            Courses = [.. content.Courses.Select(course => Course(course, scheme))],
            Supplement = new SupplementReading(supplement.Tag(), content.AwardDate, Sections(record, wording, supplement)),
        };
    }

    private static CourseReading Course(CourseResult course, ReadText scheme) => new(
        course.Code,
        Words(course.Name),
        course.Credits,
        "ECTS",
        string.Create(CultureInfo.InvariantCulture, $"{course.Letter} ({course.Percent})"),
        scheme,
        null,
        0);

    private static List<SupplementSection> Sections(DiplomaRecord record, SupplementWording wording, Language language) =>
    [
        .. Supplement.Of(record, wording).Select(section => section.Items is [{ } only] && only.Number == Number(section.Number)
            ? new SupplementSection(Number(section.Number), section.Title.In(language), Text(only, language), [])
            : new SupplementSection(Number(section.Number), section.Title.In(language), null, Items(section, language))),
    ];

    // A line without a number belongs to the one before; the courses (4.3) stand as parts of the programme.
    private static List<SupplementSection> Items(Supplement.Section section, Language language)
    {
        var items = new List<SupplementSection>();
        foreach (var item in section.Items)
        {
            if (item.Number.Length > 0)
            {
                items.Add(new SupplementSection(item.Number, item.Label.In(language), Text(item, language), []));
            }
            else
            {
                items[^1] = items[^1] with { Content = $"{items[^1].Content}; {item.Label.In(language)}: {Text(item, language)}" };
            }
        }

        return items;
    }

    private static string? Text(Supplement.Item item, Language language) =>
        item.Paragraphs.Count == 0 ? null : OneLine(string.Join(" ", item.Paragraphs.Select(paragraph => paragraph.In(language))));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static ReadText Words(LocalizedText text) =>
        new([.. Languages.All.Select(language => new ReadWords(language.Tag(), OneLine(text.In(language))))]);

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
