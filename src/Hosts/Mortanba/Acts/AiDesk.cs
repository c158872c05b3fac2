using System.Data.Common;
using System.Text.Json.Nodes;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Webhooks;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// Runs the acts of AI in education: each is one event, its row for lists, its facts and its row of the record, in one transaction and over
/// the version that was read. What may be done is said by the acts themselves (<c>AiEducation/*</c>), who may by the rights of the route.
/// </summary>
public sealed class AiDesk(Installation home)
{
    private readonly WorkingCalendar calendar = new(home.Rules);

    /// <summary>Something that is written in the transaction of an event, for example a mail.</summary>
    public delegate Task With<TState>(DbTransaction transaction, Stored<TState> now, CancellationToken cancel)
        where TState : IFolded;

    public EventStore Events { get; } = new(home.Vault, new WorkingCalendar(home.Rules));

    public SchoolDirectory Directory { get; } = new(home.Vault);

    public WorkingCalendar Calendar => calendar;

    /// <summary>Civil day.</summary>
    public DateOnly Today() => calendar.DateOf(home.Time.GetUtcNow()).Value;

    /// <summary>The first instant of a civil day.</summary>
    public DateTimeOffset BeginningOf(DateOnly day) => calendar.TimeAt(home.Time.GetUtcNow()).Value.BeginningOf(day).ToUniversalTime();

    /// <summary>Opens a part with its first event.</summary>
    /// <param name="school">The school it belongs to; null for the platform.</param>
    /// <param name="first">Gives the event, or the refusal.</param>
    /// <param name="id">A form that may come twice names the id it was given when it was shown; what is there already is taken for it.</param>
    public Task<Outcome<TState>> OpenAsync<TState, TEvent>(
        Actor by, Role? role, EventKind<TState, TEvent> kind, Bin? school, Func<DateTimeOffset, Outcome<TEvent>> first, CancellationToken cancel,
        With<TState>? with = null, string? id = null)
        where TState : IFolded
        where TEvent : IHappened
    {
        var at = home.Time.GetUtcNow();
        return home.Database.WriteAsync(t => OpenInAsync(t, by, role, kind, school, () => first(at), at, cancel, with, id), cancel);
    }

    /// <summary>The same within a transaction of the caller, for what is written to the ledger with it.</summary>
    public async Task<Outcome<TState>> OpenInAsync<TState, TEvent>(
        DbTransaction transaction, Actor by, Role? role, EventKind<TState, TEvent> kind, Bin? school, Func<Outcome<TEvent>> first, DateTimeOffset at,
        CancellationToken cancel, With<TState>? with = null, string? id = null)
        where TState : IFolded
        where TEvent : IHappened
    {
        if (id is not null)
        {
            await Database.LockAsync(transaction, "ai/" + id, cancel);
            if (await Events.FindAsync(transaction, kind, id, cancel) is { } there)
            {
                return there.School == school ? there.Now : new Problem("ai/not-there", "There is no such entry, or it is not yours.");
            }
        }

        if (!first().TryGet(out var happened, out var problem))
        {
            return problem;
        }

        CrashPoint.Reach($"before-ai-{kind.Name}-{kind.Word(happened)}");
        var opened = await Events.CreateAsync(transaction, kind, school, happened, id, cancel);
        if (with is not null)
        {
            await with(transaction, opened, cancel);
        }

        await NoteAsync(transaction, by, role, kind, opened, happened, at, cancel);
        CrashPoint.Reach($"in-ai-{kind.Name}-{kind.Word(happened)}");
        return opened.Now;
    }

    /// <summary>Does one act on a part.</summary>
    /// <param name="school">Where it is done: a part of another school, or of none, is as if it were not there. Null for the platform's own people.</param>
    /// <param name="version">The version that was read; null for what is done to the part as it is now.</param>
    /// <param name="act">Gives the event, or the refusal.</param>
    /// <param name="with">Written in the same transaction, after the event.</param>
    public Task<Outcome<TState>> ActAsync<TState, TEvent>(
        Actor by, Role? role, EventKind<TState, TEvent> kind, string id, Bin? school, int? version,
        Func<TState, DateTimeOffset, Outcome<TEvent>> act, CancellationToken cancel, With<TState>? with = null)
        where TState : IFolded
        where TEvent : IHappened
    {
        var at = home.Time.GetUtcNow();
        return home.Database.WriteAsync(
            t => InAsync(t, by, role, kind, id, school, version, (_, now, _) => Task.FromResult(act(now.Now, at)), at, cancel, with), cancel);
    }

    /// <summary>Does one act on a part of which there is only one, for example the regulation of a school: the first act opens it.</summary>
    /// <param name="version">The version that was read, 0 while there was none; null for what is done to the part as it is now.</param>
    /// <param name="act">Reads what it needs in the transaction; gets null while the part is not there.</param>
    public Task<Outcome<TState>> OnlyAsync<TState, TEvent>(
        Actor by, Role? role, EventKind<TState, TEvent> kind, string id, Bin? school, int? version,
        Func<DbTransaction, TState?, DateTimeOffset, Task<Outcome<TEvent>>> act, CancellationToken cancel)
        where TState : class, IFolded
        where TEvent : IHappened
    {
        var at = home.Time.GetUtcNow();
        return home.Database.WriteAsync<Outcome<TState>>(
            async t =>
            {
                await Database.LockAsync(t, "ai/" + id, cancel);
                var there = await Events.FindAsync(t, kind, id, cancel);
                if (version is not null && (there?.Now.Version ?? 0) != version)
                {
                    return EventStore.ChangedMeanwhile;
                }

                if (!(await act(t, there?.Now, at)).TryGet(out var happened, out var problem))
                {
                    return problem;
                }

                CrashPoint.Reach($"before-ai-{kind.Name}-{kind.Word(happened)}");
                var next = there is null
                    ? await Events.CreateAsync(t, kind, school, happened, id, cancel)
                    : await Events.AppendAsync(t, kind, there, happened, cancel);
                await NoteAsync(t, by, role, kind, next, happened, at, cancel);
                CrashPoint.Reach($"in-ai-{kind.Name}-{kind.Word(happened)}");
                return next.Now;
            },
            cancel);
    }

    /// <summary>The same within a transaction of the caller, for an act that reads or writes more in it, for example to the ledger.</summary>
    public async Task<Outcome<TState>> InAsync<TState, TEvent>(
        DbTransaction transaction, Actor by, Role? role, EventKind<TState, TEvent> kind, string id, Bin? school, int? version,
        Func<DbTransaction, Stored<TState>, CancellationToken, Task<Outcome<TEvent>>> act, DateTimeOffset at, CancellationToken cancel,
        With<TState>? with = null)
        where TState : IFolded
        where TEvent : IHappened
    {
        if (!(await Events.LockAsync(transaction, kind, id, school, version, cancel)).TryGet(out var now, out var problem)
            || !(await act(transaction, now, cancel)).TryGet(out var happened, out problem))
        {
            return problem;
        }

        CrashPoint.Reach($"before-ai-{kind.Name}-{kind.Word(happened)}");
        var next = await Events.AppendAsync(transaction, kind, now, happened, cancel);
        if (with is not null)
        {
            await with(transaction, next, cancel);
        }

        await NoteAsync(transaction, by, role, kind, next, happened, at, cancel);
        CrashPoint.Reach($"in-ai-{kind.Name}-{kind.Word(happened)}");
        return next.Now;
    }

    /// <summary>A part as it stands, for a page; null when there is none, or it is not of the school that is named.</summary>
    public async Task<Stored<TState>?> FindAsync<TState, TEvent>(
        EventKind<TState, TEvent> kind, string id, Bin? school, CancellationToken cancel)
        where TState : IFolded
        where TEvent : IHappened
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await Events.FindAsync(connection, kind, id, cancel) is { } found && (school is null || found.School == school)
            ? found
            : null;
    }

    private static async Task NoteAsync<TState, TEvent>(
        DbTransaction transaction, Actor by, Role? role, EventKind<TState, TEvent> kind, Stored<TState> one, TEvent happened, DateTimeOffset at,
        CancellationToken cancel)
        where TState : IFolded
        where TEvent : IHappened
    {
        foreach (var fact in kind.Facts(one.Now, happened).Where(f => WebhookQueue.EventTypes.Contains(f.Type)))
        {
            // Of the fact only what it says, never of whom: the id is that of the part.
            (string, JsonNode?)[] values = [.. fact.Values.Select(v => (v.Key, (JsonNode?)JsonValue.Create(v.Value)))];
            await (one.School is { } school
                ? WebhookQueue.AddAsync(transaction, at, school, fact.Type, one.Now.Id, values, cancel)
                : WebhookQueue.TellAllAsync(transaction, at, fact.Type, one.Now.Id, values, cancel));
        }

        await AuditTrail.AppendAsync(
            transaction, at,
            new TrailEvent(
                TrailAct.Change, $"ai/{kind.Name}-{kind.Word(happened)}", by, new TrailSubject("ai-" + kind.Name, one.Now.Id), role, one.School),
            cancel);
    }
}
