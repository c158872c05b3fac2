using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>The terms before the clock of a case runs: the body's for looking at a filing, the applicant's for an answer. Pure readings.</summary>
public static class CaseAnswers
{
    /// <summary>Last day on which the body looks whether everything is there; null where it has set no term, or looked.</summary>
    public static Outcome<DateOnly>? IntakeDue(this RecognitionCase now, CaseClock clock) =>
        now is { Stage: CaseStage.Intake, Terms.IntakeDays: { } days } ? clock.After(now.AnsweredAt ?? now.SubmittedAt!.Value, days) : default(Outcome<DateOnly>?);

    /// <summary>Last day for the applicant to bring what was asked for; null where the body has set no term, or nothing is asked.</summary>
    public static Outcome<DateOnly>? AnswerDue(this RecognitionCase now, CaseClock clock) => now.AnswerDay(clock, days => days);

    /// <summary>The day on which the applicant is reminded: half of the term.</summary>
    public static Outcome<DateOnly>? ReminderDue(this RecognitionCase now, CaseClock clock) => now.AnswerDay(clock, days => (days + 1) / 2);

    private static Outcome<DateOnly>? AnswerDay(this RecognitionCase now, CaseClock clock, Func<int, int> part) =>
        now is { Stage: CaseStage.Incomplete, Terms.AnswerDays: { } days, Asked: { } asked } && asked.Max(m => m.At) is { } at
            ? clock.After(at, part(days))
            : default(Outcome<DateOnly>?);
}
