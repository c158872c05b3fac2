using Mortanba.Host.Availability;
using Mortanba.Permits;

namespace Mortanba.Host.Platform;

/// <summary>One thing that needs a person.</summary>
/// <param name="Kind">Key of its words: <c>platform/matter.KIND</c> and <c>….why</c>.</param>
/// <param name="IsGrave">Something does not work now, or a term has passed.</param>
/// <param name="Tab">Where more of it is; empty when this line is all.</param>
public sealed record OpenMatter(string Kind, bool IsGrave, string Tab, IReadOnlyList<(string Name, object? Value)> Words);

/// <summary>What of the figures needs a person, the grave first. Pure.</summary>
public static class OpenMatters
{
    /// <summary>How long the ledger may go without a new checkpoint before somebody should look.</summary>
    private static readonly TimeSpan CheckpointAgeMax = TimeSpan.FromMinutes(20);

    /// <param name="measured">Of the last days; the last of each part is today.</param>
    public static IReadOnlyList<OpenMatter> Of(
        PlatformFigures figures, IReadOnlyList<InstitutionFigures> institutions, IReadOnlyList<PartSummary> measured, DateTimeOffset now)
    {
        var matters = new List<OpenMatter>();
        if (figures.CheckpointAt is not { } signed || now - signed > CheckpointAgeMax)
        {
            matters.Add(new OpenMatter("ledger-still", true, "", [("n", figures.EntriesWaiting)]));
        }

        foreach (var (kind, count, isGrave, tab) in ((string, long, bool, string)[])[
            ("does-not-agree", figures.Findings, true, ""),
            ("status-overdue", figures.StatusOverdue, true, ""),
            ("signing-stopped", figures.SigningStopped, true, ""),
            ("requests-overdue", figures.RequestsOverdue, true, "requests"),
            ("corrections-overdue", figures.CorrectionsOverdue, true, ""),
            ("mail-overdue", figures.MailOverdue, true, ""),
            ("alarms-open", figures.AlarmsOpen, false, "alarms"),
            ("mail-bounced", figures.MailBounced, false, "")])
        {
            if (count > 0)
            {
                matters.Add(new OpenMatter(kind, isGrave, tab, [("n", count)]));
            }
        }

        foreach (var part in measured)
        {
            var lost = part.Days.TakeLast(2).Sum(d => d.Passed - d.Worked);
            if (lost > 0)
            {
                matters.Add(new OpenMatter(
                    "missed-" + part.Part.ToString().ToLowerInvariant(), part.Days[^1] is { Passed: > 0, Worked: 0 }, "", [("n", lost)]));
            }
        }

        foreach (var institution in institutions)
        {
            if (PermitInDoubt(institution.Permits) is var (permit, status, warning))
            {
                matters.Add(new OpenMatter(
                    status is PermitStatus.Granted ? "permit-ends" : "permit-" + (status?.ToString().ToLowerInvariant() ?? "not-yet"),
                    status is PermitStatus.Expired, "compliance",
                    [("number", permit.Number), ("name", institution.Organisation.Name), ("until", permit.Until), ("days", warning)]));
            }

            // One that may issue and has no key could not, and nobody would see why.
            if (institution.Organisation.Role is OrganisationRole.Initiator && !institution.Keys.Any(k => k.IsActiveAt(now)))
            {
                matters.Add(new OpenMatter("no-key", false, "keys", [("name", institution.Organisation.Name)]));
            }
        }

        return [.. matters.OrderByDescending(m => m.IsGrave)];
    }

    /// <summary>The permit that ends last, unless nothing is wrong with it; one whose first day is to come is no matter while another runs.</summary>
    private static (Permit Permit, PermitStatus? Status, int? Warning)? PermitInDoubt(
        IReadOnlyList<(Permit Permit, PermitStatus? Status, int? Warning)> permits)
    {
        if (permits.Count == 0)
        {
            return null;
        }

        var last = permits.MaxBy(p => p.Permit.Until);
        var isFine = last.Status is PermitStatus.Granted ? last.Warning is null : last.Status is null && permits.Any(p => p.Status is PermitStatus.Granted);
        return isFine ? null : last;
    }
}
