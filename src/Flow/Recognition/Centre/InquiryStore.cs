using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Recognition;

/// <summary>What an officer asks another centre.</summary>
/// <param name="Id">From <see cref="InquiryStore.NewId(DateTimeOffset)"/>; it is the reference that both centres use.</param>
/// <param name="From">Our own name among centres.</param>
public sealed record NewInquiry(
    string Id, string CaseId, string Centre, InquiryWay Way, string From, EvidenceQuestion Question, string Words, IReadOnlyDictionary<string, string> Facts);

/// <summary>
/// Inquiries in the database, with their messages sealed under a key of the inquiry. Every act runs in its caller's transaction; a message
/// is written in the transaction of the act that causes it, so that it is queued exactly once. Safe to share.
/// </summary>
public sealed class InquiryStore(IKeyVault vault)
{
    private const string Table = "recognition_inquiries";
    private const string Messages = "recognition_inquiry_messages";
    private const string OurKind = "inq";
    private const int AttemptsMax = 8;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(2);

    private const string Columns =
        "id, direction, centre, their_id, case_id, question, state, way, asked_at, answered_at, outcome, reminders, version, data_key";

    // About no case, or about one that is neither the reader's own nor compared by them, now or before.
    private const string NotTheirs =
        $"""
         AND NOT EXISTS (SELECT 1 FROM recognition_cases AS about WHERE about.id = {Table}.case_id
            AND (about.applicant = @reader OR about.evaluator = @reader OR about.second = @reader OR (' ' || about.evaluators || ' ') LIKE @among))
        """;

    /// <summary>An id for a new inquiry, made before the transaction of the act.</summary>
    public static string NewId(DateTimeOffset at) => NewId(OurKind, at);

    /// <summary>Whether something is named as an inquiry of ours is.</summary>
    public static bool IsId(string id) => id.StartsWith(OurKind + "-", StringComparison.Ordinal);

    /// <summary>Asks: keeps the inquiry, and queues its message when it goes over HTTPS.</summary>
    public Task<Inquiry> AskAsync(DbTransaction transaction, NewInquiry asked, DateTimeOffset at, CancellationToken cancel = default) =>
        OpenAsync(transaction, asked, CentreMessageKind.Inquiry, InquiryState.Asked, StateOfSending(asked.Way), at, cancel);

    /// <summary>Tells, and awaits no answer: the message waits to be sent, or to be posted.</summary>
    public Task<Inquiry> NoticeAsync(DbTransaction transaction, NewInquiry told, DateTimeOffset at, CancellationToken cancel = default) =>
        OpenAsync(transaction, told, CentreMessageKind.Notice, InquiryState.Told, CentreMessageState.Waiting, at, cancel);

    /// <summary>An officer posted the letters of a notice that wait; false when none does.</summary>
    public static async Task<bool> PostedAsync(DbTransaction transaction, string id, CancellationToken cancel = default)
    {
        await LockAsync(transaction, cancel);
        var waiting = await transaction.QueryAsync(
            $"SELECT m.id FROM {Messages} m JOIN {Table} i ON i.id = m.inquiry WHERE i.id = @id AND i.way = 'post' AND m.state = 'waiting'",
            r => r.GetString(0), cancel, ("id", id));
        foreach (var message in waiting)
        {
            await transaction.TouchAsync(Messages, cancel, message);
            await transaction.ExecuteAsync($"UPDATE {Messages} SET state = 'sent' WHERE id = @id", cancel, ("id", message));
        }

        return waiting.Count > 0;
    }

    private async Task<Inquiry> OpenAsync(
        DbTransaction transaction, NewInquiry asked, CentreMessageKind kind, InquiryState state, CentreMessageState sending, DateTimeOffset at,
        CancellationToken cancel)
    {
        var id = asked.Id;
        var inquiry = new Inquiry(
            id, InquiryDirection.Out, asked.Centre, id, asked.CaseId, asked.Question, state, asked.Way, Second(at), null, null, 0, 1);
        var message = new CentreMessage(
            NewId("msg", at), id, kind, asked.From, asked.Centre, Second(at), asked.Question, asked.Words, asked.Facts);
        var key = RandomNumberGenerator.GetBytes(SealedBox.KeySizeBytes);
        await InsertAsync(transaction, inquiry, key, cancel);
        await AddAsync(transaction, id, message, key, sending, at, cancel);
        return inquiry;
    }

    /// <summary>Answers an inquiry of another centre.</summary>
    public Task<Outcome<Inquiry>> ReplyAsync(
        DbTransaction transaction, string id, long version, string from, InquiryOutcome outcome, string words, DateTimeOffset at,
        CancellationToken cancel = default) => EndAsync(
            transaction, id, version, InquiryDirection.In, from, outcome, words, at, i => StateOfSending(i.Way), cancel);

    /// <summary>Writes down a reply that came by letter or e-mail; also after the term.</summary>
    public Task<Outcome<Inquiry>> RecordAsync(
        DbTransaction transaction, string id, long version, InquiryOutcome outcome, string words, DateTimeOffset at, CancellationToken cancel = default) =>
        EndAsync(transaction, id, version, InquiryDirection.Out, null, outcome, words, at, _ => CentreMessageState.Recorded, cancel);

    /// <summary>Takes a message whose signature was checked, once: the same id again is refused.</summary>
    public async Task<Outcome<Inquiry>> TakeAsync(
        DbTransaction transaction, CentreMessage message, DateTimeOffset at, CancellationToken cancel = default)
    {
        await LockAsync(transaction, cancel);
        var place = Place(message);
        if ((await transaction.QueryAsync("SELECT 1 FROM recognition_inquiry_messages WHERE id = @id", r => 1, cancel, ("id", place))).Count > 0)
        {
            return new Problem("recognition/centre-message-twice", "A message of this id was taken already.");
        }

        var known = (await ReadAsync(transaction, "centre = @centre AND their_id = @id", cancel, ("centre", message.From), ("id", message.Inquiry))).SingleOrDefault();
        if (message.Kind is CentreMessageKind.Inquiry or CentreMessageKind.Notice)
        {
            if (known.Inquiry is not null)
            {
                return new Problem("recognition/centre-message-twice", "An inquiry of this id was taken already.");
            }

            var inquiry = new Inquiry(
                NewId(at), InquiryDirection.In, message.From, message.Inquiry, null, message.Question,
                message.Kind == CentreMessageKind.Notice ? InquiryState.Told : InquiryState.Asked, InquiryWay.Https, Second(at), null, null, 0, 1);
            var key = RandomNumberGenerator.GetBytes(SealedBox.KeySizeBytes);
            await InsertAsync(transaction, inquiry, key, cancel);
            await AddAsync(transaction, inquiry.Id, message, key, CentreMessageState.Received, at, cancel);
            return inquiry;
        }

        var direction = message.Kind == CentreMessageKind.Reply ? InquiryDirection.Out : InquiryDirection.In;
        if (known.Inquiry?.Direction != direction)
        {
            return new Problem("recognition/centre-inquiry-unknown", "There is no such inquiry between the two centres.");
        }

        await AddAsync(transaction, known.Inquiry.Id, message, known.Key, CentreMessageState.Received, at, cancel);
        return await UpdateAsync(
            transaction,
            message.Kind == CentreMessageKind.Reply
                ? known.Inquiry with { State = InquiryState.Answered, AnsweredAt = Second(at), Outcome = message.Outcome }
                : known.Inquiry with { Reminders = known.Inquiry.Reminders + 1 },
            cancel);
    }

    /// <summary>Carries out what the term asks for; null when another node was there first.</summary>
    public async Task<(Inquiry Inquiry, CentreMessage? Reminder)?> StepAsync(
        DbTransaction transaction, Inquiry seen, InquiryStep step, string from, DateTimeOffset at, CancellationToken cancel = default)
    {
        await LockAsync(transaction, cancel);
        if ((await ReadAsync(transaction, "id = @id", cancel, ("id", seen.Id))).SingleOrDefault() is not { Inquiry: { } inquiry } found
            || inquiry.Version != seen.Version)
        {
            return null;
        }

        if (step == InquiryStep.GiveUp)
        {
            return (await UpdateAsync(transaction, inquiry with { State = InquiryState.Unanswered }, cancel), null);
        }

        var reminder = new CentreMessage(
            NewId("msg", at), inquiry.TheirId, CentreMessageKind.Reminder, from, inquiry.Centre, Second(at), inquiry.Question, "",
            new Dictionary<string, string>());
        await AddAsync(transaction, inquiry.Id, reminder, found.Key, StateOfSending(inquiry.Way), at, cancel);
        return (await UpdateAsync(transaction, inquiry with { Reminders = inquiry.Reminders + 1 }, cancel), reminder);
    }

    /// <summary>Inquiries whose term runs.</summary>
    public async Task<IReadOnlyList<Inquiry>> RunningAsync(ReadFrom from, CancellationToken cancel = default) =>
        [.. (await ReadAsync(from, "direction = 'out' AND state = 'asked' ORDER BY asked_at, id", cancel)).Select(i => i.Inquiry)];

    /// <summary>Before whatever reads inquiries and then writes them, and before any lock of a case.</summary>
    public static Task LockAsync(DbTransaction transaction, CancellationToken cancel = default) =>
        Database.LockAsync(transaction, "recognition/inquiries", cancel);

    /// <summary>Every inquiry about a case, the oldest first.</summary>
    public async Task<IReadOnlyList<Inquiry>> OfCaseAsync(ReadFrom from, string caseId, CancellationToken cancel = default) =>
        [.. (await ReadAsync(from, "case_id = @case ORDER BY asked_at, id", cancel, ("case", caseId))).Select(i => i.Inquiry)];

    /// <summary>Newest first.</summary>
    /// <param name="state">Null: every one.</param>
    /// <param name="reader">Account that reads them: what is about a case of their own, or that they compare or compared, is left out. Null: nothing is.</param>
    public async Task<IReadOnlyList<Inquiry>> ListAsync(
        ReadFrom from, InquiryState? state, string? caseId, int skip, int count, string? reader = null, CancellationToken cancel = default) =>
        [.. (await ReadAsync(
            from,
            $"1 = 1{(reader is null ? "" : NotTheirs)}{(state is null ? "" : " AND state = @state")}{(caseId is null ? "" : " AND case_id = @case")} ORDER BY asked_at DESC, id DESC LIMIT @count OFFSET @skip",
            cancel,
            [
                ("count", count), ("skip", skip), .. state is { } one ? new (string, object?)[] { ("state", BasisRecord.Code(one)) } : [],
                .. caseId is null ? [] : new (string, object?)[] { ("case", caseId) },
                .. reader is null ? [] : new (string, object?)[] { ("reader", reader), ("among", $"% {reader} %") },
            ])).Select(i => i.Inquiry)];

    /// <summary>An inquiry with its messages, oldest first; null when there is none.</summary>
    public async Task<(Inquiry Inquiry, IReadOnlyList<InquiryEntry> Entries)?> FindAsync(ReadFrom from, string id, CancellationToken cancel = default)
    {
        if ((await ReadAsync(from, "id = @id", cancel, ("id", id))).SingleOrDefault() is not { Inquiry: { } inquiry } found)
        {
            return null;
        }

        return (inquiry, await from.QueryAsync(
            $"SELECT id, payload, state, attempts, due_at FROM {Messages} WHERE inquiry = @id ORDER BY at, id",
            r => new InquiryEntry(
                CentreMessage.Parse(SealedBox.Decrypt(found.Key, Context(r.GetString(0)), r.GetBytes(1))).Value,
                BasisRecord.Parse<CentreMessageState>(r.GetString(2))!.Value, (int)r.GetInt64(3), DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(4))),
            cancel, ("id", id)));
    }

    /// <summary>Messages that are to be sent now, oldest first.</summary>
    public async Task<IReadOnlyList<CentreMessage>> DueAsync(ReadFrom from, DateTimeOffset now, int count, CancellationToken cancel = default) =>
        [.. (await from.QueryAsync(
            $"""
            SELECT m.id, m.payload, i.id, i.data_key FROM {Messages} m JOIN {Table} i ON i.id = m.inquiry
            WHERE m.state = 'waiting' AND i.way <> 'post' AND m.due_at <= @now ORDER BY m.due_at, m.id LIMIT @count
            """,
            r => CentreMessage.Parse(SealedBox.Decrypt(vault.Unwrap(r.GetBytes(3), Context(r.GetString(2))), Context(r.GetString(0)), r.GetBytes(1))).Value,
            cancel, ("now", now.ToUnixTimeSeconds()), ("count", count)))];

    /// <summary>Takes a message for sending until <paramref name="until"/>; false when another node was there first.</summary>
    public static async Task<bool> ClaimAsync(
        DbTransaction transaction, CentreMessage message, DateTimeOffset now, DateTimeOffset until, CancellationToken cancel = default)
    {
        await transaction.TouchAsync(Messages, cancel, message.Id);
        return await transaction.ExecuteAsync(
            $"UPDATE {Messages} SET due_at = @until WHERE id = @id AND state = 'waiting' AND due_at <= @now",
            cancel, ("id", message.Id), ("now", now.ToUnixTimeSeconds()), ("until", until.ToUnixTimeSeconds())) == 1;
    }

    /// <summary>Whether a message waits still: an erasure may have destroyed it since it was taken. To be asked under <see cref="LockAsync"/>.</summary>
    public static async Task<bool> IsWaitingAsync(DbTransaction transaction, CentreMessage message, CancellationToken cancel = default) =>
        (await transaction.QueryAsync(
            $"SELECT 1 FROM {Messages} WHERE id = @id AND state = 'waiting'", r => 1, cancel, ("id", message.Id))).Count > 0;

    /// <summary>
    /// Notes how an attempt ended: what failed is tried again, each time after twice as long, eight times in all. Of a message that was
    /// destroyed meanwhile nothing is noted.
    /// </summary>
    /// <param name="isFinal">The other centre refuses it: it will again.</param>
    public static async Task NoteAsync(
        DbTransaction transaction, CentreMessage message, bool isSent, bool isFinal, DateTimeOffset at, CancellationToken cancel = default)
    {
        await LockAsync(transaction, cancel);
        if (await transaction.QueryAsync(
            $"SELECT attempts FROM {Messages} WHERE id = @id", r => r.GetInt64(0), cancel, ("id", message.Id)) is not [var before])
        {
            return;
        }

        await transaction.TouchAsync(Messages, cancel, message.Id);
        var attempts = (int)before + 1;
        var state = isSent ? CentreMessageState.Sent : isFinal || attempts >= AttemptsMax ? CentreMessageState.Failed : CentreMessageState.Waiting;
        await transaction.ExecuteAsync(
            $"UPDATE {Messages} SET state = @state, attempts = @attempts, due_at = @due WHERE id = @id",
            cancel, ("id", message.Id), ("state", BasisRecord.Code(state)), ("attempts", (long)attempts),
            ("due", (state == CentreMessageState.Waiting ? at + (FirstPause * Math.Pow(2, attempts)) : at).ToUnixTimeSeconds()));
    }

    /// <summary>Destroys what was said about a case that is erased.</summary>
    public async Task ForgetAsync(DbTransaction transaction, string caseId, CancellationToken cancel = default)
    {
        foreach (var (inquiry, _) in await ReadAsync(transaction, "case_id = @case", cancel, ("case", caseId)))
        {
            foreach (var id in await transaction.QueryAsync(
                $"SELECT id FROM {Messages} WHERE inquiry = @id", r => r.GetString(0), cancel, ("id", inquiry.Id)))
            {
                await transaction.TouchAsync(Messages, cancel, id);
                await transaction.ExecuteAsync($"DELETE FROM {Messages} WHERE id = @id", cancel, ("id", id));
            }

            await transaction.TouchAsync(Table, cancel, inquiry.Id);
            await transaction.ExecuteAsync($"DELETE FROM {Table} WHERE id = @id", cancel, ("id", inquiry.Id));
        }
    }

    private async Task<Outcome<Inquiry>> EndAsync(
        DbTransaction transaction, string id, long version, InquiryDirection direction, string? from, InquiryOutcome outcome, string words,
        DateTimeOffset at, Func<Inquiry, CentreMessageState> stateOf, CancellationToken cancel)
    {
        await LockAsync(transaction, cancel);
        if ((await ReadAsync(transaction, "id = @id", cancel, ("id", id))).SingleOrDefault() is not { Inquiry: { } inquiry } found
            || inquiry.Direction != direction)
        {
            return new Problem("recognition/centre-inquiry-unknown", "There is no such inquiry.");
        }

        if (inquiry.Version != version || inquiry.State is InquiryState.Answered or InquiryState.Told)
        {
            return new Problem("recognition/inquiry-moved-on", "The inquiry was changed meanwhile; look at it as it is now.");
        }

        // What came by letter is kept as if the other centre had said it.
        var message = new CentreMessage(
            NewId("msg", at), inquiry.TheirId, CentreMessageKind.Reply, from ?? inquiry.Centre, from is null ? "here" : inquiry.Centre, Second(at),
            inquiry.Question, words, new Dictionary<string, string>(), outcome);
        await AddAsync(transaction, id, message, found.Key, stateOf(inquiry), at, cancel);
        return await UpdateAsync(
            transaction, inquiry with { State = InquiryState.Answered, AnsweredAt = Second(at), Outcome = outcome }, cancel);
    }

    private async Task InsertAsync(DbTransaction transaction, Inquiry inquiry, byte[] key, CancellationToken cancel)
    {
        await transaction.TouchAsync(Table, cancel, inquiry.Id);
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO {Table} ({Columns}) VALUES (@id, @direction, @centre, @theirs, @case, @question, @state, @way, @asked, NULL, NULL, 0, 1, @key)
            """,
            cancel,
            ("id", inquiry.Id), ("direction", BasisRecord.Code(inquiry.Direction)), ("centre", inquiry.Centre), ("theirs", inquiry.TheirId),
            ("case", inquiry.CaseId), ("question", BasisRecord.Code(inquiry.Question)), ("state", BasisRecord.Code(inquiry.State)),
            ("way", BasisRecord.Code(inquiry.Way)), ("asked", inquiry.AskedAt.ToUnixTimeSeconds()), ("key", vault.Wrap(key, Context(inquiry.Id))));
    }

    private static async Task<Inquiry> UpdateAsync(DbTransaction transaction, Inquiry inquiry, CancellationToken cancel)
    {
        await transaction.TouchAsync(Table, cancel, inquiry.Id);
        await transaction.ExecuteAsync(
            $"""
            UPDATE {Table} SET state = @state, answered_at = @answered, outcome = @outcome, reminders = @reminders, version = version + 1 WHERE id = @id
            """,
            cancel,
            ("id", inquiry.Id), ("state", BasisRecord.Code(inquiry.State)), ("answered", inquiry.AnsweredAt?.ToUnixTimeSeconds()),
            ("outcome", inquiry.Outcome is { } outcome ? BasisRecord.Code(outcome) : null), ("reminders", (long)inquiry.Reminders));
        return inquiry with { Version = inquiry.Version + 1 };
    }

    private static async Task AddAsync(
        DbTransaction transaction, string inquiry, CentreMessage message, byte[] key, CentreMessageState state, DateTimeOffset at, CancellationToken cancel)
    {
        // A sender of another centre numbers its messages as it likes: theirs stand under its name.
        var id = state == CentreMessageState.Received ? Place(message) : message.Id;
        await transaction.TouchAsync(Messages, cancel, id);
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO {Messages} (id, inquiry, kind, at, payload, state, attempts, due_at) VALUES (@id, @inquiry, @kind, @at, @payload, @state, 0, @at)
            """,
            cancel,
            ("id", id), ("inquiry", inquiry), ("kind", BasisRecord.Code(message.Kind)), ("at", at.ToUnixTimeSeconds()),
            ("payload", SealedBox.Encrypt(key, Context(id), message.Write())), ("state", BasisRecord.Code(state)));
    }

    private async Task<List<(Inquiry Inquiry, byte[] Key)>> ReadAsync(
        ReadFrom from, string where, CancellationToken cancel, params (string Name, object? Value)[] args) => await from.QueryAsync(
        $"SELECT {Columns} FROM {Table} WHERE {where}",
        r => (
            new Inquiry(
                r.GetString(0), BasisRecord.Parse<InquiryDirection>(r.GetString(1))!.Value, r.GetString(2), r.GetString(3), r.GetStringOrNull(4),
                BasisRecord.Parse<EvidenceQuestion>(r.GetString(5))!.Value, BasisRecord.Parse<InquiryState>(r.GetString(6))!.Value,
                BasisRecord.Parse<InquiryWay>(r.GetString(7))!.Value, DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(8)),
                r.IsDBNull(9) ? null : DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(9)), BasisRecord.Parse<InquiryOutcome>(r.GetStringOrNull(10)),
                (int)r.GetInt64(11), r.GetInt64(12)),
            vault.Unwrap(r.GetBytes(13), Context(r.GetString(0)))),
        cancel, args);

    private static CentreMessageState StateOfSending(InquiryWay way) =>
        way == InquiryWay.Https ? CentreMessageState.Waiting : CentreMessageState.Sent;

    private static string Place(CentreMessage message) => $"{message.From}/{message.Id}";

    private static byte[] Context(string place) => Encoding.UTF8.GetBytes("recognition/inquiry/" + place);

    private static string NewId(string kind, DateTimeOffset at) => $"{kind}-{Guid.CreateVersion7(at):N}";

    private static DateTimeOffset Second(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
}
