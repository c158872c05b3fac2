using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Host.Web.Pages;

namespace Mortanba.Host.Web;

/// <summary>The pages for people, <c>/{lang}/…</c>. Plain requests and forms; each answers in the language of its path.</summary>
internal static class SitePages
{
    private const int LatestEntries = 20;

    public static void Map(WebApplication app)
    {
        app.MapGet("/", context =>
        {
            context.Response.Headers.CacheControl = "no-cache";
            context.Response.Headers.Vary = "Accept-Language, Cookie";
            context.Response.Redirect($"/{Readers.Preferred(context.Request).Tag()}");
            return Task.CompletedTask;
        });

        var pages = app.MapGroup("/{lang:language}");
        pages.MapGet("", Home);
        pages.MapGet("/verify", VerifySample);
        pages.MapGet("/n/{number}", Number);
        pages.MapGet("/institutions", async (HttpContext context, IPublicRegistry registry, PageWriter writer) =>
            await Write<InstitutionsPage>(context, writer, (nameof(InstitutionsPage.Institutions),
                await registry.InstitutionsAsync(context.RequestAborted))));
        pages.MapGet("/decisions", async (HttpContext context, IPublicRegistry registry, PageWriter writer) =>
            await Write<DecisionsPage>(context, writer, (nameof(DecisionsPage.Decisions),
                await registry.DecisionsAsync(context.RequestAborted))));
        pages.MapGet("/decisions/{id}", Decision);
        pages.MapGet("/ledger", async (HttpContext context, IPublicRegistry registry, PageWriter writer) =>
            await Write<LedgerPage>(context, writer,
                (nameof(LedgerPage.Ledger), await registry.LedgerAsync(LatestEntries, context.RequestAborted)),
                (nameof(LedgerPage.LegalClass), registry.LegalClass)));
        pages.MapGet("/ledger/find", FindEntry);
        pages.MapGet("/ledger/{index:long}", Entry);
        pages.MapGet("/status", Status);
        pages.MapGet("/developers", (HttpContext context, PageWriter writer) => Write<DevelopersPage>(context, writer));
        foreach (var name in (string[])["privacy", "accessibility"])
        {
            pages.MapGet("/" + name, (HttpContext context, PageWriter writer) =>
                Write<TextPage>(context, writer, (nameof(TextPage.Name), name)));
        }

        VerifyOnline.Map(pages);
        PaperOnline.Map(app, pages);
    }

    internal static Task Write<TPage>(
        HttpContext context, PageWriter writer, params (string Name, object? Value)[] parameters)
        where TPage : Microsoft.AspNetCore.Components.IComponent =>
        writer.WriteAsync<TPage>(context, Readers.LanguageOf(context.Request), StatusCodes.Status200OK, parameters);

    internal static async Task Home(HttpContext context, IPublicRegistry registry, PageWriter writer) =>
        await Write<VerifyPage>(context, writer,
            (nameof(VerifyPage.Ledger), await registry.LedgerAsync(0, context.RequestAborted)),
            (nameof(VerifyPage.Samples), registry.Samples));

    private static async Task VerifySample(
        HttpContext context, IPublicRegistry registry, PageWriter writer, OnlineVerifier verifier, string? sample)
    {
        if (sample is null)
        {
            await Home(context, registry, writer);
            return;
        }

        var known = registry.Samples.FirstOrDefault(s => s.Id == sample);
        if (known is null || await registry.SampleAsync(sample, context.RequestAborted) is not { } bytes)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var report = await verifier.VerifyAsync(bytes, context.RequestAborted);
        await VerifyOnline.ShowAsync(context, report, known.FileName, onPaper: null);
    }

    private static async Task Number(
        HttpContext context, IPublicRegistry registry, PageWriter writer, LookupLimits limits, string number)
    {
        if (!await limits.AllowAsync(context))
        {
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        if (await registry.FindByNumberAsync(number, context.RequestAborted) is { } diploma)
        {
            await Write<NumberPage>(context, writer, (nameof(NumberPage.Diploma), diploma));
        }
        else
        {
            await writer.WriteAsync<ErrorPage>(context, Readers.LanguageOf(context.Request),
                StatusCodes.Status404NotFound, (nameof(ErrorPage.Code), "web/no-number"));
        }
    }

    private static async Task Decision(HttpContext context, IPublicRegistry registry, PageWriter writer, string id)
    {
        if (await registry.DecisionAsync(id, context.RequestAborted) is { } decision)
        {
            await Write<DecisionPage>(context, writer,
                (nameof(DecisionPage.Decision), decision), (nameof(DecisionPage.LegalClass), registry.LegalClass));
        }
        else
        {
            await Problems.NotFoundAsync(context);
        }
    }

    private static Task FindEntry(HttpContext context, string? entry)
    {
        var digits = string.Concat((entry ?? "").Where(char.IsAsciiDigit));
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return Problems.NotFoundAsync(context);
        }

        context.Response.Redirect(
            string.Create(CultureInfo.InvariantCulture, $"/{Readers.LanguageOf(context.Request).Tag()}/ledger/{index}"));
        return Task.CompletedTask;
    }

    private static async Task Entry(HttpContext context, IPublicRegistry registry, PageWriter writer, long index)
    {
        if (index >= 0 && await registry.EntryAsync(index, context.RequestAborted) is { } entry)
        {
            await Write<EntryPage>(context, writer, (nameof(EntryPage.Entry), entry));
        }
        else
        {
            await Problems.NotFoundAsync(context);
        }
    }

    private static async Task Status(HttpContext context, IPublicRegistry registry, PageWriter writer)
    {
        context.Response.Headers.CacheControl = "no-store";
        LedgerView? ledger = null;
        try
        {
            ledger = await registry.LedgerAsync(0, context.RequestAborted);
        }
#pragma warning disable CA1031 // A store that fails is exactly what this page reports.
        catch (Exception) when (!context.RequestAborted.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // Shown on the page as silence.
        }

        await Write<StatusPage>(context, writer, (nameof(StatusPage.Ledger), ledger));
    }
}
