using System.Net.Mime;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Ledger;

namespace Mortanba.Host.Witnessing;

/// <summary>
/// What a witness serves: <c>POST /add-checkpoint</c>, its copies under the hash of each origin (C2SP tlog-witness), its
/// findings with their proof, and <c>/</c>, how it stands.
/// </summary>
internal static class WitnessEndpoints
{
    // 63 hashes and a note of 64 signatures are well below.
    public const int BodyMaxBytes = 64 * 1024;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Map(WebApplication app, WitnessNode node)
    {
        app.MapPost("/add-checkpoint", async (HttpRequest request, RefusalLimit limit, CancellationToken cancel) =>
        {
            if (!limit.IsOpenTo(request.HttpContext))
            {
                request.HttpContext.Response.Headers.RetryAfter = "60";
                return Results.Text("witness/too-many-refused: ask again later\n", statusCode: StatusCodes.Status429TooManyRequests);
            }

            var answer = await AddAsync(node, request, cancel);
            if (answer is IStatusCodeHttpResult { StatusCode: >= 400 and < 500 })
            {
                limit.Refused(request.HttpContext);
            }

            return answer;
        });
        foreach (var follower in node.Followers)
        {
            var path = "/" + WitnessNode.PathOf(follower.LogKey.Name);
            app.MapGet(path + "/checkpoint", async (CancellationToken cancel) =>
                await node.Witness.LastAsync(follower.LogKey.Name, cancel) is { } last
                    ? Results.Text(last.Note, "text/plain; charset=utf-8", Encoding.UTF8)
                    : Results.NotFound());
            // The log's own note with the lines of all witnesses: where another witness finds a word that it forgot.
            app.MapGet(path + "/shown", async (CancellationToken cancel) =>
                await follower.Copy.CheckpointAsync(cancel) is { } shown
                    ? Results.Text(shown, "text/plain; charset=utf-8", Encoding.UTF8)
                    : Results.NotFound());
            LedgerEndpoints.MapTiles(app, follower.Copy, path);
        }

        app.MapGet("/", (CancellationToken cancel) => StateAsync(node, cancel));
        app.MapGet("/findings/{number:int}", async (int number, CancellationToken cancel) =>
            (await node.Witness.FindingsAsync(cancel)).ElementAtOrDefault(number - 1) is { Evidence: { } evidence }
                ? Results.Bytes(evidence, MediaTypeNames.Application.Json, $"fork-{number}.json")
                : Results.NotFound());
    }

    /// <summary>The statuses of the protocol: 200, 400, 403, 404, 409 with the size, 422; 503 while it cosigns nothing. 429 comes before.</summary>
    private static async Task<IResult> AddAsync(WitnessNode node, HttpRequest request, CancellationToken cancel)
    {
        string body;
        try
        {
            using var buffer = new MemoryStream();
            await request.Body.CopyToAsync(buffer, cancel);
            body = StrictUtf8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
        }
        catch (DecoderFallbackException)
        {
            return Results.Text("log/add-checkpoint-malformed: not UTF-8\n", statusCode: StatusCodes.Status400BadRequest);
        }

        var answer = await node.AddAsync(body, cancel);
        return answer.TryGet(out var line, out var problem)
            ? Results.Text(line.Line(), "text/plain; charset=utf-8", Encoding.UTF8)
            : problem.Code == "witness/other-size"
                ? Results.Text(problem.Args["size"] + "\n", "text/x.tlog.size", statusCode: StatusCodes.Status409Conflict)
                : Results.Text($"{problem.Code}: {problem.Detail}\n", statusCode: StatusOf(problem));
    }

    private static int StatusOf(Problem problem) => problem.Code switch
    {
        "witness/log-unknown" => StatusCodes.Status404NotFound,
        "witness/log-not-signed" => StatusCodes.Status403Forbidden,
        "witness/inconsistent" => StatusCodes.Status422UnprocessableEntity,
        "witness/frozen" or "witness/not-ready" => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status400BadRequest,
    };

    private static async Task<IResult> StateAsync(WitnessNode node, CancellationToken cancel)
    {
        var logs = new List<WitnessedLog>();
        foreach (var follower in node.Followers)
        {
            var last = await node.Witness.LastAsync(follower.LogKey.Name, cancel);
            logs.Add(new WitnessedLog(
                follower.LogKey.Name, WitnessNode.PathOf(follower.LogKey.Name), last?.Size ?? 0, last?.At, await follower.Copy.SizeAsync(cancel)));
        }

        var findings = await node.Witness.FindingsAsync(cancel);
        return Results.Json(
            new WitnessState(
                node.Settings.Name, node.Witness.Key.ToVkey(), node.IsReady, await node.Witness.FrozenAsync(cancel), logs,
                [.. findings.Select((f, i) => new WitnessFound(f.Origin, f.Code, f.At, f.Evidence is null ? null : $"/findings/{i + 1}"))]),
            WitnessStateJson.Default.WitnessState);
    }
}
