using System.Collections.Concurrent;
using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Verification;

namespace Mortanba.Host;

/// <summary>Live answers of the site itself: no request leaves the machine.</summary>
/// <remarks>
/// What proves an asset depends on the checkpoint alone, so it is kept, within bounds, until another is signed. Whether
/// one was signed is asked anew after each commit of this process, and after <see cref="AgeMax"/> for those of others. A
/// status list keeps its byte array while its bytes stay the same: the verifier then need not read it again.
/// </remarks>
internal sealed class OwnLiveSource(Installation home, Evidence evidence) : ILiveSource
{
    /// <summary>How late this process may see what another one wrote.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromMilliseconds(250);

    private const int AssetsMax = 8192;
    private const int ListsMax = 256;

    private readonly ConcurrentDictionary<string, (byte[]? Document, Moment Read)> lists = new(StringComparer.Ordinal);
    private Known known = new(null, default);

    public async Task<Live<LiveEvidence>> EvidenceAsync(AssetId asset, CancellationToken cancel)
    {
        try
        {
            var now = await KnownAsync(cancel);
            if (now.Note is null)
            {
                return Absent<LiveEvidence>();
            }

            if (now.Assets.TryGetValue(asset, out var kept))
            {
                return kept;
            }

            if (await evidence.OfAsync(asset, now.Note, cancel) is not { } proven)
            {
                // Another process may have signed a checkpoint a moment ago: nobody is told "absent" by an older one.
                if (await home.LogReader.CheckpointAsync(cancel) is not { } newest || newest == now.Note
                    || await evidence.OfAsync(asset, newest, cancel) is not { } fresh)
                {
                    return Absent<LiveEvidence>();
                }

                return Found(new LiveEvidence(fresh.Entries, fresh.Checkpoint, fresh.Anchor));
            }

            if (now.Assets.Count >= AssetsMax)
            {
                now.Assets.Clear();
            }

            return now.Assets[asset] = Found(new LiveEvidence(proven.Entries, proven.Checkpoint, proven.Anchor));
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            // The port's contract: an answer that did not come is a state, not an error.
            return new Live<LiveEvidence>(LiveState.Unreachable, null);
        }
    }

    public async Task<Live<byte[]>> StatusListAsync(string uri, CancellationToken cancel)
    {
        if (!lists.TryGetValue(uri, out var kept) || IsOld(kept.Read))
        {
            if (Address(uri) is not var (listId, form))
            {
                return new Live<byte[]>(LiveState.Unreachable, null);
            }

            var read = Now();
            byte[]? document;
            try
            {
                await using var connection = await home.Database.ConnectAsync(cancel);
                document = (await StatusPublisher.FindAsync(connection, listId, form, cancel))?.Document;
            }
            catch (Exception e) when (e is DbException or TimeoutException)
            {
                return new Live<byte[]>(LiveState.Unreachable, null);
            }

            if (document is null)
            {
                return Absent<byte[]>();
            }

            kept = (kept.Document is { } same && same.AsSpan().SequenceEqual(document) ? same : document, read);
            if (lists.Count >= ListsMax)
            {
                lists.Clear();
            }

            lists[uri] = kept;
        }

        return Found(kept.Document!);
    }

    private async ValueTask<Known> KnownAsync(CancellationToken cancel)
    {
        var now = Volatile.Read(ref known);
        if (!IsOld(now.Read))
        {
            return now;
        }

        var read = Now();
        var note = await home.LogReader.CheckpointAsync(cancel);
        now = note == now.Note ? now with { Read = read } : new Known(note, read);
        Volatile.Write(ref known, now);
        return now;
    }

    private (string ListId, StatusForm Form)? Address(string uri)
    {
        var prefix = home.Settings.Site + "/status-lists/";
        return uri.StartsWith(prefix, StringComparison.Ordinal)
            && uri[prefix.Length..].Split('/') is [var listId, var word]
            && StatusPublisher.FormOf(word) is { } form
                ? (listId, form)
                : null;
    }

    // Taken before the reading: a commit in between makes the answer old at once, never young for too long.
    private Moment Now() => new(home.Database.CommitCount + 1, home.Time.GetTimestamp());

    private bool IsOld(Moment read) =>
        read.Commits != home.Database.CommitCount + 1
        || home.Time.GetElapsedTime(read.Timestamp) > AgeMax;

    private static Live<T> Found<T>(T value)
        where T : class => new(LiveState.Found, value);

    private static Live<T> Absent<T>()
        where T : class => new(LiveState.Absent, null);

    /// <param name="Commits">One more than the database's count, so that the default is older than everything.</param>
    private readonly record struct Moment(long Commits, long Timestamp);

    /// <param name="Note">The newest checkpoint; null before the first.</param>
    private sealed record Known(string? Note, Moment Read)
    {
        public ConcurrentDictionary<AssetId, Live<LiveEvidence>> Assets { get; init; } = new();
    }
}
