using Mortanba.Foundation;

namespace Mortanba.Permits;

/// <summary>What is to be issued: one list under one decision.</summary>
/// <param name="At">The event time; rules, permit, keys and decision are taken as they were then.</param>
public sealed record GateRequest(Bin Initiator, string Decision, IReadOnlyList<GateAward> Awards, DateTimeOffset At);

/// <summary>One award of the list. Personal data: it reaches the state register and no report.</summary>
/// <param name="Row">Row number in the list; what a report names.</param>
/// <param name="Kind">Document kind of the rule pack.</param>
public sealed record GateAward(
    int Row,
    string Kind,
    string ProgrammeCode,
    DateOnly AwardDate,
    string MinutesNumber,
    DateOnly MinutesDate,
    string Series,
    string Number,
    Iin Iin)
{
    /// <summary>The same diploma was issued before: it has its place already.</summary>
    public bool IssuedBefore { get; init; }

    /// <summary>The diploma under the same decision that it replaces; null for a new award.</summary>
    public ReplacedAward? Replaces { get; init; }

    /// <summary>The same person in the same programme as before: it stands in the place of what it replaces.</summary>
    public bool KeepsPlace => Replaces is { IsSameHolder: true } old && old.ProgrammeCode == ProgrammeCode;

    /// <summary>It needs a place of its own in the order and the intake.</summary>
    public bool TakesPlace => !IssuedBefore && !KeepsPlace;
}

/// <summary>What the gate must know of a diploma that is replaced.</summary>
/// <param name="IsSameHolder">False refuses: who corrects a diploma corrects that of one person.</param>
public sealed record ReplacedAward(string ProgrammeCode, bool IsSameHolder);
