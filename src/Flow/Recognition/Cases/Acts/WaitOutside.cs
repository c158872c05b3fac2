using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>Somebody outside the body is asked: the clock stands still while they are waited for (requirement RQ-6).</summary>
public static class BeginWait
{
    /// <summary>Why nobody may be asked about the case as it stands; null where somebody may.</summary>
    public static Problem? Against(RecognitionCase now) => now.Unless(CaseStage.Authenticity, CaseStage.IssuerRight, CaseStage.Evaluation);

    /// <param name="about">What was asked, in words that the applicant reads.</param>
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, string wait, WaitFor whom, string about, DateTimeOffset at) =>
        Against(now) is { } wrong ? wrong
        : now.OpenWaits.Any(w => w.Wait.For == whom) ? new Problem("recognition/waits-already", "They are waited for already; ask everything at once.")
        // Documents are asked for once, at the intake; the applicant is not sent for one thing after the other later. An answer that does not
        // come ends its wait with the published term (LapseAnswer).
        : whom == WaitFor.Applicant && now.Waits.Any(w => w.Wait.For == WaitFor.Applicant && w.Stage == now.Stage)
            ? new Problem("recognition/applicant-asked", "The applicant was asked in this stage already; everything is asked at once.")
        : CaseRefusals.Words(about).TryGet(out var words, out var problem) ? new WaitBegan(at, by, wait, whom, words) : problem;
}

/// <summary>The answer is there. Who was asked themselves, the applicant, ends the wait with their answer: nobody has to look first.</summary>
public static class EndWait
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, string wait, DateTimeOffset at) =>
        now.OpenWaits.FirstOrDefault(w => w.Id == wait) is { } open && (now.Applicant != by || open.Wait.For == WaitFor.Applicant)
            ? new WaitEnded(at, by, wait)
            : new Problem("recognition/no-wait", "Nobody is waited for in this.");
}
