using System.Data.Common;
using System.Globalization;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>What a holder does with a share that is out: take it back, prolong it, give out another code.</summary>
public sealed class ChangeShare(Installation home)
{
    private readonly Shares shares = new(home.Vault);

    /// <summary>The link opens nothing from the next request on, and the consent is withdrawn; twice is as good as once.</summary>
    public Task<Outcome<Share>> RevokeAsync(Actor holder, string id, CancellationToken cancel) =>
        RunAsync(
            holder, id, TrailAct.Block, "me/share-revoked",
            async (t, share, at) =>
            {
                if (share.RevokedAt is not null)
                {
                    return false;
                }

                await Shares.RevokeAsync(t, id, at, cancel);
                await new Consents(home.Vault).WithdrawAsync(t, id, at, cancel);
                return true;
            },
            cancel);

    /// <summary>
    /// Another term of <paramref name="days"/> from now, never longer than the installation allows. A share that was taken back
    /// stays so; one that lapsed is open again. The consent of before ends and one with the new term takes its place.
    /// </summary>
    public Task<Outcome<Share>> ProlongAsync(Actor holder, string id, int days, CancellationToken cancel)
    {
        var max = home.Settings.ShareDaysMax;
        return days < 1 || days > max
            ? Task.FromResult<Outcome<Share>>(new Problem(
                "me/bad-until", $"A share ends after now and within {max} days.", ("max", max.ToString(CultureInfo.InvariantCulture))))
            : RunAsync(
                holder, id, TrailAct.Change, "me/share-prolonged",
                async (t, share, at) =>
                {
                    var until = at.AddDays(days);
                    if (share.RevokedAt is not null || until <= share.ExpiresAt)
                    {
                        return false;
                    }

                    var consents = new Consents(home.Vault);
                    var last = (await consents.OfAccountAsync(t, holder.Id, cancel)).First(c => c.About == id);
                    await consents.WithdrawAsync(t, id, at, cancel);
                    await consents.AddAsync(
                        t,
                        last with
                        {
                            Id = Guid.CreateVersion7(at).ToString("N"),
                            GivenAt = at,
                            Until = until,
                            WithdrawnAt = null,
                            Words = last.Words with { Term = until },
                        },
                        cancel);
                    await Shares.ProlongAsync(t, id, until, cancel);
                    return true;
                },
                cancel);
    }

    /// <summary>Another code and all attempts anew; pages opened with the old one close.</summary>
    public Task<Outcome<Share>> RenewPinAsync(Actor holder, string id, CancellationToken cancel) =>
        RunAsync(
            holder, id, TrailAct.Change, "me/share-pin-renewed",
            async (t, share, _) =>
            {
                if (!share.HasPin)
                {
                    return false;
                }

                await Shares.RenewPinAsync(t, id, cancel);
                return true;
            },
            cancel);

    /// <summary>Runs a change in one transaction with its line in the record; none when it changed nothing.</summary>
    private async Task<Outcome<Share>> RunAsync(
        Actor holder, string id, TrailAct act, string what, Func<DbTransaction, Share, DateTimeOffset, Task<bool>> change, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        CrashPoint.Reach("before-share-change");
        var outcome = await home.Database.WriteAsync<Outcome<Share>>(
            async t =>
            {
                // Held first: two changes at once come one after the other.
                await t.TouchAsync(Shares.Table, cancel, id);
                if (await shares.FindAsync(t, holder.Id, id, cancel) is not { } share)
                {
                    return new Problem("me/no-share", "There is no such share.");
                }

                if (await change(t, share, at))
                {
                    await AuditTrail.AppendAsync(t, at, new TrailEvent(act, what, holder, new TrailSubject("share", id)), cancel);
                }

                return share;
            },
            cancel);
        CrashPoint.Reach("after-share-change");
        return outcome;
    }
}
