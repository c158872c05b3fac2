using System.Diagnostics;
using System.Globalization;

namespace Mortanba.Host;

/// <summary>
/// Lets a test kill the process at a named step of issuing, as kill -9 would: <c>MORTANBA_CRASH_AT=after-sign</c>, or
/// <c>after-sign:3</c> for the third time the step is reached. Nothing else reads it; without it a step costs a comparison.
/// </summary>
internal static class CrashPoint
{
    private static readonly string[] Asked = Environment.GetEnvironmentVariable("MORTANBA_CRASH_AT")?.Split(':') ?? [];
    private static int left = Asked is [_, var times] ? int.Parse(times, CultureInfo.InvariantCulture) : 1;

    public static void Reach(string step)
    {
        if (Asked.Length == 0 || step != Asked[0] || Interlocked.Decrement(ref left) != 0)
        {
            return;
        }

        using var self = Process.GetCurrentProcess();
        self.Kill();
        // The signal has been sent; nothing after this line may run.
        Thread.Sleep(Timeout.Infinite);
    }
}
