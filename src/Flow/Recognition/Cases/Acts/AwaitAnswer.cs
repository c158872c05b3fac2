using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>Half of the term of an answer, to the list or to a question, is over: the applicant is written to, once. Once all came no term runs.</summary>
public static class RemindOfMissing
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, CaseClock clock, DateOnly today, DateTimeOffset at) =>
        now.Unless(AnswerTerm.Stages) is { } wrong ? wrong
        : now.RemindedAt >= now.AskedSince() || AnswerTerm.IsListLapsed(now) || now.ReminderDue(clock) is not { } due ? AnswerTerm.Runs
        : !due.TryGet(out var day, out var problem) ? problem
        : today < day ? AnswerTerm.Runs
        : new AnswerReminded(at, by);
}

/// <summary>
/// The term of an answer is over. Of the list it is only written down: what follows from it an officer decides. Of a question the wait ends, and the
/// clock of the body runs again: nobody's silence keeps a case open (requirement RQ-6). An answer still counts in both.
/// </summary>
public static class LapseAnswer
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, CaseClock clock, DateOnly today, DateTimeOffset at) =>
        now.Unless(AnswerTerm.Stages) is { } wrong ? wrong
        : AnswerTerm.IsListLapsed(now) || (now.AnswerDue(clock) ?? now.QuestionDue(clock)) is not { } due ? AnswerTerm.Runs
        : !due.TryGet(out var day, out var problem) ? problem
        : today <= day ? AnswerTerm.Runs
        : now.Question() is { } question ? new WaitEnded(at, by, question.Id)
        : new AnswerLapsed(at, by);
}

/// <summary>
/// Without what was asked for the qualification cannot be assessed: the case ends without a decision (requirement RQ-4). It is no refusal,
/// and the applicant's answer opens it again, whenever it comes.
/// </summary>
public static class EndUnanswered
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, string reason, DateTimeOffset at) =>
        now.Unless(CaseStage.Incomplete) is { } wrong ? wrong
        : now.LapsedAt is null ? AnswerTerm.Runs
        // Where a paper and an interview stand in for documents, nobody's case ends for want of them (requirement RQ-19). For the proof
        // that somebody acts for the holder nothing stands in.
        : now.Terms!.WithoutDocuments && !now.IsProofAsked()
            ? new Problem("recognition/goes-without-documents", "This case is assessed without the documents that cannot be had.")
        : !now.Missing.Any() ? new Problem("recognition/nothing-missing", "Everything that was asked for came.")
        : CaseRefusals.Words(reason).TryGet(out var words, out var problem) ? new CaseUnanswered(at, by, words) : problem;
}

internal static class AnswerTerm
{
    // Where an applicant may owe an answer: to the list, or to a question (BeginWait).
    public static CaseStage[] Stages { get; } = [CaseStage.Incomplete, CaseStage.Authenticity, CaseStage.IssuerRight, CaseStage.Evaluation];

    public static bool IsListLapsed(RecognitionCase now) => now is { Stage: CaseStage.Incomplete, LapsedAt: not null };

    public static Problem Runs { get; } = new("recognition/answer-term-runs", "The term of the applicant's answer is not over, or none is set.");
}
