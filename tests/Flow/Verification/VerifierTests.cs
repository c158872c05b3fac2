using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using Mortanba.Verification;
using Xunit;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>For each check something that fails this check only; the verdict table; traps that rivals fell into.</summary>
public sealed class VerifierTests
{
    private static readonly DateTimeOffset Later = World.IssuedAt.AddHours(2);

    private static Task<Report> VerifyAsync(byte[] presented, TrustBundle? trust, ILiveSource? live = null) =>
        new Verifier(new FixedTime(World.Now)).VerifyAsync(presented, trust, live, CancellationToken.None);

    private static Task<Report> OfflineAsync(World world) => VerifyAsync(world.File().Write(), world.Trust());

    private static Task<Report> OnlineAsync(World world, Action<LiveWorld>? change = null)
    {
        var live = new LiveWorld(world);
        change?.Invoke(live);
        return VerifyAsync(world.File().Write(), world.Trust(), live);
    }

    private static string Line(Report report, CheckName name)
    {
        var check = report.Checks.Single(c => c.Name == name);
        return $"{check.State} {check.Reason}";
    }

    private static void FailsOnly(Report report, CheckName name, string reason)
    {
        Assert.Equal($"Failed {reason}", Line(report, name));
        Assert.Equal([name], report.Checks.Where(c => c.State == CheckState.Failed).Select(c => c.Name));
    }

    private static World With(string step, params LedgerEntry[] before) =>
        new((at, entries) => at == step ? [.. before, .. entries] : entries);

    private static World Instead(string step, params LedgerEntry[] entries) =>
        new((at, own) => at == step ? entries : own);

    [Fact]
    [Trait("Requirement", "DA-26")]
    public async Task A_good_diploma_is_in_force_online_now()
    {
        var report = await OnlineAsync(new World());
        Assert.True(report.Verdict == Verdict.InForce, string.Join('\n', report.Checks));
        Assert.Equal(World.Now, report.AsOf);
        Assert.All(report.Checks, check => Assert.Equal(CheckState.Passed, check.State));
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
    public async Task A_credential_of_another_type_is_no_diploma()
    {
        var report = await OnlineAsync(new World(vct: World.Site + "/types/award"));
        FailsOnly(report, CheckName.Form, "verification/not-a-diploma");
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
    }

    [Fact]
    public async Task Integrity_fails_when_the_ledger_registered_another_form()
    {
        var other = Commitment.OfSigned("something else"u8).ToString();
        var world = new World();
        var at = world.Entries.FindIndex(e => e.Type == LedgerEntryTypes.AssetRegistered);
        world.Entries[at] = world.Registered(other);
        var report = await OfflineAsync(world);
        FailsOnly(report, CheckName.Integrity, "verification/commitment-mismatch");
        Assert.Equal(Verdict.NotGenuine, report.Verdict);
    }

    [Fact]
    public async Task Forms_of_two_diplomas_do_not_go_together()
    {
        var world = new World();
        var other = new World(changeVc: vc => vc["id"] = AssetId.NewRandom().ToString());
        var report = await VerifyAsync((world.File() with { Vc = other.Vc }).Write(), world.Trust());
        FailsOnly(report, CheckName.Integrity, "verification/forms-of-different-assets");
    }

    [Fact]
    public async Task Signature_fails_when_another_key_signed()
    {
        var report = await OfflineAsync(new World(signer: World.StrangerKey));
        FailsOnly(report, CheckName.IssuerSignature, "jws/signature-invalid");
        Assert.Equal(Verdict.NotGenuine, report.Verdict);
        Assert.Null(report.Content);
    }

    [Fact]
    [Trait("Requirement", "DA-1")]
    public async Task Entitlement_fails_without_a_permit_that_covers_the_day()
    {
        var at = World.IssuedAt.AddDays(-100);
        var expired = await OfflineAsync(Instead("permit", World.Permit(at, until: "2026-06-25")));
        FailsOnly(expired, CheckName.IssuerEntitled, "verification/permit-not-covering");
        Assert.Equal(Verdict.NotGenuine, expired.Verdict);

        var other = await OfflineAsync(Instead("permit", World.Permit(at, bin: World.Initiator)));
        FailsOnly(other, CheckName.IssuerEntitled, "verification/permit-of-another");

        var suspended = LedgerEntry.Create(LedgerEntryTypes.PermitSuspended, at, ("permit", "KZ-DA-0007"), ("bin", World.Operator));
        FailsOnly(await OfflineAsync(With("asset", suspended)), CheckName.IssuerEntitled, "verification/permit-ended");
        var reinstated = LedgerEntry.Create(LedgerEntryTypes.PermitReinstated, at, ("permit", "KZ-DA-0007"), ("bin", World.Operator));
        Assert.Equal(Verdict.InForce, (await OfflineAsync(With("asset", suspended, reinstated))).Verdict);
        Assert.Equal(Verdict.InForce, (await OfflineAsync(With("end", suspended))).Verdict);
    }

    [Fact]
    [Trait("Requirement", "DA-1")]
    public async Task A_permit_granted_after_the_diploma_does_not_count()
    {
        var world = new World((at, own) => at switch
        {
            "permit" => [],
            "end" => [World.Permit(World.IssuedAt.AddDays(-100))],
            _ => own,
        });
        var report = await OfflineAsync(world);
        Assert.Equal("NotChecked verification/permit-missing", Line(report, CheckName.IssuerEntitled));
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
    }

    [Fact]
    [Trait("Requirement", "DA-4")]
    public async Task An_operator_may_not_pass_for_an_initiator()
    {
        var entry = World.Institution(World.Initiator, World.InitiatorDid, "witness", World.IssuedAt.AddDays(-100));
        FailsOnly(await OfflineAsync(Instead("initiator", entry)), CheckName.IssuerEntitled, "verification/not-an-initiator");
    }

    [Fact]
    public async Task Key_fails_when_it_was_withdrawn_before_or_registered_after()
    {
        var before = World.IssuedAt.AddDays(-1);
        LedgerEntry Ended(string type, DateTimeOffset at) =>
            World.KeyEntry(World.InitiatorDid, World.InitiatorKeyId, World.InitiatorKey, at, type);

        FailsOnly(
            await OfflineAsync(With("asset", Ended(LedgerEntryTypes.KeyRetired, before))),
            CheckName.KeyValid, "verification/key-retired");
        FailsOnly(
            await OfflineAsync(With("end", Ended(LedgerEntryTypes.KeyCompromised, before))),
            CheckName.KeyValid, "verification/key-compromised");
        Assert.Equal(
            Verdict.InForce, (await OfflineAsync(With("end", Ended(LedgerEntryTypes.KeyCompromised, Later)))).Verdict);
        Assert.Equal(Verdict.InForce, (await OfflineAsync(With("end", Ended(LedgerEntryTypes.KeyRetired, Later)))).Verdict);

        var late = new World((at, own) => at switch
        {
            "key" => [],
            "end" => [World.KeyEntry(World.InitiatorDid, World.InitiatorKeyId, World.InitiatorKey, Later)],
            _ => own,
        });
        FailsOnly(await OfflineAsync(late), CheckName.KeyValid, "verification/key-registered-later");
    }

    [Fact]
    public async Task A_key_that_contradicts_the_trust_bundle_fails()
    {
        var world = new World();
        var deceived = new TrustedInstitution(
            World.Initiator, World.InitiatorDid, LocalizedText.Same("Q"),
            [new TrustedKey(World.InitiatorKeyId, World.StrangerKey.Multibase(), World.IssuedAt, null)]);
        var report = await VerifyAsync(world.File().Write(), world.Trust(null, deceived));
        FailsOnly(report, CheckName.KeyValid, "verification/key-contradicts-trust");
    }

    [Fact]
    [Trait("Requirement", "DA-6")]
    public async Task Decision_fails_when_closed_before_published_after_or_of_others()
    {
        var at = World.IssuedAt.AddDays(-1);
        FailsOnly(
            await OfflineAsync(With("asset", World.Decision(at, LedgerEntryTypes.DecisionClosed))),
            CheckName.DecisionOnIssue, "verification/decision-closed");
        Assert.Equal(
            Verdict.InForce,
            (await OfflineAsync(With("end", World.Decision(Later, LedgerEntryTypes.DecisionClosed)))).Verdict);
        FailsOnly(
            await OfflineAsync(Instead("decision", World.Decision(at, initiator: World.Operator))),
            CheckName.DecisionOnIssue, "verification/decision-of-others");
        var late = new World((step, own) => step switch
        {
            "decision" => [],
            "end" => [World.Decision(Later)],
            _ => own,
        });
        FailsOnly(await OfflineAsync(late), CheckName.DecisionOnIssue, "verification/decision-later");
    }

    [Fact]
    public async Task Inclusion_fails_for_a_proof_of_another_tree()
    {
        var world = new World();
        var file = world.File();
        List<ProvenEntry> wrong = [.. file.Entries.Select(e => e.Index == 6
            ? e with { Proof = [.. e.Proof.Select((hash, i) => i == 0 ? new byte[32] : hash)] }
            : e)];
        var report = await VerifyAsync((file with { Entries = wrong }).Write(), world.Trust());
        Assert.Equal(Verdict.NotGenuine, report.Verdict);
        Assert.Equal("Failed log/inclusion-root-mismatch", Line(report, CheckName.LedgerInclusion));
    }

    [Fact]
    public async Task A_diploma_the_ledger_does_not_know_is_not_genuine_only_when_the_ledger_says_so()
    {
        var world = new World();
        var sdJwt = Encoding.ASCII.GetBytes(world.SdJwt);
        var absent = await VerifyAsync(sdJwt, world.Trust(), new LiveWorld(world) { Evidence = LiveState.Absent });
        Assert.Equal("Failed verification/not-in-ledger", Line(absent, CheckName.LedgerInclusion));
        Assert.Equal(Verdict.NotGenuine, absent.Verdict);

        var silent = await VerifyAsync(
            sdJwt, world.Trust(), new LiveWorld(world) { Evidence = LiveState.Unreachable, ListState = LiveState.Unreachable });
        Assert.Equal(Verdict.CouldNotCheck, silent.Verdict);
        Assert.DoesNotContain(silent.Checks, c => c.State == CheckState.Failed);
    }

    [Fact]
    public async Task Checkpoint_fails_under_a_forged_signature_and_a_strange_log_is_not_ours()
    {
        var world = new World();
        var real = world.Trust();
        world.Log = new NoteSigner(World.Origin, new Ed25519PrivateKey(new byte[32]));
        var forged = await VerifyAsync(world.File().Write(), real);
        Assert.StartsWith("Failed ", Line(forged, CheckName.Checkpoint), StringComparison.Ordinal);
        Assert.Equal(Verdict.NotGenuine, forged.Verdict);

        world.Log = new NoteSigner("other.example/log", new Ed25519PrivateKey(new byte[32]));
        var ours = await VerifyAsync(world.File().Write(), real);
        Assert.Equal("Failed verification/log-unknown", Line(ours, CheckName.Checkpoint));
        Assert.Equal(Verdict.NotGenuine, ours.Verdict);

        var strange = await VerifyAsync(world.File().Write(), real with { Institutions = [] });
        Assert.Equal("NotChecked verification/log-unknown", Line(strange, CheckName.Checkpoint));
        Assert.Equal(Verdict.CouldNotCheck, strange.Verdict);
    }

    [Fact]
    public async Task Too_few_witnesses_could_not_be_checked()
    {
        var world = new World();
        var report = await VerifyAsync(world.File(cosigned: false).Write(), world.Trust());
        Assert.Equal("NotChecked log/quorum-not-met", Line(report, CheckName.Checkpoint));
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
    }

    [Theory]
    [Trait("Requirement", "DA-13")]
    [InlineData(LedgerEntryTypes.AssetSuspended, "suspended")]
    [InlineData(LedgerEntryTypes.AssetAnnulled, "annulled")]
    [InlineData(LedgerEntryTypes.AssetErased, "erased")]
    public async Task Status_fails_by_the_ledger_with_since_and_reason(string type, string kind)
    {
        var world = new World();
        world.Happens(type, Later, ("reason", "because"));
        var report = await OfflineAsync(world);
        FailsOnly(report, CheckName.Status, "verification/status-" + kind);
        Assert.Equal(Verdict.NotInForce, report.Verdict);
        Assert.Equal(new AssetState(kind, Later, "because", null), report.State);
    }

    [Fact]
    [Trait("Requirement", "DA-13")]
    public async Task Suspended_and_reinstated_is_in_force_again_but_annulled_is_final()
    {
        var world = new World();
        world.Happens(LedgerEntryTypes.AssetSuspended, Later, ("reason", "x"));
        world.Happens(LedgerEntryTypes.AssetReinstated, Later.AddHours(1), ("reason", "y"));
        Assert.Equal(Verdict.InForce, (await OfflineAsync(world)).Verdict);
        world.Happens(LedgerEntryTypes.AssetAnnulled, Later.AddHours(2), ("reason", "x"));
        world.Happens(LedgerEntryTypes.AssetReinstated, Later.AddHours(3), ("reason", "y"));
        Assert.Equal(Verdict.NotInForce, (await OfflineAsync(world)).Verdict);
    }

    [Fact]
    [Trait("Requirement", "DA-25")]
    public async Task Superseded_names_what_replaced_it()
    {
        var world = new World();
        var next = AssetId.NewRandom().ToString();
        world.Happens(LedgerEntryTypes.AssetSuperseded, Later, ("reason", "name-corrected"), ("by", next));
        var report = await OfflineAsync(world);
        FailsOnly(report, CheckName.NotSuperseded, "verification/superseded");
        Assert.Equal(Verdict.NotInForce, report.Verdict);
        Assert.Equal(new AssetState("superseded", Later, "name-corrected", next), report.State);
    }

    [Fact]
    public async Task Events_of_other_diplomas_are_passed_over()
    {
        var world = new World();
        world.Entries.Add(LedgerEntry.Create(
            LedgerEntryTypes.AssetAnnulled, Later, ("asset", AssetId.NewRandom().ToString()), ("reason", "x")));
        Assert.Equal(Verdict.InForce, (await OfflineAsync(world)).Verdict);
    }

    [Fact]
    public async Task An_event_of_an_unknown_kind_never_passes()
    {
        var world = new World();
        world.Happens("asset.disputed", Later);
        var report = await OfflineAsync(world);
        Assert.Equal("NotChecked verification/status-entry-unknown", Line(report, CheckName.Status));
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
    }

    [Fact]
    public async Task The_worse_answer_wins_and_both_are_shown()
    {
        foreach (var (uri, list, reason) in new (string, byte[], string)[]
        {
            (World.TokenUri, World.TokenList(TokenStatus.Suspended), "verification/status-list-suspended"),
            (World.TokenUri, World.TokenList(TokenStatus.Invalid), "verification/status-list-invalid"),
            (World.RevocationUri, World.BitList(World.RevocationUri, "revocation", set: true), "verification/status-list-invalid"),
            (World.SuspensionUri, World.BitList(World.SuspensionUri, "suspension", set: true), "verification/status-list-suspended"),
        })
        {
            var report = await OnlineAsync(new World(), live => live.Lists[uri] = list);
            FailsOnly(report, CheckName.Status, reason);
            Assert.Equal(Verdict.NotInForce, report.Verdict);
            Assert.Equal("in-force", report.Checks.Single(c => c.Name == CheckName.Status).Evidence["ledger"]);
        }

        var annulled = new World();
        annulled.Happens(LedgerEntryTypes.AssetAnnulled, Later, ("reason", "x"));
        Assert.Equal(Verdict.NotInForce, (await OnlineAsync(annulled)).Verdict);
    }

    [Fact]
    public async Task A_list_that_is_not_the_operators_or_not_readable_never_passes()
    {
        foreach (var list in new byte[]?[]
        {
            World.TokenList(TokenStatus.Valid, World.StrangerKey),
            World.TokenList(TokenStatus.Valid, World.InitiatorKey, World.InitiatorKeyId),
            World.TokenList(TokenStatus.Valid, expires: World.Now.AddMinutes(-30)),
            "garbage"u8.ToArray(),
            null,
        })
        {
            var report = await OnlineAsync(new World(), live => live.Lists[World.TokenUri] = list);
            Assert.Equal(CheckState.NotChecked, report.Checks.Single(c => c.Name == CheckName.Status).State);
            Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
        }
    }

    [Theory]
    [InlineData("""{"type":"CredentialStatusList2017","id":"http://x.example/1"}""")]
    [InlineData("""{"type":"BitstringStatusListEntry","statusPurpose":"message","statusListIndex":"1","statusListCredential":"http://x.example/1"}""")]
    public async Task An_unknown_second_status_entry_never_passes(string entry)
    {
        var world = new World(changeVc: vc => ((JsonArray)vc["credentialStatus"]!).Add(JsonNode.Parse(entry)));
        var report = await OnlineAsync(world);
        Assert.Equal(CheckState.NotChecked, report.Checks.Single(c => c.Name == CheckName.Status).State);
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
    }

    [Fact]
    public async Task A_silent_live_source_is_as_being_offline()
    {
        var report = await OnlineAsync(new World(), live =>
        {
            live.Evidence = LiveState.Unreachable;
            live.ListState = LiveState.Unreachable;
        });
        Assert.Equal(Verdict.InForce, report.Verdict);
        Assert.Equal(World.CosignedAt, report.AsOf);
        Assert.Equal("NotChecked verification/live-unreachable", Line(report, CheckName.Freshness));
    }

    [Fact]
    public async Task A_live_answer_from_another_tree_is_a_split_view()
    {
        var world = new World();
        var other = With("operator", World.Decision(Later, initiator: "990101600808"));
        var report = await VerifyAsync(world.File().Write(), world.Trust(), new LiveWorld(other));
        Assert.Equal("NotChecked verification/log-split-view", Line(report, CheckName.Checkpoint));
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
    }

    [Fact]
    public async Task A_live_answer_older_than_the_file_is_no_news()
    {
        var world = new World();
        var file = world.File().Write();
        var older = new World((at, own) => at == "asset" ? [] : own);
        var report = await VerifyAsync(file, world.Trust(), new LiveWorld(older));
        Assert.Equal("NotChecked verification/live-older", Line(report, CheckName.Freshness));
        Assert.Equal(World.CosignedAt, report.AsOf);
    }

    [Fact]
    [Trait("Requirement", "DA-16")]
    public async Task Each_form_alone_needs_live_evidence()
    {
        var world = new World();
        foreach (var (bytes, form) in new (byte[], string)[]
        {
            (Encoding.ASCII.GetBytes(world.SdJwt), "sd-jwt"),
            (world.Vc, "vc"),
            (Encoding.ASCII.GetBytes(world.Paper), "paper"),
            (Encoding.ASCII.GetBytes($"{World.Site}/q/aaaaaaaaaaaaaaaaaaaaaa#{world.Paper}"), "paper"),
        })
        {
            var alone = await VerifyAsync(bytes, world.Trust());
            Assert.Equal((form, Verdict.CouldNotCheck), (alone.Form, alone.Verdict));
            Assert.Equal("Passed verification/signed", Line(alone, CheckName.IssuerSignature));
            Assert.NotNull(alone.Content);
            var online = await VerifyAsync(bytes, world.Trust(), new LiveWorld(world));
            Assert.True(online.Verdict == Verdict.InForce, string.Join('\n', online.Checks));
        }
    }

    [Fact]
    public async Task A_core_in_a_file_with_credentials_counts_by_the_ledger_and_the_answer_says_so()
    {
        var report = await OfflineAsync(new World());
        Assert.Equal(Verdict.InForce, report.Verdict);
        Assert.Equal("Passed verification/signed-core-by-ledger", Line(report, CheckName.IssuerSignature));
    }

    [Fact]
    public async Task A_forged_core_in_a_file_with_good_credentials_is_refused()
    {
        var world = new World();
        var file = world.File();
        foreach (var signer in (P256PrivateKey[])[World.InitiatorKey, World.StrangerKey])
        {
            var core = PaperJws.Parse(world.Paper).Value.Core with { QualificationEn = "Doctor" };
            var forged = file with { Paper = PaperJws.Sign(core, signer, World.InitiatorKeyId) };
            var report = await VerifyAsync(forged.Write(), world.Trust(), new LiveWorld(world));
            Assert.Equal(Verdict.NotGenuine, report.Verdict);
            Assert.Equal("Failed verification/commitment-mismatch", Line(report, CheckName.Integrity));
            var isStranger = signer == World.StrangerKey;
            Assert.Equal(
                isStranger ? "Failed jws/signature-invalid" : "Passed verification/signed", Line(report, CheckName.IssuerSignature));
        }
    }

    [Fact]
    public async Task A_core_in_a_file_is_checked_by_its_signature_when_no_ledger_is_trusted()
    {
        var world = new World();
        var report = await VerifyAsync(world.File().Write(), null);
        Assert.Equal("Passed verification/signed", Line(report, CheckName.IssuerSignature));
    }

    [Fact]
    public async Task A_badge_of_a_stranger_is_no_changed_diploma()
    {
        const string stranger = "did:web:badges.example";
        var world = new World(changeVc: vc =>
        {
            vc["id"] = "https://badges.example/credentials/3732";
            vc["issuer"]!["id"] = stranger;
        });
        var badge = JsonNode.Parse(Encoding.UTF8.GetString(world.Vc).Replace(
            World.InitiatorKeyId, stranger + "#key-1", StringComparison.Ordinal))!;
        var report = await VerifyAsync(Jcs.Canonicalize(badge), world.Trust(), new LiveWorld(world));
        Assert.Equal("Failed verification/not-a-diploma", Line(report, CheckName.Form));
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
    }

    [Fact]
    public async Task A_strange_log_borrows_no_name_from_the_trust_bundle()
    {
        var forged = new World { Log = new NoteSigner("log.example/other", new Ed25519PrivateKey(new byte[32])) };
        var own = new World();
        var trust = own.Trust() with
        {
            // The BIN is known, under another DID than the one the file names.
            Institutions = [.. own.Trust().Institutions.Select(i => i with { Did = i.Did + ":elsewhere", Keys = [] })],
        };
        var report = await VerifyAsync(forged.File().Write(), trust);
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
        Assert.NotEqual("Qazyna", report.Issuer!.InitiatorName.En);
        Assert.Null(report.Issuer.OperatorName);
    }

    [Fact]
    public async Task A_key_that_the_trust_bundle_calls_ended_proves_no_paper_core()
    {
        var world = new World();
        var trust = world.Trust();
        var ended = trust with
        {
            Institutions = [.. trust.Institutions.Select(i => i with
            {
                Keys = [.. i.Keys.Select(k => k with { Until = World.Now.AddDays(-1) })],
            })],
        };
        var paper = Encoding.ASCII.GetBytes(world.Paper);
        Assert.Equal("Passed verification/key-by-trust", Line(await VerifyAsync(paper, trust), CheckName.KeyValid));
        Assert.Equal(
            "NotChecked verification/key-ended-by-trust", Line(await VerifyAsync(paper, ended), CheckName.KeyValid));
    }

    [Fact]
    public async Task What_was_proved_for_one_size_of_tree_is_not_proved_for_another()
    {
        // Another log signs our root with another size; what that proves must not move an index of ours.
        var world = new World();
        Assert.Equal(Verdict.InForce, (await OfflineAsync(world)).Verdict);
        var other = new NoteSigner("log.example/twin", new Ed25519PrivateKey(new byte[32]));
        var root = MerkleTree.Root([.. world.Entries.Select(e => MerkleTree.Leaf(e.Bytes.Span))]);
        var text = new Checkpoint(other.Name, world.Entries.Count + 1000, root).Text();
        var file = world.File() with { Checkpoint = SignedNote.Write(text, other.Sign(text)) };
        var vkey = other.Verifier().ToVkey();
        var trust = world.Trust() with { LogKey = vkey, Policy = $"log {vkey}\nquorum none\n" };
        Assert.Equal(
            CheckState.Failed, (await VerifyAsync(file.Write(), trust)).Checks.Single(c => c.Name == CheckName.LedgerInclusion).State);
        var authority = file with { Entries = [.. file.Entries.Where(e => !Encoding.UTF8.GetString(e.Entry.Span).Contains("asset.", StringComparison.Ordinal))] };
        Assert.Equal(
            CheckState.Failed,
            (await VerifyAsync(authority.Write(), trust)).Checks.Single(c => c.Name == CheckName.LedgerInclusion).State);
    }

    [Fact]
    [Trait("Requirement", "DA-17")]
    public async Task A_shared_subset_is_bound_to_the_ledger_and_shows_only_its_part()
    {
        var world = new World();
        using var sdJwt = SdJwt.Parse(Encoding.ASCII.GetBytes(world.SdJwt)).Value;
        var part = Presentation.Present(sdJwt, claim => claim.Name == "diploma_number").Value;
        var report = await VerifyAsync(part, world.Trust(), new LiveWorld(world));
        Assert.Equal(Verdict.InForce, report.Verdict);
        Assert.Equal(["diploma_number"], report.Content!.Facts.Keys);
    }

    [Fact]
    [Trait("Requirement", "DA-17")]
    public async Task An_added_disclosure_fails_only_the_disclosure_check()
    {
        var world = new World();
        var added = world.SdJwt + "WyJhYWFhYWFhYWFhYWFhYWFhYWFhYWFhIiwiZ3BhIiwiNC4wIl0~";
        var report = await VerifyAsync((world.File() with { SdJwt = added }).Write(), world.Trust());
        FailsOnly(report, CheckName.Disclosure, "sdjwt/disclosure-unreferenced");
        Assert.Equal(Verdict.NotGenuine, report.Verdict);
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
        foreach (var text in new[] { "", "{}", "[]", """{"v":2,"type":"MortanbaTrust"}""", """{"v":1,"type":"x"}""" })
        {
            Assert.Equal(
                "verification/trust-malformed", TrustBundleFile.Parse(Encoding.UTF8.GetBytes(text)).Problem?.Code);
        }
    }
}
