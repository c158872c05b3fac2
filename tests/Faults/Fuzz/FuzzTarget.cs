namespace Mortanba.Faults.Tests.Fuzz;

/// <summary>One parser under fire.</summary>
/// <param name="Name">Folder of its corpus: tests/Faults/Corpus/NAME.</param>
/// <param name="Read">
/// Gives the bytes to the parser. True when it took them: then what it read was also written and read again, and came
/// out equal. A refusal is false. Whatever is thrown is a fault, for every refusal here is a value.
/// </param>
/// <param name="Tokens">Words of the format that mutations put in.</param>
internal sealed record FuzzTarget(string Name, Func<byte[], bool> Read, params string[] Tokens)
{
    /// <summary>How many times fewer iterations than the others: an expensive parser takes its share of time, no more.</summary>
    public int Cost { get; init; } = 1;

    /// <summary>
    /// What one reading may allocate: the measure of work, which no slow machine changes. Parsers that unpack have a
    /// limit of their own, named in the target.
    /// </summary>
    public long WorkMaxBytes { get; init; } = 16 * 1024 * 1024;
}

/// <summary>A promise of a parser that an input broke.</summary>
internal sealed class BrokenPromiseException(string what) : Exception(what)
{
    public static void Unless(bool holds, string what)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(what);
        }
    }
}
