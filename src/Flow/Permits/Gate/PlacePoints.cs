using Mortanba.Rules;

namespace Mortanba.Permits;

/// <summary>
/// Part of the point <c>prior-right</c>: no asset beyond the graduation order, the enrolment or the licensed intake. Rows are named
/// from the end of the list: those before them fit.
/// </summary>
internal static class PlacePoints
{
    public static void Check(GateFacts facts, Findings found)
    {
        if (facts.Decision is null || facts.Papers.Problem is { } problem && Missing(found, problem))
        {
            return;
        }

        GatePoints.CheckRows(
            found,
            facts.Request.Awards.Where(a => a.Replaces is { IsSameHolder: false }).Select(a => a.Row),
            "no diploma is replaced by another person's",
            "permits/replaces-another-person",
            "A replacement names another person than the diploma it replaces");
        CheckOrder(facts, found, facts.Decision.Document);
        CheckIntakes(facts, found);
    }

    private static bool Missing(Findings found, Foundation.Problem problem)
    {
        found.Missing.Add(problem);
        return true;
    }

    private static void CheckOrder(GateFacts facts, Findings found, DecisionDocument decision)
    {
        if (decision.Order is not { } order)
        {
            found.Check(
                facts.OrderDemanded == Demanded.WhenThere, "the decision names no order; nothing to compare with",
                () => PublishDecision.WithoutOrder(decision.Id));
            if (facts.Papers.Value.Value.WithoutOrder == WithoutOrder.Replace)
            {
                GatePoints.CheckRows(
                    found,
                    facts.Request.Awards.Where(a => a.TakesPlace).Select(a => a.Row),
                    "nothing new under a decision without an order",
                    "permits/decision-replacements-only",
                    $"The decision {decision.Id} names no graduation order; under it diplomas are replaced and none is issued",
                    ("decision", decision.Id));
            }

            return;
        }

        var lines = facts.Lines.ToDictionary(l => l.Programme, StringComparer.Ordinal);
        foreach (var programme in facts.Request.Awards.Where(a => a.TakesPlace).GroupBy(a => a.ProgrammeCode, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var line = lines.GetValueOrDefault(programme.Key);
            GatePoints.CheckRows(
                found,
                programme.Select(a => a.Row).Skip(line?.Left ?? 0),
                $"{programme.Key}: ordered {line?.Ordered}, issued before {line?.Issued}, order {order.Commitment}",
                "permits/beyond-order",
                $"The graduation order of {decision.Id} has no place for {programme.Key}: ordered {line?.Ordered ?? 0}, issued {line?.Issued ?? 0}",
                ("programme", programme.Key), ("ordered", $"{line?.Ordered ?? 0}"), ("issued", $"{line?.Issued ?? 0}"));
        }
    }

    private static void CheckIntakes(GateFacts facts, Findings found)
    {
        if (facts.Enrolled is not { } enrolled)
        {
            found.Check(
                facts.Papers.Value.Value.Enrolment == Demanded.WhenThere, "no enrolment register is kept for this institution",
                () => new Foundation.Problem(
                    "permits/no-enrolment", "The enrolment register of the institution was not taken in.",
                    ("bin", facts.Request.Initiator.Value)));
            return;
        }

        var entered = facts.Request.Awards.Zip(enrolled)
            .Where(pair => pair.Second is not null && pair.First.TakesPlace)
            .GroupBy(pair => (pair.First.ProgrammeCode, pair.Second!.Year), pair => pair.First.Row)
            .OrderBy(g => g.Key);
        foreach (var group in entered)
        {
            var (code, year) = group.Key;
            var intake = facts.Intakes.FirstOrDefault(i => i.Programme == code && i.Year == year);
            if (intake?.Places is not { } places)
            {
                found.Check(
                    facts.Papers.Value.Value.Intake == Demanded.WhenThere, $"no licensed intake is known for {code}, {year}",
                    () => new Foundation.Problem(
                        "permits/no-intake", $"The licensed intake of {code} in {year} was not entered.", ("programme", code), ("year", $"{year}")));
                continue;
            }

            GatePoints.CheckRows(
                found,
                group.Skip(places - intake.Issued),
                $"{code}, entered {year}: licensed {places}, issued before {intake.Issued}",
                "permits/beyond-intake",
                $"The licence let {places} into {code} in {year}, and {intake.Issued} of them have a diploma",
                ("programme", code), ("year", $"{year}"), ("places", $"{places}"), ("issued", $"{intake.Issued}"));
        }
    }
}
