using System.Text.Json;
using Mortanba.Host.Web;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Everything in a case for its applicant is everything: also what came after the decision.</summary>
[Trait("Requirement", "RQ-29")]
public sealed class CaseExportTests
{
    private static readonly DateTimeOffset At = new(2026, 7, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Conditions_findings_and_appeals_that_were_taken_back_are_in_it()
    {
        var proof = DocumentItems.ConditionOf(Element.Profile);
        var taken = new DecisionTaken(
            new ProposedDecision(RecognitionOutcome.Conditional, RecognitionPurpose.Title, "maker", [], [], Authenticity.Confirmed, []), "One course is missing.", At, null, "certificate-1", null);
        var now = new RecognitionCase
        {
            Id = "case-1",
            Applicant = "applicant",
            Holder = new Holder("A. Q. Invented", null),
            Qualification = new Qualification("Bachelor", [new AwardingInstitution("University of Somewhere", "DE")], new DateOnly(2020, 6, 30), EducationLevel.Higher, 6),
            Authenticity = new AuthenticityFinding(Authenticity.Confirmed, AuthenticityWay.IssuerRegister, [], "The body's own note."),
            IssuerRight = new IssuerRightFinding(IssuerRight.Entitled, [], [], "The body's own note."),
            Documents = [new CaseDocument("proof-1", proof, "proof.pdf", "application/pdf", 1, "00", EvidenceSource.Applicant, At)],
            Decision = taken,
            Conditions = [new ConditionCheck(At, false, taken, false, "It is another course.", "maker", At)],
            PastAppeals = [new Appeal("It is the very course.", At, taken, WithdrawnAt: At)],
        };

        var text = System.Text.Encoding.UTF8.GetString(CaseExport.Write(now, [], Texts.Load(), Foundation.Language.En).Span);
        using var json = JsonDocument.Parse(text);
        var check = json.RootElement.GetProperty("conditionChecks")[0];
        Assert.Equal(
            (false, "It is another course.", "proof-1", "conditional"),
            (check.GetProperty("fulfilled").GetBoolean(), check.GetProperty("reason").GetString(), check.GetProperty("proofs")[0].GetString(),
                check.GetProperty("of").GetProperty("outcome").GetString()));
        var appeal = json.RootElement.GetProperty("pastAppeals")[0];
        Assert.Equal(("It is the very course.", "2026-07-01T09:00:00Z"), (appeal.GetProperty("words").GetString(), appeal.GetProperty("withdrawnAt").GetString()));
        var findings = json.RootElement.GetProperty("findings");
        Assert.Equal(("confirmed", "entitled"), (findings.GetProperty("authenticity").GetString(), findings.GetProperty("issuerRight").GetString()));
        Assert.DoesNotContain("own note", text, StringComparison.Ordinal);
        Assert.DoesNotContain("maker", text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "RQ-7")]
    public void What_was_found_of_conditions_before_an_appeal_stands_before_it()
    {
        var taken = new DecisionTaken(
            new ProposedDecision(RecognitionOutcome.Conditional, RecognitionPurpose.Title, "maker", [], [], Authenticity.Confirmed, []), "One course is missing.", At, null, "certificate-1", null);
        var now = new RecognitionCase
        {
            Id = "case-1",
            Applicant = "applicant",
            Holder = new Holder("A. Q. Invented", null),
            Qualification = new Qualification("Bachelor", [new AwardingInstitution("University of Somewhere", "DE")], new DateOnly(2020, 6, 30), EducationLevel.Higher, 6),
            Stage = CaseStage.Appealed,
            Decision = taken,
            Conditions = [new ConditionCheck(At, false, taken, false, "It is another course.", "maker", At.AddDays(1))],
            Appeal = new Appeal("It is the very course.", At.AddDays(2), taken, "reviewer"),
        };
        Assert.Equal(["condition-not-fulfilled", "appealed", "reviewed"], CaseCourse.Of(now, []).TakeLast(3).Select(s => s.Word));
    }
}
