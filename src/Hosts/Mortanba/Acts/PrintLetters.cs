using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Web;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// Sheets for graduates as one PDF: each with a claim link as QR, or each with a claim code. Both are never on one sheet and never
/// in one file, so that they can go different ways.
/// </summary>
public sealed class PrintLetters(Installation home, Texts texts)
{
    /// <summary>Sheets of one file.</summary>
    public const int CountMax = 500;

    /// <summary>New links, or new codes in place of those before; the file is ready before they are good.</summary>
    public async Task<Outcome<byte[]>> RunAsync(
        Actor by, Bin institution, IReadOnlyList<AssetId> assets, bool isLink, CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        if (assets.Count > CountMax)
        {
            return new Problem("delivery/too-many-letters", "Choose fewer.", ("max", $"{CountMax}"));
        }

        var sheets = await SheetsAsync(institution, assets, isLink, at, cancel);
        if (sheets.Count == 0)
        {
            return await UnblockedData.AreAllAsync(home, assets, cancel)
                ? BlockData.Blocked : new Problem("delivery/nothing-to-print", "There is nothing to print.");
        }

        var pdf = LetterPdf.Render([.. sheets.Select(s => s.Letter)], Words(), UntilOf, at);
        CrashPoint.Reach("before-letters");
        var refused = await home.Database.WriteAsync(
            async t =>
            {
                foreach (var (asset, _, _) in sheets)
                {
                    if (await ChangedAsync(t, institution, asset, cancel) is { } changed)
                    {
                        return changed;
                    }
                }

                var events = new List<TrailEvent>();
                foreach (var (asset, secret, _) in sheets)
                {
                    var row = await Deliveries.OpenAsync(t, asset, institution, at, cancel);
                    if (isLink)
                    {
                        await Deliveries.AddLinkAsync(t, asset, secret, LinkChannel.Letter, at, SendDeliveries.TermOf(home.Settings), cancel);
                        await Deliveries.LetterAsync(t, asset, at, cancel);
                    }
                    else
                    {
                        await home.Deliveries.SetCodeAsync(t, row, secret, at, cancel);
                    }

                    events.Add(Event(by, institution, asset, isLink ? "delivery/letter-printed" : "delivery/code-made"));
                }

                await AuditTrail.AppendAsync(t, at, events, cancel);
                return null;
            },
            cancel);
        return refused is null ? pdf : refused;
    }

    /// <summary>Claimed, erased, out of force or blocked since its sheet was drawn: the file would say what is no longer so.</summary>
    private async Task<Problem?> ChangedAsync(DbTransaction transaction, Bin institution, AssetId asset, CancellationToken cancel) =>
        await NotErased.RefusalAsync(home, transaction, asset, cancel) is { } erased ? erased
        : await DataBlocks.FindAsync(transaction, asset, cancel) is not null ? BlockData.Blocked
        : (await DeliveryTable.OfAssetsAsync(transaction, institution, [asset], cancel)).SingleOrDefault()
            is { State: not DeliveryState.Claimed, DiplomaState: DiplomaState.Active } ? null
        : new Problem("delivery/nothing-to-print", "There is nothing to print.");

    /// <summary>A new code for one, to be handed over in person; shown this once.</summary>
    public async Task<Outcome<string>> CodeAsync(Actor by, Bin institution, AssetId asset, CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        var code = ClaimCode.New();
        return await home.Database.WriteAsync<Outcome<string>>(
            async t =>
            {
                if ((await DeliveryTable.OfAssetsAsync(t, institution, [asset], cancel)).Count == 0)
                {
                    return new Problem("delivery/unknown", "There is no such delivery here.");
                }

                if (await ChangedAsync(t, institution, asset, cancel) is { } changed)
                {
                    return changed;
                }

                var row = await Deliveries.OpenAsync(t, asset, institution, at, cancel);
                await home.Deliveries.SetCodeAsync(t, row, code, at, cancel);
                await AuditTrail.AppendAsync(t, at, Event(by, institution, asset, "delivery/code-made"), cancel);
                return ClaimCode.Printed(code);
            },
            cancel);
    }

    private static TrailEvent Event(Actor by, Bin institution, AssetId asset, string what) => new(
        TrailAct.Change, what, by, new TrailSubject("diploma", asset.ToString()), by.RoleFor(Right.Deliver, institution), institution);

    private async Task<List<(AssetId Asset, string Secret, Letter Letter)>> SheetsAsync(
        Bin institution, IReadOnlyList<AssetId> assets, bool isLink, DateTimeOffset at, CancellationToken cancel)
    {
        var sheets = new List<(AssetId, string, Letter)>();
        await using var connection = await home.Database.ConnectAsync(cancel);
        var name = (await PermitRegister.FindOrganisationAsync(connection, institution, cancel))?.Name ?? LocalizedText.Same(institution.Value);
        var until = new WorkingCalendar(home.Rules).DateOf(at + SendDeliveries.TermOf(home.Settings)).Value;
        foreach (var line in await DeliveryTable.OfAssetsAsync(connection, institution, assets, cancel))
        {
            if (line is { State: not DeliveryState.Claimed, DiplomaState: DiplomaState.Active }
                && await UnblockedData.OfAsync(home, connection, line.Asset, cancel) is { Diploma: { } diploma })
            {
                var secret = isLink ? ClaimToken.New() : ClaimCode.New();
                var content = diploma.Record.Content;
                sheets.Add((line.Asset, secret, new Letter(
                    name,
                    new LocalizedText(content.Name.In(Language.Kk), content.Name.In(Language.Ru), content.Name.In(Language.En)),
                    content.FullNumber, isLink,
                    isLink ? $"{home.Settings.Site}/{content.Instruction.Tag()}/claim/{secret}" : ClaimCode.Printed(secret),
                    isLink ? until : null)));
            }
        }

        return sheets;
    }

    private LocalizedText? UntilOf(Letter letter) => letter.Until is { } until
        ? In(l => texts.Get(l, "delivery/letter.until", ("until", Web.Words.Date(l, until))))
        : null;

    private LetterWords Words() => new(
        All("delivery/letter.file"), All("delivery/letter.title"), All("delivery/letter.link"), All("delivery/letter.code"),
        All("delivery/letter.code.text"), All("delivery/letter.number"), texts.Get(Language.Kk, "delivery/letter.alt"));

    private LocalizedText All(string key) => In(l => texts.Get(l, key));

    private static LocalizedText In(Func<Language, string> of) => new(of(Language.Kk), of(Language.Ru), of(Language.En));
}
