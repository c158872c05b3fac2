using System.Diagnostics;
using System.Text;
using Mortanba.Tests;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>What a finished process left: exit code (128 + signal when killed) and its two texts.</summary>
public sealed record Ended(int Exit, string Output, string Error)
{
    /// <summary>Exit code of a process that SIGKILL ended.</summary>
    public const int Killed = 137;
}

/// <summary>The real program as a process.</summary>
public sealed class Program : IDisposable
{
    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> error;

    private Program(ProcessStartInfo start)
    {
        process = Process.Start(start) ?? throw new InvalidOperationException("The program did not start.");
        output = ReadAsync(process.StandardOutput);
        error = ReadAsync(process.StandardError);
        _ = EndAsync();

        // Nobody is told any more.
        async Task EndAsync()
        {
            await Task.WhenAll(output, error);
            lock (lines)
            {
                awaited.ForEach(a => a.Seen.TrySetResult(false));
                hasEnded = true;
            }
        }
    }

    public int Id => process.Id;

    public bool HasEnded => process.HasExited;

    /// <summary>Completes with the first line that has this text; false when the process ended without one.</summary>
    public Task<bool> SaidAsync(string text)
    {
        lock (lines)
        {
            var waiting = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (lines.Exists(l => l.Contains(text, StringComparison.Ordinal)))
            {
                waiting.SetResult(true);
            }
            else if (hasEnded)
            {
                waiting.SetResult(false);
            }
            else
            {
                awaited.Add((text, waiting));
            }

            return waiting.Task;
        }
    }

    private readonly List<string> lines = [];
    private bool hasEnded;
    private readonly List<(string Text, TaskCompletionSource<bool> Seen)> awaited = [];

    public static Program Start(string data, IEnumerable<string> args, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Installed.File) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in (string[])[.. Installed.Before, .. args, "--data", data])
        {
            start.ArgumentList.Add(arg);
        }

        start.Environment["LANG"] = "en";
        // Compiling again what ran often never pays in so short a life.
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "1000";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new Program(start);
    }

    public static async Task<Ended> RunAsync(
        string data, IEnumerable<string> args, params (string Name, string Value)[] environment)
    {
        using var program = Start(data, args, environment);
        return await program.EndAsync();
    }

    public async Task<Ended> EndAsync()
    {
        await process.WaitForExitAsync();
        return new Ended(process.ExitCode, await output, await error);
    }

    /// <summary>kill -9.</summary>
    public void Kill() => process.Kill();

    public void Signal(string name)
    {
        using var kill = Process.Start("/bin/kill", ["-" + name, $"{process.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private async Task<string> ReadAsync(StreamReader stream)
    {
        var own = new StringBuilder();
        while (await stream.ReadLineAsync() is { } line)
        {
            own.Append(line).Append('\n');
            lock (lines)
            {
                lines.Add(line);
                foreach (var (_, seen) in awaited.Where(a => line.Contains(a.Text, StringComparison.Ordinal)))
                {
                    seen.TrySetResult(true);
                }
            }
        }

        return own.ToString();
    }
}
