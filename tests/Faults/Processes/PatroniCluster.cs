using System.Diagnostics;
using System.Globalization;
using System.Net;
using Mortanba.Storage.Tests;
using Mortanba.Tests;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>
/// PostgreSQL on three nodes under Patroni, with etcd beside them, as docs/scaling.md sets it up: synchronous replication to both
/// standbys, and no write without one. All on this machine's loopback, all gone when disposed.
/// </summary>
/// <remarks>Root hands the servers to the system user <c>postgres</c>. No fsync: tests kill processes, not the machine.</remarks>
internal sealed class PatroniCluster : IAsyncDisposable
{
    /// <summary>For so long after its last word a primary is not replaced.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private const int NodeCount = 3;
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly string directory = Directory.CreateTempSubdirectory("mortanba-patroni-").FullName;
    private readonly Process?[] patroni = new Process?[NodeCount];
    private readonly (int Api, int Postgres)[] ports = [.. Enumerable.Range(0, NodeCount).Select(_ => (Ports.Free(), Ports.Free()))];
    private readonly int etcdPort = Ports.Free();
    private Process? etcd;

    /// <summary>What is missing on this machine; null when it can be started.</summary>
    public static string? Missing { get; } =
        !File.Exists("/usr/bin/patroni") ? "Patroni is not installed: apt-get install patroni python3-etcd."
        : !File.Exists("/usr/bin/etcd") ? "etcd is not installed: apt-get install etcd-server."
        : !PostgresCluster.IsPresent ? "PostgreSQL's binaries are missing (/usr/lib/postgresql/*/bin/initdb)."
        : null;

    /// <summary>Address for <see cref="Mortanba.Storage.Database.At"/>: all three nodes.</summary>
    public string Address => "postgres:Host=" + string.Join(',', ports.Select(p => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{p.Postgres}")))
        + ";Username=postgres;Database=postgres;Maximum Pool Size=20;Timeout=5";

    /// <summary>Starts everything; ready when there is a primary with two synchronous standbys.</summary>
    public static async Task<PatroniCluster> StartAsync()
    {
        var cluster = new PatroniCluster();
        try
        {
            if (Environment.UserName == "root")
            {
                await RunAsync("chown", "postgres", cluster.directory);
            }

            var client = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{cluster.etcdPort}");
            cluster.etcd = cluster.StartAsServer(
                "/usr/bin/etcd", "--data-dir", Path.Combine(cluster.directory, "etcd"), "--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", $"http://127.0.0.1:{Ports.Free()}", "--unsafe-no-fsync", "--log-level", "error");
            for (var i = 0; i < NodeCount; i++)
            {
                await File.WriteAllTextAsync(cluster.ConfigurationOf(i), cluster.Configuration(i));
                cluster.StartNode(i);
            }

            await cluster.UntilAsync(async () => await cluster.CountAsync("primary") == 1 && await cluster.CountAsync("sync") == 2);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The node that takes writes now; null while there is none.</summary>
    public async Task<int?> PrimaryAsync()
    {
        for (var i = 0; i < NodeCount; i++)
        {
            if (await IsAsync(i, "primary"))
            {
                return i;
            }
        }

        return null;
    }

    /// <summary>Kills the node as a power cut would: Patroni and every process of its server.</summary>
    public async Task KillAsync(int node)
    {
        var server = int.Parse((await File.ReadAllLinesAsync(Path.Combine(DataOf(node), "postmaster.pid")))[0], CultureInfo.InvariantCulture);
        await KillTreeAsync(patroni[node]!);
        patroni[node] = null;
        // The children of a server that is gone end by themselves, and may be quicker.
        string[] all = [server.ToString(CultureInfo.InvariantCulture), .. await ChildrenAsync(server)];
        await RunAsync("/bin/sh", ["-c", "kill -9 \"$@\" 2>/dev/null", "sh", .. all]);
    }

    public void StartNode(int node) =>
        patroni[node] = StartAsServer("/usr/bin/patroni", ConfigurationOf(node));

    public Task UntilPrimaryAsync() => UntilAsync(async () => await PrimaryAsync() is not null);

    /// <summary>Until the node follows the primary again.</summary>
    public Task UntilStandbyAsync(int node) => UntilAsync(() => IsAsync(node, "replica"));

    public async ValueTask DisposeAsync()
    {
        for (var i = 0; i < NodeCount; i++)
        {
            if (patroni[i] is not null && File.Exists(Path.Combine(DataOf(i), "postmaster.pid")))
            {
                await KillAsync(i);
            }
            else if (patroni[i] is { } starting)
            {
                await KillTreeAsync(starting);
            }
        }

        if (etcd is not null)
        {
            await KillTreeAsync(etcd);
        }

        http.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private string DataOf(int node) => Path.Combine(directory, $"data{node}");

    private string ConfigurationOf(int node) => Path.Combine(directory, $"node{node}.yml");

    // The figures of docs/scaling.md: the least that Patroni takes, so that a lost primary is replaced within half a minute.
    private string Configuration(int node) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        scope: mortanba
        name: node{node}
        restapi:
          listen: 127.0.0.1:{ports[node].Api}
          connect_address: 127.0.0.1:{ports[node].Api}
        etcd3:
          host: 127.0.0.1:{etcdPort}
        bootstrap:
          dcs:
            ttl: {Lease.TotalSeconds}
            loop_wait: 2
            retry_timeout: 6
            synchronous_mode: true
            synchronous_mode_strict: true
            synchronous_node_count: 2
            postgresql:
              use_pg_rewind: true
              parameters:
                max_connections: 100
                fsync: "off"
          initdb:
            - encoding: UTF8
            - locale: C
            - no-sync
        postgresql:
          listen: 127.0.0.1:{ports[node].Postgres}
          connect_address: 127.0.0.1:{ports[node].Postgres}
          data_dir: {DataOf(node)}
          bin_dir: {PostgresCluster.Binaries}
          pg_hba:
            - host all all 127.0.0.1/32 trust
            - host replication all 127.0.0.1/32 trust
          authentication:
            superuser:
              username: postgres
            replication:
              username: replicator
          parameters:
            unix_socket_directories: ''
        """);

    private async Task<int> CountAsync(string role)
    {
        var count = 0;
        for (var i = 0; i < NodeCount; i++)
        {
            count += await IsAsync(i, role) ? 1 : 0;
        }

        return count;
    }

    private async Task<bool> IsAsync(int node, string role)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{ports[node].Api}/{role}"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException)
        {
            return false;
        }
    }

    private async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var started = Stopwatch.StartNew();
        while (!await isSo())
        {
            if (started.Elapsed > StartMax)
            {
                throw new TimeoutException("The cluster did not come to that state: " + await LogsAsync());
            }

            await Task.Delay(Look);
        }
    }

    private async Task<string> LogsAsync() =>
        string.Concat(await Task.WhenAll(Directory.GetFiles(directory, "*.log").Select(async f => $"\n{f}\n{await File.ReadAllTextAsync(f)}")));

    private Process StartAsServer(string program, params string[] args)
    {
        // Into a file: what a server's children inherit must not be a pipe that nobody empties.
        var log = Path.Combine(directory, $"{Path.GetFileName(program)}-{Guid.NewGuid():N}.log");
        string[] command = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--", program, .. args] : [program, .. args];
        var start = new ProcessStartInfo("/bin/sh", ["-c", "out=$1; shift; exec \"$@\" >\"$out\" 2>&1 </dev/null", "sh", log, .. command]) { WorkingDirectory = "/" };
        return Process.Start(start)!;
    }

    private static async Task KillTreeAsync(Process process)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<string[]> ChildrenAsync(int parent)
    {
        using var find = Process.Start(
            new ProcessStartInfo("pgrep", ["-P", parent.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
        var found = await find.StandardOutput.ReadToEndAsync();
        await find.WaitForExitAsync();
        return found.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task RunAsync(string program, params string[] args)
    {
        using var process = Process.Start(program, args);
        await process.WaitForExitAsync();
    }
}
