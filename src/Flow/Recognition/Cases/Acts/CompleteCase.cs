using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// The one list of what is missing (requirement RQ-5): all of it at once, and only what the published list names. A second list may only
/// repeat what the first one named and what came since in a form that cannot be used. Only a power of attorney that is not there is asked
/// for again as often as it takes: nothing goes on without it.
/// </summary>
public static class AskForMissing
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, IReadOnlyList<MissingItem> items, DateTimeOffset at)
    {
        if (now.Unless(CaseStage.Intake, CaseStage.Incomplete) is { } wrong)
        {
            return wrong;
        }

        if (now.Stage == CaseStage.Incomplete && !now.IsAnswerIn())
        {
            return CaseRefusals.StillWaiting;
        }

        if (items.Count == 0)
        {
            return new Problem("recognition/nothing-missing", "Choose what is missing, or say that everything is there.");
        }

        foreach (var item in items)
        {
            if (now.Terms!.Items.All(i => i.Id != item.Item))
            {
                return new Problem("recognition/not-demanded", "Only what the published list names can be demanded.", ("item", item.Item));
            }

            var isProof = item.Item == DocumentItems.PowerOfAttorney && now.LacksProof();
            if (!isProof && now.Asked is { } before && before.All(m => m.Item != item.Item))
            {
                return new Problem("recognition/asked-once", "Everything is asked for at once; this was not asked for the first time.", ("item", item.Item));
            }

            if (!isProof && now.Asked?.FirstOrDefault(m => m.Item == item.Item) is { } asked && now.Brought(asked) is null)
            {
                return new Problem("recognition/asked-already", "This was asked for, and nothing came: go on with what is there.", ("item", item.Item));
            }

            if (!CaseRefusals.Words(item.Why).TryGet(out _, out var problem))
            {
                return problem;
            }
        }

        return items.DistinctBy(i => i.Item).Count() != items.Count
            ? new Problem("recognition/asked-twice", "An item stands twice in the list.")
            : new MissingAsked(at, by, items);
    }
}

/// <summary>The applicant has brought what they can, and may say why the rest cannot be had.</summary>
public static class AnswerMissing
{
    /// <param name="words">Why something cannot be brought; null or empty where nothing is said.</param>
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, DateTimeOffset at, string? words = null)
    {
        if (now.Applicant != by)
        {
            return CaseRefusals.NotYours;
        }

        if (now.Unless(CaseStage.Incomplete, CaseStage.Unanswered) is { } wrong)
        {
            return wrong;
        }

        if (!string.IsNullOrWhiteSpace(words))
        {
            return CaseRefusals.Words(words).TryGet(out var said, out var problem) ? new MissingAnswered(at, by, said) : problem;
        }

        // What was ended for want of an answer is opened by one, a document or a reason, not by a click.
        return now.Stage == CaseStage.Unanswered && now.Asked!.All(m => now.Documents.All(d => d.Item != m.Item || d.At <= now.EndedAt))
            ? new Problem("recognition/nothing-brought", "Add what was asked for, or say why you cannot bring it.")
            : new MissingAnswered(at, by);
    }
}

/// <summary>
/// Everything is there, or all that will come. The clock runs from the moment it was, not from the one in which somebody looked
/// (requirement RQ-6): when each item that was asked for first came in, the applicant said that no more comes, or the term of
/// their answer was over. Nobody is refused for it: whatever is not shown counts for the holder (requirement RQ-14).
/// </summary>
public static class AcceptComplete
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, DateTimeOffset at)
    {
        if (now.Unless(CaseStage.Intake, CaseStage.Incomplete) is { } wrong)
        {
            return wrong;
        }

        if (now.Stage == CaseStage.Incomplete && !now.IsAnswerIn())
        {
            return CaseRefusals.StillWaiting;
        }

        if (now.LacksProof())
        {
            return new Problem("recognition/no-proof", "Whoever acts for a holder brings the power of attorney: ask for it.");
        }

        var came = (now.Asked ?? []).Select(m => now.Brought(m) ?? now.AnsweredAt ?? now.LapsedAt ?? at);
        return new InformationComplete(at, by, came.Append(now.SubmittedAt!.Value).Max());
    }
}
