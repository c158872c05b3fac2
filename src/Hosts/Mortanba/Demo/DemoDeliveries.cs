using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Issuance;

namespace Mortanba.Host.Demo;

/// <summary>
/// A handful of diplomas of the first university on their way: one waits for its holder, with link and code in
/// <c>DIR/demo-claim.txt</c>; one is claimed, one came back, one was opened, one sent, one prepared. Addresses are invented.
/// </summary>
internal sealed class DemoDeliveries(Installation home, DiplomaFlow flow)
{
    public const string FileName = "demo-claim.txt";
    public const string Claimant = "claimant@platform.example";

    /// <summary>How many stay without a transfer, so that they can be claimed; fewer in a small demonstration.</summary>
    private const int WaitingMax = 7;

    /// <summary>The first diplomas of the university are for what changes: suspended, annulled, replaced.</summary>
    private const int ChangedCount = 3;

    private static readonly Actor By = Actor.AtConsole("demo");

    private string FilePath => Path.Combine(home.Directory, FileName);

    /// <summary>Those to be left without a transfer; none in a demonstration that is too small.</summary>
    public static IReadOnlySet<AssetId> Waiting(IReadOnlyList<CredentialSummary> all)
    {
        var own = all.Where(c => c.Initiator == all[0].Initiator && c.Supersedes is null).Select(c => c.Asset).ToList();
        return own.Count > ChangedCount ? own[ChangedCount..].Take(WaitingMax).ToHashSet() : new HashSet<AssetId>();
    }

    /// <summary>Whether this demonstration went this far already: what was issued since is claimed by its holders, not transferred.</summary>
    public bool AreMade => File.Exists(FilePath);

    /// <summary>Link and code of the one that waits; null when there is none.</summary>
    public (string Link, string Code)? Open =>
        File.Exists(FilePath) && File.ReadAllLines(FilePath) is [var link, var code, ..] ? (link, code) : null;

    public async Task MakeAsync(CancellationToken cancel)
    {
        IReadOnlyList<CredentialSummary> all;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            all = await home.Credentials.ListAsync(connection, 0, int.MaxValue, cancel);
        }

        var waiting = Waiting(all);
        var diplomas = all.Where(c => waiting.Contains(c.Asset) && c.State == DiplomaState.Active).ToList();
        if (AreMade || diplomas.Count == 0)
        {
            return;
        }

        await using var services = new ServiceCollection().AddLogging().AddSingleton(home.Time)
            .AddMortanbaAccounts(home, home.Settings.Site).BuildServiceProvider();
        var sending = new SendDeliveries(home, services.GetRequiredService<MailQueue>(), Texts.Read());
        // The first gets its letters; the last has no address.
        for (var i = 1; i < Math.Min(diplomas.Count, WaitingMax - 1); i++)
        {
            await ContactAsync(diplomas[i], $"graduate-{i}@post.example", cancel);
        }

        if (diplomas.Count > 1)
        {
            _ = (await sending.ToAsync(By, diplomas[0].Initiator, [.. diplomas.Skip(1).Take(4).Select(d => d.Asset)], cancel)).Value;
            await ClaimedAsync(services, diplomas[1].Asset, cancel);
        }

        if (diplomas.Count > 2)
        {
            await home.Database.WriteAsync(
                t => NoteBounce.ByHandAsync(t, By, diplomas[2].Initiator, diplomas[2].Asset, home.Time.GetUtcNow(), cancel), cancel);
        }

        if (diplomas.Count > 3)
        {
            await OpenedAsync(diplomas[3].Asset, cancel);
        }

        await LinkAndCodeAsync(diplomas[0], cancel);
    }

    private Task ContactAsync(CredentialSummary diploma, string email, CancellationToken cancel) => home.Database.WriteAsync(
        async t =>
        {
            var row = await Deliveries.OpenAsync(t, diploma.Asset, diploma.Initiator, home.Time.GetUtcNow(), cancel);
            if (!row.HasContact)
            {
                await home.Deliveries.SetRecipientAsync(t, row, new Recipient(email, null, Language.Kk), cancel);
            }
        },
        cancel);

    private async Task OpenedAsync(AssetId asset, CancellationToken cancel)
    {
        DeliveryRow row;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            row = (await Deliveries.FindAsync(connection, asset, cancel))!;
        }

        await new ProveHolder(home).OpenAsync(row, cancel);
    }

    /// <summary>An account of the demonstration's password that claimed its diploma as a graduate does.</summary>
    private async Task ClaimedAsync(IServiceProvider services, AssetId asset, CancellationToken cancel)
    {
        await using var scope = services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var account = await accounts.FindByEmailAsync(Claimant);
        if (account is null)
        {
            var at = home.Time.GetUtcNow();
            account = new Account
            {
                Id = Guid.CreateVersion7(at).ToString(),
                Email = Claimant,
                EmailConfirmed = true,
                Name = "Demo Claimant",
                CreatedAt = at,
            };
            account.Record(new TrailEvent(TrailAct.Change, "accounts/created", By, new TrailSubject("account", account.Id)));
            var password = (await File.ReadAllLinesAsync(Path.Combine(home.Directory, DemoPeople.FileName), cancel))[0];
            if (!(await accounts.CreateAsync(account, password)).Succeeded)
            {
                throw new InvalidOperationException("A demo account was refused.");
            }
        }

        await OpenedAsync(asset, cancel);
        _ = (await new ClaimDiploma(home, flow).RunAsync(
            new Actor(ActorKind.Person, account.Id, account.Name, []),
            new ClaimProof(asset, "code", ClaimPages.RiskVersion + "/kk", home.Time.GetUtcNow()), cancel)).Value;
    }

    private async Task LinkAndCodeAsync(CredentialSummary diploma, CancellationToken cancel)
    {
        var (token, code, at) = (ClaimToken.New(), ClaimCode.New(), home.Time.GetUtcNow());
        await home.Database.WriteAsync(
            async t =>
            {
                var row = await Deliveries.OpenAsync(t, diploma.Asset, diploma.Initiator, at, cancel);
                await Deliveries.AddLinkAsync(t, diploma.Asset, token, LinkChannel.Letter, at, SendDeliveries.TermOf(home.Settings), cancel);
                await Deliveries.LetterAsync(t, diploma.Asset, at, cancel);
                await home.Deliveries.SetCodeAsync(t, row, code, at, cancel);
                await AuditTrail.AppendAsync(
                    t, at,
                    [.. ((string[])["delivery/letter-printed", "delivery/code-made"]).Select(what => new TrailEvent(
                        TrailAct.Change, what, By, new TrailSubject("diploma", diploma.Asset.ToString()), null, diploma.Initiator))],
                    cancel);
            },
            cancel);
        await DemoPeople.WriteAsync(FilePath, [$"{home.Settings.Site}/kk/claim/{token}", ClaimCode.Printed(code)], cancel);
    }
}
