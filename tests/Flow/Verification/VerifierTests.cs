using System.Text;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using Mortanba.Verification;
using Xunit;
using static Mortanba.Flow.Tests.Verification.Verifying;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>The whole answer: what counts, as of when, and what was never looked at.</summary>
public sealed class VerifierTests
{
    [Fact]
    [Trait("Requirement", "DA-26")]
    public async Task A_good_diploma_is_in_force_online_now()
    {
        var report = await OnlineAsync(new World());
        Assert.True(report.Verdict == Verdict.InForce, string.Join('\n', report.Checks));
        Assert.Equal(World.Now, report.AsOf);
        // An anchor is not asked for, and this world has no chain.
        Assert.All(report.Checks.Where(check => check.Name != CheckName.Anchor), check => Assert.Equal(CheckState.Passed, check.State));
        Assert.Equal("diploma-file", report.Form);
        Assert.Equal("Ару", report.Content!.Facts["name"].Kk);
        Assert.Equal("Algebra", report.Content.Courses.Single().Name.En);
        Assert.Equal((World.Initiator, "KZ-DA-0007"), (report.Issuer!.InitiatorBin, report.Issuer.Permit));
    }

    [Fact]
    [Trait("Requirement", "DA-16")]
    public async Task Offline_the_answer_holds_as_of_the_checkpoint_and_says_so()
    {
        var report = await OfflineAsync(new World());
        Assert.True(report.Verdict == Verdict.InForce, string.Join('\n', report.Checks));
        Assert.Equal(World.CosignedAt, report.AsOf);
        Assert.Equal("NotChecked verification/offline", Line(report, CheckName.Freshness));
        Assert.Equal(World.Now - World.CosignedAt, report.Checks.Single(c => c.Name == CheckName.Freshness).Age);
        Assert.Contains("verification/not-proved.since-then", report.NotProved);
    }

    [Fact]
    public async Task Trust_that_is_absent_unreachable_or_stale_are_three_different_states()
    {
        var world = new World();
        var file = world.File().Write();
        var absent = await VerifyAsync(file, null);
        Assert.Equal(Verdict.CouldNotCheck, absent.Verdict);
        Assert.Equal("NotChecked verification/trust-absent", Line(absent, CheckName.Checkpoint));
        Assert.DoesNotContain(absent.Checks, c => c.State == CheckState.Failed);

        var unreachable = await new Verifier(new FixedTime(World.Now))
            .VerifyAsync(file, null, TrustState.Unreachable, null, CancellationToken.None);
        Assert.Equal(Verdict.CouldNotCheck, unreachable.Verdict);
        Assert.Equal("NotChecked verification/trust-unreachable", Line(unreachable, CheckName.Checkpoint));

        var stale = await VerifyAsync(file, world.Trust(World.Now.AddYears(-1)));
        Assert.Equal(Verdict.InForce, stale.Verdict);
        Assert.Equal("NotChecked verification/trust-stale", Line(stale, CheckName.Freshness));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{}")]
    [InlineData("{\"a\":")]
    [InlineData("%PDF-1.7 nothing")]
    [InlineData("a~b~c")]
    public async Task What_is_not_understood_could_not_be_checked(string text)
    {
        var report = await VerifyAsync(Encoding.UTF8.GetBytes(text), new World().Trust());
        Assert.NotEqual(Verdict.InForce, report.Verdict);
        Assert.NotEqual(Verdict.NotInForce, report.Verdict);
        Assert.Null(report.Content);
    }

    [Fact]
    public async Task Authority_that_was_left_out_could_not_be_checked()
    {
        foreach (var type in new[]
        {
            LedgerEntryTypes.InstitutionRegistered, LedgerEntryTypes.PermitGranted, LedgerEntryTypes.KeyRegistered,
            LedgerEntryTypes.DecisionPublished, LedgerEntryTypes.AssetRegistered,
        })
        {
            var world = new World();
            var report = await VerifyAsync(world.File(e => e.Type != type).Write(), world.Trust());
            Assert.True(report.Verdict == Verdict.CouldNotCheck, type);
        }
    }

    [Fact]
    public async Task No_flipped_bit_of_a_file_leaves_it_in_force_with_other_content()
    {
        var world = new World();
        var trust = world.Trust();
        var file = world.File().Write();
        var good = await VerifyAsync(file, trust);
        var random = new Random(7);
        for (var i = 0; i < 400; i++)
        {
            var changed = file.ToArray();
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(7));
            var report = await VerifyAsync(changed, trust);
            // A flipped bit of a witness's name or of a remembered proof may change nothing that counts.
            if (report.Verdict == Verdict.InForce)
            {
                Assert.Equal(good.Content!.Facts, report.Content!.Facts);
            }
        }
    }

    [Fact]
    public void A_trust_bundle_is_read_as_it_was_written()
    {
        var bundle = new World().Trust();
        var again = TrustBundleFile.Parse(TrustBundleFile.Write(bundle)).Value;
        Assert.Equal(TrustBundleFile.Write(bundle), TrustBundleFile.Write(again));
        Assert.Equal((bundle.LogKey, bundle.Policy, bundle.Site), (again.LogKey, again.Policy, again.Site));
        foreach (var text in new[] { "", "{}", "[]", """{"v":1,"type":"MortanbaTrust"}""", """{"v":1,"type":"x"}""" })
        {
            Assert.Equal(
                "verification/trust-malformed", TrustBundleFile.Parse(Encoding.UTF8.GetBytes(text)).Problem?.Code);
        }
    }

    [Fact]
    [Trait("Requirement", "DA-16")]
    public void A_trust_bundle_with_one_changed_word_is_refused()
    {
        var text = Encoding.UTF8.GetString(TrustBundleFile.Write(new World().Trust()));
        foreach (var (from, to) in new[]
        {
            ("\"number\": 7", "\"number\": 8"), ("\"goodForDays\": 180", "\"goodForDays\": 181"), ("\"hosting\": \"own\"", "\"hosting\": \"one\""),
            ("2026-01-15", "2026-01-14"), (World.Genesis, World.Genesis.Replace('1', '2')), ("quorum w", "quorum none"),
        })
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            Assert.Equal(
                "verification/trust-unsigned",
                TrustBundleFile.Parse(Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal))).Problem?.Code);
        }
    }

    [Fact]
    [Trait("Requirement", "DA-16")]
    public void A_reader_never_goes_back_to_an_older_bundle_nor_over_to_another_key()
    {
        using var otherKey = new Ed25519PrivateKey(Enumerable.Repeat((byte)3, 32).ToArray());
        var other = new NoteSigner(World.Origin + "/trust", otherKey);
        var known = new World().Trust();
        TrustBundle Signed(TrustBundle bundle) => TrustBundleFile.Sign(bundle, World.TrustSigner);

        Assert.Null(TrustBundleFile.WhyNotAfter(known, known));
        Assert.Null(TrustBundleFile.WhyNotAfter(known, Signed(known with { Number = 8 })));
        Assert.Equal("verification/trust-older", TrustBundleFile.WhyNotAfter(known, Signed(known with { Number = 6 }))?.Code);
        Assert.Equal("verification/trust-twofold", TrustBundleFile.WhyNotAfter(known, Signed(known with { Site = null }))?.Code);
        Assert.Equal("verification/trust-other-key", TrustBundleFile.WhyNotAfter(known, TrustBundleFile.Sign(known with { Number = 8 }, other))?.Code);

        // The key changes with one bundle that the old key signed, too; from then on the new one counts.
        var changed = TrustBundleFile.Sign(known with { Number = 8 }, other, World.TrustSigner);
        Assert.Null(TrustBundleFile.WhyNotAfter(known, changed));
        Assert.Equal("verification/trust-other-key", TrustBundleFile.WhyNotAfter(changed, Signed(known with { Number = 9 }))?.Code);
    }
}
