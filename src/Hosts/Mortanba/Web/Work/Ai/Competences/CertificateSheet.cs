using Mortanba.AiEducation;
using Mortanba.Documents;
using Mortanba.Foundation;

namespace Mortanba.Host.Web.Work.Ai;

/// <summary>What a holder's page shows of a certificate of competence.</summary>
/// <param name="Base">Address of the page, without the language.</param>
/// <param name="Link">Whole address that opens the certificate for whoever has it.</param>
/// <param name="Code">SVG of that address as a code.</param>
/// <param name="HasFile">A checkpoint covers it.</param>
public sealed record CertificateSheet(string Base, string Number, CompetenceAward Award, string Link, string Code, bool HasFile)
{
    /// <summary>Null when there is none, or its content is gone.</summary>
    internal static async Task<CertificateSheet?> OfAsync(HttpContext context, AssetId asset, string address)
    {
        var (lookup, cancel) = (new CertificateLookup(DeskPages.Home(context)), context.RequestAborted);
        return await lookup.AwardAsync(asset, cancel) is { } award && await lookup.LinkAsync(asset, cancel) is { } link
            ? new CertificateSheet(
                address, link.Summary.Number, award, link.Link, QrSvg.Render(QrMatrix.Encode(link.Link), "QR"), await lookup.FileAsync(asset, cancel) is not null)
            : null;
    }

    /// <summary>Sends the file that proves itself; false when there is none yet.</summary>
    internal static async Task<bool> SendFileAsync(HttpContext context, AssetId asset)
    {
        if (await new CertificateLookup(DeskPages.Home(context)).FileAsync(asset, context.RequestAborted) is not { } file)
        {
            return false;
        }

        context.Response.ContentType = DiplomaFile.MediaType;
        await context.Response.BodyWriter.WriteAsync(file.Write(), context.RequestAborted);
        return true;
    }

    /// <summary>Certificates of courses that somebody completed at their school.</summary>
    internal static async Task<IReadOnlyList<(CourseCertified Certificate, CourseGroup Group)>> OfCoursesAsync(HttpContext context, SchoolPerson person)
    {
        await using var connection = await DeskPages.Home(context).Database.ConnectAsync(context.RequestAborted);
        var groups = await EventStore.AllAsync(connection, CompetenceStreams.Group, person.School, context.RequestAborted);
        return [.. groups.SelectMany(g => g.Now.Certificates.Where(c => c.Person == person.Id).Select(c => (c, g.Now)))];
    }
}
