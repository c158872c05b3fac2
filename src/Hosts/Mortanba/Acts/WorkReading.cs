using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.AiEducation.PersonalData;
using Mortanba.Foundation;

namespace Mortanba.Host.Acts;

/// <summary>
/// What programs do with works: read the text past the guard, and then propose a grade or say that they cannot read it (requirements AI-10,
/// AI-14). Nothing else of the learner goes to them, and nothing they do decides.
/// </summary>
public sealed class WorkReading(Installation home)
{
    private readonly TaskDesk tasks = new(home);
    private readonly SchoolDesk schools = new(home);

    /// <summary>
    /// The text of a work for a tool that may look at works, as it may go: past the guard, as the school chose for this tool, and recorded before it
    /// goes (requirement AI-10). Nothing goes without the parents' consent where it is asked for, before the learner read the notice, against the
    /// learner's refusal, or while a teacher has switched it off in the class (requirements AI-9, AI-12, AI-30); of the learner nothing but the text.
    /// </summary>
    /// <param name="system">Id of the system that reads it.</param>
    public async Task<Outcome<(LearnerWork Work, ToolText Text)>> ReadAsync(
        Actor by, Role? role, Bin school, string work, string system, CancellationToken cancel)
    {
        if (await tasks.Desk.FindAsync(TaskStreams.Works, work, school, cancel) is not { Now: var one })
        {
            return TaskDesk.NotThere;
        }

        if (!(await ReaderAsync(by, school, one, system, cancel)).TryGet(out var reader, out var problem)
            || !new PersonalDataGate(home).Pass(one.Draft.Text, Role.Learner, masks: reader.Masks).TryGet(out var text, out problem))
        {
            return problem;
        }

        var refused = await home.Database.WriteAsync(t => GiveAsync(t, by, role, school, one, system, text, cancel), cancel);
        return refused is null ? (one, text) : refused;
    }

    /// <summary>A program proposes a grade for a work that it read and may still read; the same proposal sent twice is one.</summary>
    public async Task<Outcome<LearnerWork>> ProposeAsync(Actor by, Role? role, Bin school, string work, GradeProposal proposal, CancellationToken cancel)
    {
        if (await tasks.TaskOfAsync(work, school, cancel) is not { } task
            || await tasks.Desk.FindAsync(TaskStreams.Works, work, school, cancel) is not { Now: var one })
        {
            return TaskDesk.NotThere;
        }

        return (await ReaderAsync(by, school, one, proposal.System, cancel)).TryGet(out _, out var problem)
            ? await ActAsync(
                by, role, school, work, (now, at) => ProposeGrade.Of(now, task, TaskDesk.DoerOf(by), proposal, at), cancel)
            : problem;
    }

    /// <summary>A program says that it cannot read what it was given; said twice it is said once.</summary>
    public Task<Outcome<LearnerWork>> SayNotReadableAsync(Actor by, Role? role, Bin school, string work, string system, CancellationToken cancel) =>
        ActAsync(by, role, school, work, (now, at) => SayNotReadable.Of(now, TaskDesk.DoerOf(by), system, at), cancel);

    private async Task<Outcome<LearnerWork>> ActAsync(
        Actor by, Role? role, Bin school, string work, Func<LearnerWork, DateTimeOffset, Outcome<WorkEvent>> act, CancellationToken cancel) =>
        await tasks.OnceAsync(await tasks.Desk.ActAsync(by, role, TaskStreams.Works, work, school, null, act, cancel), work, school, cancel);

    // What goes is what stands there still. It and the row of the record, the only one of a reading, stand or fall together; read once more, it is
    // recorded once more and nothing happened to the work. Null when it may go.
    private async Task<Problem?> GiveAsync(
        DbTransaction transaction, Actor by, Role? role, Bin school, LearnerWork one, string system, ToolText text, CancellationToken cancel)
    {
        var (events, at) = (tasks.Desk.Events, home.Time.GetUtcNow());
        if (!(await events.LockAsync(transaction, TaskStreams.Works, one.Id, school, null, cancel)).TryGet(out var stored, out var problem))
        {
            return problem;
        }

        if (stored.Now.HandedInAt != one.HandedInAt)
        {
            return EventStore.ChangedMeanwhile;
        }

        if (ReadWork.Of(stored.Now, TaskDesk.DoerOf(by), system, at).TryGet(out var read, out problem))
        {
            await events.AppendAsync(transaction, TaskStreams.Works, stored, read, cancel);
        }
        else if (problem.Code != "tasks/same-again")
        {
            return problem;
        }

        await AuditTrail.AppendAsync(
            transaction, at,
            new TrailEvent(
                TrailAct.Transfer, "ai/work-to-tool", by, new TrailSubject("ai-work", one.Id), role, school,
                Facts: [("system", system), ("masked", text.IsMasked ? "yes" : "no")]),
            cancel);
        return null;
    }

    // The school's word for a system that may read this work now; the refusal when it may not.
    private async Task<Outcome<AllowedTool>> ReaderAsync(Actor by, Bin school, LearnerWork work, string system, CancellationToken cancel)
    {
        // Said first: what stands against another's system, a refusal of the learner for example, is not theirs to know.
        if (!by.Systems.Contains(system))
        {
            return ReadWork.OtherSystem;
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        if (!(await tasks.AssessingAsync(school, cancel)).ContainsKey(system) || await schools.ReadAsync(connection, school, cancel) is not { } now
            || now.Tool(system) is not { } tool || await schools.SystemAsync(connection, system, cancel) is not { } reader)
        {
            return new Problem("tasks/system-not-allowed", "The school does not allow this system to look at works.");
        }

        if (work.State != WorkState.HandedIn)
        {
            return new Problem("tasks/other-state", "The work is in another state for that; read it again.");
        }

        return await tasks.Desk.Directory.PersonAsync(connection, work.Learner, cancel) is not { } learner ? TaskDesk.NotThere
            : (await schools.MayReadAsync(connection, now, learner, reader, cancel)).First.TryGet(out _, out var against) ? tool
            : against;
    }
}
