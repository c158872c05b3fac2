using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Extensions.ObjectPool;
using Mortanba.Foundation;
using Mortanba.Verification;

namespace Mortanba.Host.Web;

/// <summary>
/// <c>POST /api/v1/verify</c>. In: the bytes of any form as the body, or a multipart form with <c>file</c> or
/// <c>text</c>. Out: the report. A verdict is a 200, also "not genuine": the question was answered.
/// </summary>
internal static class VerifyApi
{
    /// <summary>Letters of any script stand as they are; what could end a script or tag is still escaped.</summary>
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private static readonly ObjectPool<Utf8JsonWriter> Writers =
        new DefaultObjectPool<Utf8JsonWriter>(new WriterPolicy(), Environment.ProcessorCount * 4);

    public static void Map(IEndpointRouteBuilder api, IServiceProvider services)
    {
        var verifier = services.GetRequiredService<OnlineVerifier>();
        var texts = services.GetRequiredService<Texts>();
        var registry = services.GetRequiredService<IPublicRegistry>();
        var limit = services.GetRequiredService<WebOptions>().PresentedSizeMaxBytes;
        api.MapPost("/verify", (HttpContext context) => RunAsync(context, verifier, registry, texts, limit));
    }

    private static async Task RunAsync(
        HttpContext context, OnlineVerifier verifier, IPublicRegistry registry, Texts texts, long limit)
    {
        using var presented = await Presented.ReadAsync(context.Request, limit, context.RequestAborted);
        if (presented.Bytes.IsEmpty)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, new Problem(
                "web/nothing-presented", "The body is empty: send a diploma file, PDF, SD-JWT, VC or the text of a paper QR."));
            return;
        }

        var report = await verifier.VerifyAsync(presented.Bytes, context.RequestAborted);
        await SendAsync(context, report, registry, texts);
    }

    /// <summary>Writes a report as the answer.</summary>
    internal static async Task SendAsync(HttpContext context, Report report, IPublicRegistry registry, Texts texts)
    {
        var language = context.Request.QueryString.HasValue ? Readers.LanguageOfApi(context.Request) : Language.En;
        var response = context.Response;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        var json = Writers.Get();
        json.Reset(response.BodyWriter);
        json.WriteStartObject();
        ReportJson.WriteMembers(json, report, texts, registry, language);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
        Writers.Return(json);
    }

    private sealed class WriterPolicy : PooledObjectPolicy<Utf8JsonWriter>
    {
        public override Utf8JsonWriter Create() => new(Stream.Null, WriterOptions);

        public override bool Return(Utf8JsonWriter obj)
        {
            obj.Reset(Stream.Null);
            return true;
        }
    }
}
