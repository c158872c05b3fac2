using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Ledger.Anchoring;
using Xunit;

namespace Mortanba.Storage.Tests.Anchoring;

/// <summary>Tokens on a real chain, from the ledger's own entries.</summary>
public sealed class TokenClaimsTests(SharedAnvil shared) : IClassFixture<SharedAnvil>
{
    private static readonly AssetId Asset = AssetId.Parse("urn:uuid:0b2c6d1e-6a9f-4c1e-9b7a-2f6f0d7e1a55");
    private static readonly TimeSpan AnHour = TimeSpan.FromHours(1);

    [Fact]
    [Trait("Requirement", "DA-12")]
    public async Task A_graduate_claims_loses_the_wallet_and_claims_again()
    {
        await using var world = await CreateAsync(shared);
        var (claims, anvil) = (world.Claims, world.Bed.Anvil);
        var (graduate, next) = (anvil.Accounts[3], anvil.Accounts[0]);
        var word = (await claims.AuthoriseAsync(Asset, graduate, AnHour)).Value;
        Assert.Equal(new TokenState(null, TokenStanding.InForce), (await claims.StateAsync(Asset)).Value);

        await world.DoneAsync(claims.ClaimAsync(word, 1, world.Anchor));
        Assert.Equal(new TokenState(graduate, TokenStanding.InForce), (await claims.StateAsync(Asset)).Value);
        Assert.Equal("AlreadyClaimed", await RefusalAsync(claims.ClaimAsync(word, 1, world.Anchor)));

        await world.DoneAsync(claims.ReleaseAsync(Asset));
        Assert.Equal("NotAuthorised", await RefusalAsync(claims.ClaimAsync(word, 1, world.Anchor)));
        var again = (await claims.AuthoriseAsync(Asset, next, AnHour)).Value;
        await world.DoneAsync(claims.ClaimAsync(again, 1, world.Anchor));
        Assert.Equal(next, (await claims.StateAsync(Asset)).Value.Holder);
    }

    [Fact]
    [Trait("Requirement", "DA-12")]
    public async Task A_word_seen_on_its_way_is_of_no_use_to_another()
    {
        await using var world = await CreateAsync(shared);
        var word = (await world.Claims.AuthoriseAsync(Asset, world.Bed.Anvil.Accounts[3], AnHour)).Value;
        Assert.Equal(
            "NotAuthorised",
            await RefusalAsync(world.Claims.ClaimAsync(word with { Holder = world.Bed.Anvil.Accounts[2] }, 1, world.Anchor)));
        Assert.Equal("NotOfAnAsset", await RefusalAsync(world.Claims.ClaimAsync(word, 0, world.Anchor)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x1")]
    [InlineData("no word")]
    public async Task A_signer_that_signs_nothing_gives_no_word(string answer)
    {
        await using var world = await CreateAsync(shared);
        using var http = new HttpClient(new Babbler(answer));
        var claims = new TokenClaims(
            world.Bed.Ledger.Reader, LedgerTestBed.Origin, AnchoringBed.Platform, http, world.Bed.Options,
            new TokenOptions(world.Bed.Token, new Uri("http://babbler.example"), world.Bed.Anvil.Accounts[2]), world.Bed.Ledger.Clock);
        Assert.Equal("chain/unreachable", (await claims.AuthoriseAsync(Asset, world.Bed.Regulator, AnHour)).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "DA-13")]
    public async Task An_annulled_diploma_cannot_be_claimed_and_a_claimed_token_shows_it()
    {
        await using var world = await CreateAsync(shared);
        var (claims, bed) = (world.Claims, world.Bed);
        var word = (await claims.AuthoriseAsync(Asset, bed.Anvil.Accounts[3], AnHour)).Value;
        await world.DoneAsync(claims.ClaimAsync(word, 1, world.Anchor));
        Assert.Equal("NotAChangeOfState", await RefusalAsync(claims.RecordAsync(1, world.Anchor)));

        var annulled = await bed.Ledger.Writer.AppendAsync(
            [LedgerEntry.Create(LedgerEntryTypes.AssetAnnulled, bed.Ledger.Clock.Now, ("asset", Asset.ToString()), ("reason", "r")).Bytes]);
        await bed.Ledger.Writer.PublishAsync();
        Assert.Equal(AnchorStep.Anchored, await bed.AnchorAsync());
        await world.DoneAsync(claims.RecordAsync(annulled, (await bed.LastAsync())!));
        Assert.Equal(TokenStanding.Ended, (await claims.StateAsync(Asset)).Value.Standing);

        await world.DoneAsync(claims.ReleaseAsync(Asset));
        var late = (await claims.AuthoriseAsync(Asset, bed.Anvil.Accounts[3], AnHour)).Value;
        Assert.Equal("NotInForce", await RefusalAsync(claims.ClaimAsync(late, 1, world.Anchor)));
    }

    private static async Task<string?> RefusalAsync(Task<Outcome<string>> act) => (await act).Problem?.Args["error"];

    /// <summary>A ledger whose entry 1 registers the asset, anchored.</summary>
    private static async Task<TokenWorld> CreateAsync(SharedAnvil shared)
    {
        Assert.SkipUnless(Anvil.IsPresent, "anvil is not installed: npm ci in contracts.");
        var anvil = shared.Anvil!;
        var bed = await AnchoringBed.CreateAsync(anvil);
        // Words are good until a time of the chain's clock.
        var block = (await anvil.CallAsync("eth_getBlockByNumber", "latest", false))!;
        bed.Ledger.Clock.Now = DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(((string)block["timestamp"]!)[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        await bed.Ledger.Writer.AppendAsync(
        [
            LedgerEntry.Create(LedgerEntryTypes.PermitGranted, bed.Ledger.Clock.Now, ("permit", "KZ-DA-0007")).Bytes,
            LedgerEntry.Create(
                LedgerEntryTypes.AssetRegistered, bed.Ledger.Clock.Now, ("asset", Asset.ToString()), ("operator", AnchoringBed.Platform.Value)).Bytes,
        ]);
        await bed.Ledger.Writer.PublishAsync();
        Assert.Equal(AnchorStep.Anchored, await bed.AnchorAsync());
        var claims = new TokenClaims(
            bed.Ledger.Reader, LedgerTestBed.Origin, AnchoringBed.Platform, Anvil.Http, bed.Options,
            new TokenOptions(bed.Token, anvil.Address, anvil.Accounts[2]), bed.Ledger.Clock);
        return new TokenWorld(bed, claims, (await bed.LastAsync())!);
    }

    private sealed record TokenWorld(AnchoringBed Bed, TokenClaims Claims, AnchorRow Anchor) : IAsyncDisposable
    {
        /// <summary>Sends, makes a block, and sees that it went through.</summary>
        public async Task DoneAsync(Task<Outcome<string>> act)
        {
            var hash = (await act).Value;
            await Bed.Anvil.MineAsync();
            Assert.Equal("0x1", (string)(await Bed.Anvil.CallAsync("eth_getTransactionReceipt", hash))!["status"]!);
        }

        public ValueTask DisposeAsync() => Bed.DisposeAsync();
    }

    /// <summary>Says the same to whatever a signer is asked; everybody else is reached as they are.</summary>
    private sealed class Babbler(string answer) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri!.Host == "babbler.example"
                ? Task.FromResult(new HttpResponseMessage { Content = new StringContent($$"""{"jsonrpc":"2.0","id":1,"result":"{{answer}}"}""") })
                : base.SendAsync(request, cancellationToken);
    }
}
