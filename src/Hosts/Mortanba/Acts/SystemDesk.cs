using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// Runs the acts of the register of AI systems (<c>AiEducation/Register/Acts</c>): the event, the row for lists and, for what the public
/// sees, the entry <c>ai.system</c> of the ledger in one transaction; then the checkpoint over it. What an act leaves that could no longer
/// be admitted is suspended in the same transaction.
/// </summary>
public sealed class SystemDesk(Installation home, DiplomaFlow flow)
{
    private static readonly Actor Program = new(ActorKind.Service, AiSystem.Program, "", []);

    public AiDesk Ai { get; } = new(home);

    public RegisterReading Reading => new(Ai.Events);

    /// <summary>Tells those whom an event concerns; written in its transaction (<see cref="SystemMail"/>).</summary>
    public Func<DbTransaction, Stored<AiSystem>, CancellationToken, Task>? Tell { get; init; }

    /// <summary>By what is admitted today.</summary>
    public Resolved<AiRegisterRules> Rules => home.Rules.Resolve(RuleKeys.AiRegister, Ai.Today()).Value;

    /// <summary>Opens an entry: a proposal, or what a vendor offers.</summary>
    /// <param name="school">The school that proposes; null for the ministry and for a vendor.</param>
    /// <param name="id">The id that the form was given: sent twice, it opens one entry.</param>
    public async Task<Outcome<AiSystem>> OpenAsync(
        Actor by, Role? role, Bin? school, Func<DateTimeOffset, Outcome<AiSystemEvent>> first, string? id, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        var opened = await flow.WithLedgerAsync(
            (transaction, append) => Ai.OpenInAsync(
                transaction, by, role, SystemStream.Kind, school, () => first(at), at, cancel, (t, now, c) => WriteAsync(t, append, now, c), id),
            cancel);
        return await PublishedAsync(opened, cancel);
    }

    /// <summary>Does one act on a system.</summary>
    /// <param name="school">Where it is done; null for the platform's own people and vendors.</param>
    /// <param name="version">The version that was read; null for what is done to the system as it is now.</param>
    public async Task<Outcome<AiSystem>> ActAsync(
        Actor by, Role? role, string id, Bin? school, int? version, Func<AiSystem, DateTimeOffset, Outcome<AiSystemEvent>> act, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        var done = await flow.WithLedgerAsync(
            async (transaction, append) =>
            {
                Task With(DbTransaction t, Stored<AiSystem> now, CancellationToken c) => WriteAsync(t, append, now, c);
                var acted = await Ai.InAsync(
                    transaction, by, role, SystemStream.Kind, id, school, version, (_, now, _) => Task.FromResult(act(now.Now, at)), at, cancel, With);
                return acted.TryGet(out var next, out _) && SuspendSystem.Due(next, Rules.Value, Ai.Today(), at) is { } due
                    ? await Ai.InAsync(
                        transaction, Program, null, SystemStream.Kind, id, null, null, (_, _, _) => Task.FromResult(Outcome<AiSystemEvent>.From(due)), at,
                        cancel, With)
                    : acted;
            },
            cancel);
        return await PublishedAsync(done, cancel);
    }

    /// <summary>Suspends what is due by itself; false when nothing was.</summary>
    public async Task<bool> SuspendDueAsync(string id, CancellationToken cancel)
    {
        var stands = new Problem("ai/still-due", "Nothing is due.");
        return (await ActAsync(
            Program, null, id, null, null,
            (now, at) => SuspendSystem.Due(now, Rules.Value, Ai.Today(), at) is { } due ? Outcome<AiSystemEvent>.From(due) : stands, cancel)).IsDone;
    }

    /// <summary>
    /// Takes in systems with all that happened to them, as the acts gave it, in one transaction: for a sample world. Tells nobody, and stands
    /// in no record of who did what.
    /// </summary>
    /// <param name="histories">The school that proposed, and the events of one system each, oldest first.</param>
    public async Task<Outcome<List<AiSystem>>> TakeInAsync(
        IReadOnlyList<(Bin? School, IReadOnlyList<AiSystemEvent> Events)> histories, CancellationToken cancel)
    {
        var taken = await flow.WithLedgerAsync<List<AiSystem>>(
            async (transaction, append) =>
            {
                var systems = new List<AiSystem>();
                foreach (var (school, events) in histories)
                {
                    var stored = await Ai.Events.CreateAsync(transaction, SystemStream.Kind, school, events[0], cancel: cancel);
                    await WriteAsync(transaction, append, stored, cancel);
                    foreach (var happened in events.Skip(1))
                    {
                        stored = await Ai.Events.AppendAsync(transaction, SystemStream.Kind, stored, happened, cancel);
                        await WriteAsync(transaction, append, stored, cancel);
                    }

                    systems.Add(stored.Now);
                }

                return systems;
            },
            cancel);
        if (taken.IsDone)
        {
            await flow.PublishAsync(cancel: cancel);
        }

        return taken;
    }

    // In the transaction of the event, whichever it was: the row, the ledger, the messages.
    private async Task WriteAsync(DbTransaction transaction, AppendEntries append, Stored<AiSystem> stored, CancellationToken cancel)
    {
        var now = stored.Now;
        await RegisterRows.WriteAsync(transaction, now, stored.School?.Value ?? now.TakenUpAt, cancel);
        if (PublicEvent.Of(now.Id, now.Version, (AiSystemEvent)stored.Newest) is { } shown)
        {
            await RegisterRows.NoteAsync(transaction, shown, await append([shown.ToEntry().Bytes]), cancel);
        }

        if (Tell is not null)
        {
            await Tell(transaction, stored, cancel);
        }
    }

    private async Task<Outcome<AiSystem>> PublishedAsync(Outcome<AiSystem> done, CancellationToken cancel)
    {
        if (done.IsDone)
        {
            CrashPoint.Reach("after-ai-system");
            await flow.PublishAsync(cancel: cancel);
        }

        return done;
    }
}
