using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>The log itself: is the diploma in it, and is it the log that is trusted.</summary>
internal static class LedgerChecks
{
    public static Check Inclusion(VerificationCase @case)
    {
        const CheckName Name = CheckName.LedgerInclusion;
        if (@case.Carried is { Checkpoint: not null, EntryProblem: { } wrong })
        {
            return Found.Failed(Name, wrong);
        }

        if (@case.History?.Contradiction is { } contradiction && @case.IsProved)
        {
            return Found.Failed(Name, contradiction);
        }

        if (@case.Registered is { } registered)
        {
            var newest = @case.Newest;
            return @case.IsProved && newest is not null
                ? Found.Passed(
                    Name,
                    "verification/in-ledger",
                    "The registration of this diploma is proved into the ledger.",
                    @case.Now - newest.Time,
                    ("index", Found.Text(registered.Index)),
                    ("size", Found.Text(newest.Checkpoint!.Checkpoint.Size)))
                : Found.NotChecked(Name, "verification/registration-unproved", "The ledger entries at hand are not proved.");
        }

        return @case.LiveAnswer switch
        {
            LiveState.Absent => Found.Failed(Name, "verification/not-in-ledger", "The ledger knows no such diploma."),
            LiveState.Unreachable => Found.NotChecked(Name, "verification/live-unreachable", "The ledger did not answer."),
            LiveState.Found when @case.LiveProblem is { } problem => Found.NotChecked(Name, problem),
            LiveState.Found => Found.NotChecked(
                Name, "verification/no-registration", "The ledger's answer lacks the registration of this diploma."),
            null => Found.NotChecked(
                Name, "verification/no-registration", "No ledger entry came along, and nobody was asked."),
        };
    }

    public static Check Checkpoint(VerificationCase @case)
    {
        const CheckName Name = CheckName.Checkpoint;
        if (@case.Trust is not { } trust)
        {
            return @case.TrustState == TrustState.Unreachable
                ? Found.NotChecked(Name, "verification/trust-unreachable", "The trust bundle could not be fetched.")
                : Found.NotChecked(Name, "verification/trust-absent", "No trust bundle was given: no log is known to trust.");
        }

        if (trust.Policy.Problem is { } unusable)
        {
            return Found.NotChecked(Name, "verification/trust-malformed", unusable.Detail, ("member", "policy"));
        }

        if (@case.LiveProblem is { Code: "verification/log-split-view" } split)
        {
            return Found.NotChecked(Name, split);
        }

        if (@case.Carried is { Checkpoint: null, CheckpointProblem: { } refused })
        {
            return refused.Code == "verification/log-unknown" && !IsOurs(@case)
                ? Found.NotChecked(Name, refused)
                : Found.Failed(Name, refused);
        }

        if (@case.Newest is not { } newest)
        {
            return Found.NotChecked(Name, "verification/no-checkpoint", "No checkpoint is at hand.");
        }

        var opened = newest.Checkpoint!;
        var organisations = @case.Trust!.Bundle.IndependentOrganisations(opened.Cosignatures.Select(c => c.Witness));
        return newest.CheckpointProblem is { } tooFew
            ? Found.NotChecked(Name, tooFew)
            : Found.Passed(
                Name,
                organisations > 0 ? "verification/checkpoint-witnessed" : "verification/checkpoint-one-operator",
                organisations > 0
                    ? $"The trusted log signed the checkpoint; {organisations} independent organisations witnessed it."
                    : "The trusted log signed the checkpoint: one operator, not independent. No other organisation witnessed it.",
                @case.Now - newest.Time,
                ("organisations", organisations.ToString(CultureInfo.InvariantCulture)),
                ("log", opened.Checkpoint.Origin),
                ("size", Found.Text(opened.Checkpoint.Size)),
                ("witnesses", opened.Cosignatures.Count.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>How old the answer and the trust bundle are. Never fails: an old truth is a truth about that day.</summary>
    public static Check Freshness(VerificationCase @case)
    {
        const CheckName Name = CheckName.Freshness;
        if (@case.Trust is not { } trust)
        {
            return @case.TrustState == TrustState.Unreachable
                ? Found.NotChecked(Name, "verification/trust-unreachable", "The trust bundle could not be fetched.")
                : Found.NotChecked(Name, "verification/trust-absent", "No trust bundle was given.");
        }

        var bundle = trust.Bundle;
        var trustAge = @case.Now - bundle.MadeAt;
        var check = trustAge > TimeSpan.FromDays(bundle.GoodForDays)
            ? Found.NotChecked(Name, "verification/trust-stale", "The trust bundle is old: fetch a newer one.") with { Age = trustAge }
            : Freshness(@case, Name);
        // Beside every answer stands the bundle it rests on, and how old that is.
        return check with
        {
            Evidence = new Dictionary<string, string>(check.Evidence, StringComparer.Ordinal)
            {
                ["bundle"] = Found.Text(bundle.Number),
                ["madeAt"] = LedgerEntry.Time(bundle.MadeAt),
                ["bundleDays"] = Found.Text(Math.Max(0, (long)Math.Floor(trustAge.TotalDays))),
            },
        };
    }

    private static Check Freshness(VerificationCase @case, CheckName name)
    {
        if (@case.Live is { } live)
        {
            return Found.Passed(
                name, "verification/fresh", "The ledger answered just now.", Age(@case, live),
                ("size", Found.Text(live.Checkpoint!.Checkpoint.Size)));
        }

        if (@case.LiveProblem is { } problem)
        {
            return Found.NotChecked(name, problem) with { Age = Age(@case, @case.Newest) };
        }

        return @case.LiveAnswer switch
        {
            LiveState.Unreachable => Found.NotChecked(
                name, "verification/live-unreachable", "The ledger did not answer; the answer holds as of the checkpoint.")
                with
            { Age = Age(@case, @case.Newest) },
            LiveState.Absent => Found.NotChecked(name, "verification/not-in-ledger", "The ledger knows no such diploma."),
            LiveState.Found or null => Found.NotChecked(
                name, "verification/offline", "Nobody was asked; the answer holds as of the checkpoint.")
                with
            { Age = Age(@case, @case.Newest) },
        };
    }

    private static TimeSpan? Age(VerificationCase @case, LedgerEvidence? evidence) => @case.Now - evidence?.Time;

    // A file that names an institution we know, and proves it in a log we do not, is no stranger's diploma.
    private static bool IsOurs(VerificationCase @case) => @case.Presented.Forms.Any(
        form => form.IssuerDid is { } did && @case.Trust!.InstitutionOf(did) is not null);
}
