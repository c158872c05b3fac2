using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>
/// What somebody is told before anything is filed: the legal basis, the documents, the cost, the time limit, the appeal (requirements
/// RQ-1, RQ-5, RQ-6, RQ-28). In: the question. Out: the answer with the rule behind each part of it.
/// </summary>
/// <param name="Documents">All that may be demanded of this kind of holder and of who files.</param>
/// <param name="Own">What the body set itself; null when it set nothing.</param>
/// <param name="WithoutDocuments">What stands in for documents that cannot be had; null for whom it is not.</param>
public sealed record RecognitionGuide(
    BasisDecision Basis,
    Resolved<RecognitionChecklist> Checklist,
    IReadOnlyList<ChecklistItem> Documents,
    Resolved<MissingDocuments>? WithoutDocuments,
    Resolved<RecognitionTimeLimit> TimeLimit,
    Resolved<RecognitionFee> Fee,
    Resolved<RecognitionAppeal> Appeal,
    Resolved<RecognitionBodyTerms>? Own = null)
{
    /// <summary>The body may take cases in: it has set and published its time limit and those of an appeal (requirements RQ-6, RQ-18).</summary>
    public bool CanOpenCases => TimeLimit.Value.WorkingDays is not null && Appeal.Value is { FileWorkingDays: not null, DecideWorkingDays: not null };

    /// <summary>The holder pays nothing, by the pack.</summary>
    public bool IsFree => Fee.Value.Exempt.Contains(Basis.Question.Holder);

    /// <summary>Months for which a recognition holds that rests on what stands in for documents (requirement RQ-19); null: it has no end.</summary>
    public int? ValidMonths => WithoutDocuments is { } without ? without.Value.ValidMonths ?? Own?.Value.WithoutDocumentsValidMonths : null;

    /// <summary>Every rule the answer rests on, each once, in the order of use.</summary>
    public IEnumerable<RuleReference> Rules => new[]
    {
        Checklist.Reference, WithoutDocuments?.Reference, TimeLimit.Reference, Fee.Reference, Appeal.Reference,
        Own is { Value: { IntakeWorkingDays: not null } or { AnswerWorkingDays: not null } } || ValidMonths is not null ? Own?.Reference : null,
    }.OfType<RuleReference>().Prepend(Basis.National.Reference).Union(Basis.Rules);

    public static Outcome<RecognitionGuide> For(RuleBook rules, AwardQuestion question, DateOnly at)
    {
        if (!new LegalBasis(rules).Decide(question, at).TryGet(out var basis, out var problem))
        {
            return problem;
        }

        var law = new LawOf(rules, at);
        var checklist = law.Get(RuleKeys.RecognitionChecklist);
        var missing = law.Get(RuleKeys.RecognitionMissingDocuments);
        var limit = law.Get(RuleKeys.RecognitionTimeLimit);
        var fee = law.Get(RuleKeys.RecognitionFee);
        var appeal = law.Get(RuleKeys.RecognitionAppeal);
        if (law.Missing is { } absent)
        {
            return absent;
        }

        // What the body set itself fills what no act says.
        var own = rules.Resolve(RuleKeys.RecognitionBodyTerms, at).TryGet(out var body, out _) ? body : null;
        if (body is not null)
        {
            limit = limit!.Value.WorkingDays is null ? new(new RecognitionTimeLimit(body.Value.WorkingDays, null), body.Reference) : limit;
            fee = fee!.Value.Indices is null ? new(fee.Value with { Indices = body.Value.FeeIndices, Doubt = null }, body.Reference) : fee;
            fee = body.Value.FeeExempt?.Contains(question.Holder) == true
                ? new(fee.Value with { Exempt = [.. fee.Value.Exempt, .. body.Value.FeeExempt] }, body.Reference)
                : fee;
            if (appeal!.Value.FileWorkingDays is null || appeal.Value.DecideWorkingDays is null)
            {
                appeal = new(
                    appeal.Value with
                    {
                        FileWorkingDays = appeal.Value.FileWorkingDays ?? body.Value.AppealFileWorkingDays,
                        DecideWorkingDays = appeal.Value.DecideWorkingDays ?? body.Value.AppealDecideWorkingDays,
                        Doubt = null,
                    },
                    body.Reference);
            }
        }

        return new RecognitionGuide(
            basis,
            checklist!,
            [.. checklist!.Value.For(question.Holder, question.Filer)],
            missing!.Value.Holders.Contains(question.Holder) ? missing : null,
            limit!,
            fee!,
            appeal!,
            own);
    }
}
