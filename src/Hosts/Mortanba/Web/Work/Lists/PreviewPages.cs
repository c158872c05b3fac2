using System.Text;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Lists;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Mortanba.Verification;

namespace Mortanba.Host.Web;

/// <summary>Any graduate of a list as the paper and as a verifier will show the diploma; a specimen without number and code.</summary>
internal static class PreviewPages
{
    // Stands where the code will be: a phone reads this word and nothing else.
    private const string CodeText = "SPECIMEN";

    public static void Map(RouteGroupBuilder lists)
    {
        lists.MapGet("/{id}/preview", ShowAsync).Needs(Right.ViewDiplomas);
        lists.MapGet("/{id}/preview.pdf", PdfAsync).Needs(Right.ViewDiplomas);
    }

    private static async Task ShowAsync(HttpContext context, Installation home, string id, int? row, string? view, string? language)
    {
        if (await ListPages.DraftAsync(context, id) is not { } draft)
        {
            return;
        }

        var rows = draft.IsMapped ? await home.Drafts.GraduateRowsAsync(draft, context.RequestAborted) : [];
        if (rows.Count == 0)
        {
            ListPages.Go(context, $"/{id}");
            return;
        }

        var at = Math.Max(0, rows.ToList().FindIndex(r => r.Row == row));
        var made = await MakeAsync(context, draft, rows[at].Row);
        var specimen = made.IsDone ? made.Value : null;
        var content = specimen is null ? null
            : Disclosed.Of(Encoding.ASCII.GetBytes(specimen.SdJwt), home.Time.GetUtcNow());
        await ListPages.ViewedAsync(
            context, draft, "lists/previewed", ("row", rows[at].Row.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        await SitePages.Write<PreviewPage>(
            context, context.RequestServices.GetRequiredService<PageWriter>(),
            (nameof(PreviewPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, draft.Institution)),
            (nameof(PreviewPage.Draft), draft),
            (nameof(PreviewPage.Rows), rows),
            (nameof(PreviewPage.At), at),
            (nameof(PreviewPage.Specimen), specimen),
            (nameof(PreviewPage.Content), content),
            (nameof(PreviewPage.IsVerifier), view == "verifier"),
            (nameof(PreviewPage.Shown), Languages.TryParse(language, out var shown) ? shown : Readers.LanguageOf(context.Request)),
            (nameof(PreviewPage.Refused), made.Problem));
    }

    private static async Task PdfAsync(HttpContext context, Installation home, string id, int row)
    {
        if (await ListPages.DraftAsync(context, id) is not { } draft)
        {
            return;
        }

        if (!(await MakeAsync(context, draft, row)).TryGet(out var specimen, out _))
        {
            ListPages.Go(context, $"/{id}/preview");
            return;
        }

        await ListPages.ViewedAsync(
            context, draft, "lists/previewed", ("row", row.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var pdf = DiplomaPdf.Render(
            specimen.Record, "{\"specimen\":true}"u8.ToArray(), CodeText, new DeliverDiplomas(home).Wording(specimen.Record.IssuedAt));
        context.Response.ContentType = "application/pdf";
        context.Response.Headers.ContentDisposition = "inline; filename=\"specimen.pdf\"";
        context.Response.ContentLength = pdf.Length;
        await context.Response.Body.WriteAsync(pdf, context.RequestAborted);
    }

    private static async Task<Outcome<Specimen>> MakeAsync(HttpContext context, Draft draft, int row)
    {
        var (home, flow) = (context.RequestServices.GetRequiredService<Installation>(), context.RequestServices.GetRequiredService<DiplomaFlow>());
        if (draft is { Purpose: ListPurpose.Issue, Decision: null })
        {
            return new Problem("intake/draft-without-decision", "No decision on issue is chosen.");
        }

        if (!(await flow.IntakeOfAsync(draft.Institution, null, context.RequestAborted)).TryGet(out var intake, out var problem)
            || !(await home.Drafts.GraduateAsync(draft, intake, row, context.RequestAborted)).TryGet(out var read, out problem))
        {
            return problem;
        }

        if (read.Diploma is not { } diploma)
        {
            return new Problem("intake/row-has-errors", "The row has errors.", ("row", row.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        if (draft.Purpose == ListPurpose.Issue)
        {
            return await flow.PreviewAsync(draft.Institution, draft.Decision!, diploma, null, context.RequestAborted);
        }

        return (await new CorrectCohort(home, flow).RecordOfAsync(draft.Institution, diploma, context.RequestAborted)).TryGet(out var old, out problem)
            ? await flow.PreviewAsync(draft.Institution, old.Permission.Decision, diploma, old.Content, context.RequestAborted)
            : problem;
    }
}
