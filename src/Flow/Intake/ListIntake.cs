using Mortanba.Foundation;
using Mortanba.Intake.Checks;
using Mortanba.Intake.Columns;
using Mortanba.Permits;

namespace Mortanba.Intake;

/// <summary>
/// Reads a graduation list. In: a list of files. Out: every row valid, or findings cell by cell; or a problem when it is
/// no list at all. Issues nothing, keeps nothing.
/// </summary>
/// <param name="enrolment">The enrolment register of the initiator; null when the list is not compared with one.</param>
/// <param name="programmes">The initiator's register: programme by code, null when it has none of that code.</param>
public sealed class ListIntake(
    IntakeRules rules, Func<string, Programme?> programmes, IIssuedDiplomas issued, TimeProvider time,
    IntakeLimits? limits = null, EnrolmentCheck? enrolment = null)
{
    private const int IssuedBatch = 500;

    // Award dates are dates of Kazakhstan: UTC+5 in the whole country since 1 March 2024.
    private static readonly TimeSpan CountryOffset = TimeSpan.FromHours(5);

    private readonly IntakeLimits limits = limits ?? new IntakeLimits();

    /// <param name="seen">
    /// Told of each valid diploma during the first pass, also of those issued before: what a check of the whole list
    /// needs, so that the files are not read a third time.
    /// </param>
    /// <param name="watch">Told of each graduate as the check goes on.</param>
    public async Task<Outcome<IntakeResult>> RunAsync(
        GraduationList list, Action<ValidatedDiploma>? seen = null, ListWatch? watch = null, CancellationToken cancel = default)
    {
        try
        {
            var tables = list.Tables ?? FileTables.Of(list, limits);
            var columns = new ListColumns(tables.GraduateColumns.Choices, tables.CourseColumns.Choices);
            if (NeedsDecision(tables) is { } decision)
            {
                if (list.WritesMappingProposal && !File.Exists(list.MappingPath))
                {
                    MappingFile.Write(list.MappingPath, columns);
                }

                return new Problem(
                    "intake/columns-undecided", "Columns are missing or ambiguous; see the mapping file.",
                    ("missing", decision.Missing), ("ambiguous", decision.Ambiguous),
                    ("mapping", Path.GetFileName(list.MappingPath)));
            }

            try
            {
                return await FirstPassAsync(list, tables, columns, isIndexed: false, seen, watch, cancel);
            }
            catch (CoursesOutOfOrder)
            {
                return await FirstPassAsync(list, tables, columns, isIndexed: true, seen, watch, cancel);
            }
        }
        catch (ListRefusal refusal)
        {
            return refusal.Problem;
        }
    }

    /// <summary>
    /// One graduate of a list that holds only this one: what stands in the row and in its courses. Duplicates and what was
    /// issued before are questions of the whole list.
    /// </summary>
    internal Outcome<(ValidatedDiploma? Diploma, IReadOnlyList<Finding> Findings)> ReadOne(ListTables tables)
    {
        try
        {
            var findings = new FindingBook(limits.FindingsKept);
            var today = DateOnly.FromDateTime(time.GetUtcNow().ToOffset(CountryOffset).DateTime);
            using var pass = new ListPass(tables, rules, programmes, today, findings, isIndexed: true);
            foreach (var (_, diploma, _, _) in pass.Rows())
            {
                return (diploma, (IReadOnlyList<Finding>)[.. findings.Errors, .. findings.Warnings]);
            }

            return ((ValidatedDiploma?)null, (IReadOnlyList<Finding>)[]);
        }
        catch (ListRefusal refusal)
        {
            return refusal.Problem;
        }
    }

    private static (string Missing, string Ambiguous)? NeedsDecision(ListTables tables)
    {
        TableColumns[] both = [tables.GraduateColumns, tables.CourseColumns];
        var missing = string.Join(", ", both.SelectMany(table => table.Missing).Select(field => field.WireName()));
        var ambiguous = string.Join(", ", both.SelectMany(table => table.NotDecided).Select(column => column.Header));
        return missing.Length + ambiguous.Length == 0
            ? null
            : (missing.Length > 0 ? missing : "–", ambiguous.Length > 0 ? ambiguous : "–");
    }

    private async Task<Outcome<IntakeResult>> FirstPassAsync(
        GraduationList list, ListTables tables, ListColumns columns, bool isIndexed, Action<ValidatedDiploma>? seen,
        ListWatch? watch, CancellationToken cancel)
    {
        watch?.Begin();
        var findings = new FindingBook(limits.FindingsKept);
        WarnOfColumns(tables, findings);
        var today = DateOnly.FromDateTime(time.GetUtcNow().ToOffset(CountryOffset).DateTime);
        var duplicates = new Duplicates();
        var passedOver = new HashSet<int>();
        var waiting = new List<(int Row, DiplomaKey Key)>(IssuedBatch);
        var rowCount = 0;
        using (var pass = new ListPass(tables, rules, programmes, today, findings, isIndexed))
        {
            foreach (var (graduate, diploma, courses, gpa) in pass.Rows())
            {
                rowCount++;
                cancel.ThrowIfCancellationRequested();
                watch?.Add(pass.Row.Row, courses.FirstRow, courses.LastRow, gpa);
                if (diploma is not null)
                {
                    seen?.Invoke(diploma);
                }

                duplicates.Check(pass.Row, graduate);
                if (graduate is { Series: { } series, Number: { } number, Iin: { } iin, Programme: { } programme })
                {
                    waiting.Add((pass.Row.Row, new DiplomaKey(series, number, iin, programme.Code)));
                }

                if (waiting.Count == IssuedBatch)
                {
                    await CompareWithIssuedAsync(list, tables, waiting, findings, passedOver, cancel);
                }
            }
        }

        await CompareWithIssuedAsync(list, tables, waiting, findings, passedOver, cancel);
        if (rowCount == 0)
        {
            return new Problem(
                "intake/no-rows", "The list has a header and no graduate.",
                ("file", Path.GetFileName(list.GraduatesFile)));
        }

        return new IntakeResult(
            list, tables.Hash(), rowCount, findings, columns, tables, passedOver,
            () => SecondPass(tables, today, isIndexed, passedOver));
    }

    private IEnumerable<ValidatedDiploma> SecondPass(
        ListTables tables, DateOnly today, bool isIndexed, HashSet<int> passedOver)
    {
        using var pass = new ListPass(tables, rules, programmes, today, new FindingBook(0), isIndexed);
        foreach (var (_, diploma, _, _) in pass.Rows())
        {
            if (passedOver.Contains(pass.Row.Row))
            {
                continue;
            }

            // The bytes are those of the first pass; only a register that changed meanwhile can bring this about.
            yield return diploma
                ?? throw new ListChangedException($"Row {pass.Row.Row} was valid and is no longer; validate again.");
        }
    }

    private async Task CompareWithIssuedAsync(
        GraduationList list, ListTables tables, List<(int Row, DiplomaKey Key)> waiting, FindingBook findings,
        HashSet<int> passedOver, CancellationToken cancel)
    {
        if (waiting.Count == 0)
        {
            return;
        }

        var matches = list.Purpose == ListPurpose.Correct
            ? new IssuedMatch[waiting.Count]
            : await issued.FindAsync([.. waiting.Select(pair => pair.Key)], cancel);
        var enrolled = enrolment is null
            ? new string?[waiting.Count]
            : await enrolment.FindAsync([.. waiting.Select(pair => pair.Key)], cancel);
        if (list.Purpose == ListPurpose.Correct && enrolled.Any(code => code is not null))
        {
            // Who has the diploma that is corrected need not be in the register: it may be younger than the diploma.
            var held = await issued.FindAsync([.. waiting.Select(pair => pair.Key)], cancel);
            enrolled = [.. enrolled.Select((code, i) => held[i] is IssuedMatch.SameDiploma or IssuedMatch.HolderHasProgramme ? null : code)];
        }

        for (var i = 0; i < waiting.Count; i++)
        {
            var (row, key) = waiting[i];
            if (enrolled[i] is { } missing && matches[i] != IssuedMatch.SameDiploma)
            {
                var iin = tables.GraduateColumns[Field.Iin];
                findings.Add(new Finding(
                    ListPart.Graduates, row, tables.GraduateColumns.Choices[iin].Header, iin, key.Iin.Value, missing, FindingSeverity.Error,
                    new Dictionary<string, string>(StringComparer.Ordinal) { ["programme"] = key.ProgrammeCode }));
            }

            var (code, severity, field, value) = matches[i] switch
            {
                IssuedMatch.None => ("", FindingSeverity.Warning, Field.Number, ""),
                IssuedMatch.SameDiploma =>
                    ("intake/already-issued", FindingSeverity.Warning, Field.Number, $"{key.Series} {key.Number}"),
                IssuedMatch.NumberTaken =>
                    ("intake/number-issued", FindingSeverity.Error, Field.Number, $"{key.Series} {key.Number}"),
                IssuedMatch.HolderHasProgramme =>
                    ("intake/graduate-issued", FindingSeverity.Error, Field.Iin, key.Iin.Value),
            };
            if (code.Length == 0)
            {
                continue;
            }

            if (matches[i] == IssuedMatch.SameDiploma)
            {
                passedOver.Add(row);
            }

            var column = tables.GraduateColumns[field];
            findings.Add(new Finding(
                ListPart.Graduates, row, tables.GraduateColumns.Choices[column].Header, column, value, code, severity,
                new Dictionary<string, string>()));
        }

        waiting.Clear();
    }

    private static void WarnOfColumns(ListTables tables, FindingBook findings)
    {
        void Warn(ListPart part, ColumnChoice? column, string code, Dictionary<string, string> args) =>
            findings.Add(new Finding(
                part, 1, column?.Header ?? "", column?.Index ?? -1, column?.Header ?? "", code,
                FindingSeverity.Warning, args));

        if (tables.ReadsKz1048)
        {
            Warn(ListPart.Graduates, null, "intake/read-as-kz1048", []);
        }

        foreach (var table in (TableColumns[])[tables.GraduateColumns, tables.CourseColumns])
        {
            foreach (var column in table.Choices)
            {
                if (column.Certainty == ColumnCertainty.Guessed)
                {
                    Warn(table.Part, column, "intake/column-guessed", new() { ["field"] = column.Choice });
                }
                else if (column.Certainty == ColumnCertainty.Unknown)
                {
                    Warn(table.Part, column, "intake/column-passed-over", []);
                }
            }
        }
    }
}
