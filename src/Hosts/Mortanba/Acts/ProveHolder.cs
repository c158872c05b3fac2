using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;

namespace Mortanba.Host.Acts;

/// <summary>Steps before the claim: the link is opened by a person; the person shows who they are.</summary>
public sealed class ProveHolder(Installation home)
{
    private static readonly Actor Visitor = new(ActorKind.Visitor, "visitor", "", []);

    /// <summary>Counted once, when a person pressed the button: robots that look at links in mail press none.</summary>
    public Task OpenAsync(DeliveryRow row, CancellationToken cancel = default) =>
        row.OpenedAt is not null
            ? Task.CompletedTask
            : home.Database.WriteAsync(
                async t =>
                {
                    var at = home.Time.GetUtcNow();
                    await Deliveries.OpenedAsync(t, row.Asset, at, cancel);
                    await RecordAsync(t, row, TrailAct.Access, "delivery/opened", null, at, cancel);
                },
                cancel);

    /// <summary>By the code that came another way. A wrong one is counted and recorded.</summary>
    public Task<Outcome<AssetId>> ByCodeAsync(DeliveryRow row, string? typed, CancellationToken cancel = default) =>
        home.Database.WriteAsync(
            async t =>
            {
                var at = home.Time.GetUtcNow();
                var tried = await home.Deliveries.TryCodeAsync(t, row.Asset, typed, cancel);
                await RecordAsync(
                    t, row, tried.Problem is { Code: "delivery/locked" } ? TrailAct.Block : TrailAct.Access,
                    tried.Problem?.Code switch
                    {
                        null => "delivery/identified",
                        "delivery/locked" => "delivery/code-locked",
                        _ => "delivery/code-refused",
                    },
                    tried.IsDone ? "code" : null, at, cancel);
                return tried;
            },
            cancel);

    /// <summary>By a digital signature whose IIN is the one of the diploma. It counts once, whoever's it is.</summary>
    /// <param name="text">What was signed.</param>
    /// <param name="until">When that text ends by itself.</param>
    public async Task<Outcome<AssetId>> ByIinAsync(
        DeliveryRow row, Iin iin, byte[] text, DateTimeOffset until, CancellationToken cancel = default) =>
        await OutcomeAsync(
            row, await HoldsAsync(row.Asset, iin, cancel), "eds", cancel,
            async (t, at) => (await EdsChallenges.UseAsync(t, text, at, until, cancel)).Problem);

    /// <summary>By an account that a signature or an earlier claim bound to the person.</summary>
    public async Task<Outcome<AssetId>> ByAccountAsync(DeliveryRow row, byte[]? person, CancellationToken cancel = default) =>
        await OutcomeAsync(row, await IsPersonAsync(row.Asset, person, cancel), "account", cancel);

    /// <summary>True when the account is bound to the person this diploma names.</summary>
    public async Task<bool> IsPersonAsync(AssetId asset, byte[]? person, CancellationToken cancel = default) =>
        person is not null && await IinAsync(asset, cancel) is { } iin && Persons.Fingerprint(home.Vault, iin).AsSpan().SequenceEqual(person);

    private async Task<bool> HoldsAsync(AssetId asset, Iin iin, CancellationToken cancel) => await IinAsync(asset, cancel) == iin;

    private async Task<Iin?> IinAsync(AssetId asset, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return (await home.Credentials.LoadAsync(connection, asset, cancel))?.Record.Content.Iin;
    }

    /// <param name="use">Uses up what proves it, in the same transaction; what it gives refuses the proof.</param>
    private Task<Outcome<AssetId>> OutcomeAsync(
        DeliveryRow row, bool isHolder, string by, CancellationToken cancel, Func<DbTransaction, DateTimeOffset, Task<Problem?>>? use = null) =>
        home.Database.WriteAsync(
            async t =>
            {
                var at = home.Time.GetUtcNow();
                var refused = use is null ? null : await use(t, at);
                refused ??= isHolder ? null : new Problem("delivery/eds-other-person", "The signature is another person's than the diploma names.");
                await RecordAsync(
                    t, row, TrailAct.Access, refused is null ? "delivery/identified" : "delivery/eds-refused", refused is null ? by : null, at, cancel);
                CrashPoint.Reach("in-holder-proof");
                return refused is null ? Outcome<AssetId>.From(row.Asset) : refused;
            },
            cancel);

    private static Task RecordAsync(
        DbTransaction transaction, DeliveryRow row, TrailAct act, string what, string? by, DateTimeOffset at,
        CancellationToken cancel) =>
        AuditTrail.AppendAsync(
            transaction, at,
            new TrailEvent(
                act, what, Visitor, new TrailSubject("diploma", row.Asset.ToString()), null, row.Institution,
                Facts: by is null ? [] : [("by", by)]),
            cancel);
}
