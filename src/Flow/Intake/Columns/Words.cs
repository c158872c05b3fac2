using System.Text;
using System.Text.Json;

namespace Mortanba.Intake.Columns;

/// <summary>The words of lists in Kazakh, Russian and English: <c>words.json</c>, data and not code.</summary>
internal sealed class Words
{
    public static readonly Words Default = Load();

    private Words(
        IReadOnlyDictionary<string, Field> graduateHeaders,
        IReadOnlyDictionary<string, Field> courseHeaders,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> values,
        IReadOnlyDictionary<string, ListPart> sheets)
    {
        GraduateHeaders = graduateHeaders;
        CourseHeaders = courseHeaders;
        Values = values;
        Sheets = sheets;
    }

    /// <summary>Normalised header to field.</summary>
    public IReadOnlyDictionary<string, Field> GraduateHeaders { get; }

    public IReadOnlyDictionary<string, Field> CourseHeaders { get; }

    /// <summary>Per field: word as typed (case does not count) to our value.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Values { get; }

    /// <summary>Normalised sheet name to table.</summary>
    public IReadOnlyDictionary<string, ListPart> Sheets { get; }

    public IReadOnlyDictionary<string, Field> Headers(ListPart part) =>
        part == ListPart.Graduates ? GraduateHeaders : CourseHeaders;

    /// <summary>Letters and digits in lower case: "Фамилия (каз.)" and "фамилия КАЗ" are one header.</summary>
    public static string Normalise(string header)
    {
        var text = new StringBuilder(header.Length);
        foreach (var c in header.Normalize(NormalizationForm.FormKC).ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(c))
            {
                text.Append(c == 'ё' ? 'е' : c);
            }
        }

        return text.ToString();
    }

    private static Words Load()
    {
        using var stream = typeof(Words).Assembly.GetManifestResourceStream("words.json")!;
        using var json = JsonDocument.Parse(stream);
        var graduates = new Dictionary<string, Field>(StringComparer.Ordinal);
        var courses = new Dictionary<string, Field>(StringComparer.Ordinal);
        foreach (var column in json.RootElement.GetProperty("columns").EnumerateObject())
        {
            if (!Fields.TryParse(column.Name, out var field))
            {
                throw new InvalidOperationException($"words.json names the unknown column '{column.Name}'.");
            }

            foreach (var word in column.Value.EnumerateArray().Select(w => Normalise(w.GetString()!)).Distinct())
            {
                if (Fields.Of(ListPart.Graduates).Contains(field))
                {
                    graduates.Add(word, field);
                }

                if (Fields.Of(ListPart.Courses).Contains(field))
                {
                    courses.Add(word, field);
                }
            }
        }

        // Programs name a column as the API does.
        foreach (var part in Enum.GetValues<ListPart>())
        {
            foreach (var field in Fields.Of(part))
            {
                (part == ListPart.Graduates ? graduates : courses).TryAdd(Normalise(field.WireName()), field);
            }
        }

        var values = json.RootElement.GetProperty("values").EnumerateObject().ToDictionary(
            field => field.Name,
            field => (IReadOnlyDictionary<string, string>)field.Value.EnumerateObject()
                .SelectMany(value => value.Value.EnumerateArray().Select(word => (Word: word.GetString()!, value.Name)))
                .ToDictionary(pair => pair.Word, pair => pair.Name, StringComparer.OrdinalIgnoreCase),
            StringComparer.Ordinal);
        var sheets = json.RootElement.GetProperty("sheets").EnumerateObject()
            .SelectMany(part => part.Value.EnumerateArray().Select(word => (
                Word: Normalise(word.GetString()!),
                Part: part.Name == "courses" ? ListPart.Courses : ListPart.Graduates)))
            .ToDictionary(pair => pair.Word, pair => pair.Part, StringComparer.Ordinal);
        return new Words(graduates, courses, values, sheets);
    }
}
