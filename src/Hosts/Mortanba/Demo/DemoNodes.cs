using System.Diagnostics;
using System.Globalization;
using System.Net;
using Mortanba.Foundation;
using Mortanba.Host.Commands;
using Mortanba.Host.Witnessing;
using Mortanba.Ledger;
using Mortanba.Ledger.Witnessing;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Host.Demo;

/// <summary>
/// The witnesses of the demonstration (<c>demo --nodes N</c>): each a process of its own, on a port of its own, in
/// <c>DIR/witnesses/wN</c>. While the demonstration is set up, the log is served to them before the site is.
/// </summary>
internal sealed class DemoNodes : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly List<Process> processes = [];
    private WebApplication? log;

    /// <summary>
    /// Writes the witnesses' folders and names them in the settings, when the folder has none yet. The institutions of the
    /// demonstration run them; three of four, two of three, and all of fewer must cosign.
    /// </summary>
    public static async Task<Problem?> SetUpAsync(string directory, int count, CancellationToken cancel)
    {
        if (!Settings.Load(directory).TryGet(out var settings, out var problem) || settings.Witnesses is not null)
        {
            return problem;
        }

        string vkey;
        if (!(await Installation.OpenAsync(directory, TimeProvider.System, cancel)).TryGet(out var home, out problem))
        {
            return problem;
        }

        await using (home)
        {
            vkey = home.Log.Key.ToVkey();
        }

        var addresses = Enumerable.Range(0, count).Select(_ => $"http://127.0.0.1:{FreePort.Find()}").ToList();
        var organisations = DemoLists.Organisations(settings.Site).Where(o => o.Bin.Value != settings.OperatorBin).ToList();
        var nodes = new List<WitnessSetting>();
        for (var i = 0; i < count; i++)
        {
            var folder = FolderOf(directory, i);
            var name = string.Create(CultureInfo.InvariantCulture, $"w{i + 1}");
            new WitnessSettings(
                "demo", $"{name}.{new Uri(settings.Site).Host}", [new FollowedLog(vkey, settings.Site + "/log")], [.. addresses.Where((_, k) => k != i)])
                .Save(folder);
            if (!(await WitnessNode.OpenAsync(folder, TimeProvider.System, cancel)).TryGet(out var node, out problem))
            {
                return problem;
            }

            await using (node)
            {
                nodes.Add(new WitnessSetting(
                    name, node.Witness.Key.ToVkey(), addresses[i], organisations[i % organisations.Count].Bin.Value, "KZ", "localhost"));
            }
        }

        var counted = Math.Min(count, organisations.Count);
        (settings with { Witnesses = new WitnessesSettings(counted > 2 ? counted - 1 : counted, nodes) }).Save(directory);
        return null;
    }

    /// <summary>Serves the log, starts the witnesses of the settings, and waits until each has looked at it.</summary>
    public async Task StartAsync(Installation home, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(ServeCommand.AddressOf(home.Settings.Site));
        log = builder.Build();
        LedgerEndpoints.Map(log, home.LogReader, "/log");
        await log.StartAsync(cancel);
        var witnesses = home.Settings.Witnesses!.Nodes;
        for (var i = 0; i < witnesses.Count; i++)
        {
            processes.Add(StartOne(FolderOf(home.Directory, i), witnesses[i].Address));
        }

        using var http = new HttpClient { Timeout = AnswerMax };
        var started = Stopwatch.StartNew();
        foreach (var (witness, process) in witnesses.Zip(processes))
        {
            while (!await IsReadyAsync(http, witness.Address, cancel))
            {
                if (process.HasExited || started.Elapsed > StartMax)
                {
                    throw new IOException($"The witness {witness.Name} at {witness.Address} did not start.");
                }

                await Task.Delay(Look, cancel);
            }
        }
    }

    /// <summary>The site serves the log from here on.</summary>
    public async Task HandOverAsync()
    {
        if (log is not null)
        {
            await log.StopAsync();
            await log.DisposeAsync();
            log = null;
        }
    }

    /// <summary>
    /// In a copy of the log, its last entry is another. The log's own key signs the copy, as an operator could who turned. Every
    /// witness is asked to cosign it; what they refuse becomes evidence in <c>DIR/fork-evidence.json</c>.
    /// </summary>
    /// <returns>How many witnesses refused, and the file.</returns>
    public static async Task<(int Refused, string File)> ForkAsync(Installation home, CancellationToken cancel)
    {
        var shown = (await home.LogReader.CheckpointAsync(cancel))!;
        var size = Checkpoint.Open(shown, home.Log.Key, home.Settings.Origin).Value.Size;
        var folder = Directory.CreateTempSubdirectory("mortanba-fork-");
        try
        {
            await using var copy = Database.At("sqlite:" + Path.Combine(folder.FullName, "fork.db"));
            await copy.MigrateAsync(LedgerSchema.Migrations, cancel);
            var forked = new LogWriter(copy, home.KeyOrNew(Installation.LogKeyName, KeyKind.Ed25519), home.Settings.Origin, home.Time);
            await forked.AppendAsync([.. await home.LogReader.EntriesAsync(0, (int)(size - 1), cancel)], cancel);
            await forked.AppendAsync([(ReadOnlyMemory<byte>)"{}"u8.ToArray()], cancel);
            var note = await forked.PublishAsync(cancel);
            var root = Checkpoint.Open(note, home.Log.Key, home.Settings.Origin).Value.Root;

            using var http = Cosigners.Client();
            var refused = 0;
            foreach (var witness in home.Settings.Witnesses!.Nodes)
            {
                using var body = new StringContent(new AddCheckpoint(size, [], note).Text());
                using var answer = await http.PostAsync(new Uri(witness.Address + "/add-checkpoint"), body, cancel);
                refused += answer.StatusCode == HttpStatusCode.UnprocessableEntity ? 1 : 0;
            }

            var file = Path.Combine(home.Directory, "fork-evidence.json");
            await File.WriteAllBytesAsync(file, new ForkEvidence(shown, note, root, []).Write(), cancel);
            return (refused, file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await HandOverAsync();
        foreach (var process in processes)
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }
    }

    private static string FolderOf(string directory, int node) =>
        Path.Combine(Path.GetFullPath(directory), "witnesses", string.Create(CultureInfo.InvariantCulture, $"w{node + 1}"));

    private static Process StartOne(string folder, string address)
    {
        // This program again: by its own name, or by dotnet and its file.
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "mortanba.dll"));
        }

        foreach (var arg in (string[])["witness", "--data", folder, "--urls", address])
        {
            start.ArgumentList.Add(arg);
        }

        start.Environment["Logging__LogLevel__Default"] = "Critical";
        var process = Process.Start(start) ?? throw new IOException("A witness did not start.");
        process.BeginOutputReadLine();
        return process;
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, string address, CancellationToken cancel)
    {
        try
        {
            return (await http.GetFromJsonAsync(new Uri(address + "/"), WitnessStateJson.Default.WitnessState, cancel))!.Ready;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }
}
