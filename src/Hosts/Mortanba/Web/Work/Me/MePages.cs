using System.Globalization;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Me;
using Mortanba.Issuance;

namespace Mortanba.Host.Web;

/// <summary>A holder's diplomas: as paper first, as data second, and as files. Another's diploma is not there.</summary>
internal static class MePages
{
    private const int LookedOnFirstPage = 5;

    /// <summary>A UUID: another text is no address of ours.</summary>
    public const string AssetRoute = "/me/diplomas/{asset:guid}";

    public static void Map(RouteGroupBuilder pages)
    {
        var me = pages.MapWork("");
        me.MapGet("/me", IndexAsync).Needs(null);
        me.MapGet(AssetRoute, ShowAsync).Needs(null);
        me.MapGet(AssetRoute + "/code.svg", CodeAsync).Needs(null);
        foreach (var form in (string[])["pdf", "file", "badge", "sd-jwt", "elmo", "elm"])
        {
            me.MapGet($"{AssetRoute}/{form}", (HttpContext context, Installation home, Guid asset) => FileAsync(context, home, asset, form)).Needs(null);
        }
    }

    /// <summary>Where a diploma stands on its holder's pages, without the language.</summary>
    public static string PathOf(AssetId asset) => $"/me/diplomas/{asset.Value:D}";

    /// <summary>The visitor's own diploma of this address; null, and a page that says so, when it is not theirs.</summary>
    internal static async Task<StoredDiploma?> OwnAsync(HttpContext context, Guid asset)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var found = await new HeldDiplomas(home).FindAsync(context.Visit().Actor.Id, new AssetId(asset), context.RequestAborted);
        if (found is null)
        {
            await Problems.NotFoundAsync(context);
        }

        return found;
    }

    private static async Task IndexAsync(HttpContext context, Installation home, PageWriter writer, Texts texts)
    {
        var (holder, cancel) = (context.Visit().Actor, context.RequestAborted);
        var diplomas = await new HeldDiplomas(home).OfAsync(holder.Id, cancel);
        var now = home.Time.GetUtcNow();
        IReadOnlyList<Share> shares;
        HashSet<AssetId> blocked = [];
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            shares = await new Shares(home.Vault).OfAccountAsync(connection, holder.Id, cancel);
            foreach (var diploma in diplomas)
            {
                if (await DataBlocks.FindAsync(connection, diploma.Summary.Asset, cancel) is not null)
                {
                    blocked.Add(diploma.Summary.Asset);
                }
            }
        }

        var looked = diplomas.Count == 0 ? [] : await LookedAsync(context, home, texts, LookedOnFirstPage, diplomas);
        await SitePages.Write<MinePage>(
            context, writer, (nameof(MinePage.Diplomas), diplomas),
            (nameof(MinePage.Active), shares.Where(s => s.IsActiveAt(now)).ToList()), (nameof(MinePage.Looked), looked), (nameof(MinePage.Blocked), blocked),
            (nameof(MinePage.Now), now));
    }

    /// <summary>Who looked, in plain words; a share by the name the holder gave it.</summary>
    internal static async Task<IReadOnlyList<(DateTimeOffset At, string Text)>> LookedAsync(
        HttpContext context, Installation home, Texts texts, int count, IReadOnlyList<StoredDiploma>? diplomas = null)
    {
        var (holder, cancel, language) = (context.Visit().Actor, context.RequestAborted, Readers.LanguageOf(context.Request));
        var registry = context.RequestServices.GetRequiredService<IPublicRegistry>();
        var rows = await new TakeMine(home).TrailAsync(holder, count, cancel, diplomas);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var names = await AccountNames.OfAsync(connection, rows.Select(r => r.Actor), cancel);
        var shares = (await new Shares(home.Vault).OfAccountAsync(connection, holder.Id, cancel)).ToDictionary(s => s.Id, s => s.Words.Recipient);
        return [.. rows.Select(row => (row.At, Line(row)))];

        string Line(TrailRow row)
        {
            var what = TrailWords.What(texts, registry, language, row);
            var who = row.Actor == holder.Id
                ? texts.Get(language, "me/you")
                : (names.GetValueOrDefault(row.Actor) ?? texts.Get(language, "work/actor." + row.ActorKind))
                    + (row.Role is null ? "" : ", " + texts.Get(language, "work/role." + row.Role));
            var share = row.Subject.Kind == "share" && shares.GetValueOrDefault(row.Subject.Id) is { } recipient ? $" ({recipient})" : "";
            return $"{who}: {what}{share}";
        }
    }

    private static async Task ShowAsync(HttpContext context, Installation home, PageWriter writer, OnlineVerifier verifier, Guid asset)
    {
        if (await OwnAsync(context, asset) is not { } diploma)
        {
            return;
        }

        var (holder, cancel) = (context.Visit().Actor, context.RequestAborted);
        await new TakeMine(home).LookAsync(holder, diploma, cancel);
        var report = await verifier.VerifyAsync(diploma.Forms.SdJwt, cancel);
        var newer = diploma.Summary.SupersededBy is { } id ? await new HeldDiplomas(home).FindAsync(holder.Id, id, cancel) : null;
        DataBlock? block;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            block = await DataBlocks.FindAsync(connection, diploma.Summary.Asset, cancel);
        }

        await SitePages.Write<MyDiplomaPage>(
            context, writer, (nameof(MyDiplomaPage.Diploma), diploma), (nameof(MyDiplomaPage.Block), block), (nameof(MyDiplomaPage.Sheet), DiplomaSheet.Of(diploma.Record, null)),
            (nameof(MyDiplomaPage.Content), report.Content ?? throw new InvalidOperationException("A stored diploma does not verify.")),
            (nameof(MyDiplomaPage.Supplement), SupplementText.Of(diploma.Record, new DeliverDiplomas(home).Wording(diploma.Record.IssuedAt))),
            (nameof(MyDiplomaPage.ReplacedBy), newer),
            (nameof(MyDiplomaPage.LinkedIn), LinkedInOf(diploma, Readers.LanguageOf(context.Request), home.Settings.Site)));
    }

    /// <summary>Public facts only, in an address that the holder follows or not; nothing is sent before.</summary>
    private static string LinkedInOf(StoredDiploma diploma, Language language, string site)
    {
        var content = diploma.Record.Content;
        (string Name, string Value)[] facts =
        [
            ("startTask", "CERTIFICATION_NAME"), ("name", content.Programme.Qualification.In(language)),
            ("organizationName", diploma.Record.Initiator.Name.In(language)),
            ("issueYear", content.AwardDate.Year.ToString(CultureInfo.InvariantCulture)),
            ("issueMonth", content.AwardDate.Month.ToString(CultureInfo.InvariantCulture)), ("certId", content.FullNumber),
            ("certUrl", $"{site}/{language.Tag()}/n/{Uri.EscapeDataString(content.FullNumber)}"),
        ];
        return "https://www.linkedin.com/profile/add?" + string.Join('&', facts.Select(f => $"{f.Name}={Uri.EscapeDataString(f.Value)}"));
    }

    private static async Task CodeAsync(HttpContext context, Guid asset)
    {
        if (await OwnAsync(context, asset) is not { } diploma)
        {
            return;
        }

        var text = new Mortanba.Credentials.PaperQr(diploma.Record.SiteAddress, diploma.Record.Capability, diploma.Forms.PaperText).ToString();
        context.Response.ContentType = "image/svg+xml";
        await context.Response.WriteAsync(QrSvg.Render(QrMatrix.Encode(text), "QR"), context.RequestAborted);
    }

    private static async Task FileAsync(HttpContext context, Installation home, Guid asset, string form)
    {
        if (await OwnAsync(context, asset) is not { } diploma)
        {
            return;
        }

        if (await new TakeMine(home).FileAsync(context.Visit().Actor, diploma, form, Readers.LanguageOf(context.Request), context.RequestAborted) is not { } file)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await SendAsync(context, file.Name, file.MediaType, file.Bytes);
    }

    internal static async Task SendAsync(HttpContext context, string name, string mediaType, ReadOnlyMemory<byte> bytes)
    {
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
