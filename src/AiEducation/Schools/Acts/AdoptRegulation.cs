using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Somebody of the school writes the next regulation. What is looser may be written down, and is named; it cannot be adopted.</summary>
public static class DraftRegulation
{
    /// <param name="now">Null for the first text of the school.</param>
    /// <param name="values">As the form gave them; an item left out or empty takes the national value.</param>
    public static Outcome<SchoolRegulationEvent> Of(
        SchoolRegulation? now, Bin school, string by, IReadOnlyDictionary<string, string> values, string? words, RegulationTemplate template,
        DateTimeOffset at)
    {
        if (values.Keys.FirstOrDefault(id => template.Find(id) is null) is { } unknown)
        {
            return new Problem("ai-school/unknown-item", $"The template has no item '{unknown}'.", ("item", unknown));
        }

        if ((words?.Length ?? 0) > RegisterRefusals.WordsLengthMax)
        {
            return RegisterRefusals.Words(words).Problem!;
        }

        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in template.Items)
        {
            // An empty list is a value: the school allows none of it.
            var value = values.GetValueOrDefault(item.Id);
            if (value is null || (value.Trim().Length == 0 && item is not ChoiceItem))
            {
                said[item.Id] = item.National;
            }
            else if (item.Canonical(value) is { } own)
            {
                said[item.Id] = own;
            }
            else
            {
                return new Problem("ai-school/not-a-value", $"This is no value of it: {item.Text.En}", item.Text.Args("item"));
            }
        }

        return new RegulationDrafted(at, by, now?.School ?? school, new RegulationText(said, words?.Trim() ?? ""));
    }
}

/// <summary>The head of the school adopts the draft, by name and with the number of the school's order (requirement AI-24).</summary>
public static class AdoptRegulation
{
    /// <param name="head">Name of the person, as it will be shown.</param>
    /// <param name="from">First day on which it holds.</param>
    /// <param name="today">Civil day of the decision.</param>
    public static Outcome<SchoolRegulationEvent> Of(
        SchoolRegulation now, string by, string head, string role, string order, string reason, DateOnly from, Resolved<RegulationTemplate> template,
        DateOnly today, DateTimeOffset at)
    {
        if (now.Draft is not { } draft)
        {
            return new Problem("ai-school/no-draft", "There is no draft to adopt.");
        }

        // Each saving replaces the whole text, so who saved last is the one whose text is adopted, whoever wrote before.
        if (!template.Value.DrafterMayAdopt && now.DraftedBy == by)
        {
            return new Problem("ai-school/own-draft", "Nobody adopts a text that they saved last themselves: let another person of the school read and save it.");
        }

        if (RegulationComparison.Looser(draft, template.Value) is [var looser, ..])
        {
            return new Problem("ai-school/looser", $"A school may be stricter, never looser: {looser.Item.Text.En}", looser.Item.Text.Args("item"));
        }

        if (from < today || from > today.AddYears(1))
        {
            return new Problem("ai-school/from-day", "It holds from today or from a day within a year.");
        }

        // What is signed is the text, so the hash of the text is what the decision rests on, beside the school's own order.
        var text = Commitment.OfSigned(JsonSerializer.SerializeToUtf8Bytes(draft), Commitment.Sha256);
        return HumanDecision.Make(head, role, at, [order, $"{text}"], reason, template.Reference).TryGet(out var decision, out var problem)
            ? new RegulationAdopted(
                at, by, now.Adopted.Count + 1, decision.DecidedBy, decision.Role, order.Trim(), decision.Reason, from, draft, $"{template.Reference}")
            : problem;
    }
}
