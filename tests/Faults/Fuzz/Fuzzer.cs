using System.Globalization;

namespace Mortanba.Faults.Tests.Fuzz;

/// <summary>Runs one target: its corpus as it is, then mutations of it, each made from its own seed.</summary>
internal static class Fuzzer
{
    private const int MinimiseRunsMax = 4000;

    /// <summary>Iterations of a target of cost 1; MORTANBA_FUZZ_ITERATIONS asks for more, or fewer.</summary>
    public const int IterationsDefault = 8000;

    public static int Iterations =>
        int.TryParse(
            Environment.GetEnvironmentVariable("MORTANBA_FUZZ_ITERATIONS"), CultureInfo.InvariantCulture, out var asked)
            ? asked
            : IterationsDefault;

    /// <summary>How many inputs the parser took; or the report of the first fault.</summary>
    public static (int Taken, string? Fault) Run(
        FuzzTarget target, IReadOnlyList<(string Name, byte[] Bytes)> corpus, int iterations)
    {
        var taken = 0;
        foreach (var (name, bytes) in corpus)
        {
            if (Try(target, bytes, ref taken) is { } fault)
            {
                return (taken, Report(target, $"corpus file {name}", bytes, fault));
            }
        }

        var mutator = new Mutator([.. corpus.Select(c => c.Bytes)], target.Tokens);
        for (var iteration = 0; iteration < iterations / target.Cost; iteration++)
        {
            var seed = SeedOf(target.Name, iteration);
            var bytes = mutator.Make(seed);
            if (Try(target, bytes, ref taken) is { } fault)
            {
                return (taken, Report(target, $"iteration {iteration}, seed {seed}", Minimise(target, bytes, fault), fault));
            }
        }

        return (taken, null);
    }

    // FNV-1a: string.GetHashCode differs from run to run.
    internal static int SeedOf(string target, int iteration)
    {
        var hash = 2166136261u;
        foreach (var c in $"{target}/{iteration}")
        {
            hash = unchecked((hash ^ c) * 16777619u);
        }

        return (int)(hash & int.MaxValue);
    }

    private static Exception? Try(FuzzTarget target, byte[] bytes, ref int taken)
    {
        // A parser that writes into its input would change it for the report and for the next mutation.
        var given = (byte[])bytes.Clone();
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            taken += target.Read(given) ? 1 : 0;
            var work = GC.GetAllocatedBytesForCurrentThread() - before;
            BrokenPromiseException.Unless(
                work <= target.WorkMaxBytes, $"too much work: {work} bytes allocated for {bytes.Length} bytes of input");
            BrokenPromiseException.Unless(given.AsSpan().SequenceEqual(bytes), "the input was written to");
            return null;
        }
        catch (Exception fault)
        {
            return fault;
        }
    }

    // Leaves out ever smaller pieces while the same kind of fault stays.
    private static byte[] Minimise(FuzzTarget target, byte[] bytes, Exception fault)
    {
        var runs = 0;
        for (var size = Math.Max(1, bytes.Length / 2); size > 0; size /= 2)
        {
            for (var at = 0; at < bytes.Length && runs < MinimiseRunsMax;)
            {
                byte[] shorter = [.. bytes.AsSpan(0, at), .. bytes.AsSpan(Math.Min(bytes.Length, at + size))];
                var ignored = 0;
                runs++;
                if (Try(target, shorter, ref ignored) is { } same && same.GetType() == fault.GetType())
                {
                    bytes = shorter;
                }
                else
                {
                    at += size;
                }
            }
        }

        return bytes;
    }

    private static string Report(FuzzTarget target, string where, byte[] bytes, Exception fault) =>
        $"""
        {target.Name}, {where}: {fault.GetType().Name}: {fault.Message}
        {fault.StackTrace}
        Input, {bytes.Length} bytes (save it as tests/Faults/Corpus/{target.Name}/NAME, e.g. with base64 -d):
        {Convert.ToBase64String(bytes)}
        """;
}
