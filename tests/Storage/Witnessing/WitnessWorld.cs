using Mortanba.Foundation;
using Mortanba.Ledger.Witnessing;
using Mortanba.TransparencyLog;

namespace Mortanba.Storage.Tests.Witnessing;

/// <summary>One witness of one log, with a clock that stands until it is moved.</summary>
internal sealed class WitnessWorld : IAsyncDisposable
{
    private readonly TestDatabase test;
    private readonly NoteVerifier logKey;

    private WitnessWorld(TestDatabase test, NoteVerifier logKey)
    {
        this.test = test;
        this.logKey = logKey;
    }

    public Dictionary<string, ISigner> Keys { get; } = [];

    public LedgerTestBed.StandingClock Clock { get; } = new();

    public Database Database => test.Database;

    public Witness Witness { get; private set; } = null!;

    public static async Task<WitnessWorld> CreateAsync(Dialect dialect, NoteVerifier logKey)
    {
        var world = new WitnessWorld(await TestDatabase.CreateAsync(dialect, WitnessSchema.Migrations), logKey);
        await world.RestartAsync();
        return world;
    }

    /// <summary>As after a kill: nothing in memory is kept.</summary>
    public async Task RestartAsync() =>
        Witness = (await Witness.OpenAsync(Database, "witness.example", KeyOrNew, [logKey], Clock)).Value;

    public ISigner KeyOrNew(string name) => Keys.TryGetValue(name, out var key) ? key : Keys[name] = new Ed25519PrivateKey(Guid.NewGuid().ToByteArray().Concat(Guid.NewGuid().ToByteArray()).ToArray());

    /// <summary>Asks as a log does: with the proof from where the witness stands.</summary>
    public async Task<Outcome<NoteSignature>> AskAsync(LedgerTestBed bed, string note)
    {
        var size = Checkpoint.Open(note, logKey, logKey.Name).Value.Size;
        var old = (await Witness.LastAsync(logKey.Name))?.Size ?? 0;
        var proof = old is 0 || old == size ? [] : await bed.Reader.Prover(size).ConsistencyProofAsync(old);
        return await Witness.AddAsync(new AddCheckpoint(old, proof, note).Text());
    }

    /// <summary>As a backup does: the state of then.</summary>
    public Task PutBackAsync(CosignedCheckpoint old) => Database.WriteAsync(t => WitnessState.SaveAsync(t, old, default));

    public ValueTask DisposeAsync() => test.DisposeAsync();
}
