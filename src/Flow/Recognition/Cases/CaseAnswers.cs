using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// The terms beside the clock of a case: the body's for looking at a filing, the applicant's for an answer, to the list or to a question while
/// the clock waits for them. Pure readings.
/// </summary>
public static class CaseAnswers
{
    /// <summary>
    /// Last day on which the body looks whether everything is there; null where it has set no term, or looked. Once all that was asked for
    /// came, it is the body that owes a look, whether or not the applicant said so.
    /// </summary>
    public static Outcome<DateOnly>? IntakeDue(this RecognitionCase now, CaseClock clock) =>
        now.Terms?.IntakeDays is not { } days ? default(Outcome<DateOnly>?)
        : now.Stage == CaseStage.Intake ? clock.After(now.AnsweredAt ?? now.SubmittedAt!.Value, days)
        : now is { Stage: CaseStage.Incomplete, Asked: { } asked } && !now.Missing.Any() ? clock.After(asked.Max(m => now.Brought(m))!.Value, days)
        : default(Outcome<DateOnly>?);

    /// <summary>Last day for the applicant to bring what was asked for; null where the body has set no term, or nothing is missing.</summary>
    public static Outcome<DateOnly>? AnswerDue(this RecognitionCase now, CaseClock clock) =>
        now.AnswerDay(clock, now.ListSince(), days => days);

    /// <summary>
    /// Last day for the applicant's answer to a question while the case waits for them: the same published term; null where none is set, or they
    /// are not waited for.
    /// </summary>
    public static Outcome<DateOnly>? QuestionDue(this RecognitionCase now, CaseClock clock) =>
        now.AnswerDay(clock, now.Question()?.Wait.From, days => days);

    /// <summary>The day on which the applicant is reminded of the list, or of a question: half of the term.</summary>
    public static Outcome<DateOnly>? ReminderDue(this RecognitionCase now, CaseClock clock) =>
        now.AnswerDay(clock, now.AskedSince(), days => (days + 1) / 2);

    /// <summary>The question by which the case waits for its applicant; null where it does not.</summary>
    internal static LoggedWait? Question(this RecognitionCase now) => now.OpenWaits.FirstOrDefault(w => w.Wait.For == WaitFor.Applicant);

    /// <summary>Since when the applicant owes an answer, to the list or to a question; null where they owe none.</summary>
    internal static DateTimeOffset? AskedSince(this RecognitionCase now) => now.ListSince() ?? now.Question()?.Wait.From;

    /// <summary>Nothing more is waited for of what was asked: all of it came, or the term of the answer is over.</summary>
    public static bool IsAnswerIn(this RecognitionCase now) => now.LapsedAt is not null || !now.Missing.Any();

    /// <summary>Somebody acts for the holder and has not shown that they may.</summary>
    public static bool LacksProof(this RecognitionCase now) =>
        now.Representation is not null && now.Documents.All(d => d.Item != DocumentItems.PowerOfAttorney);

    /// <summary>The proof that somebody acts for the holder was asked for, and did not come.</summary>
    public static bool IsProofAsked(this RecognitionCase now) => now.LacksProof() && now.Missing.Any(m => m.Item == DocumentItems.PowerOfAttorney);

    private static DateTimeOffset? ListSince(this RecognitionCase now) =>
        now is { Stage: CaseStage.Incomplete, Asked: { } asked } && now.Missing.Any() ? asked.Max(m => m.At) : null;

    private static Outcome<DateOnly>? AnswerDay(this RecognitionCase now, CaseClock clock, DateTimeOffset? since, Func<int, int> part) =>
        now.Terms?.AnswerDays is { } days && since is { } at ? clock.After(at, part(days)) : default(Outcome<DateOnly>?);
}
