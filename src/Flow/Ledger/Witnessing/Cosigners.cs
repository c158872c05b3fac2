using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger.Witnessing;

/// <summary>
/// The log's side of its witnesses: asks each for its cosignature (C2SP tlog-witness), all at once, and waits a second. One that
/// was silent is not asked again for ten, so that it slows nobody. Safe for concurrent use.
/// </summary>
/// <param name="http">Answers longer than a few lines are cut off by <see cref="Client"/>.</param>
public sealed class Cosigners(HttpClient http, LogPolicy policy, TimeProvider time)
{
    /// <summary>An issuer's day has no longer pauses than this for a witness that is away.</summary>
    public static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(1);

    private const int AttemptsMax = 3;
    private const int AnswerMaxBytes = 16 * 1024;
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, long> sizes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WitnessAnswer> answers = new(StringComparer.Ordinal);

    public LogPolicy Policy => policy;

    /// <summary>How long one witness is waited for, with all that it is asked for one checkpoint.</summary>
    public TimeSpan Patience { get; init; } = UsualPatience;

    /// <summary>What each witness that was asked said last, by its name in the policy.</summary>
    public IReadOnlyDictionary<string, WitnessAnswer> Answers => answers;

    public static HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = AnswerMax,
        MaxResponseContentBufferSize = AnswerMaxBytes,
    };

    /// <summary>The lines that came, each verified by its witness's key. Who gave none, and why, stands in <see cref="Answers"/>.</summary>
    /// <param name="note">The checkpoint with the log's signature, and perhaps with cosignatures that came before.</param>
    /// <param name="prove">The consistency proof from that size to the checkpoint.</param>
    public async Task<IReadOnlyList<NoteSignature>> CollectAsync(
        Checkpoint checkpoint, string note, Func<long, CancellationToken, Task<TreeHash[]>> prove, CancellationToken cancel)
    {
        var signed = SignedNote.Parse(note).Value;
        var asked = policy.Witnesses.Where(w => w.Url is not null && IsAwake(w.Name)).Select(w => AskAsync(w, checkpoint, signed, prove, cancel));
        return [.. (await Task.WhenAll(asked)).OfType<NoteSignature>()];
    }

    private bool IsAwake(string name) =>
        !answers.TryGetValue(name, out var last) || last.Problem?.Code != "ledger/witness-silent" || time.GetUtcNow() - last.At >= Rest;

    private async Task<NoteSignature?> AskAsync(
        PolicyWitness witness, Checkpoint checkpoint, SignedNote note, Func<long, CancellationToken, Task<TreeHash[]>> prove, CancellationToken cancel)
    {
        Outcome<NoteSignature> answer;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(Patience);
            answer = await AskAsync(witness, checkpoint, note, prove, attempt: 1, patience.Token);
        }
#pragma warning disable CA1031 // Whatever one witness answers is that witness's fault: the lines of the others are good.
        catch (Exception e) when (e is not LedgerFrozenException && !cancel.IsCancellationRequested)
#pragma warning restore CA1031
        {
            answer = new Problem("ledger/witness-silent", "The witness did not answer.", ("kind", e.GetType().Name));
        }

        var done = answer.TryGet(out var line, out var problem);
        var before = answers.TryGetValue(witness.Name, out var last) ? last.Size : 0;
        answers[witness.Name] = new WitnessAnswer(time.GetUtcNow(), done ? checkpoint.Size : before, problem);
        return done ? line : null;
    }

    private async Task<Outcome<NoteSignature>> AskAsync(
        PolicyWitness witness, Checkpoint checkpoint, SignedNote note, Func<long, CancellationToken, Task<TreeHash[]>> prove, int attempt, CancellationToken cancel)
    {
        var old = sizes.GetValueOrDefault(witness.Name);
        if (old > checkpoint.Size)
        {
            return Ahead(old);
        }

        var proof = old == 0 || old == checkpoint.Size ? [] : await prove(old, cancel);
        var bare = SignedNote.Write(note.Text, note.Signatures[0]);
        using var content = new StringContent(new AddCheckpoint(old, proof, bare).Text());
        using var answer = await http.PostAsync(new Uri(witness.Url!.TrimEnd('/') + "/add-checkpoint"), content, cancel);
        // As the format has it, whatever the header says.
        var text = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(cancel));
        if (answer.StatusCode == HttpStatusCode.Conflict && AddCheckpoint.TryParseSize(text, out var size))
        {
            return await AnotherSizeAsync(size);
        }

        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return new Problem(
                "ledger/witness-refused", "The witness refused.",
                ("status", ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture)), ("said", text.Length > 200 ? text[..200] : text.TrimEnd()));
        }

        return Line(witness, checkpoint, note, text);

        async Task<Outcome<NoteSignature>> AnotherSizeAsync(long known)
        {
            if (known > checkpoint.Size)
            {
                return Ahead(known);
            }

            // A cosignature is a promise for ever: one who forgot it is not the witness of the policy any more.
            if (known < LargestBy(witness, note))
            {
                return new Problem("ledger/witness-went-back", "The witness has forgotten what it cosigned.", ("size", Text(known)));
            }

            sizes[witness.Name] = known;
            return attempt < AttemptsMax
                ? await AskAsync(witness, checkpoint, note, prove, attempt + 1, cancel)
                : new Problem("ledger/witness-refused", "The witness named another size each time.", ("status", "409"), ("said", Text(known)));
        }
    }

    private Outcome<NoteSignature> Line(PolicyWitness witness, Checkpoint checkpoint, SignedNote note, string text)
    {
        foreach (var given in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (SignedNote.ParseSignatureLine(given + "\n").TryGet(out var line, out _)
                && line.Name == witness.Key.Name && line.KeyId == witness.Key.KeyId
                && SignedNote.Parse(note.With(line)).Value.Verify(witness.Key).IsDone)
            {
                sizes[witness.Name] = checkpoint.Size;
                return line;
            }
        }

        return new Problem("ledger/witness-lied", "The witness's answer is not a cosignature of this checkpoint by its key.");
    }

    /// <summary>The most entries this process has seen the witness cosign: what it said before, or its line under this note.</summary>
    private long LargestBy(PolicyWitness witness, SignedNote note) => Math.Max(
        answers.TryGetValue(witness.Name, out var last) ? last.Size : 0,
        note.Verify(witness.Key).IsDone ? Checkpoint.Parse(note.Text).Value.Size : 0);

    private static Problem Ahead(long size) =>
        new("ledger/witness-ahead", "The witness has cosigned more entries already.", ("size", Text(size)));

    private static string Text(long size) => size.ToString(CultureInfo.InvariantCulture);
}

/// <param name="At">When it was asked last.</param>
/// <param name="Size">The most entries it cosigned while this process runs; 0 when none.</param>
/// <param name="Problem">Why it did not cosign when it was asked last; null when it did.</param>
public sealed record WitnessAnswer(DateTimeOffset At, long Size, Problem? Problem);
