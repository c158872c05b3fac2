using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Verification;

namespace Mortanba.Host.Web;

/// <summary>The look-ups for machines: numbers, evidence, status lists, DID documents, the type's metadata.</summary>
internal static class PublicApi
{
    public static void Map(WebApplication app)
    {
        var api = app.MapGroup("/api/v1");
        VerifyApi.Map(api, app.Services);
        api.MapGet("/numbers/{number}", NumberAsync);
        api.MapGet("/assets/{uuid}/evidence", EvidenceAsync);
        ReceiptApi.Map(api);
        RecognitionPages.MapApi(api);
        PersonalDataPages.MapApi(api);
        OpenApiDocument.Map(api);
        api.MapGet("/trust.json", (HttpContext context, IPublicRegistry registry) =>
            SendAsync(context, TrustBundleFile.Write(registry.Trust), "application/json", TimeSpan.FromMinutes(5)));

        app.MapGet("/status-lists/{id}/{kind}", StatusListAsync);
        app.MapGet("/institutions/{bin}/did.json", (HttpContext context, IPublicRegistry registry, string bin) =>
            DocumentAsync(context, bin, registry.DidDocumentAsync, "application/did+json"));
        app.MapGet("/.well-known/jwt-vc-issuer/institutions/{bin}",
            (HttpContext context, IPublicRegistry registry, string bin) =>
                DocumentAsync(context, bin, registry.IssuerMetadataAsync, "application/json"));
        app.MapGet("/types/diploma", (HttpContext context, DiplomaType type) =>
            SendAsync(context, type.Json, "application/json", TimeSpan.FromHours(1)));
        AiRegisterPages.MapSchema(app);
        app.MapGet("/types/recognition", (HttpContext context, DiplomaType type) =>
            SendAsync(context, type.Recognition, "application/json", TimeSpan.FromHours(1)));
        app.MapGet("/types/competence", (HttpContext context, DiplomaType type) =>
            SendAsync(context, type.Competence, "application/json", TimeSpan.FromHours(1)));
    }

    /// <summary>Sends public bytes that any page may read, with an ETag, so that an unchanged copy costs no transfer.</summary>
    internal static async Task SendAsync(
        HttpContext context, ReadOnlyMemory<byte> bytes, string mediaType, TimeSpan maxAge)
    {
        var headers = context.Response.Headers;
        AllowAnyone(headers);
        headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"public, max-age={(long)maxAge.TotalSeconds}");
        var tag = $"\"{Base64Url.EncodeToString(SHA256.HashData(bytes.Span).AsSpan(0, 12))}\"";
        headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = mediaType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    // Public data: any page may read it, and any page may embed it.
    private static void AllowAnyone(IHeaderDictionary headers)
    {
        headers.AccessControlAllowOrigin = "*";
        headers[Envelope.ResourcePolicy] = "cross-origin";
    }

    private static async Task NumberAsync(
        HttpContext context, IPublicRegistry registry, LookupLimits limits, string number)
    {
        if (!await limits.AllowAsync(context))
        {
            return;
        }

        if (await registry.FindByNumberAsync(number, context.RequestAborted) is not { } found)
        {
            await Problems.WriteAsync(context, StatusCodes.Status404NotFound,
                new Problem("web/no-number", "No diploma of this service has that number."));
            return;
        }

        var language = Readers.LanguageOfApi(context.Request);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("number", found.Number);
        json.WriteString("asset", found.Asset.ToString());
        json.WriteString("issuerBin", found.IssuerBin);
        json.WriteString("issuer", found.Issuer.In(language));
        json.WriteString("programme", found.Programme.In(language));
        json.WriteString("awarded", found.Awarded.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteString("state", found.State);
        if (found.Since is { } since)
        {
            json.WriteString("since", LedgerEntry.Time(since));
            json.WriteString("reason", found.ReasonCode);
            json.WriteString("reasonText", found.ReasonCode is { } code ? ReportWords.Reason(registry, language, code) : null);
        }

        json.WriteEndObject();
    }

    /// <summary>The entries, proofs and newest checkpoint of an asset, in the shape of a diploma file without its forms.</summary>
    private static async Task EvidenceAsync(
        HttpContext context, IPublicRegistry registry, LookupLimits limits, string uuid)
    {
        if (!await limits.AllowFetchAsync(context))
        {
            return;
        }

        if (!Guid.TryParseExact(uuid, "D", out var guid))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var answer = await registry.Live.EvidenceAsync(new AssetId(guid), context.RequestAborted);
        if (answer.Value is not { } evidence)
        {
            await Problems.ShowAsync(context, answer.State == LiveState.Unreachable
                ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status404NotFound);
            return;
        }

        AllowAnyone(context.Response.Headers);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/vnd.mortanba.diploma+json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        if (evidence.Anchor is { } anchor)
        {
            json.WriteStartObject("anchor");
            WritePlace(json, anchor.Index, anchor.Proof);
            json.WriteEndObject();
        }

        json.WriteString("checkpoint", evidence.Checkpoint);
        json.WriteStartArray("entries");
        foreach (var entry in evidence.Entries)
        {
            json.WriteStartObject();
            json.WritePropertyName("entry");
            json.WriteRawValue(entry.Entry.Span);
            WritePlace(json, entry.Index, entry.Proof);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("forms");
        json.WriteEndObject();
        json.WriteString("type", "MortanbaDiploma");
        json.WriteNumber("v", 1);
        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, long index, IReadOnlyList<ReadOnlyMemory<byte>> proof)
    {
        json.WriteNumber("index", index);
        json.WriteStartArray("proof");
        foreach (var step in proof)
        {
            json.WriteBase64StringValue(step.Span);
        }

        json.WriteEndArray();
    }

    private static async Task StatusListAsync(
        HttpContext context, IPublicRegistry registry, LookupLimits limits, string id, string kind)
    {
        if (!await limits.AllowFetchAsync(context))
        {
            return;
        }

        (StatusListKind Kind, string MediaType)? asked = kind switch
        {
            "revocation" => (StatusListKind.Revocation, "application/vc"),
            "suspension" => (StatusListKind.Suspension, "application/vc"),
            "token" => (StatusListKind.Token, "application/statuslist+jwt"),
            _ => null,
        };
        if (asked is not { } list
            || await registry.StatusListAsync(id, list.Kind, context.RequestAborted) is not { } published)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await SendAsync(context, published.Bytes, list.MediaType, published.MaxAge);
    }

    private static async Task DocumentAsync(
        HttpContext context, string bin, Func<Bin, CancellationToken, Task<byte[]?>> find, string mediaType)
    {
        if (Bin.TryParse(bin, out var known) && await find(known, context.RequestAborted) is { } document)
        {
            await SendAsync(context, document, mediaType, TimeSpan.FromMinutes(5));
        }
        else
        {
            await Problems.ShowAsync(context, StatusCodes.Status404NotFound);
        }
    }
}
