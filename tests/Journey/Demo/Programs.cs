using System.Diagnostics;
using System.Text;
using Mortanba.Tests;

namespace Mortanba.Journey.Tests.Demo;

/// <summary>What a program said and how it ended.</summary>
public sealed record Ended(int Exit, string Out, string Error)
{
    public override string ToString() => $"exit {Exit}\n{Out}\n{Error}";
}

/// <summary>Runs programs the way a shell does: our own command line, and the tools that check us from outside.</summary>
public static class Programs
{
    /// <summary><c>mortanba ARGS…</c> in a process of its own.</summary>
    public static Task<Ended> MortanbaAsync(params string[] args) => RunAsync(Installed.File, [.. Installed.Before, .. args]);

    /// <summary>The same in a network namespace that has no network, not even loopback. Needs root.</summary>
    public static Task<Ended> MortanbaWithoutNetworkAsync(params string[] args) =>
        RunAsync("unshare", ["-n", Installed.File, .. Installed.Before, .. args]);

    public static async Task<bool> CanCutTheNetworkAsync() =>
        Find("unshare") && (await RunAsync("unshare", ["-n", "true"])).Exit == 0;

    public static bool Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    public static async Task<Ended> RunAsync(string program, string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["LANG"] = "C.UTF-8";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Ended(process.ExitCode, await output, await error);
    }
}
