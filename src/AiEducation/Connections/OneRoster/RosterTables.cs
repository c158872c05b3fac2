using System.Globalization;
using System.IO.Compression;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>The files of a OneRoster export, by their names in small letters.</summary>
public static class RosterFiles
{
    /// <summary>Larger exports are those of a whole region: a school exports its own.</summary>
    public const int SizeMaxBytes = 32 << 20;
    private const int FilesMax = 40;

    /// <summary>Reads the archive; its files lie in it directly, or all in one folder.</summary>
    public static Outcome<IReadOnlyDictionary<string, byte[]>> Open(Stream archive)
    {
        try
        {
            using var zip = new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true);
            var (files, left) = (new Dictionary<string, byte[]>(StringComparer.Ordinal), SizeMaxBytes);
            foreach (var entry in zip.Entries.Where(e => e.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)))
            {
                // The length that the archive claims is not believed: reading stops where the room ends.
                using var content = entry.Open();
                using var bytes = new MemoryStream();
                var buffer = new byte[81920];
                for (int read; (read = content.Read(buffer)) > 0;)
                {
                    if ((left -= read) < 0)
                    {
                        return TooLarge;
                    }

                    bytes.Write(buffer, 0, read);
                }

                if (files.Count == FilesMax || !files.TryAdd(entry.Name.ToLowerInvariant(), bytes.ToArray()))
                {
                    return new Problem("connections/roster-archive", "The archive holds a file twice, or too many files.");
                }
            }

            return files;
        }
        catch (InvalidDataException)
        {
            return new Problem("connections/roster-no-archive", "The file is no ZIP archive. Export from your system as OneRoster CSV.");
        }
    }

    private static Problem TooLarge { get; } = new(
        "connections/roster-too-large", $"A roster has at most {SizeMaxBytes >> 20} MB.", ("max", $"{SizeMaxBytes >> 20}"));
}

/// <summary>One file of a roster: its rows by the names of their fields, and what is wrong with them.</summary>
internal sealed class RosterTable
{
    private const int IdLengthMax = 255;
    private const int TextLengthMax = 200;

    private readonly Dictionary<string, int> columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<RosterFault> faults;

    private RosterTable(string name, List<RosterFault> faults) => (Name, this.faults) = (name, faults);

    public string Name { get; }

    public IReadOnlyList<CsvRow> Rows { get; private set; } = [];

    /// <summary>Rows by their ids; filled by <see cref="Index"/>.</summary>
    public Dictionary<string, CsvRow> ById { get; } = new(StringComparer.Ordinal);

    public static RosterTable Read(string name, byte[]? bytes, List<RosterFault> faults, params string[] required)
    {
        var table = new RosterTable(name, faults);
        if (bytes is null)
        {
            return table;
        }

        if (!CsvTable.Read(
            bytes, new Problem("connections/roster-not-utf8", "The file is not text in UTF-8."),
            row => new Problem("connections/roster-quote", $"Row {row} opens a quotation mark that is never closed.", ("row", $"{row}")))
            .TryGet(out var rows, out var problem))
        {
            faults.Add(new RosterFault(name, 0, "", problem));
            return table;
        }

        var header = rows.Count > 0 ? rows[0].Cells : [];
        for (var i = 0; i < header.Count; i++)
        {
            if (!table.columns.TryAdd(header[i], i))
            {
                faults.Add(new RosterFault(name, 1, header[i], new Problem("connections/roster-column-twice", "The column is there twice.")));
            }
        }

        var missing = required.Where(r => !table.columns.ContainsKey(r)).ToList();
        faults.AddRange(missing.Select(m => new RosterFault(name, 1, m, new Problem("connections/roster-column-missing", "The column is not there."))));
        table.Rows = missing.Count > 0 ? [] : [.. rows.Skip(1)];
        return table;
    }

    /// <summary>Gives each row its id: there, and once.</summary>
    public RosterTable Index(string field = "sourcedId")
    {
        foreach (var row in Rows)
        {
            var id = Cell(row, field);
            if (id.Length is 0 or > IdLengthMax)
            {
                Bad(row, field, id.Length == 0 ? Missing : TooLong(IdLengthMax));
            }
            else if (!ById.TryAdd(id, row))
            {
                Bad(row, field, new Problem(
                    "connections/roster-twice", $"Row {ById[id].Row} has the same id.", ("first", $"{ById[id].Row}")));
            }
        }

        return this;
    }

    public string Cell(CsvRow row, string field) =>
        columns.TryGetValue(field, out var at) && at < row.Cells.Count ? row.Cells[at].Normalize(NormalizationForm.FormC) : "";

    /// <summary>Still there, and allowed in: a row may be kept with the word that it is to be deleted, a user with the word that it is switched off.</summary>
    public bool IsThere(CsvRow row) =>
        !Cell(row, "status").Equals("tobedeleted", StringComparison.OrdinalIgnoreCase)
        && !Cell(row, "enabledUser").Equals("false", StringComparison.OrdinalIgnoreCase);

    /// <summary>A text that has to be there; empty, with a fault, when it is not.</summary>
    public string Text(CsvRow row, string field)
    {
        var text = Cell(row, field);
        if (text.Length == 0)
        {
            Bad(row, field, Missing);
        }

        return Optional(row, field) ?? "";
    }

    public string? Optional(CsvRow row, string field)
    {
        var text = Cell(row, field);
        if (text.Length > TextLengthMax)
        {
            Bad(row, field, TooLong(TextLengthMax));
        }
        else if (!IsVisible(text))
        {
            Bad(row, field, new Problem("connections/roster-control", "The text has characters that cannot be seen."));
        }

        return text.Length == 0 ? null : text;
    }

    /// <summary>Nothing in it that cannot be seen, or turns the letters around it.</summary>
    internal static bool IsVisible(string text) =>
        !text.Any(c => char.IsControl(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'));

    /// <summary>One of the words of the standard; null, with a fault, when it is none.</summary>
    public string? Word(CsvRow row, string field, params string[] known)
    {
        var word = Cell(row, field);
        if (known.FirstOrDefault(k => k.Equals(word, StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            return found;
        }

        Bad(row, field, word.Length == 0 ? Missing : new Problem(
            "connections/roster-word", "There is no such word.", ("word", Short(word)), ("known", string.Join(", ", known))));
        return null;
    }

    public DateOnly? Day(CsvRow row, string field)
    {
        var text = Cell(row, field);
        if (text.Length == 0)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        Bad(row, field, new Problem("connections/roster-day", "A day is written as year-month-day.", ("value", Short(text))));
        return null;
    }

    /// <summary>Ids that a cell names, each of which has to be in another file.</summary>
    public List<string> Ids(CsvRow row, string field, RosterTable other)
    {
        var ids = Cell(row, field).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToList();
        foreach (var id in ids.Where(id => !other.ById.ContainsKey(id)))
        {
            Bad(row, field, new Problem(
                "connections/roster-unknown", $"{other.Name} has no such row.", ("id", Short(id)), ("file", other.Name)));
        }

        return ids;
    }

    public void Bad(CsvRow row, string field, Problem problem) => faults.Add(new RosterFault(Name, row.Row, field, problem));

    public static Problem Missing { get; } = new("connections/roster-missing", "The value is missing.");

    private static Problem TooLong(int max) => new("connections/roster-too-long", $"At most {max} characters.", ("max", $"{max}"));

    private static string Short(string text) => text.Length > 40 ? text[..40] + "…" : text;
}
