using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>Reads systems with what the public sees of their history.</summary>
public sealed class RegisterReading(EventStore events)
{
    /// <summary>One system; null when there is none, or nobody proposed it yet.</summary>
    public async Task<PublicSystem?> FindAsync(ReadFrom from, string id, CancellationToken cancel = default) =>
        await events.EventsAsync(from, SystemStream.Kind, id, cancel) is { Count: > 0 } happened
            ? Published(id, happened, await RegisterRows.PlacesAsync(from, id, cancel))
            : null;

    /// <summary>The whole register, in the order in which systems came to it.</summary>
    public static async Task<IReadOnlyList<PublicSystem>> AllAsync(ReadFrom from, CancellationToken cancel = default)
    {
        var places = await RegisterRows.PlacesAsync(from, cancel: cancel);
        var rows = await from.QueryAsync(
            """
            SELECT e.stream, e.payload FROM ai_streams s JOIN ai_events e ON e.stream = s.id WHERE s.kind = @kind ORDER BY s.opened_at, s.id, e.number
            """,
            r => (Id: r.GetString(0), Payload: r.GetBytes(1)), cancel, ("kind", SystemStream.Kind.Name));
        var streams = new List<(int First, int Last)>();
        for (var first = 0; first < rows.Count; first = streams[^1].Last)
        {
            var last = first + 1;
            while (last < rows.Count && rows[last].Id == rows[first].Id)
            {
                last++;
            }

            streams.Add((first, last));
        }

        // Reading and folding is what an export costs: on all cores.
        return
        [
            .. streams.AsParallel().AsOrdered().WithCancellation(cancel)
                .Select(s => Published(rows[s.First].Id, [.. rows[s.First..s.Last].Select(r => SystemStream.Kind.Read(r.Payload))], places))
                .OfType<PublicSystem>(),
        ];
    }

    private static PublicSystem? Published(
        string id, IReadOnlyList<AiSystemEvent> happened, IReadOnlyDictionary<(string System, int Number), (long Index, string Hash)> places)
    {
        var now = SystemStream.Kind.Fold(id, happened);
        return now.State == AiSystemState.Offered
            ? null
            : new PublicSystem(
                now,
                [.. PublicEvent.All(id, happened).Select(e => places.TryGetValue((id, e.Number), out var place)
                    ? new LedgeredEvent(e, place.Index, place.Hash)
                    : new LedgeredEvent(e, null, null))]);
    }
}
