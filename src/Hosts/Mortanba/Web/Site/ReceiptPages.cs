using Mortanba.Foundation;
using Mortanba.Host.Receipts;
using Mortanba.Host.Web.Pages;

namespace Mortanba.Host.Web;

/// <summary>Keeping the receipt that a result page offers, and checking one: plain forms, no account. Nothing that is sent is stored.</summary>
internal static class ReceiptPages
{
    private const int FormSizeMaxBytes = 2 * VerificationReceipt.SizeMaxBytes;

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapPost("/receipts/keep", KeepAsync);
        pages.MapGet("/receipts", (HttpContext context) => ShowAsync(context, null));
        pages.MapPost("/receipts", CheckAsync);
    }

    private static async Task KeepAsync(HttpContext context, LookupLimits limits)
    {
        if (!await limits.AllowAsync(context))
        {
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        if (context.RequestServices.GetService<VerificationReceipts>() is not { } receipts
            || context.Request.ContentLength is null or > FormSizeMaxBytes)
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        if (!await FormGuard.TryReadAsync(context))
        {
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!(await receipts.KeepAsync(new ReceiptOffer(form["content"].ToString(), form["seal"].ToString()), context.RequestAborted))
            .TryGet(out var file, out var problem))
        {
            await ShowAsync(context, new ReceiptAnswer(problem, null, false, null, null), problem.Code == "receipts/full" ? 503 : 400);
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = file.Length;
        context.Response.Headers.ContentDisposition = "attachment; filename=\"mortanba-receipt.json\"";
        await context.Response.Body.WriteAsync(file, context.RequestAborted);
    }

    private static async Task CheckAsync(HttpContext context, IPublicRegistry registry, LookupLimits limits, WebOptions options)
    {
        if (!await limits.AllowAsync(context))
        {
            return;
        }

        using var presented = await Presented.ReadAsync(context.Request, options.PresentedSizeMaxBytes, context.RequestAborted);
        if (!VerificationReceipt.Check(presented.Bytes, registry.Trust).TryGet(out var read, out var problem))
        {
            await ShowAsync(context, new ReceiptAnswer(problem, null, false, null, null), 400);
            return;
        }

        if (!presented.Original.IsEmpty && !read.Receipt.IsOf(presented.Original.Span))
        {
            await ShowAsync(context, new ReceiptAnswer(new Problem("receipts/other-file", "The receipt is not of this file."), null, false, null, null), 400);
            return;
        }

        var digest = read.Receipt.Digest();
        var (isKnown, proof) = context.RequestServices.GetService<VerificationReceipts>() is { } receipts
            ? await receipts.ProveAsync(digest, context.RequestAborted)
            : (false, null);
        // What this site proves now is newer than what lies in the file; where it has nothing, the file's own counts.
        var logged = (proof ?? read.Logged)?.Verify(digest, registry.Trust);
        if (read.NeedsProof && !isKnown && logged is not { IsDone: true })
        {
            await ShowAsync(
                context, new ReceiptAnswer(
                    new Problem("receipts/key-ended", "The key has ended since, and nothing shows that the ledger has the receipt."), null, false, null, null), 400);
            return;
        }

        await ShowAsync(context, new ReceiptAnswer(
            logged?.Problem, read.Receipt, isKnown, logged is { IsDone: true } found ? found.Value.Index : null,
            logged is { IsDone: true } at ? at.Value.At : null, IsOfFile: !presented.Original.IsEmpty));
    }

    private static Task ShowAsync(HttpContext context, ReceiptAnswer? answer, int status = 200)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ReceiptsPage>(
            context, Readers.LanguageOf(context.Request), status, (nameof(ReceiptsPage.Answer), answer));
    }
}

/// <summary>What the page says of a receipt that was brought.</summary>
/// <param name="Entry">Ledger entry that commits to it; null while it waits for one.</param>
/// <param name="IsKnown">This site noted it.</param>
/// <param name="IsOfFile">The file that was checked was brought, too, and it is that one.</param>
public sealed record ReceiptAnswer(
    Problem? Refused, VerificationReceipt? Receipt, bool IsKnown, long? Entry, DateTimeOffset? LoggedAt, bool IsOfFile = false);
