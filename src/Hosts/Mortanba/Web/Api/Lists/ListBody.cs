using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Web;

/// <summary>One graduate as a program sent it.</summary>
/// <param name="Index">Place among the items of the request, from 0.</param>
/// <param name="Key">The program's own key of this item.</param>
internal sealed record ListItem(
    int Index, string Key, IReadOnlyDictionary<string, string> Graduate, IReadOnlyList<IReadOnlyDictionary<string, string>> Courses)
{
    /// <summary>SHA-256 over all the item says, hex: the same key with another hash is another graduate.</summary>
    public string Hash { get; } = HashOf(Graduate, Courses);

    private static string HashOf(
        IReadOnlyDictionary<string, string> graduate, IReadOnlyList<IReadOnlyDictionary<string, string>> courses) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
            courses.Prepend(graduate).Select(fields => new SortedDictionary<string, string>(
                fields.ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal), StringComparer.Ordinal)))));
}

/// <summary>What is wrong with one item.</summary>
internal sealed record ItemProblem(int Index, string? Field, Problem Problem);

/// <summary>
/// The body of a bulk request: <c>{"title", "decision", "items": [{"key", "graduate": {field: value}, "courses": [{…}]}]}</c>,
/// fields named as in a mapping file. Turned into the same two tables that a person would upload.
/// </summary>
internal sealed record ListBody(string Title, string Decision, IReadOnlyList<ListItem> Items)
{
    public const int ItemsMax = 20_000;
    private const int KeyLengthMax = 100;
    private const string Student = "student-number";

    private static readonly Dictionary<ListPart, HashSet<string>> FieldsOf = Enum.GetValues<ListPart>().ToDictionary(
        p => p, p => DraftStore.FieldsOf(p).Select(f => f.Field).Where(f => p == ListPart.Graduates || f != Student).ToHashSet(StringComparer.Ordinal));

    /// <summary>Reads a body, or says what is wrong with it as a whole, or with which items.</summary>
    public static Outcome<(ListBody Body, IReadOnlyList<ItemProblem> Bad)> Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject().Any(p => p.Name is not ("title" or "decision" or "items"))
                || Text(root, "title") is not { Length: > 0 and <= DraftStore.TitleMaxLength } title || title.Any(char.IsControl)
                || Text(root, "decision") is not { Length: > 0 and <= 200 } decision
                || !root.TryGetProperty("items", out var items) || items.ValueKind != JsonValueKind.Array
                || items.GetArrayLength() is 0 or > ItemsMax)
            {
                return new Problem("api/bad-list", "A list has title, decision and 1 to 20,000 items, and nothing else.");
            }

            var (read, bad, index) = (new List<ListItem>(), new List<ItemProblem>(), 0);
            foreach (var item in items.EnumerateArray())
            {
                var faults = new List<ItemProblem>();
                if (ItemOf(item, index++, faults) is { } good && faults.Count == 0)
                {
                    read.Add(good);
                }

                bad.AddRange(faults);
            }

            foreach (var twice in read.GroupBy(i => i.Key, StringComparer.Ordinal).Where(g => g.Count() > 1).SelectMany(g => g.Skip(1)))
            {
                bad.Add(new ItemProblem(twice.Index, "key", new Problem("api/key-twice", "Two items of the list have the same key.")));
            }

            return (new ListBody(title, decision, read), bad);
        }
        catch (JsonException)
        {
            return new Problem("api/bad-json", "The body is not JSON, or names a member twice.");
        }
    }

    /// <summary>The two tables, as files in memory; the row of an item is its place in <see cref="Items"/>, plus two.</summary>
    public (ListBytes Graduates, ListBytes Courses) ToTables() => (
        Table("graduates.csv", ListPart.Graduates, [.. Items.Select(i => i.Graduate)]),
        Table("courses.csv", ListPart.Courses, [.. Items.SelectMany(i => i.Courses.Select(c => With(c, i.Graduate.GetValueOrDefault(Student, ""))))]));

    private static ListItem? ItemOf(JsonElement item, int index, List<ItemProblem> bad)
    {
        if (item.ValueKind != JsonValueKind.Object || item.EnumerateObject().Any(p => p.Name is not ("key" or "graduate" or "courses"))
            || Text(item, "key") is not { Length: > 0 and <= KeyLengthMax } key || key.Any(char.IsControl)
            || !item.TryGetProperty("graduate", out var graduate) || graduate.ValueKind != JsonValueKind.Object
            || !item.TryGetProperty("courses", out var courses) || courses.ValueKind != JsonValueKind.Array
            || courses.EnumerateArray().Any(c => c.ValueKind != JsonValueKind.Object))
        {
            bad.Add(new ItemProblem(index, null, new Problem("api/bad-item", "An item has key, graduate and courses, and nothing else.")));
            return null;
        }

        return new ListItem(
            index, key, FieldsIn(graduate, ListPart.Graduates, index, bad),
            [.. courses.EnumerateArray().Select(c => FieldsIn(c, ListPart.Courses, index, bad))]);
    }

    private static Dictionary<string, string> FieldsIn(JsonElement fields, ListPart part, int index, List<ItemProblem> bad)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in fields.EnumerateObject())
        {
            if (!FieldsOf[part].Contains(field.Name))
            {
                // Only a name of ours is repeated: another may hold anything.
                bad.Add(new ItemProblem(index, null, new Problem("api/unknown-field", "An item has a field that no list has.")));
                continue;
            }

            switch (field.Value.ValueKind)
            {
                case JsonValueKind.String:
                    read[field.Name] = field.Value.GetString()!;
                    break;
                case JsonValueKind.Number:
                    read[field.Name] = field.Value.GetRawText();
                    break;
                case JsonValueKind.True or JsonValueKind.False:
                    read[field.Name] = field.Value.GetBoolean() ? "yes" : "no";
                    break;
                case JsonValueKind.Null:
                    break;
                default:
                    bad.Add(new ItemProblem(index, field.Name, new Problem("api/bad-field", "A field is text, a number, true or false.")));
                    break;
            }
        }

        return read;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> course, string student) =>
        new(course, StringComparer.Ordinal) { [Student] = student };

    private static ListBytes Table(string name, ListPart part, IReadOnlyList<IReadOnlyDictionary<string, string>> rows)
    {
        var used = rows.SelectMany(r => r.Keys).ToHashSet(StringComparer.Ordinal);
        string[] columns = [.. DraftStore.FieldsOf(part).Where(f => f.IsRequired || used.Contains(f.Field)).Select(f => f.Field)];
        var text = new StringBuilder(string.Join(';', columns)).Append('\n');
        foreach (var row in rows)
        {
            text.AppendJoin(';', columns.Select(c => Quoted(row.GetValueOrDefault(c, "")))).Append('\n');
        }

        return ListBytes.OfMemory(name, Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static string Quoted(string value) => "\"" + value.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
