namespace Mortanba.Recognition;

/// <summary>How a case counts in figures (requirement RQ-30): each that was decided once, whatever came after. Pure readings of the case.</summary>
public static class CaseCount
{
    /// <summary>
    /// When it was decided. A decision that an appeal sent back counts no more while the case is looked at again; when its applicant takes the
    /// case back then, it counts where it did. Null for a case that is not decided.
    /// </summary>
    public static DateTimeOffset? CountedAt(this RecognitionCase now) =>
        now.DecidedAt ?? (now is { Stage: CaseStage.Withdrawn, Standstills: [.., var returned] } ? returned.From : null);

    /// <summary>How it was decided: by how the qualification compared; as no decision where none stands. Null for a case that is not decided.</summary>
    public static RecognitionOutcome? CountedOutcome(this RecognitionCase now) =>
        now.ComparedOutcome() ?? (now.CountedAt() is null ? null : RecognitionOutcome.NoDecision);

    /// <summary>
    /// How its appeals ended: the last that changed a decision or sent it back, else the last that was decided. One that was taken back, or is
    /// open, takes nothing from those before it. Null where none was decided.
    /// </summary>
    public static AppealOutcome? CountedAppeal(this RecognitionCase now)
    {
        var decided = now.PastAppeals.Append<Appeal?>(now.Appeal).Select(a => a?.Outcome).OfType<AppealOutcome>().ToList();
        return decided.Exists(o => o != AppealOutcome.Uphold) ? decided.FindLast(o => o != AppealOutcome.Uphold)
            : decided.Count > 0 ? AppealOutcome.Uphold
            : null;
    }
}
