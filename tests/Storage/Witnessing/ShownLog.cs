using System.Net;
using Mortanba.Ledger;
using Mortanba.TransparencyLog;

namespace Mortanba.Storage.Tests.Witnessing;

/// <summary>A log's static paths without a network: what it shows can be changed, and it can go away.</summary>
internal sealed class ShownLog(LogReader log) : HttpMessageHandler
{
    public LogReader Log { get; set; } = log;

    /// <summary>Shown in place of the newest checkpoint.</summary>
    public string? Note { get; set; }

    /// <summary>As a peer: the log's note with the lines of all witnesses.</summary>
    public string? Whole { get; set; }

    public bool IsAway { get; set; }

    /// <summary>Has the last word on the bytes of a tile.</summary>
    public Func<TileId, byte[], byte[]> Change { get; set; } = (_, bytes) => bytes;

    public RemoteLog Remote() => new(new HttpClient(this, disposeHandler: false), "http://log.example");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsAway)
        {
            throw new HttpRequestException("away");
        }

        var path = request.RequestUri!.AbsolutePath[1..];
        if (path == "checkpoint")
        {
            return (Note ?? await Log.CheckpointAsync(cancellationToken)) is { } note
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(note) }
                : new HttpResponseMessage(HttpStatusCode.NotFound);
        }

        if (path == "shown")
        {
            return Whole is null
                ? new HttpResponseMessage(HttpStatusCode.NotFound)
                : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Whole) };
        }

        var id = TileId.Parse(path).Value;
        return await Log.TileAsync(id, cancellationToken) is { } tile
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Change(id, tile)) }
            : new HttpResponseMessage(HttpStatusCode.NotFound);
    }
}
