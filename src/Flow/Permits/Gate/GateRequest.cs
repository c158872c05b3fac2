using Mortanba.Foundation;

namespace Mortanba.Permits;

/// <summary>What is to be issued: one list under one decision.</summary>
/// <param name="At">The event time; rules, permit, keys and decision are taken as they were then.</param>
public sealed record GateRequest(Bin Initiator, string Decision, IReadOnlyList<GateAward> Awards, DateTimeOffset At)
{
    /// <summary>The awards replace diplomas under the same decision: they take no further place.</summary>
    public bool Replaces { get; init; }
}

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
}
