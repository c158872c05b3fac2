using System.Globalization;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Pages;
using Mortanba.Host.Web.Work.Diplomas;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>The register of an institution's diplomas: pages with filters, search, and one diploma with its history.</summary>
internal static class DiplomaPages
{
    // Some 900 bytes a row in Kazakh: a page of HTML has at most 60 KB.
    public const int RowsOnPage = 50;

    public static void Map(RouteGroupBuilder pages)
    {
        var diplomas = pages.MapWork("/console/{bin}/diplomas");
        diplomas.MapGet("", ListAsync).Needs(Right.ViewDiplomas);
        diplomas.MapPost("/find", FindAsync).Needs(Right.ViewDiplomas);
        diplomas.MapGet("/{id:guid}", OneAsync).Needs(Right.ViewDiplomas);
        diplomas.MapGet("/{id:guid}/pdf", (HttpContext context, Guid id) => DownloadAsync(context, id, asPdf: true)).Needs(Right.ViewDiplomas);
        diplomas.MapGet("/{id:guid}/file", (HttpContext context, Guid id) => DownloadAsync(context, id, asPdf: false)).Needs(Right.ViewDiplomas);
    }

    /// <summary>Series and number out of what people type: <c>BD 00412867</c>, <c>bd-00412867</c>, <c>BD№00412867</c>; null otherwise.</summary>
    internal static (string Series, string Number)? NumberOf(string text)
    {
        text = TypedNumber.InLatin(text);
        var plain = new string([.. text.Where(c => char.IsAsciiLetterOrDigit(c))]);
        var digits = plain.Length - plain.AsSpan().TrimEnd("0123456789").Length;
        var others = text.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not (' ' or '-' or '№' or '\u00A0' or '\u2011'));
        return others || digits is 0 or > 12 || digits == plain.Length || plain.Length - digits > 6 ? null : (plain[..^digits], plain[^digits..]);
    }

    private static Task ListAsync(HttpContext context) => ShowAsync(context, "", null, null);

    /// <summary>A POST, since an IIN must stand in no address; a number leads on to an address that can be kept.</summary>
    private static async Task FindAsync(HttpContext context, Installation home)
    {
        var typed = (await context.Request.ReadFormAsync(context.RequestAborted))["q"].ToString().Trim();
        var (visit, list) = (context.Visit(), $"/{Readers.LanguageOf(context.Request).Tag()}/console/{context.Visit().Institution}/diplomas");
        var bin = visit.Institution!.Value;
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        if (Iin.TryParse(typed, out var iin))
        {
            var programmes = await PermitRegister.ProgrammesAsync(connection, bin, context.RequestAborted);
            var found = await new DiplomaRegister(home.Credentials).OfHolderAsync(
                connection, bin, iin, [.. programmes.Select(p => p.Code)], context.RequestAborted);
            await RecordAsync(
                context, new TrailEvent(
                    TrailAct.Access, "diplomas/searched", visit.Actor, new TrailSubject("institution", bin.Value), visit.Role, bin,
                    Persons.Fingerprint(home.Vault, iin), [("count", $"{found.Count}")]));
            if (found.Count == 1)
            {
                context.Response.Redirect($"{list}/{IdOf(found[0].Asset)}");
                return;
            }

            await ShowAsync(context, "", found, found.Count == 0 ? new Problem("diplomas/no-iin", "No diploma in force under this IIN.") : null);
            return;
        }

        if (NumberOf(typed) is var (series, number))
        {
            var found = await new DiplomaRegister(home.Credentials).OfNumbersAsync(connection, bin, [(series, number)], context.RequestAborted);
            context.Response.Redirect(found.Count == 1
                ? $"{list}/{IdOf(found[0].Asset)}"
                : $"{list}?q={Uri.EscapeDataString($"{series} {number}")}");
            return;
        }

        if (typed.Length is > 0 and <= 12 && typed.All(char.IsAsciiDigit))
        {
            context.Response.Redirect($"{list}?q={typed}");
            return;
        }

        await ShowAsync(context, typed.Length > 60 ? typed[..60] : typed, [], new Problem("diplomas/not-a-search", "Neither a number nor an IIN."));
    }

    private static async Task ShowAsync(
        HttpContext context, string typed, IReadOnlyList<CredentialSummary>? found, Problem? problem)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var (bin, cancel) = (context.Visit().Institution!.Value, context.RequestAborted);
        var asked = found is null ? DiplomaFilter.Of(context.Request.Query) : new DiplomaFilter(new RegisterQuery(), "", 1);
        var (rows, count) = (found ?? [], found?.Count ?? 0);
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (found is null)
        {
            (rows, count) = await new DiplomaRegister(home.Credentials).PageAsync(
                connection, bin, asked.Query, (asked.Page - 1) * RowsOnPage, RowsOnPage, cancel);
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<DiplomasPage>(
            context, Readers.LanguageOf(context.Request),
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(DiplomasPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(DiplomasPage.Rows), rows), (nameof(DiplomasPage.Count), count), (nameof(DiplomasPage.Filter), asked),
            (nameof(DiplomasPage.Typed), typed.Length > 0 ? typed : asked.Typed), (nameof(DiplomasPage.IsFound), found is not null),
            (nameof(DiplomasPage.Refused), problem is null ? Array.Empty<(string, Problem)>() : [("q", problem)]),
            (nameof(DiplomasPage.Programmes), (await PermitRegister.ProgrammesAsync(connection, bin, cancel))
                .GroupBy(p => p.Code).Select(g => (g.Key, g.Last().Name)).ToList()),
            (nameof(DiplomasPage.Batches), await DiplomaRegister.BatchesAsync(connection, bin, cancel)),
            (nameof(DiplomasPage.Years), await DiplomaRegister.YearsAsync(connection, bin, cancel)));
    }

    private static async Task OneAsync(HttpContext context, Installation home, PageWriter writer, Guid id)
    {
        var (visit, cancel) = (context.Visit(), context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (await OwnAsync(home, connection, visit, id, cancel) is not { } credential)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var (diploma, block) = await UnblockedData.OfAsync(home, connection, credential.Asset, cancel);
        var entries = new List<(long Index, LedgerEntry Entry)>();
        foreach (var (index, _) in await CredentialStore.EntriesOfAsync(connection, credential.Asset, cancel))
        {
            entries.Add((index, LedgerEntry.Parse((await home.LogReader.EntriesAsync(index, 1, cancel))[0]).Value));
        }

        if (diploma is not null)
        {
            await RecordAsync(context, ViewOf(home, visit, diploma, "diplomas/viewed"));
        }

        await SitePages.Write<OneDiplomaPage>(
            context, writer, (nameof(OneDiplomaPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, credential.Initiator)),
            (nameof(OneDiplomaPage.Credential), credential), (nameof(OneDiplomaPage.Diploma), diploma), (nameof(OneDiplomaPage.Block), block), (nameof(OneDiplomaPage.Entries), entries),
            (nameof(OneDiplomaPage.Neighbours), await NeighboursAsync(home, connection, credential, cancel)),
            (nameof(OneDiplomaPage.Orders), await home.ChangeOrders.OfAssetAsync(connection, credential.Asset, cancel)));
    }

    private static async Task DownloadAsync(HttpContext context, Guid id, bool asPdf)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var (visit, cancel) = (context.Visit(), context.RequestAborted);
        CredentialSummary? credential;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            credential = await OwnAsync(home, connection, visit, id, cancel);
            if (credential is not null && await DataBlocks.FindAsync(connection, credential.Asset, cancel) is not null)
            {
                await ShowBlockedAsync(context);
                return;
            }
        }

        var delivery = new DeliverDiplomas(home);
        if (credential is null || await delivery.FileOfAsync(credential.Asset, cancel) is not var (diploma, file))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await RecordAsync(context, ViewOf(home, visit, diploma, "diplomas/downloaded", ("form", asPdf ? "pdf" : "file")));
        var bytes = file.Write();
        var name = Delivery.Outbox.Name(diploma.Record.Content.FullNumber) + (asPdf ? ".pdf" : ".diploma.json");
        bytes = asPdf ? delivery.Pdf(diploma, bytes) : bytes;
        context.Response.ContentType = asPdf ? "application/pdf" : "application/json";
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        await context.Response.Body.WriteAsync(bytes, cancel);
    }

    /// <summary>In the place of a page that would show or use what is blocked.</summary>
    internal static Task ShowBlockedAsync(HttpContext context) => context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ErrorPage>(
        context, Readers.LanguageOf(context.Request), StatusCodes.Status403Forbidden, (nameof(ErrorPage.Code), "diplomas/blocked"));

    internal static string IdOf(AssetId asset) => asset.ToString()["urn:uuid:".Length..];

    /// <summary>A diploma of the visited institution; null for another's, which is not said to exist.</summary>
    internal static async Task<CredentialSummary?> OwnAsync(
        Installation home, ReadFrom from, Visit visit, Guid id, CancellationToken cancel) =>
        (await new DiplomaRegister(home.Credentials).OfAssetsAsync(
            from, visit.Institution!.Value, [AssetId.Parse($"urn:uuid:{id:D}")], cancel)).SingleOrDefault();

    internal static TrailEvent ViewOf(
        Installation home, Visit visit, StoredDiploma diploma, string what, params (string Name, string Value)[] facts) => new(
        TrailAct.View, what, visit.Actor, new TrailSubject("diploma", diploma.Summary.Asset.ToString()), visit.Role, visit.Institution,
        Persons.Fingerprint(home.Vault, diploma.Record.Content.Iin), facts);

    internal static Task RecordAsync(HttpContext context, TrailEvent done)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        return home.Database.WriteAsync(
            t => AuditTrail.AppendAsync(t, home.Time.GetUtcNow(), done, context.RequestAborted), context.RequestAborted);
    }

    private static async Task<IReadOnlyList<CredentialSummary>> NeighboursAsync(
        Installation home, System.Data.Common.DbConnection connection, CredentialSummary credential, CancellationToken cancel) =>
        await new DiplomaRegister(home.Credentials).OfAssetsAsync(
            connection, credential.Initiator, [.. new[] { credential.Supersedes, credential.SupersededBy }.OfType<AssetId>()], cancel);
}

/// <summary>The filters of the list as its address carries them; what is no filter is passed over.</summary>
/// <param name="Typed">The number that was searched.</param>
/// <param name="Page">From 1.</param>
public sealed record DiplomaFilter(RegisterQuery Query, string Typed, int Page)
{
    private const int PageMax = 100_000;

    public static DiplomaFilter Of(IQueryCollection query)
    {
        string? One(string name) => query[name].ToString() is { Length: > 0 and <= 60 } value ? value : null;
        var typed = One("q");
        var number = typed is null ? null : DiplomaPages.NumberOf(typed);
        return new DiplomaFilter(
            new RegisterQuery(
                One("state") is { } word && Enum.TryParse<DiplomaState>(word, ignoreCase: true, out var state) ? state : null,
                One("programme"),
                One("kind"),
                int.TryParse(One("year"), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year <= 9999 ? year : null,
                One("batch"),
                One("claimed") switch { "yes" => true, "no" => false, _ => null },
                number?.Series,
                number?.Number ?? (typed is not null && typed.All(char.IsAsciiDigit) ? typed : null),
                One("sort") is { } sort && Enum.TryParse<RegisterSort>(sort, ignoreCase: true, out var by) ? by : RegisterSort.Newest),
            typed ?? "",
            int.TryParse(One("page"), NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Clamp(page, 1, PageMax) : 1);
    }

    /// <summary>The address of the same list with one value changed; a filter that changes begins at the first page.</summary>
    public string With(string name, string? value)
    {
        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["q"] = Typed,
            ["state"] = Query.State?.Word(),
            ["programme"] = Query.Programme,
            ["kind"] = Query.Kind,
            ["year"] = Query.Year?.ToString(CultureInfo.InvariantCulture),
            ["batch"] = Query.Batch,
            ["claimed"] = Query.Claimed switch { true => "yes", false => "no", null => null },
            ["sort"] = Query.Sort == RegisterSort.Newest ? null : $"{Query.Sort}".ToLowerInvariant(),
            [name] = value,
        };
        return "?" + string.Join('&', all.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value!)}"));
    }
}
