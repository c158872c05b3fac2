using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Mortanba.Intake.Columns;

/// <summary>
/// The mapping file: <c>{"graduates": {"HEADER": "field" | "skip" | "?"}, "courses": {…}}</c>. A proposal holds
/// <c>?</c> where a person has to decide, and names all fields at its end in the list <c>fields</c>.
/// </summary>
public static class MappingFile
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>Writes the columns as a mapping file that a person can change and give back.</summary>
    public static void Write(string path, ListColumns columns)
    {
        using var stream = File.Create(path);
        using var json = new Utf8JsonWriter(stream, Options);
        json.WriteStartObject();
        WriteTable(json, "graduates", columns.Graduates);
        WriteTable(json, "courses", columns.Courses);
        json.WriteStartArray("fields");
        foreach (var field in Enum.GetValues<Field>())
        {
            json.WriteStringValue(field.WireName());
        }

        json.WriteStringValue(TableColumns.Skip);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static TableColumns Read(string path, ListPart part, IReadOnlyList<string> headers)
    {
        var chosen = ReadTable(path, part);
        foreach (var header in chosen.Keys.Where(header => !headers.Contains(header)))
        {
            throw new ListRefusal(
                "intake/mapping-unknown-header", "The mapping names a column that the list does not have.",
                ("file", Path.GetFileName(path)), ("header", header));
        }

        var choices = headers.Select((header, index) => chosen.TryGetValue(header, out var choice)
            ? choice == TableColumns.Undecided
                ? ColumnGuesser.Undecided(index, header, [])
                : new ColumnChoice(index, header, choice, ColumnCertainty.Confirmed, [])
            : string.IsNullOrWhiteSpace(header) || header.Contains(
                ColumnGuesser.OwnColumnMark, StringComparison.OrdinalIgnoreCase)
                ? new ColumnChoice(index, header, TableColumns.Skip, ColumnCertainty.Known, [])
                : ColumnGuesser.Undecided(index, header, [])).ToList();
        foreach (var twice in choices.Where(c => Fields.TryParse(c.Choice, out _)).GroupBy(c => c.Choice)
            .Where(group => group.Count() > 1).SelectMany(group => group).ToList())
        {
            choices[twice.Index] = ColumnGuesser.Undecided(twice.Index, twice.Header, [twice.Choice]);
        }

        return new TableColumns(part, choices);
    }

    private static Dictionary<string, string> ReadTable(string path, ListPart part)
    {
        var name = Path.GetFileName(path);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var chosen = new Dictionary<string, string>(StringComparer.Ordinal);
            if (!json.RootElement.TryGetProperty(part == ListPart.Graduates ? "graduates" : "courses", out var table))
            {
                return chosen;
            }

            foreach (var column in table.EnumerateObject())
            {
                var choice = column.Value.GetString() ?? "";
                if (choice is not (TableColumns.Skip or TableColumns.Undecided)
                    && !(Fields.TryParse(choice, out var field) && Fields.Of(part).Contains(field)))
                {
                    throw new ListRefusal(
                        "intake/mapping-unknown-field", $"The mapping names the unknown field '{choice}'.",
                        ("file", name), ("header", column.Name), ("field", choice));
                }

                chosen[column.Name] = choice;
            }

            return chosen;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or IOException)
        {
            throw new ListRefusal("intake/mapping-unreadable", "The mapping is no JSON of its form.", ("file", name));
        }
    }

    private static void WriteTable(Utf8JsonWriter json, string name, IReadOnlyList<ColumnChoice> columns)
    {
        json.WriteStartObject(name);
        foreach (var column in columns.Where(column => !string.IsNullOrWhiteSpace(column.Header)))
        {
            json.WriteString(column.Header, column.Choice);
        }

        json.WriteEndObject();
    }
}
