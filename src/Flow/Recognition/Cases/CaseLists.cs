using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Recognition;

/// <summary>Lists of cases: those of a refugee first, then the one due first; of what is over the newest first.</summary>
public sealed class CaseLists(IKeyVault vault)
{
    /// <summary>What <see cref="Read"/> takes, and after it one column by which the list is ordered.</summary>
    internal const string Columns =
        """
        id, version, stage, number, applicant, evaluator, second, decision_maker, reviewer, holder_kind, purpose, countries, isced, field,
        route, opened_at, submitted_at, complete_at, decided_at, waiting_for, due_on, limit_days, used_days, outcome, data_key, head, ceiling_on,
        evaluators, ended_at
        """;

    // The stage first: the index has it, and what was never filed is looked up for few.
    private const string Filed = "stage <> 'draft' AND (stage <> 'withdrawn' OR submitted_at IS NOT NULL)";

    // Indexed in these very words. What was taken back after a return ended then, whenever it was decided before.
    private const string Newest = "COALESCE(CASE WHEN stage = 'withdrawn' THEN ended_at END, decided_at, ended_at, opened_at)";

    /// <summary>One page, the case due first at the top, cases without a day last; or the newest at the top.</summary>
    public async Task<IReadOnlyList<CaseRow>> FindAsync(ReadFrom from, CaseSearch search, int rows, CancellationToken cancel = default)
    {
        var (order, turn, beyond) = search.IsNewestFirst ? (Newest, "DESC", "<") : ("queue", "", ">");
        var where = new List<string>();
        var args = new List<(string, object?)> { ("rows", rows) };
        void When(bool asked, string sql, params (string, object?)[] values)
        {
            if (asked)
            {
                where.Add(sql);
                args.AddRange(values);
            }
        }

        if (search.Stages is { } stages)
        {
            where.Add($"stage IN ({string.Join(", ", stages.Select(s => $"'{BasisRecord.Code(s)}'"))})");
        }

        // A draft is its applicant's alone, also once it was taken back; only whoever erases has it named to them, by its id.
        When(search.Applicant is null && search.Id is null, Filed);
        When(search.Applicant is null && search.Id is not null, "stage <> 'draft'");
        When(search.Applicant is not null, "applicant = @applicant", ("applicant", search.Applicant));
        When(search.Evaluator is not null, "(evaluator = @evaluator OR second = @evaluator)", ("evaluator", search.Evaluator));
        When(
            search.Anybody is not null, "(evaluator = @anybody OR second = @anybody OR decision_maker = @anybody OR reviewer = @anybody)",
            ("anybody", search.Anybody));
        When(
            search.ConditionBefore is not null, "condition_on < @condition",
            ("condition", search.ConditionBefore?.ToString("O", CultureInfo.InvariantCulture)));
        When(
            search.CeilingUntil is not null, "ceiling_on <= @ceiling",
            ("ceiling", search.CeilingUntil?.ToString("O", CultureInfo.InvariantCulture)));
        When(search.IsWaiting, "waiting_for IS NOT NULL");
        When(search.Id is not null, "id = @id", ("id", search.Id));
        When(search.Number is not null, "number = @number", ("number", search.Number));
        When(search.Country is not null, "(' ' || countries || ' ') LIKE @country", ("country", $"% {search.Country} %"));
        When(search.Assigned is not null, search.Assigned == true ? "evaluator IS NOT NULL" : "evaluator IS NULL");
        When(
            search.After is not null, $"({order} {beyond} @queue OR ({order} = @queue AND id {beyond} @after))",
            ("queue", search.After?.Queue), ("after", search.After?.Id));
        return await from.QueryAsync(
            $"SELECT {Columns}, {order} FROM recognition_cases {(where.Count == 0 ? "" : "WHERE " + string.Join(" AND ", where))} "
                + $"ORDER BY {order} {turn}, id {turn} LIMIT @rows",
            Read, cancel, [.. args]);
    }

    /// <summary>Where the next page goes on.</summary>
    public static (string Queue, string Id) After(CaseRow row) => (row.Queue, row.Id);

    /// <summary>What cases are called in letters, by id; a draft has no number.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> NumbersAsync(ReadFrom from, IEnumerable<string> ids, CancellationToken cancel = default)
    {
        var args = ids.Distinct().Select((id, n) => ($"i{n}", (object?)id)).ToArray();
        return args.Length == 0 ? new Dictionary<string, string>() : (await from.QueryAsync(
            $"SELECT id, number FROM recognition_cases WHERE number IS NOT NULL AND id IN ({string.Join(", ", args.Select(a => "@" + a.Item1))})",
            r => (Id: r.GetString(0), Number: r.GetString(1)), cancel, args)).ToDictionary(r => r.Id, r => r.Number);
    }

    /// <summary>How many stand in each stage, of those that were filed.</summary>
    public static async Task<IReadOnlyDictionary<CaseStage, int>> CountsAsync(ReadFrom from, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            $"SELECT stage, COUNT(*) FROM recognition_cases WHERE {Filed} GROUP BY stage",
            r => (Stage: BasisRecord.Parse<CaseStage>(r.GetString(0))!.Value, Count: (int)r.GetInt64(1)), cancel))
        .ToDictionary(r => r.Stage, r => r.Count);

    /// <summary>Open cases of each evaluator and decision maker: how much lies on whose desk.</summary>
    public static async Task<IReadOnlyList<(string Account, int Open, DateOnly? FirstDue)>> WorkloadAsync(ReadFrom from, CancellationToken cancel = default) =>
        await from.QueryAsync(
            """
            SELECT account, COUNT(*), MIN(due_on) FROM (
                SELECT evaluator AS account, due_on FROM recognition_cases WHERE stage IN ('authenticity', 'issuer-right', 'evaluation') AND evaluator IS NOT NULL
                UNION ALL
                SELECT second, due_on FROM recognition_cases WHERE stage IN ('authenticity', 'issuer-right', 'evaluation') AND second IS NOT NULL
                UNION ALL
                SELECT decision_maker, due_on FROM recognition_cases WHERE stage IN ('decision', 'condition') AND decision_maker IS NOT NULL
                UNION ALL
                SELECT reviewer, due_on FROM recognition_cases WHERE stage = 'appealed' AND reviewer IS NOT NULL) AS desks
            GROUP BY account ORDER BY COUNT(*) DESC, account
            """,
            r => (r.GetString(0), (int)r.GetInt64(1), DayOf(r.GetStringOrNull(2))), cancel);

    internal CaseRow Read(DbDataReader r)
    {
        var id = r.GetString(0);
        DateTimeOffset? At(int column) => r.GetStringOrNull(column) is { } text ? LedgerEntry.TimeOf(text) : null;
        int? Number(int column) => r.IsDBNull(column) ? null : r.GetInt32(column);
        var head = CaseHead.Open(vault, id, r.GetBytesOrNull(24), r.GetBytesOrNull(25));
        return new CaseRow(
            id, r.GetInt32(1), BasisRecord.Parse<CaseStage>(r.GetString(2))!.Value, r.GetStringOrNull(3), r.GetString(4), r.GetStringOrNull(5),
            r.GetStringOrNull(6), r.GetStringOrNull(7), r.GetStringOrNull(8), BasisRecord.Parse<HolderKind>(r.GetString(9))!.Value,
            BasisRecord.Parse<RecognitionPurpose>(r.GetString(10))!.Value, r.GetString(11).Split(' ', StringSplitOptions.RemoveEmptyEntries),
            r.GetInt32(12), r.GetString(13), BasisRecord.Parse<CaseRoute>(r.GetStringOrNull(14)), At(15)!.Value, At(16), At(17), At(18),
            BasisRecord.Parse<WaitFor>(r.GetStringOrNull(19)), DayOf(r.GetStringOrNull(20)), Number(21), Number(22),
            BasisRecord.Parse<RecognitionOutcome>(r.GetStringOrNull(23)), r.GetString(29), head, DayOf(r.GetStringOrNull(26)),
            r.GetStringOrNull(27)?.Split(' '), At(28));
    }

    private static DateOnly? DayOf(string? text) => text is null ? null : DateOnly.ParseExact(text, "O", CultureInfo.InvariantCulture);
}
