using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// The applicant files. Every qualification is assessed on request (requirement RQ-4): a file with gaps is taken, too, and asked
/// about once. The law and the terms are taken now and stay with the case.
/// </summary>
public static class SubmitCase
{
    /// <param name="guide">The answer of the guide for this case, today.</param>
    /// <param name="number">The next of the body's numbers.</param>
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, RecognitionGuide guide, string number, DateTimeOffset at) =>
        now.Applicant != by ? CaseRefusals.NotYours
        : now.Unless(CaseStage.Draft) is { } wrong ? wrong
        : now.Documents.Count == 0 && now.HolderKind != Rules.HolderKind.Refugee
            ? new Problem("recognition/nothing-added", "Add the document that is to be recognised.")
        : !Guides.IsOf(guide, now) ? Guides.OfAnother
        : CaseTerms.Of(guide).TryGet(out var terms, out var problem) ? new CaseSubmitted(at, by, number, terms) : problem;
}

/// <summary>Whether an answer of the guide is the one about a case.</summary>
internal static class Guides
{
    public static Problem OfAnother { get; } = new("recognition/other-question", "The law was asked about something else than this case; ask it again.");

    /// <summary>The question is that of the case, and each ranking in it stands in an edition of the registers, not on somebody's word.</summary>
    public static bool IsOf(RecognitionGuide guide, RecognitionCase now)
    {
        var (asked, own) = (guide.Basis.Question, now.Ask());
        return asked.Countries.SequenceEqual(own.Countries) && asked with { Countries = own.Countries, Rankings = own.Rankings } == own
            && guide.Basis.Shortcut.Used.All(r => r.Edition is not null);
    }
}

/// <summary>
/// An officer puts the case under the rules of today; the case never changes its rules by itself. Nothing gets worse for the applicant:
/// what was published before the filing stays, limits and ceiling, terms of appeal, fee and the list of documents (requirement RQ-6).
/// </summary>
public static class RebaseCase
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, RecognitionGuide guide, string reason, DateTimeOffset at)
    {
        if (!now.Stage.IsOpen())
        {
            return now.Unless()!;
        }

        if (!Guides.IsOf(guide, now))
        {
            return Guides.OfAnother;
        }

        if (!CaseRefusals.Words(reason).TryGet(out var words, out var problem) || !CaseTerms.Of(guide).TryGet(out var terms, out problem))
        {
            return problem;
        }

        var old = now.Terms!;
        var rebased = new CaseRebased(
            at, by,
            terms with
            {
                LimitDays = Math.Min(old.LimitDays, terms.LimitDays),
                LimitMonthsMax = old.LimitMonthsMax is { } ceiling ? Math.Min(ceiling, terms.LimitMonthsMax ?? ceiling) : terms.LimitMonthsMax,
                AppealDays = Math.Max(old.AppealDays, terms.AppealDays),
                AppealDecideDays = Math.Min(old.AppealDecideDays, terms.AppealDecideDays),
                FeeIndices = old.FeeIndices is { } fee ? Math.Min(fee, terms.FeeIndices ?? fee) : terms.FeeIndices,
                Items = [.. old.Items.Where(i => terms.Items.Any(still => still.Id == i.Id))],
                IntakeDays = old.IntakeDays is { } intake ? Math.Min(intake, terms.IntakeDays ?? intake) : terms.IntakeDays,
                AnswerDays = old.AnswerDays is { } answer && terms.AnswerDays is { } other ? Math.Max(answer, other) : null,
                WithoutDocuments = old.WithoutDocuments || terms.WithoutDocuments,
                ValidMonths = !old.WithoutDocuments ? terms.ValidMonths
                    : old.ValidMonths is { } valid && terms.ValidMonths is { } months ? Math.Max(valid, months) : null,
            },
            words);
        // By the short way this may lead to the decision, where nobody is waited for any more.
        return now.OpenWaits.Any() && now.Stage != CaseStage.Decision && now.With(rebased).Stage == CaseStage.Decision ? CaseRefusals.StillWaiting : rebased;
    }
}
