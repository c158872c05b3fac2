using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>One PKCS#11 module of this process, initialised once and shared by all who name its file.</summary>
/// <remarks>
/// <c>C_Initialize</c> and <c>C_Finalize</c> are the process's, not a token's. Who uses the module holds it for reading;
/// starting it anew, which some modules need before they see a token that came back, holds it alone.
/// </remarks>
[SuppressMessage(
    "Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Lives as long as the process.")]
internal sealed class TokenModule
{
    private static readonly ConcurrentDictionary<string, TokenModule> Loaded = new(StringComparer.Ordinal);

    private readonly ReaderWriterLockSlim use = new(LockRecursionPolicy.NoRecursion);
    private int generation;

    private TokenModule(Cryptoki calls) => Calls = calls;

    public Cryptoki Calls { get; }

    /// <summary>Counts starts: handles of an earlier one mean nothing.</summary>
    public int Generation => Volatile.Read(ref generation);

    public static Outcome<TokenModule> Load(string path)
    {
        if (Loaded.TryGetValue(path, out var known))
        {
            return known;
        }

        var name = ("module", path);
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            return new Problem("issuance/token-system", "Tokens are supported on 64-bit Linux.");
        }

        if (!File.Exists(path) || Cryptoki.Load(path) is not { } calls)
        {
            return new Problem("issuance/token-module", $"'{path}' is not a PKCS#11 module of this machine.", name);
        }

        lock (Loaded)
        {
            if (Loaded.TryGetValue(path, out known))
            {
                return known;
            }

            var started = calls.Initialize();
            return started is Cryptoki.Ok or Cryptoki.AlreadyInitialized
                ? Loaded[path] = new TokenModule(calls)
                : new Problem(
                    "issuance/token-module-start", $"The module did not start: CK_RV 0x{started:X}.",
                    name, ("result", $"0x{started:X}"));
        }
    }

    /// <summary>Uses the module while nobody starts it anew.</summary>
    public T Use<T>(Func<Cryptoki, T> work)
    {
        use.EnterReadLock();
        try
        {
            return work(Calls);
        }
        finally
        {
            use.ExitReadLock();
        }
    }

    /// <summary>Ends and starts the module, unless somebody did since <paramref name="seen"/>.</summary>
    public void Restart(int seen)
    {
        use.EnterWriteLock();
        try
        {
            if (generation == seen)
            {
                Calls.Finalize_();
                Calls.Initialize();
                Volatile.Write(ref generation, generation + 1);
            }
        }
        finally
        {
            use.ExitWriteLock();
        }
    }
}
