using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mortanba.Ledger.Anchoring;
using Mortanba.Tests;

namespace Mortanba.Storage.Tests.Anchoring;

/// <summary>A real chain of one process, from npm (contracts/package.json). It makes blocks when it is told to, or by a clock.</summary>
public sealed class Anvil : IAsyncDisposable
{
    public const int ChainId = 717201;

    private readonly int port = Ports.Free();
    private readonly string state = Path.Combine(Path.GetTempPath(), "mortanba-anvil-" + Path.GetRandomFileName());
    private readonly string[] options;
    private Process? process;

    // Of block 0, so that each chain has another.
    private long generation = 1_750_000_000;

    private Anvil(string[] options)
    {
        this.options = options;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => process?.Kill();
    }

    /// <summary>No proxy, no cookies; what a test does not answer within ten seconds it never will.</summary>
    public static HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>False when <c>npm ci</c> was not run in contracts.</summary>
    public static bool IsPresent => Binary() is not null;

    public Uri Address => new($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}");

    public IReadOnlyList<ChainAddress> Accounts { get; private set; } = [];

    /// <summary>Skips the test when <c>npm ci</c> was not run in contracts.</summary>
    public static async Task<Anvil> StartAsync(params string[] options)
    {
        Xunit.Assert.SkipUnless(IsPresent, "anvil is not installed: npm ci in contracts.");
        var anvil = new Anvil(options.Length > 0 ? options : ["--no-mining"]);
        await anvil.StartAgainAsync();
        return anvil;
    }

    /// <summary>Starts it with the state it ended with, or without.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo(Binary()!) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "--port", port.ToString(CultureInfo.InvariantCulture), "--chain-id", ChainId.ToString(CultureInfo.InvariantCulture),
            "--accounts", "4", "--hardfork", "cancun", "--state", state, "--preserve-historical-states",
            "--timestamp", generation.ToString(CultureInfo.InvariantCulture), .. options,
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        process = Process.Start(start)!;
        // It says where it listens once it does.
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("Listening on", StringComparison.Ordinal))
        {
        }

        // It logs every call: unread, the pipe would fill and stop it.
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        Accounts = [.. (await CallAsync("eth_accounts"))!.AsArray().Select(a => ChainAddress.Parse((string)a!))];
    }

    /// <summary>Ends it as an operator does: it writes its state down.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>As if it had never been: the next start makes another chain with the same number.</summary>
    public async Task VanishAsync()
    {
        await EndAsync();
        File.Delete(state);
        generation++;
    }

    public Task MineAsync(int blocks = 1) => CallAsync("anvil_mine", "0x" + blocks.ToString("x", CultureInfo.InvariantCulture));

    /// <summary>Takes the last blocks back and puts empty ones in their place; what was in them is gone.</summary>
    public Task ReorganiseAsync(int blocks) => CallAsync("anvil_reorg", blocks, new JsonArray());

    public async Task<JsonNode?> CallAsync(string method, params JsonNode?[] arguments)
    {
        var request = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = new JsonArray(arguments) };
        using var response = await Http.PostAsJsonAsync(Address, request);
        var answer = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        return answer["error"] is { } error ? throw new InvalidOperationException(error.ToJsonString()) : answer["result"]?.DeepClone();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        File.Delete(state);
    }

    private async Task EndAsync()
    {
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            process = null;
        }
    }

    private static string? Binary()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(
                folder.FullName, "contracts", "node_modules", "@foundry-rs", "anvil-linux-amd64", "bin", "anvil");
            if (File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
