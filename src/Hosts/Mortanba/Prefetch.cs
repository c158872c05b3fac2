using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Mortanba.Host;

/// <summary>Works ahead on another thread: the next chunk is parsed and prepared while the last one is signed and stored.</summary>
internal static class Prefetch
{
    private const int ChunksAhead = 1;

    /// <summary>
    /// The source in chunks, each prepared, in order. An exception of the source or of the preparation comes out where
    /// its chunk would have.
    /// </summary>
    public static async IAsyncEnumerable<TPrepared> ChunksAsync<T, TPrepared>(
        IEnumerable<T> source,
        int size,
        Func<T[], Task<TPrepared>> prepare,
        [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var channel = Channel.CreateBounded<TPrepared>(ChunksAhead);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var reading = Task.Run(
            async () =>
            {
                try
                {
                    foreach (var chunk in source.Chunk(size))
                    {
                        await channel.Writer.WriteAsync(await prepare(chunk), stop.Token);
                    }

                    channel.Writer.Complete();
                }
#pragma warning disable CA1031 // whatever the source threw is thrown again to the reader of the channel
                catch (Exception e)
                {
                    channel.Writer.Complete(e);
                }
#pragma warning restore CA1031
            },
            CancellationToken.None);
        try
        {
            await foreach (var chunk in channel.Reader.ReadAllAsync(cancel))
            {
                yield return chunk;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }
    }
}
