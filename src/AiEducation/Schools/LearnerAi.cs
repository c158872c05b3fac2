using System.Text.Json.Serialization;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Something that a learner read or chose about AI (<see cref="LearnerAi"/>).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(NoticeRead), "notice-read")]
[JsonDerivedType(typeof(AiRefused), "refused")]
[JsonDerivedType(typeof(AiTakenUp), "taken-up")]
public abstract record LearnerAiEvent(DateTimeOffset At, string By) : IHappened;

/// <param name="Learner">Pseudonym.</param>
/// <param name="Edition">Which notice was on the screen (<see cref="UseNotice.Edition"/>).</param>
public sealed record NoticeRead(DateTimeOffset At, string By, string Learner, string System, string Edition) : LearnerAiEvent(At, By);

/// <summary>The learner does it without AI; no reason, and nothing is lost (requirement AI-12).</summary>
/// <param name="System">Null: no AI at all.</param>
public sealed record AiRefused(DateTimeOffset At, string By, string Learner, string? System) : LearnerAiEvent(At, By);

public sealed record AiTakenUp(DateTimeOffset At, string By, string? System) : LearnerAiEvent(At, By);

/// <summary>What one learner was told about AI and what they refused. In: the events. Out: where they stand.</summary>
public sealed record LearnerAi : IFolded
{
    public required string Id { get; init; }

    public int Version { get; init; }

    /// <summary>Pseudonym.</summary>
    public required string Learner { get; init; }

    /// <summary>Edition of the notice that was read, by system.</summary>
    public IReadOnlyDictionary<string, string> Notices { get; init; } = new Dictionary<string, string>();

    /// <summary>Systems refused; an empty word stands for all AI.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    public bool Refuses(string system) => Refused.Any(r => r.Length == 0 || r == system);

    /// <summary>Folds what a learner chose. Throws <see cref="InvalidDataException"/> when the events are those of nobody.</summary>
    public static LearnerAi Of(string id, IEnumerable<LearnerAiEvent> events)
    {
        LearnerAi? found = null;
        foreach (var happened in events)
        {
            found ??= new LearnerAi
            {
                Id = id,
                Learner = happened switch
                {
                    NoticeRead n => n.Learner,
                    AiRefused r => r.Learner,
                    _ => throw new InvalidDataException($"What {id} chose does not begin with a notice or a refusal."),
                },
            };
            found = found.With(happened);
        }

        return found ?? throw new InvalidDataException($"What {id} chose has no events.");
    }

    /// <summary>After one more event.</summary>
    public LearnerAi With(LearnerAiEvent happened) => happened switch
    {
        NoticeRead n => this with { Version = Version + 1, Notices = new Dictionary<string, string>(Notices) { [n.System] = n.Edition } },
        AiRefused r => this with { Version = Version + 1, Refused = [.. Refused.Append(r.System ?? "").Distinct()] },
        AiTakenUp t => this with { Version = Version + 1, Refused = [.. Refused.Where(r => r != (t.System ?? ""))] },
        _ => throw new InvalidDataException($"An event of an unknown kind: {happened.GetType().Name}."),
    };
}

/// <summary>A learner has read what they are told before the first use.</summary>
public static class ReadNotice
{
    /// <param name="now">Null when the learner never read or chose anything.</param>
    /// <param name="edition">The one that was on the screen.</param>
    public static Outcome<LearnerAiEvent> Of(LearnerAi? now, string learner, string by, UseNotice notice, string edition, DateTimeOffset at) =>
        edition != notice.Edition
            ? new Problem("ai-school/notice-changed", "What is said about this system has changed: read it once more.")
            : now?.Notices.GetValueOrDefault(notice.System) == edition ? new Problem("ai-school/is-read", "You have read this notice already.")
            : new NoticeRead(at, by, now?.Learner ?? learner, notice.System, notice.Edition);
}

/// <summary>A learner says no to one system or to all AI, or yes again.</summary>
public static class RefuseAi
{
    public static Outcome<LearnerAiEvent> Of(LearnerAi? now, string learner, string by, string? system, DateTimeOffset at) =>
        now?.Refused.Contains(system ?? "") == true
            ? new Problem("ai-school/is-refused", "That was said already; the way without AI holds.")
            : new AiRefused(at, by, now?.Learner ?? learner, system);

    /// <summary>The learner alone takes a refusal back.</summary>
    public static Outcome<LearnerAiEvent> TakeBack(LearnerAi now, string by, string? system, DateTimeOffset at) =>
        now.Refused.Contains(system ?? "") ? new AiTakenUp(at, by, system) : new Problem("ai-school/not-refused", "That was not refused.");
}
