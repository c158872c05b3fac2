using System.Globalization;
using Mortanba.Intake;

namespace Mortanba.Issuance;

/// <summary>JSON of course results as both forms have it, written once each.</summary>
/// <remarks>
/// A list gives thousands of graduates the same few hundred results, and Intake hands out one object for each: so they
/// are told apart by reference. One object serves one thread.
/// </remarks>
internal sealed class CourseTexts
{
    // Some 600 bytes each. A list that spells every course differently only loses the shortcut.
    private const int KeptMax = 20_000;

    private readonly Dictionary<CourseResult, CourseText> kept = new(ReferenceEqualityComparer.Instance);
    private readonly JcsText json = new();

    public CourseText Of(CourseResult course)
    {
        if (kept.TryGetValue(course, out var text))
        {
            return text;
        }

        if (kept.Count == KeptMax)
        {
            kept.Clear();
        }

        return kept[course] = new CourseText(Disclosed(course), Name(course), Value(course));
    }

    private byte[] Disclosed(CourseResult course)
    {
        json.Clear();
        json.Raw("{\"code\":"u8).Text(course.Code).Raw(",\"kk\":"u8).Text(course.Name.Kk);
        json.Raw(",\"ru\":"u8).Text(course.Name.Ru).Raw(",\"en\":"u8).Text(course.Name.En);
        json.Raw(",\"credits\":"u8).Number(course.Credits).Raw(",\"percent\":"u8).Number(course.Percent);
        json.Raw(",\"letter\":"u8).Text(course.Letter).Raw(",\"points\":"u8).RawPlain(course.Points).Raw("}"u8);
        return json.Written.ToArray();
    }

    private byte[] Name(CourseResult course)
    {
        json.Clear();
        json.Texts(course.Name);
        return json.Written.ToArray();
    }

    private byte[] Value(CourseResult course)
    {
        json.Clear();
        json.Text(string.Create(
            CultureInfo.InvariantCulture, $"{course.Percent}; {course.Letter}; {course.Points:0.00}; {course.Credits} ECTS"));
        return json.Written.ToArray();
    }
}

/// <param name="Disclosed">The value of the SD-JWT's disclosure.</param>
/// <param name="Name">Canonical language map of the badge's result description.</param>
/// <param name="Value">The badge's result, a JSON string.</param>
internal sealed record CourseText(byte[] Disclosed, byte[] Name, byte[] Value);
