using System.Globalization;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Me;
using Mortanba.Issuance;
using Mortanba.Verification;

namespace Mortanba.Host.Web;

/// <summary>
/// The share builder: fields and courses one by one, for whom, until when, and beside it what the other side will see. Every button
/// works without script; whatever was typed comes back.
/// </summary>
internal static class ShareBuilder
{
    public const string PersonalNumber = "personal_administrative_number";

    private const int LongTermDays = 90;

    // What each preset ticks; the personal number is in none of them.
    private static readonly string[] Graduated = ["name", "qualification", "institution", "award_date"];
    private static readonly string[] Private = [PersonalNumber, "student_number"];

    public static IReadOnlyList<string> Presets { get; } = ["graduated", "diploma", "all"];

    public static void Map(RouteGroupBuilder pages)
    {
        var me = pages.MapWork("");
        me.MapGet(MePages.AssetRoute + "/share", BeginAsync).Needs(null);
        me.MapPost(MePages.AssetRoute + "/share", TakeAsync).Needs(null);
    }

    private static async Task BeginAsync(HttpContext context, Installation home, OnlineVerifier verifier, Guid asset)
    {
        if (await MePages.OwnAsync(context, asset) is not { } diploma)
        {
            return;
        }

        var content = await ContentAsync(verifier, diploma, context.RequestAborted);
        var order = new ShareOrder(
            Guid.NewGuid().ToString("N"), "", "job", "", Graduated.ToHashSet(StringComparer.Ordinal), new HashSet<int>(),
            Readers.LanguageOf(context.Request), home.Settings.ShareDays, null, AsksPin: true, MayDownload: false, Abroad: false, EvenSo: false);
        await ShowAsync(context, home, diploma, content, order, null, []);
    }

    private static async Task TakeAsync(HttpContext context, Installation home, OnlineVerifier verifier, Guid asset)
    {
        if (await MePages.OwnAsync(context, asset) is not { } diploma)
        {
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var content = await ContentAsync(verifier, diploma, context.RequestAborted);
        var order = Read(form, context.Request);
        var act = form["act"].ToString();
        if (act != "make")
        {
            await ShowAsync(context, home, diploma, content, Preset(order, act, content), null, []);
            return;
        }

        var made = await new ShareDiploma(home).RunAsync(context.Visit().Actor, diploma, order, context.RequestAborted);
        if (made.TryGet(out var id, out var refused))
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/me/shares/{id}?new=1");
            return;
        }

        await ShowAsync(
            context, home, diploma, content, order, (refused as ShareExists)?.Active, refused is ShareExists ? [] : [(FieldOf(refused), refused)]);
    }

    private static string FieldOf(Problem refused) => refused.Code switch
    {
        "me/nothing-chosen" => "fields",
        "me/bad-until" => "until",
        var code => code.EndsWith("-reference", StringComparison.Ordinal) ? "ref" : "who",
    };

    private static ShareOrder Preset(ShareOrder order, string act, (DisclosedContent All, Verdict _) content)
    {
        var names = content.All.Facts.Keys;
        var everyCourse = Enumerable.Range(0, content.All.Courses.Count).ToHashSet();
        return act switch
        {
            "set:graduated" => order with { Fields = Graduated.ToHashSet(StringComparer.Ordinal), Courses = new HashSet<int>() },
            "set:diploma" => order with { Fields = names.Except(Private).ToHashSet(StringComparer.Ordinal), Courses = new HashSet<int>() },
            "set:all" => order with { Fields = names.Except([PersonalNumber]).ToHashSet(StringComparer.Ordinal), Courses = everyCourse },
            "courses:all" => order with { Courses = everyCourse },
            "courses:none" => order with { Courses = new HashSet<int>() },
            _ => order,
        };
    }

    private static ShareOrder Read(IFormCollection form, HttpRequest request)
    {
        DateOnly? day = DateOnly.TryParseExact(form["day"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var typed)
            ? typed
            : null;
        int? days = int.TryParse(form["until"], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
        return new ShareOrder(
            form["id"].ToString(), form["recipient"].ToString(), form["why"].ToString(), form["ref"].ToString(),
            form["field"].OfType<string>().ToHashSet(StringComparer.Ordinal),
            form["course"].Select(c => int.TryParse(c, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : -1).ToHashSet(),
            Languages.TryParse(form["lang"], out var language) ? language : Readers.LanguageOf(request),
            // A date was asked for and none can be read: no term fits, and the page says so.
            days ?? (day is null ? 0 : null), days is null ? day : null,
            form["pin"] == "1", form["download"] == "1", form["abroad"] == "1", form["again"] == "1");
    }

    private static async Task<(DisclosedContent, Verdict)> ContentAsync(OnlineVerifier verifier, StoredDiploma diploma, CancellationToken cancel)
    {
        var report = await verifier.VerifyAsync(diploma.Forms.SdJwt, cancel);
        return (report.Content ?? throw new InvalidOperationException("A stored diploma does not verify."), report.Verdict);
    }

    private static Task ShowAsync(
        HttpContext context, Installation home, StoredDiploma diploma, (DisclosedContent All, Verdict Verdict) content, ShareOrder order,
        Share? exists, IReadOnlyList<(string, Problem)> problems)
    {
        int[] terms = [home.Settings.ShareDays, LongTermDays];
        var isRefused = problems.Count > 0 || exists is not null;
        return context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ShareBuilderPage>(
            context, Readers.LanguageOf(context.Request), isRefused ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
            (nameof(ShareBuilderPage.Diploma), diploma), (nameof(ShareBuilderPage.Content), content.All),
            (nameof(ShareBuilderPage.Verdict), content.Verdict), (nameof(ShareBuilderPage.Order), order),
            (nameof(ShareBuilderPage.Terms), terms.Where(d => d <= home.Settings.ShareDaysMax).Distinct().ToList()),
            (nameof(ShareBuilderPage.MaxDays), home.Settings.ShareDaysMax), (nameof(ShareBuilderPage.Exists), exists),
            (nameof(ShareBuilderPage.Refused), problems));
    }
}
