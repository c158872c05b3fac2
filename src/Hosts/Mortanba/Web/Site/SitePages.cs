using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Host.Availability;
using Mortanba.Host.Reconciling;
using Mortanba.Host.Web.Pages;

namespace Mortanba.Host.Web;

/// <summary>The pages for people, <c>/{lang}/…</c>. Plain requests and forms; each answers in the language of its path.</summary>
internal static class SitePages
{
    private const int LatestEntries = 20;
    private const int EntriesAPage = 50;
    private const int DaysDrawn = 14;
    private const int DaysOfYear = 371;
    private const int AnchorsShown = 10;
    private const int CheckpointsAPage = 25;
    private const int DaysMeasured = 90;

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
        pages.MapGet("/ledger", (HttpContext context, IPublicRegistry registry, PageWriter writer, TimeProvider time) =>
            LedgerAsync(context, registry, writer, time, noSuch: false));
        pages.MapGet("/ledger/checkpoints", CheckpointsAsync);
        pages.MapGet("/ledger/token/{asset:guid}", TokenAsync);
        pages.MapGet("/ledger/entries", EntriesAsync);
        pages.MapGet("/ledger/find", FindEntry);
        pages.MapGet("/ledger/{index:long}", Entry);
        pages.MapGet("/status", Status);
        pages.MapGet("/developers", Developers);
        pages.MapGet("/how", (HttpContext context, PageWriter writer) => Write<HowPage>(context, writer));
        pages.MapGet("/design", (HttpContext context, PageWriter writer) => Write<DesignPage>(context, writer));
        foreach (var name in (string[])["privacy", "accessibility"])
        {
            pages.MapGet("/" + name, (HttpContext context, PageWriter writer) =>
                Write<TextPage>(context, writer, (nameof(TextPage.Name), name)));
        }

        VerifyOnline.Map(pages);
        ReceiptPages.Map(pages);
        RecognitionPages.Map(pages);
        PersonalDataPages.Map(pages);
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

    private static async Task Developers(HttpContext context, IPublicRegistry registry, PageWriter writer)
    {
        // The file of a sample is named after its number.
        var file = registry.Samples.FirstOrDefault(s => s.Kind == DemoSamples.Genuine)?.FileName;
        await Write<DevelopersPage>(
            context, writer,
            (nameof(DevelopersPage.Sample), file is null ? null : await registry.FindByNumberAsync(file.Split('.')[0], context.RequestAborted)));
    }

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

    private static async Task LedgerAsync(
        HttpContext context, IPublicRegistry registry, PageWriter writer, TimeProvider time, bool noSuch) =>
        await writer.WriteAsync<LedgerPage>(
            context, Readers.LanguageOf(context.Request), noSuch ? StatusCodes.Status404NotFound : StatusCodes.Status200OK,
            (nameof(LedgerPage.Ledger), await registry.LedgerAsync(LatestEntries, context.RequestAborted)),
            (nameof(LedgerPage.Figures), await registry.FiguresAsync(DaysOfYear, DaysDrawn, context.RequestAborted)),
            (nameof(LedgerPage.DaysDrawn), DaysDrawn),
            (nameof(LedgerPage.Anchors), await registry.AnchorsAsync(AnchorsShown, context.RequestAborted)),
            (nameof(LedgerPage.Now), time.GetUtcNow()),
            (nameof(LedgerPage.NoSuch), noSuch),
            (nameof(LedgerPage.LegalClass), registry.LegalClass));

    private static async Task EntriesAsync(HttpContext context, IPublicRegistry registry, PageWriter writer, long? before)
    {
        var entries = await registry.EntriesAsync(before ?? long.MaxValue, EntriesAPage, context.RequestAborted);
        await Write<EntriesPage>(context, writer,
            (nameof(EntriesPage.Entries), entries),
            (nameof(EntriesPage.Newer), before is null || entries.Count == 0 ? null : entries[0].Index + 1 + EntriesAPage));
    }

    private static async Task CheckpointsAsync(HttpContext context, IPublicRegistry registry, PageWriter writer, long? before) =>
        await Write<CheckpointsPage>(context, writer,
            (nameof(CheckpointsPage.Checkpoints), await registry.CheckpointsAsync(before ?? long.MaxValue, CheckpointsAPage, context.RequestAborted)),
            (nameof(CheckpointsPage.IsNewest), before is null));

    /// <summary>Each look asks the chain's nodes, so strangers look as seldom as they may look up numbers.</summary>
    private static async Task TokenAsync(HttpContext context, IPublicRegistry registry, PageWriter writer, LookupLimits limits, Guid asset)
    {
        if (!await limits.AllowAsync(context))
        {
            return;
        }

        if (await registry.TokenAsync(new AssetId(asset), context.RequestAborted) is { } token)
        {
            await Write<TokenPage>(context, writer, (nameof(TokenPage.Token), token));
        }
        else
        {
            await Problems.NotFoundAsync(context);
        }
    }

    /// <summary>By the number of an entry, or by the id of an asset.</summary>
    private static async Task FindEntry(
        HttpContext context, IPublicRegistry registry, PageWriter writer, TimeProvider time, string? entry)
    {
        var asked = (entry ?? "").Trim();
        var digits = string.Concat(asked.Where(c => !char.IsWhiteSpace(c)));
        long? index = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : AssetId.TryParse(asked, out var asset) ? await registry.FindEntryAsync(asset, context.RequestAborted)
            : null;
        if (index is null)
        {
            await LedgerAsync(context, registry, writer, time, noSuch: true);
            return;
        }

        context.Response.Redirect(
            string.Create(CultureInfo.InvariantCulture, $"/{Readers.LanguageOf(context.Request).Tag()}/ledger/{index}"));
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

    private static async Task Status(HttpContext context, IPublicRegistry registry, PageWriter writer, TimeProvider time)
    {
        context.Response.Headers.CacheControl = "no-store";
        LedgerView? ledger = null;
        ReconciliationReport? reconciled = null;
        IReadOnlyList<PartSummary> parts = [];
        try
        {
            ledger = await registry.LedgerAsync(0, context.RequestAborted);
            parts = await registry.AvailabilityAsync(DaysMeasured, context.RequestAborted);
            reconciled = await registry.ReconciliationAsync(context.RequestAborted);
        }
#pragma warning disable CA1031 // A store that fails is exactly what this page reports.
        catch (Exception) when (!context.RequestAborted.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // Shown on the page as silence.
        }

        await Write<StatusPage>(
            context, writer, (nameof(StatusPage.Ledger), ledger), (nameof(StatusPage.Parts), parts),
            (nameof(StatusPage.Reconciled), reconciled), (nameof(StatusPage.Now), time.GetUtcNow()));
    }
}
