using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai.Schools;

namespace Mortanba.Host.Web;

/// <summary>The directory of schools and departments for the ministry: a list is looked at before it is taken in.</summary>
internal static class DirectoryPages
{
    public const string Base = "/console/ai/directory";

    public static void Map(RouteGroupBuilder pages)
    {
        var desk = pages.MapWork(Base);
        desk.MapGet("", (HttpContext context) => ShowAsync(context, null)).Needs(Right.OverseeAi);
        desk.MapPost("", UploadAsync).Needs(Right.OverseeAi).WithMetadata(new ReadsOwnForm());
        desk.MapGet("/{upload:guid}", (HttpContext context, Guid upload) => PlanAsync(context, upload.ToString(), null)).Needs(Right.OverseeAi);
        desk.MapPost("/{upload:guid}", ConfirmAsync).Needs(Right.OverseeAi);
    }

    private static async Task ShowAsync(HttpContext context, Problem? refused)
    {
        IReadOnlyList<School> places;
        await using (var connection = await context.Home().Database.ConnectAsync(context.RequestAborted))
        {
            places = await SchoolDirectory.AllAsync(connection, cancel: context.RequestAborted);
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<DirectoryPage>(
            context, Readers.LanguageOf(context.Request), refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(DirectoryPage.Departments), places.Count(p => p.IsDepartment)), (nameof(DirectoryPage.Places), places.Count(p => !p.IsDepartment)),
            (nameof(DirectoryPage.Refused), refused));
    }

    private static async Task UploadAsync(HttpContext context)
    {
        using var upload = await ListUpload.ReadAsync(context);
        if (!upload.IsGenuine)
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        var problem = upload.Refused
            ?? (upload.Graduates is null or { LengthBytes: 0 } ? new Problem("intake/no-upload", "No file was chosen.") : null)
            ?? (upload.Graduates!.LengthBytes > SchoolList.SizeMaxBytes ? SchoolList.TooLarge : null);
        if (problem is null)
        {
            await using var stream = upload.Graduates!.Open();
            var file = new byte[upload.Graduates.LengthBytes!.Value];
            await stream.ReadExactlyAsync(file, context.RequestAborted);
            if ((await new TakeSchools(context.Home()).KeepAsync(context.Visit().Actor, file, context.RequestAborted)).TryGet(out var kept, out problem))
            {
                AiPages.See(context, $"{Base}/{kept}");
                return;
            }
        }

        await ShowAsync(context, problem);
    }

    private static async Task PlanAsync(HttpContext context, string upload, Problem? refused)
    {
        var take = new TakeSchools(context.Home());
        if (await take.FindAsync(context.Visit().Actor, upload, context.RequestAborted) is not { } file)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        if (!(await take.PreviewAsync(file, context.RequestAborted)).TryGet(out var plan, out var problem))
        {
            // It was readable when it was kept: another list came between.
            await ShowAsync(context, problem);
            return;
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<DirectoryPlanPage>(
            context, Readers.LanguageOf(context.Request), refused is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict,
            (nameof(DirectoryPlanPage.Upload), upload), (nameof(DirectoryPlanPage.Plan), plan), (nameof(DirectoryPlanPage.Refused), refused));
    }

    private static async Task ConfirmAsync(HttpContext context, Guid upload)
    {
        var (take, visit, kept) = (new TakeSchools(context.Home()), context.Visit(), upload.ToString());
        // Confirmed twice, or an hour too late: the page says how many places there are.
        if (await take.FindAsync(visit.Actor, kept, context.RequestAborted) is not { } file)
        {
            AiPages.See(context, Base);
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if ((await take.RunAsync(visit.Actor, visit.Role, file, form["seen"].ToString(), kept, context.RequestAborted)).TryGet(out _, out var refused))
        {
            AiPages.See(context, Base);
            return;
        }

        await PlanAsync(context, kept, refused);
    }
}
