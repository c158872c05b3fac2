using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Ledger;
using Mortanba.Ledger.Witnessing;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Host.Witnessing;

/// <summary>One witness of one or more logs: its state, its key, and a copy of each log, in one folder.</summary>
internal sealed class WitnessNode : IAsyncDisposable
{
    private readonly HashSet<string> looked = new(StringComparer.Ordinal);
    private readonly EncryptedFileVault vault;
    private readonly HttpClient http;
    private readonly List<Database> databases;

    private WitnessNode(
        WitnessSettings settings, Witness witness, IReadOnlyList<LogFollower> followers, EncryptedFileVault vault, HttpClient http, List<Database> databases)
    {
        (Settings, Witness, Followers) = (settings, witness, followers);
        (this.vault, this.http, this.databases) = (vault, http, databases);
    }

    public WitnessSettings Settings { get; }

    public Witness Witness { get; }

    public IReadOnlyList<LogFollower> Followers { get; }

    /// <summary>Each log has been looked at since the start.</summary>
    public bool IsReady
    {
        get
        {
            lock (looked)
            {
                return looked.Count == Followers.Count;
            }
        }
    }

    /// <summary>What a log's copy is served under (C2SP tlog-witness): the SHA-256 of its origin, in hexadecimal.</summary>
    public static string PathOf(string origin) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)));

    public static async Task<Outcome<WitnessNode>> OpenAsync(string directory, TimeProvider time, CancellationToken cancel)
    {
        if (!WitnessSettings.Load(directory).TryGet(out var settings, out var problem)
            || !VaultPassphrases.Of(settings.Profile, directory).TryGet(out var phrase, out problem)
            || !EncryptedFileVault.Open(Path.Combine(directory, Installation.VaultFileName), phrase).TryGet(out var vault, out problem))
        {
            return problem;
        }

        var state = Database.At("sqlite:" + Path.GetFullPath(Path.Combine(directory, "witness.db")));
        await state.MigrateAsync(WitnessSchema.Migrations, cancel);
        var databases = new List<Database> { state };
        var http = RemoteLog.Client();
        var logs = settings.Logs.Select(log => (Key: NoteVerifier.Parse(log.Key).Value, log.Address)).ToList();
        var opened = await Witness.OpenAsync(
            state, settings.Name, name => vault.Find(name) ?? vault.Create(name, KeyKind.Ed25519), logs.Select(l => l.Key), time, cancel);
        if (!opened.TryGet(out var witness, out problem))
        {
            await state.DisposeAsync();
            vault.Dispose();
            http.Dispose();
            return problem;
        }

        witness.Stored = () => CrashPoint.Reach("witness-stored");
        var followers = new List<LogFollower>();
        foreach (var (key, address) in logs)
        {
            var copies = Database.At("sqlite:" + Path.GetFullPath(Path.Combine(directory, $"copy-{PathOf(key.Name)[..16]}.db")));
            await copies.MigrateAsync(LedgerSchema.Migrations, cancel);
            databases.Add(copies);
            followers.Add(new LogFollower(
                witness, key, copies, new RemoteLog(http, address),
                [.. settings.Peers.Select(peer => new RemoteLog(http, $"{peer}/{PathOf(key.Name)}"))]));
        }

        return new WitnessNode(settings, witness, followers, vault, http, databases);
    }

    /// <summary>One look at every log; what a log shows is known from then on. A damaged copy of one keeps nobody from the others.</summary>
    public async Task<IReadOnlyList<FollowReport>> LookAsync(CancellationToken cancel)
    {
        var reports = new List<FollowReport>();
        foreach (var follower in Followers)
        {
            try
            {
                var report = await follower.LookAsync(cancel);
                reports.Add(report);
                if (!report.Away.Contains(follower.Address))
                {
                    lock (looked)
                    {
                        looked.Add(follower.LogKey.Name);
                    }
                }
            }
            catch (LedgerFrozenException)
            {
                // The copy, not the log, contradicts itself: it has to be made anew (docs/witness.md).
                await Witness.FindAsync(follower.LogKey.Name, "witness/copy-damaged", null, cancel);
                reports.Add(new FollowReport([], ["witness/copy-damaged"]));
            }
        }

        return reports;
    }

    /// <summary>
    /// Cosigns as <see cref="Witness.AddAsync"/>. Nothing before the first look at that log since the start
    /// (<c>witness/not-ready</c>): a witness from a backup would cosign what it already contradicted.
    /// </summary>
    public async Task<Outcome<NoteSignature>> AddAsync(string body, CancellationToken cancel)
    {
        lock (looked)
        {
            if (looked.Count < Followers.Count
                && AddCheckpoint.Parse(body).TryGet(out var asked, out _)
                && asked.Note.Split('\n')[0] is var origin
                && Followers.Any(f => f.LogKey.Name == origin)
                && !looked.Contains(origin))
            {
                return new Problem("witness/not-ready", "This witness has not looked at the log since its start.", ("origin", origin));
            }
        }

        return await Witness.AddAsync(body, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in databases)
        {
            await database.DisposeAsync();
        }

        http.Dispose();
        vault.Dispose();
    }
}
