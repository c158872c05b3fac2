using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>One thing that is wrong in a register file.</summary>
/// <param name="Row">As a spreadsheet shows it, header = 1.</param>
/// <param name="Field">Header of the column; empty when it concerns the row.</param>
/// <param name="Problem">What is wrong; its words have the placeholders of its args.</param>
public sealed record RegisterFinding(int Row, string Field, Problem Problem);

/// <summary>Something in the file is wrong, or goes against the register: nothing of it is taken.</summary>
/// <param name="Findings">The first of them, in the order of the file.</param>
/// <param name="Count">All of them.</param>
public sealed record RegisterHasErrors(IReadOnlyList<RegisterFinding> Findings, int Count)
    : Problem("recognition/register-bad", $"{Count} values of the file cannot be taken.", ("count", $"{Count}"))
{
    private const int FindingsKept = 200;

    internal static RegisterHasErrors Of(List<RegisterFinding> all) => new([.. all.OrderBy(f => f.Row).Take(FindingsKept)], all.Count);
}

/// <summary>One entry as the file has it.</summary>
/// <param name="Id">Key of the entry in its table.</param>
/// <param name="Values">In the order of the shape's kept fields; a text, a number or null.</param>
/// <param name="IsWithdrawn">The entry was wrong from its beginning and is taken back.</param>
internal sealed record RegisterLine(int Row, string Id, IReadOnlyList<object?> Values, bool IsWithdrawn);

/// <summary>A file that was read, every value of it good in itself.</summary>
public sealed class RegisterFile
{
    /// <summary>Larger files are split: an import is one transaction.</summary>
    public const int SizeMaxBytes = 8 << 20;

    internal RegisterFile(RegisterKind kind, string name, string hash, IReadOnlyList<RegisterLine> lines) =>
        (Kind, Name, Hash, Lines) = (kind, name, hash, lines);

    public RegisterKind Kind { get; }

    public string Name { get; }

    /// <summary>SHA-256 of the bytes, hex.</summary>
    public string Hash { get; }

    internal IReadOnlyList<RegisterLine> Lines { get; }

    /// <summary>Headers of such a file, in the order the documentation shows.</summary>
    public static IReadOnlyList<string> Headers(RegisterKind kind) => [.. RegisterShape.Of(kind).Fields.Select(f => f.Name)];

    /// <param name="known">States of the rule packs, former ones among them.</param>
    /// <param name="today">No day of the file may lie after it, but for the end of a period.</param>
    /// <returns>The lines, or <see cref="RegisterHasErrors"/> with every wrong value, or why it is no such file.</returns>
    public static Outcome<RegisterFile> Read(
        RegisterKind kind, string name, ReadOnlySpan<byte> bytes, IReadOnlyList<Country> known, DateOnly today)
    {
        if (bytes.Length > SizeMaxBytes)
        {
            return new Problem(
                "recognition/register-too-large", $"{bytes.Length} bytes; a file has at most {SizeMaxBytes}.", ("max", $"{SizeMaxBytes >> 20}"));
        }

        if (!CsvTable.Read(
            bytes, new Problem("recognition/register-not-utf8", "The file is not text in UTF-8."),
            row => new Problem("recognition/register-quote", $"Row {row} opens a quotation mark that is never closed.", ("row", $"{row}")))
            .TryGet(out var rows, out var problem))
        {
            return problem;
        }

        return rows.Count < 2
            ? new Problem("recognition/register-empty", "The file has no row below its header.")
            : new RegisterReader(RegisterShape.Of(kind), known, today).Read(name, Convert.ToHexStringLower(SHA256.HashData(bytes)), rows);
    }
}

/// <summary>Reads the rows of one file and keeps what is wrong with each.</summary>
internal sealed partial class RegisterReader(RegisterShape shape, IReadOnlyList<Country> known, DateOnly today)
{
    private const int TextMaxChars = 400;
    private const int TextsMaxChars = 2000;
    private const int PositionMax = 100_000;

    private readonly List<RegisterFinding> findings = [];

    public Outcome<RegisterFile> Read(string name, string hash, List<CsvRow> rows)
    {
        var headers = rows[0].Cells.Select(c => c.ToLowerInvariant()).ToList();
        foreach (var missing in shape.Fields.Where(f => f.IsRequired && !headers.Contains(f.Name)))
        {
            Bad(rows[0].Row, missing.Name, new Problem("recognition/register-column-missing", "The column is not there."));
        }

        foreach (var (header, at) in headers.Select((h, i) => (h, i)))
        {
            if (shape.Fields.All(f => f.Name != header))
            {
                Bad(rows[0].Row, header, new Problem(
                    "recognition/register-column-unknown", "There is no such column.", ("known", string.Join(", ", shape.Fields.Select(f => f.Name)))));
            }
            else if (headers.IndexOf(header) != at)
            {
                Bad(rows[0].Row, header, new Problem("recognition/register-column-twice", "The column is there twice."));
            }
        }

        if (findings.Count > 0)
        {
            return RegisterHasErrors.Of(findings);
        }

        var (lines, seen) = (new List<RegisterLine>(), new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var row in rows.Skip(1))
        {
            if (row.Cells.Count > headers.Count)
            {
                Bad(row.Row, "", new Problem("recognition/register-cells", "The row has more cells than the header."));
            }
            else if (Line(row, headers) is { } line)
            {
                if (!seen.TryAdd(line.Id, row.Row))
                {
                    Bad(row.Row, "", new Problem(
                        "recognition/register-row-twice", $"Row {seen[line.Id]} is about the same entry.", ("first", $"{seen[line.Id]}")));
                }

                lines.Add(line);
            }
        }

        OneDayEach(shape.Kind == RegisterKind.Rankings ? lines.Where(l => !l.IsWithdrawn) : []);
        return findings.Count > 0 ? RegisterHasErrors.Of(findings) : new RegisterFile(shape.Kind, name, hash, lines);
    }

    // What the register holds of an edition is compared when the file is taken in.
    private void OneDayEach(IEnumerable<RegisterLine> places)
    {
        foreach (var edition in places.Select(l => (Line: l, Edition: RankingRegister.EditionOf(l))).GroupBy(l => l.Edition.Of))
        {
            var day = edition.First().Edition.Published;
            foreach (var other in edition.Where(l => l.Edition.Published != day))
            {
                Bad(other.Line.Row, "published", RankingRegister.OtherDay(day));
            }
        }
    }

    private RegisterLine? Line(CsvRow row, List<string> headers)
    {
        var before = findings.Count;
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var field in shape.Fields)
        {
            var at = headers.IndexOf(field.Name);
            var cell = at >= 0 && at < row.Cells.Count ? row.Cells[at].Normalize(NormalizationForm.FormC) : "";
            if (cell.Length == 0)
            {
                values[field.Name] = Blank(field);
                if (field.IsRequired)
                {
                    Bad(row.Row, field.Name, new Problem("recognition/register-missing", "The value is missing."));
                }
            }
            else if (!Value(field, cell).TryGet(out var value, out var wrong))
            {
                Bad(row.Row, field.Name, wrong);
            }
            else
            {
                values[field.Name] = value;
            }
        }

        if (findings.Count == before)
        {
            Together(row.Row, values);
        }

        return findings.Count > before ? null : new RegisterLine(
            row.Row, IdOf(values), [.. shape.Kept.Select(f => values[f.Name])], values.GetValueOrDefault("withdrawn") is "yes");
    }

    // A key has no null: two databases would compare it in two ways.
    private static string? Blank(RegisterField field) =>
        field.Kind == FieldKind.Level ? BasisRecord.Code(AwardLevel.All) : field.IsKey ? "" : null;

    private Outcome<object> Value(RegisterField field, string cell) => field.Kind switch
    {
        FieldKind.Id => Id().IsMatch(cell) ? cell : NotAnId(),
        FieldKind.Ids => Parts(cell).All(p => Id().IsMatch(p)) ? string.Join('|', Parts(cell)) : NotAnId(),
        FieldKind.Country => known.Any(c => c.Code == cell)
            ? cell : new Problem("recognition/unknown-country", "The country's code is not known.", ("code", Short(cell))),
        FieldKind.Text or FieldKind.Source => Text(cell, TextMaxChars),
        FieldKind.Texts => Text(string.Join('|', Parts(cell)), TextsMaxChars),
        FieldKind.Day => DateOnly.TryParseExact(cell, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? cell : new Problem("recognition/register-not-a-day", "A day is written as year-month-day.", ("value", Short(cell))),
        FieldKind.Period => Word<PeriodKind>(cell),
        FieldKind.Level => Word<AwardLevel>(cell),
        FieldKind.System => Word<RankingSystem>(cell),
        FieldKind.Edition => Edition().IsMatch(cell)
            ? cell : new Problem("recognition/register-not-an-edition", "An edition is a year or a short name.", ("value", Short(cell))),
        FieldKind.Position => Place(cell),
        FieldKind.Withdrawn => cell is "yes" or "no"
            ? cell : new Problem("recognition/unknown-word", "yes or no.", ("word", Short(cell)), ("known", "yes, no")),
    };

    private static Outcome<object> Place(string cell)
    {
        if (Position().Match(cell) is { Success: true } match)
        {
            var last = match.Groups[2].Success ? match.Groups[2] : match.Groups[1];
            if (long.Parse(last.Value, CultureInfo.InvariantCulture) is > 0 and <= PositionMax and var place)
            {
                return place;
            }
        }

        return new Problem("recognition/no-position", "A place is a whole number from 1.", ("word", Short(cell)));
    }

    private static Outcome<object> Text(string cell, int max) =>
        cell.Length > max
            ? new Problem("recognition/register-too-long", $"{cell.Length} characters; at most {max}.", ("max", $"{max}"))
            : cell.Any(c => char.IsControl(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F')
                ? new Problem("recognition/register-control", "The text has characters that cannot be seen.")
                : cell;

    private static Outcome<object> Word<T>(string cell)
        where T : struct, Enum => BasisRecord.Parse<T>(cell) is { } found
            ? BasisRecord.Code(found)
            : new Problem(
                "recognition/unknown-word", "There is no such word.",
                ("word", Short(cell)), ("known", string.Join(", ", Enum.GetValues<T>().Select(BasisRecord.Code))));

    private void Together(int row, Dictionary<string, object?> values)
    {
        foreach (var (first, second) in new[] { ("founded", "closed"), ("from", "until"), ("published", "read") })
        {
            if (Compare(values, first, second) > 0)
            {
                Bad(row, second, new Problem(
                    "recognition/register-days-turned", $"The day lies before that of '{first}'.", ("first", first), ("day", $"{values[first]}")));
            }
        }

        // A right may be granted to a day to come; nothing else of a register lies ahead.
        foreach (var ahead in values.Where(v => v.Key is "founded" or "closed" or "published" or "read" or "from")
            .Where(v => string.CompareOrdinal(v.Value as string, $"{today:yyyy-MM-dd}") > 0))
        {
            Bad(row, ahead.Key, new Problem("recognition/register-day-ahead", "The day lies in the future.", ("day", $"{ahead.Value}")));
        }

        foreach (var kin in new[] { "predecessors", "successors" }.Where(k => values.GetValueOrDefault(k) is string ids && Parts(ids).Contains(values["id"])))
        {
            Bad(row, kin, new Problem("recognition/register-own-kin", "An institution does not follow itself."));
        }
    }

    private static int Compare(Dictionary<string, object?> values, string first, string second) =>
        values.GetValueOrDefault(first) is string a && values.GetValueOrDefault(second) is string b ? string.CompareOrdinal(a, b) : 0;

    private string IdOf(Dictionary<string, object?> values)
    {
        var key = shape.Fields.Where(f => f.IsKey).Select(f => $"{values[f.Name]}");
        return shape.Kind == RegisterKind.Institutions
            ? key.Single()
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', key))))[..32];
    }

    private void Bad(int row, string field, Problem problem) => findings.Add(new RegisterFinding(row, Short(field), problem));

    private static Problem NotAnId() => new(
        "recognition/register-not-an-id", "An id has small Latin letters, digits, dots and hyphens; 2 to 64 of them.");

    private static string[] Parts(string cell) => cell.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Short(string cell) => cell.Length <= 60 ? cell : $"{cell[..60]}…";

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    [GeneratedRegex("^[0-9A-Za-z][0-9A-Za-z./-]{0,19}$", RegexOptions.CultureInvariant)]
    private static partial Regex Edition();

    [GeneratedRegex("^=?([0-9]{1,6})(?:[-–]([0-9]{1,6}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Position();
}
