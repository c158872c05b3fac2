using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Ledger.Anchoring;

namespace Mortanba.Host.Acts;

/// <summary>
/// The holder has the token of a diploma claimed for an address of the chain (ADR 20, requirement DA-12). In: the address, typed twice, and that
/// the risks were read. Out: the hash of the transaction.
/// </summary>
/// <remarks>
/// The record is written before anything is sent: a kill in between leaves an act that came to nothing, and the holder asks again. Whether the
/// token is claimed stands on the chain alone; sent twice, the second is refused there. The address stands in no table: it is the holder's own.
/// </remarks>
public sealed class HoldAsToken(Installation home)
{
    public async Task<Outcome<string>> RunAsync(
        Actor holder, StoredDiploma diploma, string address, string again, bool hasRead, CancellationToken cancel = default)
    {
        if (!ChainAddress.TryParse(address.Trim(), out var wallet) || wallet.Bytes.Span.IndexOfAnyExcept((byte)0) < 0)
        {
            return new Problem("me/bad-address", "That is no address of a chain: 0x and forty digits or letters a to f.");
        }

        if (!ChainAddress.TryParse(again.Trim(), out var repeated) || !wallet.Equals(repeated))
        {
            return new Problem("me/addresses-differ", "The two addresses are not the same.");
        }

        if (!hasRead)
        {
            return new Problem("me/risks-unread", "Say that you have read what a token means.");
        }

        var asset = diploma.Summary.Asset;
        if (home.Tokens is not { } tokens || await tokens.LookAsync(asset, cancel) is not { } token)
        {
            return new Problem("me/no-tokens", "There are no tokens here.");
        }

        if (token.Trouble is { } trouble)
        {
            return trouble;
        }

        if (token.Anchor is null)
        {
            return new Problem("me/not-anchored", "The ledger entry of this diploma is not anchored yet.");
        }

        if (token.State!.Holder is not null)
        {
            return new Problem("me/token-claimed", "The token is claimed already.");
        }

        var refused = await home.Database.WriteAsync(
            async t =>
            {
                if (await NotErased.RefusalAsync(home, t, asset, cancel) is { } erased)
                {
                    return erased;
                }

                if (await DataBlocks.HoldAsync(t, asset, cancel) is not null)
                {
                    return BlockData.Blocked;
                }

                if ((await home.Credentials.FindAsync(t, asset, cancel))?.State != DiplomaState.Active)
                {
                    return new Problem("me/token-not-in-force", "Only a diploma that is in force has a token.");
                }

                await AuditTrail.AppendAsync(
                    t, home.Time.GetUtcNow(),
                    new TrailEvent(
                        TrailAct.Transfer, "me/token-asked", holder, new TrailSubject("diploma", asset.ToString()),
                        Person: Persons.Fingerprint(home.Vault, diploma.Record.Content.Iin)),
                    cancel);
                return (Problem?)null;
            },
            cancel);
        CrashPoint.Reach("before-token");
        return refused is null ? await tokens.ClaimAsync(token, wallet, cancel) : refused;
    }
}
