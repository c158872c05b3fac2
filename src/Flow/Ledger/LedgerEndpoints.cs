using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>
/// The log as static, cacheable paths (C2SP tlog-tiles): <c>checkpoint</c>, <c>tile/L/N[.p/W]</c>,
/// <c>tile/entries/N[.p/W]</c>, below the prefix the host gives.
/// </summary>
public static class LedgerEndpoints
{
    private const string ForEver = "public, max-age=31536000, immutable";
    private const string AnHour = "public, max-age=3600";
    private const string SomeSeconds = "public, max-age=5";
    private static readonly string[] Methods = ["GET", "HEAD"];

    public static void Map(IEndpointRouteBuilder routes, LogReader log, string prefix = "")
    {
        routes.MapMethods(
            prefix + "/checkpoint",
            Methods,
            async (HttpResponse response, CancellationToken cancel) =>
            {
                AllowAnyone(response);
                if (await log.CheckpointAsync(cancel) is not { } note)
                {
                    return Results.NotFound();
                }

                response.Headers.CacheControl = SomeSeconds;
                return Results.Text(note, "text/plain; charset=utf-8", Encoding.UTF8);
            });
        MapTiles(routes, log, prefix);
    }

    /// <summary>A log that ended: its last checkpoint for ever, and the tiles below it, which the log after it shares.</summary>
    public static void MapEnded(IEndpointRouteBuilder routes, LogReader log, string prefix, string note)
    {
        routes.MapMethods(
            prefix + "/checkpoint",
            Methods,
            (HttpResponse response) =>
            {
                AllowAnyone(response);
                response.Headers.CacheControl = AnHour;
                return Results.Text(note, "text/plain; charset=utf-8", Encoding.UTF8);
            });
        MapTiles(routes, log, prefix);
    }

    /// <summary>Tiles and entries alone, for a copy that shows a checkpoint of its own.</summary>
    public static void MapTiles(IEndpointRouteBuilder routes, LogReader log, string prefix) =>
        routes.MapMethods(
            prefix + "/tile/{**path}",
            Methods,
            async (string path, HttpResponse response, CancellationToken cancel) =>
            {
                AllowAnyone(response);
                if (!TileId.Parse("tile/" + path).TryGet(out var id, out _) || await log.TileAsync(id, cancel) is not { } tile)
                {
                    // A tile that is not there now may be there soon: nobody may remember this answer.
                    response.Headers.CacheControl = "no-store";
                    return Results.NotFound();
                }

                response.Headers.CacheControl = id.IsFull ? ForEver : AnHour;
                return Results.Bytes(tile, "application/octet-stream");
            });

    // Browsers of other origins verify too: nothing here is private, and no cookie is read.
    private static void AllowAnyone(HttpResponse response)
    {
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
    }
}
