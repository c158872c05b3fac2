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
                return done.Problem is { Code: "me/blocked-already" or "me/not-blocked" } ? new Done(request.Credential, null) : done;
            },
            cancel);
    }

    private static async Task<Outcome<Done>> BlockAsync(
        DbTransaction t, Actor by, AssetId asset, string ground, DateTimeOffset at, CancellationToken cancel) =>
        await DataBlocks.BlockAsync(t, new DataBlock(asset, ground, by.Id, at), cancel)
            ? new Done(asset, "me/data-blocked", ("ground", ground))
            : new Problem("me/blocked-already", "These data are blocked already.");

    private static async Task<Outcome<Done>> LiftAsync(DbTransaction t, AssetId asset, CancellationToken cancel) =>
        await DataBlocks.LiftAsync(t, asset, cancel)
            ? new Done(asset, "me/data-unblocked")
            : new Problem("me/not-blocked", "These data are not blocked.");

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
                        new TrailEvent(
                            TrailAct.Block, what, by, new TrailSubject("diploma", asset.ToString()), by.PlatformRoleFor(Right.AnswerPersons),
                            diploma.Record.Initiator.Bin, Persons.Fingerprint(home.Vault, diploma.Record.Content.Iin), done.Facts),
                        cancel);
                }

                CrashPoint.Reach("in-block");
                return asset;
            },
            cancel);
        CrashPoint.Reach("after-block");
        return outcome;
    }

    /// <param name="What">Code for the record; null when nothing had to be changed.</param>
    private sealed record Done(AssetId Asset, string? What, params (string Name, string Value)[] Facts);
}
