using System.Buffers.Text;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Host.Receipts;

namespace Mortanba.Host.Web;

/// <summary>
/// Receipts for machines. <c>POST /api/v1/receipts</c> takes what <c>/verify</c> takes and answers with the signed receipt of that
/// verification; <c>GET /api/v1/receipts/{digest}</c> gives the proof that the ledger has it, once it has.
/// </summary>
internal static class ReceiptApi
{
    private const int DigestSizeBytes = 32;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/receipts", MakeAsync);
        api.MapGet("/receipts/{digest}", ProveAsync);
    }

    private static async Task MakeAsync(
        HttpContext context, OnlineVerifier verifier, IPublicRegistry registry, LookupLimits limits, WebOptions options, TimeProvider time)
    {
        if (!await limits.AllowAsync(context))
        {
            return;
        }

        using var presented = await Presented.ReadAsync(context.Request, options.PresentedSizeMaxBytes, context.RequestAborted);
        if (presented.Bytes.IsEmpty || context.RequestServices.GetService<VerificationReceipts>() is not { } receipts)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, new Problem(
                "web/nothing-presented", "The body is empty: send a diploma file, PDF, SD-JWT, VC or the text of a paper QR."));
            return;
        }

        var report = await verifier.VerifyAsync(presented.Bytes, context.RequestAborted);
        var checkpoint = (await registry.LedgerAsync(0, context.RequestAborted)).Checkpoint;
        var receipt = VerificationReceipt.Of(report, presented.Bytes.Span, registry.Trust, checkpoint.Length == 0 ? null : checkpoint, time.GetUtcNow());
        if (!(await receipts.KeepAsync(receipt, context.RequestAborted)).TryGet(out var file, out var problem))
        {
            context.Response.Headers.RetryAfter = "3600";
            await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, problem);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(file, context.RequestAborted);
    }

    private static async Task ProveAsync(HttpContext context, LookupLimits limits, string digest)
    {
        if (!await limits.AllowAsync(context))
        {
            return;
        }

        if (digest.Length > 64 || !Base64Url.IsValid(digest) || Base64Url.DecodeFromChars(digest) is not { Length: DigestSizeBytes } bytes
            || context.RequestServices.GetService<VerificationReceipts>() is not { } receipts)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var (isKnown, proof) = await receipts.ProveAsync(bytes, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        if (proof is null)
        {
            await Problems.WriteAsync(context, StatusCodes.Status404NotFound, isKnown
                ? new Problem("receipts/waits", "The receipt is noted and waits for its ledger entry: ask again within the hour.")
                : new Problem("receipts/unknown", "This site noted no such receipt."));
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(proof.Json().ToJsonString()), context.RequestAborted);
    }
}
