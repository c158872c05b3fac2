using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Mortanba.Host;

/// <summary>Reads ahead on another thread, so that the next chunk is parsed while the last one is signed and stored.</summary>
internal static class Prefetch
{
    private const int ChunksAhead = 2;

    /// <summary>The source in chunks, in order. An exception of the source comes out where its chunk would have.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<T>> ChunksAsync<T>(
        IEnumerable<T> source, int size, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var channel = Channel.CreateBounded<T[]>(ChunksAhead);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var reading = Task.Run(
            async () =>
            {
                try
                {
                    foreach (var chunk in source.Chunk(size))
                    {
                        await channel.Writer.WriteAsync(chunk, stop.Token);
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
