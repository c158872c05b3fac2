using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// Makes corrected diplomas: of one by hand, of many by one value for all, of many by a corrected list. Each is checked by the
/// rules of lists; what would stay as it is is left out. Writes nothing.
/// </summary>
public sealed class CorrectCohort(Installation home, DiplomaFlow flow)
{
    /// <summary>What may be set to one value for all: nothing that is a person's own.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["minutes-number", "minutes-date", "award-date", "study-from", "study-until", "form", "instruction", RegisterColumn];

    /// <summary>Not a column of a list: the particulars of the programme as the register has them now.</summary>
    public const string RegisterColumn = "programme";

    /// <summary>One diploma by hand: the diploma as it shall be, or what is wrong with which cell.</summary>
    public async Task<(ValidatedDiploma? Corrected, IReadOnlyList<Finding> Findings)> OneAsync(
        StoredDiploma old, DiplomaCells cells, CancellationToken cancel) =>
        (await CheckerAsync(old.Record.Initiator.Bin, cancel))(1, old.Record.Content, cells, false);

    /// <summary>What the checks of lists ask a person to look at in a corrected diploma; it keeps its programme as it has it.</summary>
    public static Func<ValidatedDiploma, IReadOnlyList<Finding>> Warnings(Installation home)
    {
        var check = Check(home);
        return corrected => [.. check.Check(1, DiplomaCells.Of(corrected), _ => corrected.Programme).Findings
            .Where(f => f.Severity == FindingSeverity.Warning)];
    }

    /// <summary>One value for all of them.</summary>
    /// <param name="firstNumber">New numbers are this and the next, in the order given.</param>
    public async Task<Outcome<IReadOnlyList<ProposedChange>>> SetAsync(
        IReadOnlyList<CredentialSummary> diplomas, string column, string value, (string Series, string Number)? firstNumber,
        CancellationToken cancel)
    {
        if (!Columns.Contains(column))
        {
            return new Problem("changes/unknown-column", "This cannot be set for all.");
        }

        var check = await CheckerAsync(diplomas[0].Initiator, cancel);
        var numbers = new Numbers(firstNumber);
        return await EachAsync(diplomas, (row, old) =>
        {
            var cells = DiplomaCells.Of(old.Record.Content);
            var changed = new Dictionary<string, string>(cells.Graduate, StringComparer.Ordinal);
            if (column != RegisterColumn)
            {
                changed[column] = value.Trim();
            }

            // First without a new number: what stays as it is takes none.
            var (corrected, findings) = check(row, old.Record.Content, cells with { Graduate = changed }, column == RegisterColumn);
            return corrected is null
                ? Wrong(findings)
                : DiplomaDifferences.Between(old.Record.Content, corrected).Count == 0
                    ? (ValidatedDiploma?)null
                    : numbers.Next(corrected).Then(number => Outcome<ValidatedDiploma?>.From(corrected with { Number = number }));
        }, cancel);
    }

    /// <summary>
    /// A corrected list: each row is found by its number, else by holder and programme. A row with the old number takes a new
    /// one from those given; a row with another number brings its own.
    /// </summary>
    public async Task<Outcome<IReadOnlyList<ProposedChange>>> FromListAsync(
        Bin institution, GraduationList list, (string Series, string Number)? firstNumber, CancellationToken cancel)
    {
        if (!(await flow.CheckListAsync(list with { Purpose = ListPurpose.Correct }, institution, null, cancel)).TryGet(out var result, out var problem))
        {
            return problem;
        }

        if (!result.IsValid)
        {
            return new ListHasErrors(result);
        }

        var (rows, numbers) = (result.ReadDiplomas().ToList(), new Numbers(firstNumber));
        List<CredentialSummary?> found;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            found = await MatchAsync(connection, institution, rows, cancel);
        }

        var refused = rows.Where((_, i) => found[i] is null)
            .Select(r => (r.Row, NoDiploma(r))).ToList();
        if (refused.Count > 0)
        {
            return new ChangesRefused(refused);
        }

        return await EachAsync([.. found.OfType<CredentialSummary>()], (row, old) =>
        {
            var corrected = rows[row - 1];
            var isOldNumber = corrected.FullNumber == old.Record.Content.FullNumber;
            var same = corrected with { Number = old.Record.Content.Number, Series = old.Record.Content.Series };
            return DiplomaDifferences.Between(old.Record.Content, same).Count == 0
                ? (ValidatedDiploma?)null
                : !isOldNumber
                    ? corrected
                    : numbers.Next(corrected).Then(number => Outcome<ValidatedDiploma?>.From(corrected with { Number = number }));
        }, cancel);
    }

    /// <summary>The diploma that a row of a corrected list is for.</summary>
    public async Task<Outcome<DiplomaRecord>> RecordOfAsync(Bin institution, ValidatedDiploma row, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return (await MatchAsync(connection, institution, [row], cancel))[0] is { } found
            && await home.Credentials.LoadAsync(connection, found.Asset, cancel) is { } old
                ? old.Record
                : NoDiploma(row);
    }

    private static Problem NoDiploma(ValidatedDiploma row) =>
        new("changes/no-such-diploma", "No diploma in force fits this row.", ("number", row.FullNumber));

    /// <summary>Whoever corrects gives the numbers: they come from the state module, not from here.</summary>
    private sealed class Numbers((string Series, string Number)? first)
    {
        private long given;

        public Outcome<string> Next(ValidatedDiploma diploma)
        {
            if (first is not var (series, number))
            {
                return new Problem("changes/first-number-missing", "A corrected diploma takes a new number: give the first of them.");
            }

            var next = (long.Parse(number, CultureInfo.InvariantCulture) + given++)
                .ToString(CultureInfo.InvariantCulture).PadLeft(number.Length, '0');
            return series != diploma.Series
                ? new Problem("changes/number-series", "The new numbers are of another series.", ("series", diploma.Series))
                : next.Length > number.Length
                    ? new Problem("changes/numbers-end", "The new numbers go beyond the last one of this length.")
                    : next;
        }
    }

    private static Problem Wrong(IReadOnlyList<Finding> findings)
    {
        var worst = findings.First(f => f.Severity == FindingSeverity.Error);
        return new Problem(worst.Code, worst.Code, worst.Args);
    }

    private async Task<Outcome<IReadOnlyList<ProposedChange>>> EachAsync(
        IReadOnlyList<CredentialSummary> diplomas, Func<int, StoredDiploma, Outcome<ValidatedDiploma?>> correct, CancellationToken cancel)
    {
        var (changes, refused) = (new List<ProposedChange>(), new List<(int, Problem)>());
        await using var connection = await home.Database.ConnectAsync(cancel);
        for (var i = 0; i < diplomas.Count; i++)
        {
            if (await home.Credentials.LoadAsync(connection, diplomas[i].Asset, cancel) is not { } old)
            {
                refused.Add((i + 1, new Problem("issuance/correction-missing", "The diploma was erased.")));
            }
            else if (!correct(i + 1, old).TryGet(out var corrected, out var problem))
            {
                refused.Add((i + 1, problem));
            }
            else if (corrected is not null)
            {
                changes.Add(new ProposedChange(diplomas[i].Asset, corrected));
            }
        }

        return refused.Count > 0
            ? new ChangesRefused(refused)
            : changes.Count == 0
                ? new Problem("changes/nothing-differs", "Nothing would change.")
                : Outcome<IReadOnlyList<ProposedChange>>.From(changes);
    }

    private async Task<List<CredentialSummary?>> MatchAsync(
        ReadFrom from, Bin institution, List<ValidatedDiploma> rows, CancellationToken cancel)
    {
        var register = new DiplomaRegister(home.Credentials);
        var byNumber = (await register.OfNumbersAsync(from, institution, [.. rows.Select(r => (r.Series, r.Number))], cancel))
            .Where(c => c.State is DiplomaState.Active or DiplomaState.Suspended).ToDictionary(c => (c.Series, c.Number));
        var found = new List<CredentialSummary?>(rows.Count);
        foreach (var row in rows)
        {
            found.Add(byNumber.GetValueOrDefault((row.Series, row.Number))
                ?? (await register.OfHolderAsync(from, institution, row.Iin, [row.Programme.Code], cancel)).SingleOrDefault());
        }

        return found;
    }

    private delegate (ValidatedDiploma? Corrected, IReadOnlyList<Finding> Findings) Checker(
        int row, ValidatedDiploma old, DiplomaCells cells, bool fromRegister);

    private static CorrectDiploma Check(Installation home)
    {
        var today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;
        return new CorrectDiploma(IntakeRules.For(home.Rules, today).Value, today);
    }

    /// <summary>A diploma keeps the particulars of its programme as they were at issue, unless these are what is corrected.</summary>
    private async Task<Checker> CheckerAsync(Bin institution, CancellationToken cancel)
    {
        var check = Check(home);
        Dictionary<string, Programme> register;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            register = (await PermitRegister.ProgrammesAsync(connection, institution, cancel))
                .GroupBy(p => p.Code).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        }

        return (row, old, cells, fromRegister) => check.Check(
            row, cells, code => code == old.Programme.Code && !fromRegister ? old.Programme : register.GetValueOrDefault(code));
    }
}
