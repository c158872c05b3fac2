using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Issuance;

namespace Mortanba.Host.Acts;

/// <summary>
/// The data-protection officer blocks the personal data of a diploma, or lifts the block, on their own or because the holder asked
/// (requirements ). While it stands, shares and the code on the paper show nothing, the console shows no content, and no new
/// share is made; a diploma file that somebody has is verified as before: its state in the ledger is another matter.
/// </summary>
/// <remarks>What replaced the diploma shows the same person's data and is blocked with it; the block is lifted from both, too.</remarks>
public sealed class BlockData(Installation home)
{
    private readonly HolderRequests requests = new(home.Vault);

    public static Problem Blocked { get; } =
        new("me/data-blocked", "The personal data of this diploma are blocked until it is clarified whether they are right.");

    public async Task<Outcome<AssetId>> BlockAsync(Actor by, AssetId asset, string ground, CancellationToken cancel) =>
        DataBlocks.Grounds.Contains(ground)
            ? await RunAsync(by, asset, (t, at) => BlockAsync(t, by, asset, ground, at, cancel), cancel)
            : new Problem("me/no-ground", "Say on which ground the data are blocked.");

    public Task<Outcome<AssetId>> LiftAsync(Actor by, AssetId asset, CancellationToken cancel) =>
        RunAsync(by, asset, (t, _) => LiftAsync(t, asset, cancel), cancel);

    /// <summary>Does what a holder asked, and ends the request: both or neither.</summary>
    /// <param name="version">The one that was read.</param>
    public async Task<Outcome<AssetId>> DoAskedAsync(Actor by, string id, int version, string answer, CancellationToken cancel)
    {
        HolderRequest? request;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            request = await requests.FindAsync(connection, id, cancel);
        }

        if (request is not { Kind: RequestKind.Block or RequestKind.Unblock })
        {
            return new Problem("me/no-request", "There is no such request.");
        }

        if (!HolderText.Of(answer, AnswerRequest.AnswerLengthMax, isLong: true).TryGet(out var words, out var problem))
        {
            return problem;
        }

        return await RunAsync(
            by, request.Credential,
            async (t, at) =>
            {
                var answered = await AnswerRequest.StoreAsync(
                    t, requests, request, version, RequestState.Done, by, by.PlatformRoleFor(Right.AnswerPersons), words, "me/request-answered", at, cancel);
                if (answered.Problem is { } refused)
                {
                    return refused;
                }

                var done = request.Kind == RequestKind.Block
                    ? await BlockAsync(t, by, request.Credential, DataBlocks.HolderAsked, at, cancel)
                    : await LiftAsync(t, request.Credential, cancel);
                // As the holder asked already: the request ends all the same.
                return done.Problem is { Code: "me/blocked-already" or "me/not-blocked" } ? new Done([], null) : done;
            },
            cancel);
    }

    private async Task<Outcome<Done>> BlockAsync(
        DbTransaction t, Actor by, AssetId asset, string ground, DateTimeOffset at, CancellationToken cancel)
    {
        if (!await DataBlocks.BlockAsync(t, new DataBlock(asset, ground, by.Id, at), cancel))
        {
            return new Problem("me/blocked-already", "These data are blocked already.");
        }

        // Read under the lock of the blocks: a replacement that was just committing is found here.
        var blocked = new List<AssetId> { asset };
        foreach (var newer in await ReplacementsAsync(t, asset, cancel))
        {
            if (await DataBlocks.BlockAsync(t, new DataBlock(newer, ground, by.Id, at), cancel))
            {
                blocked.Add(newer);
            }
        }

        return new Done(blocked, "me/data-blocked", ("ground", ground));
    }

    private async Task<Outcome<Done>> LiftAsync(DbTransaction t, AssetId asset, CancellationToken cancel)
    {
        if (await DataBlocks.HoldAsync(t, asset, cancel) is not { } block)
        {
            return new Problem("me/not-blocked", "These data are not blocked.");
        }

        var lifted = new List<AssetId> { asset };
        foreach (var newer in await ReplacementsAsync(t, asset, cancel))
        {
            // One that was blocked by another decision stays so.
            if (await DataBlocks.FindAsync(t, newer, cancel) is { } with && (with with { Credential = asset }) == block)
            {
                lifted.Add(newer);
            }
        }

        foreach (var one in lifted)
        {
            await DataBlocks.LiftAsync(t, one, cancel);
        }

        return new Done(lifted, "me/data-unblocked");
    }

    /// <summary>What replaced a diploma, and what replaced that; those whose data are still there.</summary>
    private async Task<IReadOnlyList<AssetId>> ReplacementsAsync(DbTransaction t, AssetId asset, CancellationToken cancel)
    {
        var newer = new List<AssetId>();
        var next = (await home.Credentials.FindAsync(t, asset, cancel))?.SupersededBy;
        while (next is { } id && await home.Credentials.FindAsync(t, id, cancel) is { } credential)
        {
            if (credential.State != DiplomaState.Erased)
            {
                newer.Add(id);
            }

            next = credential.SupersededBy;
        }

        return newer;
    }

    private async Task<Outcome<AssetId>> RunAsync(
        Actor by, AssetId asset, Func<DbTransaction, DateTimeOffset, Task<Outcome<Done>>> act, CancellationToken cancel)
    {
        StoredDiploma? diploma;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            diploma = await home.Credentials.LoadAsync(connection, asset, cancel);
        }

        if (diploma is null)
        {
            return new Problem("me/nothing-to-block", "There are no personal data of such a diploma here.");
        }

        var at = home.Time.GetUtcNow();
        CrashPoint.Reach("before-block");
        var outcome = await home.Database.WriteAsync<Outcome<AssetId>>(
            async t =>
            {
                if (!(await act(t, at)).TryGet(out var done, out var problem))
                {
                    return problem;
                }

                if (done.What is { } what)
                {
                    await AuditTrail.AppendAsync(
                        t, at,
                        [.. done.Assets.Select(one => new TrailEvent(
                            TrailAct.Block, what, by, new TrailSubject("diploma", one.ToString()), by.PlatformRoleFor(Right.AnswerPersons),
                            diploma.Record.Initiator.Bin, Persons.Fingerprint(home.Vault, diploma.Record.Content.Iin), done.Facts))],
                        cancel);
                }

                CrashPoint.Reach("in-block");
                return asset;
            },
            cancel);
        CrashPoint.Reach("after-block");
        return outcome;
    }

    /// <param name="Assets">The diploma, and what replaced it.</param>
    /// <param name="What">Code for the record; null when nothing had to be changed.</param>
    private sealed record Done(IReadOnlyList<AssetId> Assets, string? What, params (string Name, string Value)[] Facts);
}
