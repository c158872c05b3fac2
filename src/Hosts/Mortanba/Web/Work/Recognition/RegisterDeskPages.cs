using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// The registers of institutions abroad for the recognition officer: the list, one institution with what was known of it before, and an
/// import that shows what it would change before anything is written.
/// </summary>
internal static class RegisterDeskPages
{
    public const string Base = "/console/recognition/registers";

    private const int OnPage = 50;
    private const int ImportsShown = 20;

    public static void Map(RouteGroupBuilder pages)
    {
        var desk = pages.MapWork(Base);
        desk.MapGet("", ListAsync).Needs(Right.ManageCases);
        desk.MapGet("/import", (HttpContext context) => ImportAsync(context, null, null)).Needs(Right.ManageCases);
        desk.MapPost("/import", UploadAsync).Needs(Right.ManageCases).WithMetadata(new ReadsOwnForm());
        desk.MapGet("/import/{upload}", (HttpContext context, string upload) => PreviewAsync(context, upload, null)).Needs(Right.ManageCases);
        desk.MapPost("/import/{upload}", ConfirmAsync).Needs(Right.ManageCases);
        desk.MapGet("/of/{id}", EntryAsync).Needs(Right.ManageCases);
    }

    private static async Task ListAsync(HttpContext context, Installation home, PageWriter writer, RecognitionDesk desk)
    {
        var (query, cancel) = (CentrePages.QueryOf(context, OnPage), context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var found = await InstitutionRegister.SearchAsync(
            connection, new InstitutionQuery(query.Text, query.Country, (query.Page - 1) * OnPage, OnPage), cancel: cancel);
        var periods = await InstitutionRegister.PeriodsAsync(connection, [.. found.Found.Select(i => i.Id)], cancel: cancel);
        await SitePages.Write<RegistersPage>(
            context, writer, (nameof(RegistersPage.Desk), desk), (nameof(RegistersPage.Query), query),
            (nameof(RegistersPage.Found), (IReadOnlyList<OpenInstitution>)[.. found.Found.Select(i => OpenInstitution.Of(i, periods))]),
            (nameof(RegistersPage.Total), found.Total),
            (nameof(RegistersPage.Countries), await InstitutionRegister.CountriesAsync(connection, cancel)));
    }

    private static async Task EntryAsync(HttpContext context, Installation home, PageWriter writer, RecognitionDesk desk, string id, string? known)
    {
        var cancel = context.RequestAborted;
        if (!RecognitionPages.DayOf(known, desk.Today).TryGet(out var day, out _))
        {
            day = desk.Today;
        }

        DateTimeOffset? at = day < desk.Today && day.Year > 2000 ? CentrePages.EndOf(home, day) : null;
        await using var connection = await home.Database.ConnectAsync(cancel);
        var (names, replaced) = await InstitutionRegister.ReplacedAsync(connection, id, cancel);
        if (await InstitutionRegister.FindAsync(connection, id, cancel: cancel) is null && names.Count == 0)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var found = await InstitutionRegister.FindAsync(connection, id, at, cancel);
        await SitePages.Write<RegisterEntryPage>(
            context, writer, (nameof(RegisterEntryPage.Desk), desk), (nameof(RegisterEntryPage.Id), id), (nameof(RegisterEntryPage.Known), day),
            (nameof(RegisterEntryPage.Institution), found is null ? null : OpenInstitution.Of(found, await InstitutionRegister.PeriodsAsync(connection, [id], at, cancel))),
            (nameof(RegisterEntryPage.Kin), await InstitutionRegister.NamedAsync(connection, [.. found?.Predecessors ?? [], .. found?.Successors ?? []], at, cancel)),
            (nameof(RegisterEntryPage.Places), await RankingRegister.PlacesAsync(connection, [id], at, cancel)),
            (nameof(RegisterEntryPage.ReplacedNames), names), (nameof(RegisterEntryPage.Replaced), replaced));
    }

    private static async Task ImportAsync(HttpContext context, RegisterKind? kind, Problem? refused)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var imports = await RegisterImport.ListAsync(connection, ImportsShown, context.RequestAborted);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<RegisterImportPage>(
            context, Readers.LanguageOf(context.Request), refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(RegisterImportPage.Kind), kind ?? RegisterKind.Institutions), (nameof(RegisterImportPage.Refused), refused),
            (nameof(RegisterImportPage.Imports), imports),
            (nameof(RegisterImportPage.People), await AccountNames.OfAsync(connection, imports.Select(i => i.By), context.RequestAborted)));
    }

    private static async Task UploadAsync(HttpContext context, Installation home)
    {
        using var upload = await ListUpload.ReadAsync(context);
        if (!upload.IsGenuine)
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        var kind = BasisRecord.Parse<RegisterKind>(upload["register"]);
        var problem = upload.Refused
            ?? (kind is null ? new Problem("recognition/unknown-word", "There is no such register.", ("word", "–"), ("known", "–")) : null)
            ?? (upload.Graduates is null or { LengthBytes: 0 } ? new Problem("intake/no-upload", "No file was chosen.") : null)
            ?? (upload.Graduates!.LengthBytes > RegisterFile.SizeMaxBytes
                ? new Problem("recognition/register-too-large", "The file is too large.", ("max", $"{RegisterFile.SizeMaxBytes >> 20}")) : null);
        if (problem is null)
        {
            await using var stream = upload.Graduates!.Open();
            var content = new byte[upload.Graduates.LengthBytes!.Value];
            await stream.ReadExactlyAsync(content, context.RequestAborted);
            if ((await new ImportRegister(home).KeepAsync(context.Visit().Actor, kind!.Value, NameOf(upload.Graduates.Name), content, context.RequestAborted))
                .TryGet(out var kept, out problem))
            {
                context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}{Base}/import/{kept}");
                return;
            }
        }

        await ImportAsync(context, kind, problem);
    }

    private static async Task PreviewAsync(HttpContext context, string upload, Problem? refused)
    {
        var (home, cancel) = (context.RequestServices.GetRequiredService<Installation>(), context.RequestAborted);
        if (await FindAsync(context, upload) is not { } kept)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        if (!(await new ImportRegister(home).PreviewAsync(kept.Kind, kept.FileName, kept.Content, cancel)).TryGet(out var plan, out var problem))
        {
            // It was readable when it was kept: another import came between.
            await ImportAsync(context, kept.Kind, problem);
            return;
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<RegisterPlanPage>(
            context, Readers.LanguageOf(context.Request), refused is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict,
            (nameof(RegisterPlanPage.Upload), upload), (nameof(RegisterPlanPage.Plan), plan), (nameof(RegisterPlanPage.Refused), refused));
    }

    private static async Task ConfirmAsync(HttpContext context, Installation home, string upload)
    {
        if (await FindAsync(context, upload) is not { } kept)
        {
            // Confirmed twice, or a day too late: the list of imports says which.
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}{Base}/import");
            return;
        }

        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        var taken = await new ImportRegister(home).RunAsync(
            visit.Actor, visit.Role, kept.Kind, kept.FileName, kept.Content, form["seen"].ToString(), upload, context.RequestAborted);
        if (taken.IsDone)
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}{Base}/import");
            return;
        }

        await PreviewAsync(context, upload, taken.Problem);
    }

    private static async Task<RegisterUpload?> FindAsync(HttpContext context, string upload)
    {
        await using var connection = await context.RequestServices.GetRequiredService<Installation>().Database.ConnectAsync(context.RequestAborted);
        return await RegisterUploads.FindAsync(connection, upload, context.Visit().Actor.Id, context.RequestAborted);
    }

    // What a browser calls the file may be a whole path.
    private static string NameOf(string name)
    {
        const int nameMaxChars = 120;
        var bare = string.Concat(name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Where(c => !char.IsControl(c)));
        return bare.Length > nameMaxChars ? bare[..nameMaxChars] : bare;
    }
}
