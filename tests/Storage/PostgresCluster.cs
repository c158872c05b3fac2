using System.Diagnostics;
using System.Globalization;
using Mortanba.Tests;
using Npgsql;

namespace Mortanba.Storage.Tests;

/// <summary>
/// One throw-away PostgreSQL cluster for the whole test run: made on first use, stopped and deleted at the end.
/// </summary>
/// <remarks>
/// The server refuses to run as root, so root hands it to the system user <c>postgres</c>. It listens on one free
/// loopback port and keeps no durability promise (fsync off): tests kill processes, not the machine.
/// </remarks>
public sealed class PostgresCluster : IDisposable
{
    private static readonly Lazy<PostgresCluster> Shared = new(() => new PostgresCluster());

    private readonly string binaries;
    private readonly string directory;
    private readonly int port;
    private int databases;

    /// <summary>A cluster of its own, for a test that stops it; others share the one of <see cref="NewDatabase"/>.</summary>
    public PostgresCluster()
    {
        binaries = Binaries;
        directory = Path.Combine(Path.GetTempPath(), "mortanba-pg-" + Path.GetRandomFileName());
        Directory.CreateDirectory(directory);
        if (Environment.UserName == "root")
        {
            Run("chown", ["postgres", directory]);
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        var data = Path.Combine(directory, "data");
        RunAsServer("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        port = Ports.Free();
        Start();
    }

    /// <summary>True when this machine has PostgreSQL's server binaries.</summary>
    public static bool IsPresent => FindBinaries() is not null;

    /// <summary>Folder of the server's programs; throws when there is none.</summary>
    public static string Binaries => FindBinaries() ?? throw new InvalidOperationException("PostgreSQL's binaries are missing.");

    /// <summary>A new, empty database in the cluster; gives the address for <see cref="Database.At"/>.</summary>
    public static string NewDatabase() => Shared.Value.CreateDatabase();

    /// <summary>A copy of a database of <see cref="NewDatabase"/> that nobody is connected to.</summary>
    public static string CopyOf(string address) =>
        Shared.Value.CreateDatabase(new NpgsqlConnectionStringBuilder(address["postgres:".Length..]).Database);

    /// <summary>Starts the server, first or again; on the same port.</summary>
    public void Start()
    {
        var options = string.Create(
            CultureInfo.InvariantCulture,
            $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=200");
        RunAsServer(
            "pg_ctl",
            ["-D", Path.Combine(directory, "data"), "-w", "-l", Path.Combine(directory, "log"), "-o", options, "start"]);
    }

    /// <summary>Stops the server at once, as a power cut would: every connection breaks.</summary>
    public void Stop() => RunAsServer("pg_ctl", ["-D", Path.Combine(directory, "data"), "-m", "immediate", "stop"], mayFail: true);

    /// <summary>kill -9 of the server. Returns when its children have noticed and ended: before that none can be started in its place.</summary>
    public void Kill()
    {
        var server = File.ReadLines(Path.Combine(directory, "data", "postmaster.pid")).First();
        var children = File.ReadAllText($"/proc/{server}/task/{server}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Run("kill", ["-9", server]);
        foreach (var child in children)
        {
            try
            {
                using var process = Process.GetProcessById(int.Parse(child, CultureInfo.InvariantCulture));
                process.WaitForExit();
            }
            catch (ArgumentException)
            {
                // It has ended.
            }
        }
    }

    public void Dispose()
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        Stop();
        // Hundreds of databases are hundreds of thousands of files: deleted by a process of its own, because the runner ends this one by
        // force, as a failure, ten seconds after its last test.
        Run("setsid", ["--fork", "rm", "-rf", directory]);
    }

    private static string? FindBinaries()
    {
        const string Root = "/usr/lib/postgresql";
        var versions = Directory.Exists(Root) ? Directory.GetDirectories(Root) : [];
        return versions
            .Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb")))
            .OrderDescending(StringComparer.Ordinal)
            .FirstOrDefault();
    }

    public string CreateDatabase(string? template = null)
    {
        var name = "test_" + Interlocked.Increment(ref databases).ToString(CultureInfo.InvariantCulture);
        using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        connection.Open();
        using var create = connection.CreateCommand();
        create.CommandText = $"CREATE DATABASE {name}" + (template is null ? "" : $" TEMPLATE {template}");
        create.ExecuteNonQuery();
        return "postgres:" + ConnectionString(name);
    }

    private string ConnectionString(string database) => string.Create(
        CultureInfo.InvariantCulture,
        $"Host=127.0.0.1;Port={port};Username=postgres;Database={database};Maximum Pool Size=20");

    private void RunAsServer(string tool, string[] args, bool mayFail = false)
    {
        var path = Path.Combine(binaries, tool);
        if (Environment.UserName == "root")
        {
            Run("runuser", ["-u", "postgres", "--", path, .. args], mayFail);
        }
        else
        {
            Run(path, args, mayFail);
        }
    }

    private static void Run(string file, string[] args, bool mayFail = false)
    {
        // The server inherits these handles, so nothing may be redirected: a pipe would never end.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec \"$@\" >/dev/null 2>&1 </dev/null");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(file);
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"Could not start {file}.");
        process.WaitForExit();
        if (process.ExitCode != 0 && !mayFail)
        {
            throw new InvalidOperationException($"{file} {string.Join(' ', args)} ended with {process.ExitCode}.");
        }
    }
}
