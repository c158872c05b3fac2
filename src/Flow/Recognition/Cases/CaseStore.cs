using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Recognition;

/// <summary>A case with the key that opens and seals what belongs to it.</summary>
public sealed class OpenCase
{
    internal OpenCase(RecognitionCase now, byte[] key) => (Case, Key) = (now, key);

    public RecognitionCase Case { get; }

    internal byte[] Key { get; }
}

/// <summary>
/// Cases in the database: sealed events, one row for lists, and the files. In: an event that an act allowed. Out: the case after it.
/// </summary>
/// <remarks>
/// An event is appended in the transaction of its caller, under a lock of the case, and only over the version that was read: of two who
/// save at once one is told. Safe to share.
/// </remarks>
public sealed class CaseStore(IKeyVault vault, CaseClock clock)
{
    private const int IdSizeBytes = 8;

    /// <summary>Tables that <see cref="EraseAsync"/> and the erasure of what belongs to a case take bytes from.</summary>
    public static IReadOnlyList<string> ErasedTables { get; } =
        ["recognition_cases", "recognition_events", "recognition_files", "recognition_inquiries", "recognition_inquiry_messages"];

    /// <summary>Opens a case with its first event.</summary>
    public async Task<OpenCase> CreateAsync(DbTransaction transaction, CaseDescribed first, CancellationToken cancel = default)
    {
        var id = "case-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdSizeBytes));
        var key = RandomNumberGenerator.GetBytes(SealedBox.KeySizeBytes);
        var one = new OpenCase(RecognitionCase.Of(id, [first]), key);
        await transaction.TouchAsync("recognition_cases", cancel, id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO recognition_cases (id, version, stage, applicant, holder_kind, purpose, countries, institution, isced, field, extent, mode, opened_at, queue, data_key)
            VALUES (@id, 0, '', @applicant, '', '', '', '', 0, '', '', '', @at, '', @key)
            """,
            cancel, ("id", id), ("applicant", first.By), ("at", LedgerEntry.Time(first.At)), ("key", vault.Wrap(key, Context(id))));
        await WriteAsync(transaction, one, first, cancel);
        return one;
    }

    /// <summary>A case with all that happened in it; null when there is none, or it was erased.</summary>
    public async Task<OpenCase?> FindAsync(ReadFrom from, string id, CancellationToken cancel = default)
    {
        if (await KeyAsync(from, id, cancel) is not { } key)
        {
            return null;
        }

        var events = await EventsAsync(from, id, key, cancel);
        return new OpenCase(RecognitionCase.Of(id, events), key);
    }

    /// <summary>Everything that happened in a case, in its order; empty when there is none.</summary>
    public async Task<IReadOnlyList<CaseEvent>> EventsAsync(ReadFrom from, string id, CancellationToken cancel = default) =>
        await KeyAsync(from, id, cancel) is { } key ? await EventsAsync(from, id, key, cancel) : [];

    private static Task<List<CaseEvent>> EventsAsync(ReadFrom from, string id, byte[] key, CancellationToken cancel) => from.QueryAsync(
        "SELECT number, payload FROM recognition_events WHERE case_id = @id ORDER BY number",
        r => CaseRecord.Read(SealedBox.Decrypt(key, Context($"{id}/event/{r.GetInt32(0)}"), r.GetBytes(1))), cancel, ("id", id));

    /// <summary>Takes the lock of a case, reads it, and refuses when it is not the version that was read by whoever acts.</summary>
    /// <param name="version">Null for who acts on the case as it is now, whatever it says.</param>
    public async Task<Outcome<OpenCase>> LockAsync(DbTransaction transaction, string id, int? version, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "recognition/" + id, cancel);
        return await FindAsync(transaction, id, cancel) is not { } one ? CaseRefusals.NotYours
            : version is not null && one.Case.Version != version
                ? new Problem("recognition/changed-meanwhile", "The case was changed meanwhile; look at it as it is now, nothing of yours was saved over it.")
            : one;
    }

    /// <summary>Appends an event to a case that this transaction has locked.</summary>
    public async Task<OpenCase> AppendAsync(DbTransaction transaction, OpenCase one, CaseEvent happened, CancellationToken cancel = default)
    {
        var next = new OpenCase(one.Case.With(happened), one.Key);
        await WriteAsync(transaction, next, happened, cancel);
        return next;
    }

    /// <summary>The next number of a year, <c>R-2026-00042</c>; given in the transaction of the filing, so that none is left out.</summary>
    public static async Task<string> NextNumberAsync(DbTransaction transaction, int year, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "recognition_numbers", cancel);
        await transaction.TouchAsync("recognition_numbers", cancel, year);
        var last = (await transaction.QueryAsync(
            """
            INSERT INTO recognition_numbers (year, last) VALUES (@year, 1)
            ON CONFLICT (year) DO UPDATE SET last = recognition_numbers.last + 1 RETURNING last
            """,
            r => r.GetInt32(0), cancel, ("year", year)))[0];
        return string.Create(CultureInfo.InvariantCulture, $"R-{year}-{last:D5}");
    }

    /// <summary>Destroys a case with its files and its key; the row stays for the statistics, without words and without its applicant.</summary>
    public static async Task EraseAsync(DbTransaction transaction, string id, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "recognition/" + id, cancel);
        await transaction.TouchAsync("recognition_cases", cancel, id);
        await transaction.ExecuteAsync(
            "UPDATE recognition_cases SET data_key = NULL, head = NULL, applicant = '' WHERE id = @id", cancel, ("id", id));
        foreach (var (table, key) in new[] { ("recognition_events", "number, 0"), ("recognition_files", "part, document") })
        {
            var rows = await transaction.QueryAsync(
                $"SELECT {key} FROM {table} WHERE case_id = @id", r => (Part: r.GetInt32(0), Document: r.GetValue(1)), cancel, ("id", id));
            await transaction.TouchManyAsync(
                table, rows.Select(r => r.Document is string document ? new object[] { id, document, r.Part } : [id, r.Part]), cancel);
            await transaction.ExecuteAsync($"DELETE FROM {table} WHERE case_id = @id", cancel, ("id", id));
        }
    }

    /// <summary>Whether there was such a case and it was erased.</summary>
    public static async Task<bool> IsErasedAsync(ReadFrom from, string id, CancellationToken cancel = default) =>
        (await from.QueryAsync("SELECT data_key FROM recognition_cases WHERE id = @id", r => r.IsDBNull(0), cancel, ("id", id))) is [true];

    internal static byte[] Context(string place) => Encoding.UTF8.GetBytes("recognition/" + place);

    internal async Task<byte[]?> KeyAsync(ReadFrom from, string id, CancellationToken cancel) =>
        (await from.QueryAsync("SELECT data_key FROM recognition_cases WHERE id = @id", r => r.GetBytesOrNull(0), cancel, ("id", id))) is [{ } wrapped]
            ? vault.Unwrap(wrapped, Context(id))
            : null;

    // Events and row in one transaction: what the list says is what the events say.
    private async Task WriteAsync(DbTransaction transaction, OpenCase one, CaseEvent happened, CancellationToken cancel)
    {
        var now = one.Case;
        await transaction.TouchAsync("recognition_events", cancel, now.Id, now.Version);
        await transaction.ExecuteAsync(
            "INSERT INTO recognition_events (case_id, number, at, payload) VALUES (@id, @number, @at, @payload)", cancel,
            ("id", now.Id), ("number", now.Version), ("at", LedgerEntry.Time(happened.At)),
            ("payload", SealedBox.Encrypt(one.Key, Context($"{now.Id}/event/{now.Version}"), CaseRecord.Write(happened))));

        // A calendar that does not cover a day keeps no one from acting: the row then shows no due day, the case page says why.
        var reading = now.Clock(clock, happened.At) is { IsDone: true } read ? read.Value : null;
        var due = now.Stage.IsOpen() && reading?.Due is { } day ? day.ToString("O", CultureInfo.InvariantCulture)
            : (now.AppealDue(clock) ?? now.ConditionDue(clock) ?? now.IntakeDue(clock) ?? now.AnswerDue(clock)) is { IsDone: true } other ? other.Value.ToString("O", CultureInfo.InvariantCulture)
            : null;
        await transaction.TouchAsync("recognition_cases", cancel, now.Id);
        await transaction.ExecuteAsync(
            """
            UPDATE recognition_cases SET version = @version, stage = @stage, number = @number, evaluator = @evaluator, second = @second, evaluators = @evaluators,
                decision_maker = @maker, reviewer = @reviewer, holder_kind = @kind, purpose = @purpose, countries = @countries,
                institution = @institution, isced = @isced, field = @field, extent = @extent, mode = @mode, route = @route,
                submitted_at = @submitted, complete_at = @complete, decided_at = @decided, ended_at = @ended, waiting_for = @waiting,
                due_on = @due, ceiling_on = @ceiling, condition_on = @condition, queue = @queue, limit_days = @limit, used_days = @used, outcome = @outcome, appeal_outcome = @appeal, head = @head
            WHERE id = @id
            """,
            cancel, ("id", now.Id), ("version", now.Version), ("stage", BasisRecord.Code(now.Stage)), ("number", now.Number),
            ("evaluator", now.Evaluator), ("second", now.SecondEvaluator), ("evaluators", now.Evaluators.Count == 0 ? null : string.Join(' ', now.Evaluators)), ("maker", now.DecisionMaker), ("reviewer", now.Appeal?.Reviewer),
            ("kind", BasisRecord.Code(now.HolderKind)), ("purpose", BasisRecord.Code(now.Purpose)),
            ("countries", string.Join(' ', now.Qualification.Countries)), ("institution", InstitutionKey(now.Qualification)),
            ("isced", now.Qualification.Isced), ("field", now.Qualification.Field), ("extent", BasisRecord.Code(now.Qualification.Extent)),
            ("mode", BasisRecord.Code(now.Qualification.Mode)), ("route", now.Way is { } way ? BasisRecord.Code(way) : null),
            ("submitted", Time(now.SubmittedAt)), ("complete", Time(now.CompleteAt)), ("decided", Time(now.CountedAt())), ("ended", Time(now.EndedAt)),
            ("waiting", WaitingFor(now) is { } whom ? BasisRecord.Code(whom) : null),
            ("ceiling", now.Stage.IsOpen() && now.Ceiling(clock) is { IsDone: true } ceiling ? ceiling.Value.ToString("O", CultureInfo.InvariantCulture) : null),
            ("condition", now.ConditionUntil()?.ToString("O", CultureInfo.InvariantCulture)),
            ("due", due), ("queue", (now.HolderKind == HolderKind.Refugee ? "0/" : "1/") + (due ?? "~" + Time(now.SubmittedAt))),
            ("limit", now.Terms?.LimitDays), ("used", reading?.Used),
            ("outcome", now.CountedOutcome() is { } counted ? BasisRecord.Code(counted) : null),
            ("appeal", now.CountedAppeal() is { } answered ? BasisRecord.Code(answered) : null),
            ("head", CaseHead.Seal(now, one.Key)));
    }

    /// <summary>
    /// Whom the case waits for: outside the body by its log, or the applicant who was asked for what is missing. Once the term of their answer
    /// is over an officer goes on.
    /// </summary>
    internal static WaitFor? WaitingFor(RecognitionCase now) => now is { Stage: CaseStage.Incomplete, LapsedAt: null } && now.Missing.Any()
        ? WaitFor.Applicant
        : now.OpenWaits.MinBy(w => w.Wait.From)?.Wait.For;

    /// <summary>By which like cases find each other: the id of the registers, or else the folded name. No data of a person.</summary>
    public static string InstitutionKey(Qualification qualification) =>
        string.Join('|', qualification.Institutions.Select(i => i.Id ?? Folded(i.Name)).Order(StringComparer.Ordinal));

    private static string Folded(string name) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(name.Normalize().ToUpperInvariant().Where(char.IsLetterOrDigit)))))[..16];

    private static string? Time(DateTimeOffset? at) => at is { } some ? LedgerEntry.Time(some) : null;
}
