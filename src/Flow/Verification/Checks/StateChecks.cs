using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>Is it still in force: by the ledger and by every published list. The worse answer wins.</summary>
internal static class StateChecks
{
    public static Check Status(VerificationCase @case)
    {
        const CheckName Name = CheckName.Status;
        var history = @case.History;
        if (@case.IsProved && history?.State is { } state)
        {
            return Bad(@case, state.Kind, "verification/status-" + state.Kind, LedgerEntry.Time(state.Since));
        }

        var superseded = @case.IsProved && history?.Superseded is not null;
        if (!superseded && @case.StatusReadings.FirstOrDefault(reading => reading.Bad is not null) is { } bad)
        {
            return Bad(@case, bad.Bad!, "verification/status-list-" + bad.Bad, null);
        }

        if (Unread(@case) is { } unread)
        {
            return unread;
        }

        if (superseded)
        {
            return Found.NotApplicable(Name, "verification/status-see-superseded", "It was replaced: see the next line.");
        }

        if (history?.Registered is null || !@case.IsProved)
        {
            return Found.NotChecked(
                Name, "verification/status-unknown", "Neither the ledger nor a list that is tied to it tells the state.");
        }

        return Found.Passed(
            Name,
            @case.Live is null ? "verification/status-in-force-then" : "verification/status-in-force",
            @case.Live is null
                ? "Up to the checkpoint nothing ended it."
                : "The ledger and every list that answered say it is in force.",
            @case.Now - @case.Newest?.Time,
            ("lists", Lists(@case, reading => reading is { State: LiveState.Found })),
            ("silent", Lists(@case, reading => reading is { State: LiveState.Unreachable })));
    }

    public static Check NotSuperseded(VerificationCase @case)
    {
        const CheckName Name = CheckName.NotSuperseded;
        if (!@case.IsProved || @case.History is not { Registered: not null } history)
        {
            return Found.NotChecked(Name, "verification/status-unknown", "The ledger entries at hand do not tell.");
        }

        return history.Superseded is { } superseded
            ? Found.Failed(
                Name,
                "verification/superseded",
                "The institution replaced it with another.",
                ("since", LedgerEntry.Time(superseded.Since)),
                ("by", superseded.ReplacedBy ?? ""))
            : Found.Passed(
                Name, "verification/not-superseded", "Nothing replaced it.", @case.Now - @case.Newest?.Time);
    }

    /// <summary>The state to report: what ended it, by the ledger first, since only the ledger says when and why.</summary>
    public static AssetState? StateOf(VerificationCase @case)
    {
        if (@case.IsProved && @case.History is { } history && (history.State ?? history.Superseded) is { } state)
        {
            return history.Superseded is { } superseded && state.Kind == "suspended" ? superseded : state;
        }

        var bad = @case.StatusReadings.FirstOrDefault(reading => reading.Bad is not null);
        return bad is null
            ? null
            : new AssetState(
                bad.Bad == "suspended" ? "suspended" : "annulled", bad.IssuedAt ?? @case.Now, "status-list", null);
    }

    private static Check? Unread(VerificationCase @case)
    {
        const CheckName Name = CheckName.Status;
        if (@case.IsProved && @case.History?.UnknownType is { } type)
        {
            return Found.NotChecked(
                Name, "verification/status-entry-unknown", "The ledger holds an event of a kind that is not known here.",
                ("type", type));
        }

        if (@case.Presented.Forms.FirstOrDefault(form => form.StatusProblem is not null) is { } form)
        {
            return Found.NotChecked(Name, form.StatusProblem!);
        }

        if (@case.StatusReadings.FirstOrDefault(reading => reading.Problem is not null) is { } unreadable)
        {
            return Found.NotChecked(Name, unreadable.Problem!);
        }

        return @case.StatusReadings.Any(reading => reading.State == LiveState.Absent)
            ? Found.NotChecked(Name, "verification/status-list-absent", "A list that the diploma names does not exist.")
            : null;
    }

    // Both voices are shown, so that a reader sees when they differ.
    private static Check Bad(VerificationCase @case, string kind, string reason, string? since)
    {
        var ledger = @case.IsProved ? @case.History?.State?.Kind ?? "in-force" : "unknown";
        var evidence = new List<(string Name, string Value)>
        {
            ("state", kind),
            ("ledger", ledger),
            ("lists", string.Join(
                ", ", @case.StatusReadings.Select(r => r.Problem is null && r.State == LiveState.Found ? r.Bad ?? "valid" : "unknown"))),
        };
        if (since is not null)
        {
            evidence.Add(("since", since));
        }

        if (@case.History?.StateIndex is { } index)
        {
            evidence.Add(("index", index.ToString(CultureInfo.InvariantCulture)));
        }

        return Found.Failed(CheckName.Status, reason, $"It is {kind}.", [.. evidence]);
    }

    private static string Lists(VerificationCase @case, Func<StatusReading, bool> which) =>
        @case.StatusReadings.Count(which).ToString(CultureInfo.InvariantCulture);
}
