using System.Net;
using System.Text;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>
/// A log as it shows itself to strangers (C2SP tlog-tiles): checkpoint, tiles, entries, and what follows from tiles. Nothing that
/// it gives is believed here; the caller compares with a signed root.
/// </summary>
/// <remarks>What does not come, or not as the format has it, is an <see cref="HttpRequestException"/> or a problem. Safe for concurrent use.</remarks>
/// <param name="http">With a timeout of its own; answers longer than a bundle of 256 entries are cut off by <see cref="Client"/>.</param>
/// <param name="address">Base address of the tiles, without a slash at the end.</param>
public sealed class RemoteLog(HttpClient http, string address)
{
    // A bundle of 256 entries of 4 KiB, each behind its length: what the ledger takes at most.
    private const int AnswerMaxBytes = TileId.WidthMax * (LedgerEntry.SizeMaxBytes + sizeof(ushort));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Address => address;

    /// <summary>The other side did not answer, or not as asked; not that the caller gave up.</summary>
    public static bool IsAway(Exception fault, CancellationToken cancel) =>
        fault is HttpRequestException || (fault is TaskCanceledException && !cancel.IsCancellationRequested);

    /// <summary>A client that waits ten seconds for an answer and takes no more of it than the largest bundle has.</summary>
    public static HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 16 })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = AnswerMaxBytes,
    };

    /// <summary>The signed note that the log shows now; null while it shows none.</summary>
    public Task<string?> CheckpointAsync(CancellationToken cancel = default) => NoteAsync("checkpoint", cancel);

    /// <summary>Of a witness's copy: the newest note of the log with the lines of all witnesses; null when there is none.</summary>
    public Task<string?> ShownAsync(CancellationToken cancel = default) => NoteAsync("shown", cancel);

    private async Task<string?> NoteAsync(string path, CancellationToken cancel)
    {
        using var answer = await http.GetAsync(new Uri($"{address}/{path}"), cancel);
        return answer.StatusCode == HttpStatusCode.NotFound
            ? null
            : Encoding.UTF8.GetString(await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancel));
    }

    public Task<byte[]> TileAsync(TileId id, CancellationToken cancel = default) =>
        http.GetByteArrayAsync(new Uri($"{address}/{id.Path()}"), cancel);

    /// <summary>The entries of one bundle; their number is the width asked for.</summary>
    public async Task<Outcome<IReadOnlyList<ReadOnlyMemory<byte>>>> EntriesAsync(
        long bundle, int width, CancellationToken cancel = default) =>
        EntryBundle.Parse(await TileAsync(new TileId(TileId.EntriesLevel, bundle, width), cancel), width);

    /// <summary>The tree of a size, to be asked for roots and proofs; its tiles are fetched as they are needed, once.</summary>
    public RemoteTree Tree(long size) => new(this, size);
}
