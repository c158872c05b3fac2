using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Intake.Checks;
using Mortanba.Intake.Reading;
using Mortanba.Permits;

namespace Mortanba.Intake;

/// <summary>A readable file of learners, every row of it good.</summary>
/// <param name="Hash">SHA-256 of the file, hex.</param>
public sealed record LearnerList(IReadOnlyList<EnrolmentRow> Rows, string Hash);

/// <summary>Rows of the file are bad: nothing of it is taken.</summary>
/// <param name="Findings">The first of them, in the order of the file. Values may be personal data.</param>
public sealed record LearnersHaveErrors(IReadOnlyList<Finding> Findings, long Count)
    : Problem("intake/learners-bad", $"{Count} rows of the file cannot be taken.", ("count", Count.ToString(CultureInfo.InvariantCulture)));

/// <summary>
/// Reads the enrolment register of one institution, CSV or XLSX, in the shape of EPVO: a learner a row, with IIN, programme code, year
/// of entry (or day of admission) and status. Other columns are passed over. In: bytes. Out: rows, or findings row by row.
/// </summary>
/// <remarks>How EPVO exports was not found (requirement X-16): these four columns are what every such register must have.</remarks>
public static class LearnerFile
{
    private const int FindingsKept = 200;
    private const int YearFirst = 1991;
    private static readonly LearnerWords Words = LearnerWords.Load();

    public static Outcome<LearnerList> Read(ListBytes bytes, int thisYear)
    {
        try
        {
            var limits = new IntakeLimits();
            var file = ListFile.Inspect(bytes, ListPart.Graduates, limits);
            using var source = Open(file, limits);
            return ReadRows(source, file, thisYear);
        }
        catch (ListRefusal refusal)
        {
            return refusal.Problem;
        }
    }

    private static RowSource Open(ListFile file, IntakeLimits limits)
    {
        if (!file.IsWorkbook)
        {
            return new CsvRows(file, limits);
        }

        var workbook = Workbook.Open(file, limits);
        if (workbook.Sheets.Count == 0)
        {
            workbook.Dispose();
            throw Workbook.Damaged(file.Name, "it has no sheet");
        }

        return new XlsxRows(file, ListPart.Graduates, workbook, workbook.Sheets[0].Path, limits);
    }

    private static Outcome<LearnerList> ReadRows(RowSource source, ListFile file, int thisYear)
    {
        if (!source.Read())
        {
            return new Problem("intake/no-rows", "The file is blank.", ("file", file.Name));
        }

        var headers = Enumerable.Range(0, source.Count).Select(i => source[i].Trim().ToString()).ToList();
        var columns = headers.Select(h => Words.Columns.GetValueOrDefault(Intake.Columns.Words.Normalise(h), "")).ToList();
        if (Words.Columns.Values.Distinct().FirstOrDefault(c => columns.Count(f => f == c) != 1) is { } missing)
        {
            return new Problem(
                "intake/learners-column", $"The file must have exactly one column '{missing}'.", ("column", missing), ("file", file.Name));
        }

        var (rows, findings, seen) = (new List<EnrolmentRow>(), new FindingBook(FindingsKept), new Dictionary<(Iin, string), int>());
        int Place(string column) => columns.IndexOf(column);
        void Bad(string column, string code, params (string Name, string Value)[] args) => findings.Add(new Finding(
            ListPart.Graduates, source.Row, headers[Place(column)], Place(column), Short(source[Place(column)]), code,
            FindingSeverity.Error, args.ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal)));

        while (source.Read())
        {
            var before = findings.ErrorCount;
            string Cell(string column)
            {
                var at = Place(column);
                if (source.FlawOf(at) is { } flaw)
                {
                    Bad(column, flaw, ("cell", $"{WorkbookWriter.ColumnName(at)}{source.Row}"));
                }

                return source[at].Trim().ToString();
            }

            if (!Iin.TryParse(Cell("iin"), out var iin))
            {
                Bad("iin", "intake/learner-iin");
            }

            var programme = Cell("programme").ToUpperInvariant();
            if (programme.Length is 0 or > 32)
            {
                Bad("programme", "intake/learner-programme");
            }

            if (YearOf(Cell("year"), source.SerialEpoch) is not { } year || year < YearFirst || year > thisYear)
            {
                Bad("year", "intake/learner-year", ("from", $"{YearFirst}"), ("until", $"{thisYear}"));
                year = 0;
            }

            if (!Words.Statuses.TryGetValue(Intake.Columns.Words.Normalise(Cell("status")), out var status))
            {
                Bad("status", "intake/learner-status", ("known", string.Join(", ", Words.Examples)));
            }

            if (findings.ErrorCount == before && !seen.TryAdd((iin, programme), source.Row))
            {
                Bad("iin", "intake/learner-twice", ("row", $"{seen[(iin, programme)]}"));
            }
            else if (findings.ErrorCount == before)
            {
                rows.Add(new EnrolmentRow(source.Row, iin, programme, year, status));
            }
        }

        if (findings.ErrorCount > 0)
        {
            return new LearnersHaveErrors(findings.Errors, findings.ErrorCount);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        file.Hashes.AppendTo(hash);
        return rows.Count == 0
            ? new Problem("intake/no-rows", "The file has a header and no learner.", ("file", file.Name))
            : new LearnerList(rows, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static int? YearOf(string cell, DateOnly epoch) =>
        cell.Length == 4 && int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var year) ? year
        : ValueParsers.TryDate(cell, epoch, out var date) ? date.Year
        : null;

    private static string Short(ReadOnlySpan<char> cell) => cell.Length <= 60 ? cell.ToString() : $"{cell[..60]}…";

    /// <summary>The words of <c>learners.json</c>, normalised.</summary>
    private sealed record LearnerWords(
        IReadOnlyDictionary<string, string> Columns, IReadOnlyDictionary<string, EnrolmentStatus> Statuses, IReadOnlyList<string> Examples)
    {
        public static LearnerWords Load()
        {
            using var stream = typeof(LearnerFile).Assembly.GetManifestResourceStream("learners.json")!;
            using var json = JsonDocument.Parse(stream);
            IEnumerable<(string Word, string Name)> All(string part) => json.RootElement.GetProperty(part).EnumerateObject()
                .SelectMany(p => p.Value.EnumerateArray().Select(w => (Intake.Columns.Words.Normalise(w.GetString()!), p.Name)));
            return new LearnerWords(
                All("columns").ToDictionary(w => w.Word, w => w.Name, StringComparer.Ordinal),
                All("statuses").ToDictionary(w => w.Word, w => Enum.Parse<EnrolmentStatus>(w.Name), StringComparer.Ordinal),
                [.. json.RootElement.GetProperty("statuses").EnumerateObject().SelectMany(p => p.Value.EnumerateArray().Select(w => w.GetString()!))]);
        }
    }
}
