using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Ledger;
using Mortanba.Ledger.Anchoring;
using Mortanba.Storage;

namespace Mortanba.Host.Anchoring;

/// <summary>Whether a diploma's token is claimed, for whoever asks.</summary>
/// <param name="ChainId">EIP-155 number of the chain.</param>
/// <param name="Contract">Of the tokens.</param>
/// <param name="Anchor">The anchor a claim is proved against; null while none covers the diploma.</param>
/// <param name="State">What the chain says; null when it said nothing.</param>
/// <param name="Trouble">Why it said nothing.</param>
public sealed record TokenView(
    AssetId Asset, long Index, long ChainId, ChainAddress Contract, string TokenId, AnchorRow? Anchor, TokenState? State, Problem? Trouble);

/// <summary>Looks at the tokens of diplomas, and has one claimed for an address. Safe for concurrent use.</summary>
public sealed class DiplomaTokens : IDisposable
{
    // Long enough for a busy chain, short enough that a word which went astray is soon of no use.
    private static readonly TimeSpan WordIsGood = TimeSpan.FromMinutes(30);

    private readonly HttpClient http = ChainClient.Create();
    private readonly Database database;
    private readonly Bin platform;
    private readonly AnchorSettings settings;
    private readonly TokenClaims claims;

    public DiplomaTokens(Database database, LogReader reader, Settings settings, TimeProvider time)
    {
        this.database = database;
        this.settings = settings.Anchor ?? throw new ArgumentException("The settings name no chain.", nameof(settings));
        platform = Bin.Parse(settings.OperatorBin);
        claims = new TokenClaims(reader, settings.Origin, platform, http, this.settings.Options(), this.settings.Token!.Options(), time);
    }

    /// <summary>Null for an asset that the ledger does not register.</summary>
    public async Task<TokenView?> LookAsync(AssetId asset, CancellationToken cancel = default)
    {
        long? index;
        AnchorRow? anchor = null;
        await using (var connection = await database.ConnectAsync(cancel))
        {
            index = (await CredentialStore.EntriesOfAsync(connection, asset, cancel)).Select(e => (long?)e.Index).Min();
            if (index is { } registered)
            {
                anchor = await AnchorStore.CoveringAsync(connection, registered, cancel);
            }
        }

        if (index is not { } at)
        {
            return null;
        }

        var isKnown = (await claims.StateAsync(asset, cancel)).TryGet(out var state, out var trouble);
        return new TokenView(
            asset, at, settings.ChainId, ChainAddress.Parse(settings.Token!.Contract), "0x" + Convert.ToHexStringLower(TokenClaims.TokenIdOf(platform, asset)),
            anchor, isKnown ? state : null, isKnown ? null : trouble);
    }

    /// <summary>Gives the platform's word for an address and sends the claim. Gives the transaction's hash.</summary>
    public async Task<Outcome<string>> ClaimAsync(TokenView token, ChainAddress holder, CancellationToken cancel = default) =>
        (await claims.AuthoriseAsync(token.Asset, holder, WordIsGood, cancel)).TryGet(out var word, out var problem)
            ? await claims.ClaimAsync(word, token.Index, token.Anchor!, cancel)
            : problem;

    public void Dispose() => http.Dispose();
}
