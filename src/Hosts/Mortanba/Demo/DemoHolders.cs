using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Issuance;
using Mortanba.Storage;

namespace Mortanba.Host.Demo;

/// <summary>
/// Two invented graduates with an account. The first holds a diploma that was replaced, and so its replacement, shares it with one
/// recipient and shared it with another; the second holds one diploma. A demonstration that has them keeps them.
/// </summary>
internal static class DemoHolders
{
    public static async Task MakeAsync(Installation home, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var all = await home.Credentials.ListAsync(connection, 0, int.MaxValue, cancel);
        var active = all.Where(c => c is { State: DiplomaState.Active, TransferredAt: not null, Supersedes: null }).ToList();
        var first = all.FirstOrDefault(c => c.State == DiplomaState.Superseded) ?? active.FirstOrDefault();
        if (await AccountOfAsync(connection, DemoPeople.Graduate, cancel) is { } graduate && first is not null
            && (await Holdings.OfAccountAsync(connection, graduate, cancel)).Count == 0)
        {
            await HoldAsync(home, graduate, first.Asset, cancel);
            await ShareAsync(home, graduate, cancel);
        }

        if (await AccountOfAsync(connection, DemoPeople.OtherGraduate, cancel) is { } other && active.Count > 1
            && (await Holdings.OfAccountAsync(connection, other, cancel)).Count == 0)
        {
            await HoldAsync(home, other, active[^2].Asset, cancel);
        }
    }

    private static Task HoldAsync(Installation home, string account, AssetId asset, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        return home.Database.WriteAsync(
            async t =>
            {
                if (await Holdings.AddAsync(t, asset, account, at, cancel))
                {
                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            TrailAct.Transfer, "me/claimed", Actor.AtConsole("demo"), new TrailSubject("diploma", asset.ToString())),
                        cancel);
                }
            },
            cancel);
    }

    private static async Task ShareAsync(Installation home, string account, CancellationToken cancel)
    {
        var diploma = (await new HeldDiplomas(home).OfAsync(account, cancel))[0];
        var holder = new Actor(ActorKind.Person, account, "", []);
        string[] fields = ["name", "qualification", "institution", "diploma_number", "award_date"];
        _ = (await new ShareDiploma(home).RunAsync(
            holder, diploma,
            new ShareOrder(
                Guid.NewGuid().ToString("N"), "Jetisu Soft (invented), Almaty", "job", "", fields.ToHashSet(StringComparer.Ordinal),
                new HashSet<int>(), Language.Kk, null, null, AsksPin: true, MayDownload: true, Abroad: false, EvenSo: false),
            cancel)).Value;
        var (made, ended) = (home.Time.GetUtcNow().AddDays(-30), home.Time.GetUtcNow().AddDays(-16));
        var shown = fields.ToHashSet(StringComparer.Ordinal);
        var words = new ShareWords(
            "Technische Hochschule Lindenau (invented)", "study", "Master 2027", Language.En, fields, [], 0, Abroad: true,
            ShownFields.Present(diploma.Forms.SdJwt, shown, new HashSet<int>()));
        await home.Database.WriteAsync(
            async t => await new Shares(home.Vault).AddAsync(
                t,
                new NewShare(
                    Guid.NewGuid().ToString("N"), account, diploma.Summary.Asset, made, ended, MayDownload: false, HasPin: false, words),
                cancel),
            cancel);
    }

    private static async Task<string?> AccountOfAsync(ReadFrom from, string email, CancellationToken cancel) =>
        (await from.QueryAsync(
            "SELECT id FROM accounts WHERE email = @email", r => r.GetString(0), cancel, ("email", email))).SingleOrDefault();
}
