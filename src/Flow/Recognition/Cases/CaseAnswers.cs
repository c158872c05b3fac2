using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>The terms before the clock of a case runs: the body's for looking at a filing, the applicant's for an answer. Pure readings.</summary>
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
    public static Outcome<DateOnly>? AnswerDue(this RecognitionCase now, CaseClock clock) => now.AnswerDay(clock, days => days);

    /// <summary>The day on which the applicant is reminded: half of the term.</summary>
    public static Outcome<DateOnly>? ReminderDue(this RecognitionCase now, CaseClock clock) => now.AnswerDay(clock, days => (days + 1) / 2);

    /// <summary>Nothing more is waited for of what was asked: all of it came, or the term of the answer is over.</summary>
    public static bool IsAnswerIn(this RecognitionCase now) => now.LapsedAt is not null || !now.Missing.Any();

    /// <summary>Somebody acts for the holder and has not shown that they may.</summary>
    public static bool LacksProof(this RecognitionCase now) =>
        now.Representation is not null && now.Documents.All(d => d.Item != DocumentItems.PowerOfAttorney);

    /// <summary>The proof that somebody acts for the holder was asked for, and did not come.</summary>
    public static bool IsProofAsked(this RecognitionCase now) => now.LacksProof() && now.Missing.Any(m => m.Item == DocumentItems.PowerOfAttorney);

    private static Outcome<DateOnly>? AnswerDay(this RecognitionCase now, CaseClock clock, Func<int, int> part) =>
        now is { Stage: CaseStage.Incomplete, Terms.AnswerDays: { } days, Asked: { } asked } && now.Missing.Any() && asked.Max(m => m.At) is { } at
            ? clock.After(at, part(days))
            : default(Outcome<DateOnly>?);
}
