using System.Globalization;
using Mortanba.AiEducation;
using Mortanba.Delivery;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web.Work.Ai;

/// <summary>What a holder's page shows of a certificate of competence.</summary>
/// <param name="Base">Address of the page, without the language.</param>
/// <param name="BlockNames">Of the teachers' and the learners' blocks, by their id, as the rules of its day name them.</param>
/// <param name="HasFile">A checkpoint covers it.</param>
/// <param name="Shares">What the visitor shared of it, the newest first.</param>
/// <param name="Order">The share that is being made.</param>
public sealed record CertificateSheet(
    string Base, string Number, CompetenceAward Award, IReadOnlyDictionary<string, LocalizedText> BlockNames, bool HasFile, IReadOnlyList<Share> Shares,
    ShareOrder Order, DateTimeOffset Now, int MaxDays)
{
    /// <summary>Null when there is none, or its content is gone.</summary>
    /// <param name="typed">What was sent and refused; null for a new form.</param>
    internal static async Task<CertificateSheet?> OfAsync(HttpContext context, AssetId asset, string address, ShareOrder? typed = null)
    {
        var (home, cancel) = (context.Home(), context.RequestAborted);
        var lookup = new CertificateLookup(home);
        if (await lookup.AwardAsync(asset, cancel) is not var (number, award))
        {
            return null;
        }

        var hasFile = await lookup.FileAsync(asset, cancel) is not null;
        await using var connection = await home.Database.ConnectAsync(cancel);
        return new CertificateSheet(
            address, number, award, BlockNamesOn(home.Rules, award.Date), hasFile,
            [.. (await new Shares(home.Vault).OfAccountAsync(connection, context.Visit().Actor.Id, cancel)).Where(s => s.Credential == asset)],
            typed ?? Read(DeskForm.None, context.Request, home.Settings.ShareDays), home.Time.GetUtcNow(), home.Settings.ShareDaysMax);
    }

    /// <summary>
    /// Makes a share for a term, as a diploma is shared: a link of its own, that the holder can end, prolong and see the openings of. Goes to its
    /// page; gives the order and the refusal when it was refused.
    /// </summary>
    internal static async Task<(ShareOrder Order, Problem Problem)?> ShareAsync(HttpContext context, AssetId asset)
    {
        var (home, cancel) = (context.Home(), context.RequestAborted);
        var order = Read(await DeskPages.FormAsync(context), context.Request, 0);
        if (await new CertificateLookup(home).ShareableAsync(asset, order.Language, cancel) is not var (thing, fields))
        {
            return (order, new Problem("ai/not-there", "There is no such entry, or it is not yours."));
        }

        var made = await new ShareDiploma(home).RunAsync(context.Visit().Actor, thing, order with { Fields = fields }, cancel);
        if (!made.TryGet(out var id, out var refused))
        {
            return (order, refused);
        }

        AiPages.See(context, $"/me/shares/{id}?new=1");
        return null;
    }

    private static Dictionary<string, LocalizedText> BlockNamesOn(RuleBook rules, DateOnly day) =>
        new[] { RuleKeys.TeacherCompetences, RuleKeys.LearnerCompetences }
            .SelectMany(key => rules.Resolve(key, day).TryGet(out var found, out _) ? found.Value.Blocks : [])
            .ToDictionary(b => b.Id, b => b.Name, StringComparer.Ordinal);

    private static ShareOrder Read(DeskForm form, HttpRequest request, int days) => new(
        form.IsSent ? form["id"] : Guid.NewGuid().ToString("N"), form["recipient"], form.IsSent ? form["why"] : "job", "",
        new HashSet<string>(), new HashSet<int>(), Readers.LanguageOf(request),
        form.IsSent ? int.TryParse(form["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : 0 : days, null,
        form.Has("pin", "1"), MayDownload: false, form.Has("abroad", "1"), form.Has("again", "1"));

    /// <summary>Sends the file that proves itself; false when there is none yet.</summary>
    internal static async Task<bool> SendFileAsync(HttpContext context, AssetId asset)
    {
        if (await new CertificateLookup(context.Home()).FileAsync(asset, context.RequestAborted) is not { } file)
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
        await using var connection = await context.Home().Database.ConnectAsync(context.RequestAborted);
        var groups = await EventStore.AllAsync(connection, CompetenceStreams.Group, person.School, context.RequestAborted);
        return [.. groups.SelectMany(g => g.Now.Certificates.Where(c => c.Person == person.Id).Select(c => (c, g.Now)))];
    }
}
