using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Receipts;
using Mortanba.Storage;
using Mortanba.TransparencyLog;
using Mortanba.Verification;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>Receipts of verifications: signed, noted, and one ledger entry for all of an hour.</summary>
[Collection(SharedWorldCollection.Name)]
[Trait("Requirement", "DA-16")]
public sealed class VerificationReceiptTests(SharedWorld worlds)
{
    private static readonly byte[] Presented = Encoding.UTF8.GetBytes("what somebody showed");

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    public async Task A_receipt_is_kept_logged_with_others_in_one_entry_and_re_checked_by_anyone(Dialect dialect)
    {
        var world = await worlds.OfAsync(dialect);
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        var receipts = new VerificationReceipts(home);
        var trust = await TrustBundles.CurrentAsync(home);
        await receipts.RecordIfDueAsync(TimeSpan.Zero);
        var size = await home.LogReader.SizeAsync();
        var report = await new Verifier(TimeProvider.System).VerifyAsync(Presented, trust, null, default);

        var offer = await receipts.OfferAsync(report, Presented, trust);
        var file = (await receipts.KeepAsync(offer)).Value;
        Assert.True((await receipts.KeepAsync(offer)).IsDone);
        for (var i = 0; i < 4; i++)
        {
            Assert.True((await receipts.KeepAsync(await receipts.OfferAsync(report, Presented, trust))).IsDone);
        }

        var (receipt, none, _) = VerificationReceipt.Check(file, trust).Value;
        Assert.Null(none);
        Assert.Equal("could-not-check", receipt.Verdict);
        Assert.True(receipt.IsOf(Presented));
        Assert.False(receipt.IsOf([.. Presented, 0]));
        Assert.DoesNotContain("somebody", Encoding.UTF8.GetString(file), StringComparison.Ordinal);
        Assert.Equal((true, null), await receipts.ProveAsync(receipt.Digest()));

        Assert.False(await receipts.RecordIfDueAsync(VerificationReceipts.RecordedAfter));
        Assert.True(await receipts.RecordIfDueAsync(TimeSpan.Zero));
        Assert.False(await receipts.RecordIfDueAsync(TimeSpan.Zero));
        Assert.Equal(size + 1, await home.LogReader.SizeAsync());
        var entry = LedgerEntry.Parse((await home.LogReader.EntriesAsync(size, 1))[0]).Value;
        Assert.Equal((LedgerEntryTypes.ReceiptIssued, 5L), (entry.Type, entry.Number("count")));
        await home.Log.PublishAsync();

        var proof = (await receipts.ProveAsync(receipt.Digest())).Proof!;
        Assert.Equal(size, proof.Verify(receipt.Digest(), trust).Value.Index);
        var whole = VerificationReceipt.With(file, proof);
        var (again, logged, _) = VerificationReceipt.Check(whole, trust).Value;
        Assert.Equal(size, logged!.Verify(again.Digest(), trust).Value.Index);
        Assert.Equal("receipts/proof", (proof with { Place = (proof.Place + 1) % 5 }).Verify(receipt.Digest(), trust).Problem?.Code);
        Assert.Equal("receipts/proof", proof.Verify(new byte[32], trust).Problem?.Code);

        // Without the site, with the trust file alone.
        var kept = Path.Combine(world.Data, "receipt.json");
        await File.WriteAllBytesAsync(kept, whole);
        await TrustBundles.WriteAsync(home);
        var told = await Program.RunAsync(world.Data, ["receipt", kept, "--trust", Path.Combine(world.Data, "trust.json"), "--lang", "en"]);
        Assert.True(told.Exit == 0 && told.Output.Contains($"entry {size}", StringComparison.Ordinal), told.Output + told.Error);
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    public async Task The_same_offer_kept_by_two_nodes_at_once_is_noted_once(Dialect dialect)
    {
        var world = await worlds.OfAsync(dialect);
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var other = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        var trust = await TrustBundles.CurrentAsync(home);
        var report = await new Verifier(TimeProvider.System).VerifyAsync(Presented, trust, null, default);
        for (var round = 0; round < 5; round++)
        {
            var offer = await new VerificationReceipts(home).OfferAsync(report, Presented, trust);
            var kept = await Task.WhenAll(
                Enumerable.Range(0, 4).Select(i => Task.Run(() => new VerificationReceipts(i % 2 == 0 ? home : other).KeepAsync(offer))));
            Assert.All(kept, one => Assert.True(one.IsDone));
        }
    }

    [Fact]
    public async Task A_receipt_whose_key_has_ended_since_counts_only_when_the_ledger_has_it()
    {
        var world = await worlds.OfAsync(Dialect.Sqlite);
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        var receipts = new VerificationReceipts(home);
        var trust = await TrustBundles.CurrentAsync(home);
        var report = await new Verifier(TimeProvider.System).VerifyAsync(Presented, trust, null, default);
        var file = (await receipts.KeepAsync(await receipts.OfferAsync(report, Presented, trust))).Value;
        var folder = Directory.CreateDirectory(Path.Combine(world.Data, "ended")).FullName;
        string Written(string name, byte[] bytes)
        {
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
            return Path.Combine(folder, name);
        }

        var ended = TrustBundleFile.Sign(
            trust with
            {
                Institutions = [.. trust.Institutions.Select(i => i with { Keys = [.. i.Keys.Select(k => k with { Until = DateTimeOffset.UtcNow.AddHours(1) })] })],
            },
            new NoteSigner("trust.example", new Ed25519PrivateKey(new byte[32])));
        var ofTrust = Written("trust.json", TrustBundleFile.Write(ended));
        var bare = Written("bare.json", file);
        var refused = await Program.RunAsync(world.Data, ["receipt", bare, "--trust", ofTrust, "--lang", "en"]);
        Assert.True(refused.Exit == 1 && refused.Error.Contains("receipts/key-ended", StringComparison.Ordinal), refused.Output + refused.Error);

        await receipts.RecordIfDueAsync(TimeSpan.Zero);
        await home.Log.PublishAsync();
        var proof = (await receipts.ProveAsync(VerificationReceipt.Check(file, trust).Value.Receipt.Digest())).Proof!;
        var whole = Written("whole.json", VerificationReceipt.With(file, proof));
        var told = await Program.RunAsync(
            world.Data, ["receipt", whole, "--trust", ofTrust, "--of", Written("shown", Presented), "--lang", "en"]);
        Assert.True(told.Exit == 0 && told.Output.Contains("of this very file", StringComparison.Ordinal), told.Output + told.Error);
        var another = await Program.RunAsync(world.Data, ["receipt", whole, bare, "--trust", ofTrust, "--of", ofTrust]);
        Assert.True(another.Exit == 1 && another.Error.Contains("receipts/other-file", StringComparison.Ordinal), another.Output + another.Error);
        var stranger = await Program.RunAsync(world.Data, ["receipt", ofTrust, "--trust", ofTrust]);
        Assert.True(stranger.Exit == 1 && stranger.Error.Contains("issuance/receipt-malformed", StringComparison.Ordinal), stranger.Error);
    }

    [Fact]
    public async Task A_changed_receipt_a_strangers_and_an_offer_that_was_not_made_are_refused()
    {
        var world = await worlds.OfAsync(Dialect.Sqlite);
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        var receipts = new VerificationReceipts(home);
        var trust = await TrustBundles.CurrentAsync(home);
        var report = await new Verifier(TimeProvider.System).VerifyAsync(Presented, trust, null, default);
        var offer = await receipts.OfferAsync(report, Presented, trust);
        var file = (await receipts.KeepAsync(offer)).Value;

        foreach (var (member, value, code) in new (string, JsonNode, string)[]
        {
            ("verdict", "in-force", "receipts/signature"), ("at", "2020-01-01T00:00:00Z", "receipts/signature"),
            ("operator", "050101600808", "receipts/signature"), ("salt", 1, "receipts/malformed"), ("more", "x", "receipts/malformed"),
        })
        {
            var changed = (JsonObject)JsonNode.Parse(file)!;
            changed[member] = value;
            Assert.Equal(code, VerificationReceipt.Check(Jcs.Canonicalize(changed), trust).Problem?.Code);
        }

        var ended = trust with
        {
            Institutions = [.. trust.Institutions.Select(i => i with { Keys = [.. i.Keys.Select(k => k with { Until = k.Since.AddSeconds(1) })] })],
        };
        Assert.Equal("receipts/signature", VerificationReceipt.Check(file, ended with { }).Problem?.Code);
        Assert.Equal("receipts/offer", (await receipts.KeepAsync(offer with { Content = offer.Content[..^4] + "AAAA" })).Problem?.Code);
        Assert.Equal("receipts/offer", (await receipts.KeepAsync(offer with { Seal = "" })).Problem?.Code);
        foreach (var bytes in new[] { "", "[]", "{}", "{\"type\":\"MortanbaReceipt\"}", "{\"signature\":1}" })
        {
            Assert.Equal("receipts/malformed", VerificationReceipt.Check(Encoding.UTF8.GetBytes(bytes), trust).Problem?.Code);
        }
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    public async Task A_kill_around_the_entry_leaves_it_and_the_places_or_neither(Dialect dialect)
    {
        var world = await worlds.OfAsync(dialect);
        foreach (var (step, isThere) in new[] { ("before-receipts", false), ("in-receipts", false), ("after-commit", true) })
        {
            byte[] digest;
            await using (var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
            {
                // What else republish would tell the ledger is told before.
                await TrailAnchor.AnchorIfDueAsync(home, TimeSpan.Zero);
                var receipts = new VerificationReceipts(home);
                await receipts.RecordIfDueAsync(TimeSpan.Zero);
                var trust = await TrustBundles.CurrentAsync(home);
                var report = await new Verifier(TimeProvider.System).VerifyAsync(Presented, trust, null, default);
                digest = VerificationReceipt.Check((await receipts.KeepAsync(await receipts.OfferAsync(report, Presented, trust))).Value, trust)
                    .Value.Receipt.Digest();
            }

            var killed = await Program.RunAsync(world.Data, ["republish"], ("MORTANBA_CRASH_AT", step));
            Assert.True(killed.Exit == Ended.Killed, $"{step}: {killed.Exit} {killed.Error}");
            await using (var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
            {
                var receipts = new VerificationReceipts(home);
                Assert.Equal(!isThere, await receipts.RecordIfDueAsync(TimeSpan.Zero));
                await home.Log.PublishAsync();
                var trust = await TrustBundles.CurrentAsync(home);
                Assert.True((await receipts.ProveAsync(digest)).Proof!.Verify(digest, trust).IsDone, step);
            }
        }
    }
}
