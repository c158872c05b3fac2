using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mortanba.Credentials;
using Mortanba.Documents;
using Mortanba.Flow.Tests.Verification;
using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Verification;
using Xunit;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>The certificate and the letter of a decision, as pure functions of its facts.</summary>
public sealed class RecognitionLetterTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 15, 5, 0, 0, TimeSpan.Zero);

    [Fact]
    [Trait("Requirement", "RQ-22")]
    public async Task A_certificate_verifies_without_a_network_and_says_what_was_decided()
    {
        var (file, trust) = Signed(SampleDecisions.Conditional);
        var report = await new Verifier(new FixedTime(World.Now)).VerifyAsync(file.Write(), trust, null, CancellationToken.None);
        Assert.Equal(Verdict.InForce, report.Verdict);
        Assert.True(report.IsRecognition);
        Assert.Equal("Recognised on conditions", report.Content!.Facts["decision"].En);
        Assert.Equal("1998-03-14", report.Content.Facts["birthdate"].En);
        Assert.Equal("2026-09-30", report.Content.Facts["appeal_until"].En);

        var alone = await new Verifier(new FixedTime(World.Now)).VerifyAsync(
            (file with { SdJwt = null }).Write(), trust, null, CancellationToken.None);
        Assert.Equal(Verdict.InForce, alone.Verdict);
        Assert.Equal("Li Wei", alone.Content!.Facts["name"].En);
        Assert.False(alone.Content.Facts.ContainsKey("birthdate"));
        Assert.Equal(
            alone.Content.Facts.Keys.Order(StringComparer.Ordinal), report.Content.Facts.Keys.Where(k => k != "birthdate").Order(StringComparer.Ordinal));
        using var vc = JsonDocument.Parse(file.Vc!);
        Assert.True(VerifiableCredential.Read(vc.RootElement).IsDone);
        var codes = vc.RootElement.GetProperty("credentialSubject").GetProperty("codes");
        Assert.Equal(["workload/content", "workload/duration"], codes.GetProperty("reasons").EnumerateArray().Select(c => c.GetString()));
    }

    [Fact]
    [Trait("Requirement", "RQ-22")]
    public void The_ledger_entry_says_nothing_of_person_or_outcome()
    {
        var entry = Encoding.UTF8.GetString(Certificate(SampleDecisions.Conditional).Entry.Bytes.Span);
        // A hash may spell anything.
        var words = Regex.Replace(entry, "sha[0-9-]+:[A-Za-z0-9_-]+", "");
        foreach (var word in (string[])["Wei", "Вэй", "1998", "conditional", "refus", "Tsinghua", "CN"])
        {
            Assert.DoesNotContain(word, words, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain(SampleDecisions.Full.CaseId, entry, StringComparison.Ordinal);
        Assert.Contains(SampleDecisions.Full.RulesHash().ToString(), entry, StringComparison.Ordinal);
    }

    [Fact]
    public void Facts_come_back_from_the_store_as_they_were()
    {
        var bytes = StoredFacts.Write(SampleDecisions.Conditional);
        Assert.Equal(bytes, StoredFacts.Write(StoredFacts.Read(bytes)));
        Assert.Equal(SampleDecisions.Conditional.ReasonCodes, StoredFacts.Read(bytes).ReasonCodes);
    }

    [Theory]
    [Trait("Requirement", "RQ-17")]
    [InlineData("reasons")]
    [InlineData("measures")]
    [InlineData("appeal")]
    [InlineData("basis")]
    public void A_letter_that_takes_something_away_says_why_what_to_do_and_where_to_appeal(string missing)
    {
        var whole = SampleDecisions.Conditional;
        Assert.Null(whole.Check());
        var facts = missing switch
        {
            "reasons" => whole with { Findings = [] },
            "measures" => whole with { Measures = [] },
            "appeal" => whole with { Appeal = null },
            _ => whole with { Rules = [] },
        };
        Assert.Equal(missing, facts.Check()!.Args["member"]);
    }

    [Fact]
    [Trait("Requirement", "RQ-17")]
    public async Task The_letter_carries_the_certificate_and_long_texts_go_on_over_the_page()
    {
        var (file, trust) = Signed(SampleDecisions.Conditional);
        var longText = string.Concat(Enumerable.Repeat("Очень длинное объяснение различия в часах, содержании и проверке знаний. ", 120));
        var facts = SampleDecisions.Conditional with
        {
            Findings = [.. SampleDecisions.Conditional.Findings.Select(f => f with { WhyItMatters = f.Difference == Difference.Substantial ? longText : "" })],
            Holder = new DecisionHolder(LocalizedText.Same(string.Concat(Enumerable.Repeat("Abdurrahmanoglu-", 20))), null),
        };
        foreach (var (name, one) in new[] { ("conditional", SampleDecisions.Conditional), ("full", SampleDecisions.Full), ("long", facts) })
        {
            var proof = new LetterProof("RD 4829173650", World.Site + "/q/AAAAAAAAAAAAAAAAAAAAAA", World.Site, file.Write(), World.IssuedAt, name == "long" ? "RD 0000000001" : null);
            var pdf = RecognitionLetter.Render(one, proof);
            Assert.Equal(pdf, RecognitionLetter.Render(one, proof));
            if (Environment.GetEnvironmentVariable("MORTANBA_LETTERS") is { } folder)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, name + ".pdf"), pdf, TestContext.Current.CancellationToken);
            }

            Assert.InRange(pdf.Length, 20_000, 200_000);
            var report = await new Verifier(new FixedTime(World.Now)).VerifyAsync(pdf, trust, null, CancellationToken.None);
            Assert.Equal((Verdict.InForce, "pdf"), (report.Verdict, report.Form));
        }
    }

    [Fact]
    [Trait("Requirement", "RQ-29")]
    public void A_case_without_a_decision_has_a_letter_without_a_certificate_and_its_institution_one_about_the_document_alone()
    {
        var facts = SampleDecisions.Full with { Outcome = RecognitionOutcome.NoDecision, NoDecision = NoDecisionReason.NotAuthentic, Findings = [] };
        var letter = RecognitionLetter.Render(facts, null);
        Assert.Equal(letter, RecognitionLetter.Render(facts, null));
        Assert.Equal("documents/pdf-no-diploma", PdfDiploma.Find(letter).Problem?.Code);

        var notice = new CentreMessage(
            "msg-12345678", "inq-12345678", CentreMessageKind.Notice, "here", "University of Somewhere", World.IssuedAt, EvidenceQuestion.Genuine,
            DecisionWords.NoticeText.En, new Dictionary<string, string> { ["institution"] = "University of Somewhere", ["holder"] = "Li Wei" });
        Assert.Equal(notice.Facts, CentreMessage.Parse(notice.Write()).Value.Facts);
        // It is sent when no appeal can take the finding back: it speaks of none.
        Assert.DoesNotContain("appeal", DecisionWords.NoticeText.En, StringComparison.OrdinalIgnoreCase);
        var sheet = ForgeryNoticeLetter.Render(notice, facts.Body, CaseWorld.DecidedOn);
        Assert.Equal("documents/pdf-no-diploma", PdfDiploma.Find(sheet).Problem?.Code);
        // The day is the body's, not that of the moment in Greenwich.
        Assert.NotEqual(sheet, ForgeryNoticeLetter.Render(notice, facts.Body, CaseWorld.DecidedOn.AddDays(1)));
    }

    internal static SignedCertificate Certificate(RecognitionDecisionFacts facts) => RecognitionCertificate.Sign(
        facts,
        SampleDecisions.Place(World.Site, World.Initiator, World.InitiatorDid, World.InitiatorKeyId) with { IssuedAt = World.IssuedAt },
        Commitment.Sha3_512,
        World.InitiatorKey);

    private static (DiplomaFile File, TrustBundle Trust) Signed(RecognitionDecisionFacts facts)
    {
        var certificate = Certificate(facts);
        var world = new World(
            (step, entries) => step switch
            {
                "initiator" => [World.Institution(World.Initiator, World.InitiatorDid, "recognition-body", Start)],
                "permit" or "decision" => [],
                "asset" => [certificate.Entry],
                _ => entries,
            },
            forms: new WorldForms(Encoding.ASCII.GetString(certificate.SdJwt), certificate.Vc, CaseForms.Good.Paper));
        return (world.File() with { Paper = null }, world.Trust());
    }
}
