using System.Text;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Host.Receipts;
using Mortanba.Host.Web.Pages;
using Mortanba.Verification;

namespace Mortanba.Host.Web;

/// <summary>
/// The form of the verify page. In: a file, a pasted or scanned text, or a number. Out: the result page; a number and
/// a bare QR address lead to their own pages, and so does a file of another system. Nothing is stored.
/// </summary>
internal static class VerifyOnline
{
    private const int CapabilityLength = 22;

    public static void Map(RouteGroupBuilder pages) => pages.MapPost("/verify", RunAsync);

    public static async Task ShowAsync(HttpContext context, Report report, string askedWith, string? onPaper, ReceiptOffer? receipt = null)
    {
        var registry = context.RequestServices.GetRequiredService<IPublicRegistry>();
        context.Response.Headers.CacheControl = "no-store";
        await SitePages.Write<ResultPage>(
            context,
            context.RequestServices.GetRequiredService<PageWriter>(),
            (nameof(ResultPage.Report), report),
            (nameof(ResultPage.Ledger), await registry.LedgerAsync(0, context.RequestAborted)),
            (nameof(ResultPage.LegalClass), registry.LegalClass),
            (nameof(ResultPage.AskedWith), askedWith),
            (nameof(ResultPage.OnPaper), onPaper),
            (nameof(ResultPage.Receipt), receipt));
    }

    /// <summary>The capability of an address <c>S/q/CAPABILITY</c> or <c>S/LANG/q/CAPABILITY</c> without a core; else null.</summary>
    internal static string? CapabilityOf(string text)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https")
            || address.Fragment.Length > 1)
        {
            return null;
        }

        var parts = address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts is [.., "q", { Length: CapabilityLength } capability]
            && capability.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
                ? capability
                : null;
    }

    private static async Task RunAsync(HttpContext context, OnlineVerifier verifier, WebOptions options, TimeProvider time)
    {
        context.Response.Headers.CacheControl = "no-store";
        var language = Readers.LanguageOf(context.Request);
        using var presented = await Presented.ReadAsync(
            context.Request, options.PresentedSizeMaxBytes, context.RequestAborted);
        if (presented.Bytes.IsEmpty)
        {
            await WithoutBytesAsync(context, language, presented.Number);
            return;
        }

        if (presented.IsText && CapabilityOf(Encoding.UTF8.GetString(presented.Bytes.Span)) is { } capability)
        {
            Redirect(context, $"/{language.Tag()}/q/{capability}");
            return;
        }

        if (IsPicture(presented.Bytes.Span))
        {
            await RefuseAsync(context, language, "web/verify.picture");
            return;
        }

        var dropped = DroppedFile.Read(presented.Bytes, presented.FileName, time.GetUtcNow());
        if (dropped is { IsForVerifier: false, Kind: not FileKind.AttachmentOnly })
        {
            await SitePages.Write<ForeignFilePage>(
                context, context.RequestServices.GetRequiredService<PageWriter>(), (nameof(ForeignFilePage.File), dropped));
            return;
        }

        var texts = context.RequestServices.GetRequiredService<Texts>();
        var report = await verifier.VerifyAsync(presented.Bytes, context.RequestAborted);
        var askedWith = presented.FileName is { Length: > 0 } file
            ? texts.Get(language, "web/asked.file", ("file", file))
            : texts.Get(language, "web/asked.text");
        var receipt = context.RequestServices.GetService<VerificationReceipts>() is { } receipts
            ? await receipts.OfferAsync(report, presented.Bytes, context.RequestServices.GetRequiredService<IPublicRegistry>().Trust, context.RequestAborted)
            : null;
        await ShowAsync(context, report, askedWith, onPaper: null, receipt);
    }

    private static async Task WithoutBytesAsync(HttpContext context, Language language, string? number)
    {
        if (number is not null)
        {
            Redirect(context, $"/{language.Tag()}/n/{Uri.EscapeDataString(number)}");
            return;
        }

        await RefuseAsync(context, language, "web/verify.nothing");
    }

    private static async Task RefuseAsync(HttpContext context, Language language, string refusal)
    {
        var registry = context.RequestServices.GetRequiredService<IPublicRegistry>();
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<VerifyPage>(
            context, language, StatusCodes.Status400BadRequest,
            (nameof(VerifyPage.Ledger), await registry.LedgerAsync(0, context.RequestAborted)),
            (nameof(VerifyPage.Samples), registry.Samples),
            (nameof(VerifyPage.Refusal), refusal));
    }

    // PNG, JPEG, GIF, and the ISO media boxes and RIFF of HEIC, AVIF and WebP: photographs of paper. The server reads no
    // codes from pixels; the browser does where it can.
    private static bool IsPicture(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']) || bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]) || bytes.StartsWith("GIF8"u8)
        || (bytes.Length > 12 && (bytes[4..].StartsWith("ftyp"u8) || (bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8))));

    // 303: the browser asks the next address with GET.
    private static void Redirect(HttpContext context, string address)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
    }
}
