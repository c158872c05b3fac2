using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Mail;

/// <summary>
/// Messages wait here, written in the transaction of the act that causes them, until they are handed over: an act that is
/// rolled back sends nothing, one that stands sends at least once, also after a restart.
/// </summary>
/// <remarks>Recipient and text are protected at rest: a text may hold a claim link. Both are emptied once sent or given up.</remarks>
public sealed class MailQueue(IDataProtectionProvider protection, TimeProvider time)
{
    private const int AttemptsMax = 8;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);

    // Longer than a mailer tries: who took a message and was killed gives it back by then.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private readonly IDataProtector protector = protection.CreateProtector("mail");

    public const string Table = "mail_queue";

    public static IReadOnlyList<SealedTable> Sealed { get; } = [new(Table, ["id"])];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("mail", 1, """
            CREATE TABLE mail_queue (
                id TEXT NOT NULL PRIMARY KEY,
                subject_kind TEXT NOT NULL,
                subject TEXT NOT NULL,
                recipient TEXT NOT NULL,
                title TEXT NOT NULL,
                body TEXT NOT NULL,
                state TEXT NOT NULL,
                attempts INTEGER NOT NULL,
                queued_at TEXT NOT NULL,
                due_at TEXT NOT NULL,
                done_at TEXT);
            CREATE INDEX mail_queue_due ON mail_queue (state, due_at);
            CREATE INDEX mail_queue_subject ON mail_queue (subject_kind, subject);
            """),
    ];

    /// <summary>
    /// Protects a message before the transaction that queues it is opened: protecting may have to store a new session key,
    /// which would wait for that very transaction.
    /// </summary>
    /// <remarks>Throws <see cref="ArgumentException"/> for an address or a title that would write into the header of a message.</remarks>
    public ProtectedMessage Protect(string to, string title, string body) =>
        to.Any(char.IsControl) || title.Any(char.IsControl)
            ? throw new ArgumentException("An address and a title are one line.")
            : new(protector.Protect(to), protector.Protect(title), protector.Protect(body));

    /// <summary>
    /// Sends a message again that bounced or could not be read, with its text made anew: the old one is gone. False when the
    /// row is in another state.
    /// </summary>
    public async Task<bool> ResendAsync(DbTransaction transaction, string id, ProtectedMessage message, CancellationToken cancel = default)
    {
        await transaction.TouchAsync(Table, cancel, id);
        return await transaction.ExecuteAsync(
            """
            UPDATE mail_queue SET recipient = @to, title = @title, body = @body, state = 'waiting', attempts = 0, due_at = @at, done_at = NULL
            WHERE id = @id AND state IN ('bounced', 'unreadable')
            """,
            cancel, ("id", id), ("to", message.To), ("title", message.Title), ("body", message.Body), ("at", LedgerEntry.Time(time.GetUtcNow()))) == 1;
    }

    /// <summary>How many messages are in each state.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> StatesAsync(ReadFrom from, CancellationToken cancel = default) =>
        (await from.QueryAsync("SELECT state, COUNT(*) FROM mail_queue GROUP BY state", r => (r.GetString(0), r.GetInt64(1)), cancel))
            .ToDictionary(s => s.Item1, s => s.Item2, StringComparer.Ordinal);

    /// <summary>Queues a message about a thing (an invitation, a claim); gives its id.</summary>
    public async Task<string> AddAsync(
        DbTransaction transaction, string subjectKind, string subject, ProtectedMessage message, CancellationToken cancel = default)
    {
        var at = time.GetUtcNow();
        var id = Guid.CreateVersion7(at).ToString();
        await transaction.TouchAsync("mail_queue", cancel, id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO mail_queue (id, subject_kind, subject, recipient, title, body, state, attempts, queued_at, due_at)
            VALUES (@id, @kind, @subject, @to, @title, @body, 'waiting', 0, @at, @at)
            """,
            cancel, ("id", id), ("kind", subjectKind), ("subject", subject), ("to", message.To), ("title", message.Title),
            ("body", message.Body), ("at", LedgerEntry.Time(at)));
        return id;
    }

    /// <summary>Messages about one thing are about another from now on, so that whoever erases that finds them.</summary>
    public static async Task FollowAsync(
        DbTransaction transaction, string subjectKind, string old, string subject, CancellationToken cancel = default)
    {
        foreach (var id in await IdsAsync(transaction, subjectKind, old, cancel))
        {
            await transaction.TouchAsync(Table, cancel, id);
            await transaction.ExecuteAsync(
                "UPDATE mail_queue SET subject = @subject WHERE id = @id", cancel, ("id", id), ("subject", subject));
        }
    }

    /// <summary>Destroys the messages about a thing that is erased, sent or not.</summary>
    public static async Task ForgetAsync(
        DbTransaction transaction, string subjectKind, string subject, CancellationToken cancel = default)
    {
        foreach (var id in await IdsAsync(transaction, subjectKind, subject, cancel))
        {
            await ForgetAsync(transaction, id, cancel);
        }
    }

    /// <summary>Takes back the messages about a thing that have not left.</summary>
    public static async Task TakeBackAsync(DbTransaction transaction, string subjectKind, string subject, CancellationToken cancel = default)
    {
        foreach (var id in await transaction.QueryAsync(
            "SELECT id FROM mail_queue WHERE subject_kind = @kind AND subject = @subject AND state = 'waiting'", r => r.GetString(0), cancel,
            ("kind", subjectKind), ("subject", subject)))
        {
            await ForgetAsync(transaction, id, cancel);
        }
    }

    /// <summary>Destroys one message, sent or not.</summary>
    public static async Task ForgetAsync(DbTransaction transaction, string id, CancellationToken cancel = default)
    {
        await transaction.TouchAsync(Table, cancel, id);
        await transaction.ExecuteAsync("DELETE FROM mail_queue WHERE id = @id", cancel, ("id", id));
    }

    /// <summary>
    /// Sends what is due, oldest first; gives how many left. A refusal waits twice as long each time, then counts as bounced;
    /// a recipient whom the server does not know bounces at once.
    /// </summary>
    /// <param name="bounced">Told of each message that came back, in the transaction that notes it.</param>
    public async Task<int> SendDueAsync(
        Database database, IMailer mailer, Action<Exception> refused, CancellationToken cancel,
        Func<DbTransaction, BouncedMessage, Task>? bounced = null)
    {
        var sent = 0;
        foreach (var (id, attempts, kind, subject, dueAt, sealedMessage) in await DueAsync(database, cancel))
        {
            if (Open(id, sealedMessage) is not { } message)
            {
                await EndAsync(database, id, "unreadable", cancel);
                continue;
            }

            if (!await TakeAsync(database, id, dueAt, cancel))
            {
                continue;
            }

            try
            {
                await mailer.SendAsync(message, cancel);
            }
#pragma warning disable CA1031 // Whatever the mail server did: the message stays queued, and the next one may go.
            catch (Exception fault) when (!cancel.IsCancellationRequested)
#pragma warning restore CA1031
            {
                refused(fault);
                var isUnknown = fault is RecipientRefusedException;
                var isBounced = isUnknown || attempts + 1 >= AttemptsMax;
                var due = time.GetUtcNow() + (FirstPause * Math.Pow(2, attempts));
                await database.WriteAsync(
                    async t =>
                    {
                        await t.TouchAsync("mail_queue", cancel, id);
                        await t.ExecuteAsync(
                            isBounced
                                ? "UPDATE mail_queue SET attempts = attempts + 1, state = 'bounced', due_at = @due, recipient = '', title = '', body = '' WHERE id = @id"
                                : "UPDATE mail_queue SET attempts = attempts + 1, due_at = @due WHERE id = @id",
                            cancel, ("id", id), ("due", LedgerEntry.Time(due)));
                        if (isBounced && bounced is not null)
                        {
                            await bounced(t, new BouncedMessage(id, kind, subject, isUnknown));
                        }
                    },
                    cancel);
                continue;
            }

            await EndAsync(database, id, "sent", cancel);
            sent++;
        }

        return sent;
    }

    private static Task<List<string>> IdsAsync(DbTransaction transaction, string subjectKind, string subject, CancellationToken cancel) =>
        transaction.QueryAsync(
            "SELECT id FROM mail_queue WHERE subject_kind = @kind AND subject = @subject", r => r.GetString(0), cancel,
            ("kind", subjectKind), ("subject", subject));

    /// <summary>A message is taken before it is sent, so that two nodes do not both send it. False when another was there first.</summary>
    private Task<bool> TakeAsync(Database database, string id, string dueAt, CancellationToken cancel) => database.WriteAsync(
        async t =>
        {
            await t.TouchAsync(Table, cancel, id);
            return await t.ExecuteAsync(
                "UPDATE mail_queue SET due_at = @until WHERE id = @id AND state = 'waiting' AND due_at = @seen",
                cancel, ("id", id), ("until", LedgerEntry.Time(time.GetUtcNow() + Lease)), ("seen", dueAt)) == 1;
        },
        cancel);

    /// <summary>The last state of a message, whose address and text go: what is no longer to be sent is not kept.</summary>
    private Task EndAsync(Database database, string id, string state, CancellationToken cancel) => database.WriteAsync(
        async t =>
        {
            await t.TouchAsync(Table, cancel, id);
            await t.ExecuteAsync(
                """
                UPDATE mail_queue SET attempts = attempts + 1, state = @state, done_at = @at, recipient = '', title = '', body = ''
                WHERE id = @id
                """,
                cancel, ("id", id), ("state", state), ("at", LedgerEntry.Time(time.GetUtcNow())));
        },
        cancel);

    /// <summary>Null when the keys it was protected with are gone.</summary>
    private Message? Open(string id, ProtectedMessage message)
    {
        try
        {
            return new Message(id, protector.Unprotect(message.To), protector.Unprotect(message.Title), protector.Unprotect(message.Body));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>A row that was changed past the program is not sent: whoever changed it may want a link sent elsewhere.</summary>
    private async Task<IReadOnlyList<Waiting>> DueAsync(Database database, CancellationToken cancel)
    {
        const int Batch = 100;
        const string Due = "state = 'waiting' AND due_at <= @now ORDER BY due_at, id LIMIT @count";
        await using var connection = await database.ConnectAsync(cancel);
        (string, object?)[] args = [("now", LedgerEntry.Time(time.GetUtcNow())), ("count", Batch)];
        return database.Seals is { } seals
            ? await seals.AgreeingAsync(connection, Table, Due, Read, cancel, args)
            : await connection.QueryAsync($"SELECT * FROM mail_queue WHERE {Due}", Read, cancel, args);
    }

    // In the order of the table's columns.
    private static Waiting Read(DbDataReader r) => new(
        r.GetString(0), r.GetInt32(7), r.GetString(1), r.GetString(2), r.GetString(9),
        new ProtectedMessage(r.GetString(3), r.GetString(4), r.GetString(5)));

    private sealed record Waiting(string Id, int Attempts, string Kind, string Subject, string DueAt, ProtectedMessage Message);
}

/// <summary>A message that came back for good.</summary>
/// <param name="IsUnknown">The server knows no such recipient; else it was tried until the last pause.</param>
public sealed record BouncedMessage(string Id, string SubjectKind, string Subject, bool IsUnknown);

/// <summary>A message that only the queue can read.</summary>
public sealed record ProtectedMessage(string To, string Title, string Body);
