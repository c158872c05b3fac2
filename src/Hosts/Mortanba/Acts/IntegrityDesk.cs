using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// Cases of academic integrity (requirements AI-22, AI-23): what the acts in <c>AiEducation/Integrity</c> ask for is read here, from the
/// directory, the calendar and the packs of the school's kind.
/// </summary>
public sealed class IntegrityDesk(Installation home)
{
    public AiDesk Desk { get; } = new(home);

    /// <summary>The rules of today for a school, with the calendar.</summary>
    public async Task<IntegrityClock> ClockAsync(Bin school, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var kind = (await SchoolDirectory.FindAsync(connection, school, cancel))?.Kind;
        return new IntegrityClock(
            home.Rules.Resolve(kind == SchoolKind.Higher ? RuleKeys.AiIntegrityHigher : RuleKeys.AiIntegrity, Desk.Today()).Value, Desk.Calendar);
    }

    /// <param name="formId">Id that the form was given: the same form sent twice opens one case.</param>
    public async Task<Outcome<IntegrityCase>> ReportAsync(
        Actor by, Role? role, SchoolPerson learner, string? work, string title, Ground ground, string? formId, CancellationToken cancel)
    {
        var clock = await ClockAsync(learner.School, cancel);
        return await Desk.OpenAsync(
            by, role, IntegrityStreams.Kind, learner.School,
            at => ReportCase.Of(TaskDesk.DoerOf(by), learner.School.Value, learner.Id, work, title, ground, clock, at), cancel, id: formId);
    }

    /// <summary>Any act on a case, with the clock and the learner of the directory.</summary>
    /// <param name="version">Null for a program, which reads no version.</param>
    public async Task<Outcome<IntegrityCase>> ActAsync(
        Actor by, Role? role, Bin school, string id, int? version,
        Func<IntegrityCase, Doer, IntegrityClock, DateTimeOffset, Outcome<IntegrityEvent>> act, CancellationToken cancel)
    {
        var clock = await ClockAsync(school, cancel);
        return await Desk.ActAsync(
            by, role, IntegrityStreams.Kind, id, school, version, (now, at) => act(now, TaskDesk.DoerOf(by), clock, at), cancel);
    }

    /// <summary>How often a breach of this learner was found before, and is final: for what may follow.</summary>
    public async Task<int> EarlierAsync(IntegrityCase one, Bin school, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var count = 0;
        foreach (var row in await EventStore.RowsAsync(
            connection, IntegrityStreams.Kind, new StreamSearch(school, [EventWords.Of(CaseState.Final), EventWords.Of(CaseState.Closed)], one.Learner),
            1_000, cancel))
        {
            var other = row.Id == one.Id ? null : await Desk.Events.FindAsync(connection, IntegrityStreams.Kind, row.Id, cancel);
            count += other?.Now is { Finding: IntegrityFinding.Minor or IntegrityFinding.Serious } ? 1 : 0;
        }

        return count;
    }
}
