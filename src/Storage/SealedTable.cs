namespace Mortanba.Storage;

/// <summary>A table whose rows carry a seal, because nothing else (ledger, signature, encryption) covers them.</summary>
/// <param name="Key">Columns of the primary key.</param>
/// <param name="Where">Which rows must have a seal; the others may. Every row when null.</param>
public sealed record SealedTable(string Name, IReadOnlyList<string> Key, string? Where = null);
