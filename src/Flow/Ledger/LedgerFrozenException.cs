namespace Mortanba.Ledger;

/// <summary>
/// What is stored contradicts itself: the ledger takes no entry and signs no checkpoint until a person has looked
/// (<see cref="LogAudit"/> names the place). Nothing is ever repaired by itself: that would bury the evidence.
/// </summary>
public sealed class LedgerFrozenException(string message) : Exception(message);
