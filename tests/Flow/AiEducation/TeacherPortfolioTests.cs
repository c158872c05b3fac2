using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>A teacher's portfolio by its acts alone: who may assess what, and when a level is reached.</summary>
public sealed class TeacherPortfolioTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 11, 23);
    private static readonly RuleBook Rules = RuleBook.Load(RuleBook.DefaultFolder).Value;
    private static readonly Resolved<CompetenceFramework> Framework = Rules.Resolve(RuleKeys.TeacherCompetences, Today).Value;
    private static readonly TeacherAssessment Assessing = Rules.Resolve(RuleKeys.TeacherAssessment, Today).Value.Value;
    private const string School = "school";
    private const string Region = "region";

    private static readonly TeacherPortfolio Empty = TeacherPortfolio.Of("tp-1", [OpenPortfolio.Of("teacher", "p-1", School, Now)]);

    [Fact]
    [Trait("Requirement", "AI-16")]
    public void The_framework_has_fifteen_blocks_one_for_each_aspect_and_level()
    {
        Assert.Equal(Enumerable.Range(1, 15).Select(n => $"T{n:00}"), Framework.Value.Blocks.Select(b => b.Id));
        Assert.Equal(["acquire", "deepen", "create"], Framework.Value.UpTo("create"));
        Assert.All(Framework.Value.Blocks, b => Assert.Equal(b, Framework.Value.At(b.Aspect, b.Level)));
    }

    [Fact]
    [Trait("Requirement", "AI-16")]
    public void Nobody_assesses_themselves_and_nobody_hands_in_for_somebody_else()
    {
        Assert.Equal("competences/of-somebody-else", HandIn(Empty, "T01", by: "head").Problem?.Code);
        var now = Do(Empty, HandIn(Empty, "T01"));
        Assert.Equal("competences/own", Assess(now, "T01", by: "teacher").Problem?.Code);
        Assert.Equal("competences/own", Assess(now, "T01", by: "teacher", body: Region).Problem?.Code);
        Assert.True(Assess(now, "T01").IsDone);
    }

    [Fact]
    [Trait("Requirement", "AI-16")]
    public void Create_is_assessed_from_outside_the_school_alone()
    {
        var now = Do(Do(Empty, HandIn(Empty, "T03")), HandIn(Do(Empty, HandIn(Empty, "T03")), "T02"));
        Assert.Equal("competences/outside", Assess(now, "T03").Problem?.Code);
        Assert.True(Assess(now, "T03", body: Region).IsDone);
        Assert.True(Assess(now, "T02").IsDone);
    }

    [Fact]
    [Trait("Requirement", "AI-16")]
    public void A_level_in_an_aspect_needs_every_block_below_it()
    {
        var above = Met(Empty, "T02");
        Assert.True(above.Shows("T02"));
        Assert.Empty(above.Levels(Framework.Value));

        // The block below was all that was missing: both levels are reached by that one assessment, and said so.
        var handed = Do(above, HandIn(above, "T01"));
        var last = Assert.IsType<EvidenceAssessed>(Assess(handed, "T01").Value);
        Assert.Equal([new("acquire", "human-centred"), new LevelReached("deepen", "human-centred")], last.Reached);
        Assert.True(handed.With(last).Holds(Framework.Value, "deepen", "human-centred"));
        Assert.False(handed.With(last).Holds(Framework.Value, "deepen"));
    }

    [Fact]
    [Trait("Requirement", "AI-16")]
    public void A_whole_level_is_held_when_every_aspect_is_and_certified_once_by_somebody_else()
    {
        var now = Blocks("acquire", "deepen").SkipLast(1).Aggregate(Empty, Met);
        Assert.True(now.Holds(Framework.Value, "acquire"));
        Assert.Equal("competences/not-reached", CertifyLevel.Check(now, "head", School, "deepen", Framework.Value, Assessing)?.Code);

        var handed = Do(now, HandIn(now, "T14"));
        var last = Assert.IsType<EvidenceAssessed>(Assess(handed, "T14").Value);
        Assert.Contains(new LevelReached("deepen", LevelReached.Whole), last.Reached);
        now = handed.With(last);
        Assert.Null(CertifyLevel.Check(now, "head", School, "deepen", Framework.Value, Assessing));
        Assert.Equal("competences/own", CertifyLevel.Check(now, "teacher", School, "deepen", Framework.Value, Assessing)?.Code);
        Assert.Equal("competences/outside", CertifyLevel.Check(now, "head", School, "create", Framework.Value, Assessing)?.Code);
        Assert.Equal("competences/not-reached", CertifyLevel.Check(now, "officer", Region, "create", Framework.Value, Assessing)?.Code);

        var certified = now.With(new LevelCertified(Now, "head", "deepen", "urn:uuid:1", "CC 1", School));
        Assert.Equal("competences/counted-already", CertifyLevel.Check(certified, "head", School, "deepen", Framework.Value, Assessing)?.Code);
        Assert.Equal("competences/certified", WithdrawEvidence.Of(certified, "teacher", "e-T01", Framework.Value, Now).Problem?.Code);

        // What was assessed turns out not to be so: the certificate that rested on it ends, by another hand than the teacher's.
        Outcome<PortfolioEvent> Revoke(string by, string evidence = "e-T01", string reason = "Copied.") =>
            RevokeAssessment.Of(certified, by, School, evidence, reason, Framework.Value, Assessing, Now);
        Assert.Equal("competences/own", Revoke("teacher").Problem?.Code);
        Assert.Equal("competences/no-evidence", Revoke("head", "e-T03").Problem?.Code);
        Assert.Equal("competences/no-words", Revoke("head", reason: "").Problem?.Code);
        var revoked = Assert.IsType<AssessmentRevoked>(Revoke("head").Value);
        Assert.Equal(["urn:uuid:1"], revoked.Annulled);
        Assert.Empty(certified.With(revoked).Certificates);
        Assert.False(certified.With(revoked).Holds(Framework.Value, "acquire", "human-centred"));
        var facts = CompetenceFacts.Of(certified.With(revoked), revoked).ToList();
        Assert.Equal("not-met", facts[0].Values["outcome"]);
        Assert.Equal("T01", Assert.Single(facts, f => f.Type == "competence.lost").Values["block"]);
        // With the lowest block go both levels of its aspect, and both whole ones.
        Assert.Equal(
            ["acquire human-centred", "acquire all", "deepen human-centred", "deepen all"],
            facts.Where(f => f.Type == "level.lost").Select(f => $"{f.Values["level"]} {f.Values["aspect"]}"));
    }

    [Fact]
    [Trait("Requirement", "AI-16")]
    public void Evidence_is_assessed_once_with_a_reason_and_what_is_withdrawn_counts_no_more()
    {
        var handed = Do(Empty, HandIn(Empty, "T01"));
        Assert.Equal("competences/no-words", AssessEvidence.Of(handed, "head", School, "e-T01", true, " ", Framework, Assessing, Now).Problem?.Code);
        Assert.Equal("competences/counted-already", HandIn(handed, "T01").Problem?.Code);
        Assert.Equal("competences/unknown-block", HandIn(Empty, "S01").Problem?.Code);
        Assert.Equal("competences/no-evidence", Assess(handed, "T02").Problem?.Code);

        var met = Do(handed, Assess(handed, "T01"));
        Assert.Equal("competences/assessed-already", Assess(met, "T01").Problem?.Code);
        Assert.True(met.Holds(Framework.Value, "acquire", "human-centred"));
        var withdrawn = Assert.IsType<EvidenceWithdrawn>(WithdrawEvidence.Of(met, "teacher", "e-T01", Framework.Value, Now).Value);
        Assert.False(met.With(withdrawn).Holds(Framework.Value, "acquire", "human-centred"));
        Assert.Equal(["competence.lost", "level.lost"], CompetenceFacts.Of(met.With(withdrawn), withdrawn).Select(f => f.Type));
        // What nobody had assessed yet showed nothing that could be lost, and a second proof of the block still shows it.
        var early = WithdrawEvidence.Of(handed, "teacher", "e-T01", Framework.Value, Now).Value;
        Assert.Empty(CompetenceFacts.Of(handed.With(early), early));
        var twice = met with { Evidence = [.. met.Evidence, met.Evidence[0] with { Id = "e-other" }] };
        var other = WithdrawEvidence.Of(twice, "teacher", "e-T01", Framework.Value, Now).Value;
        Assert.Empty(CompetenceFacts.Of(twice.With(other), other));

        var not = Do(handed, AssessEvidence.Of(handed, "head", School, "e-T01", false, "Shows a tool, not who decides.", Framework, Assessing, Now));
        Assert.Equal(EvidenceState.NotMet, not.Find("e-T01")!.State);
        Assert.Empty(not.Levels(Framework.Value));
    }

    [Fact]
    [Trait("Requirement", "AI-18")]
    public void The_qualification_is_due_three_years_after_it_was_raised_and_somebody_else_notes_it()
    {
        var rules = Rules.Resolve(RuleKeys.TeacherQualification, Today).Value.Value;
        Assert.Null(Empty.QualificationDue(rules));
        Assert.Equal("competences/own", RaiseQualification.Of(Empty, "teacher", Today, "Course", Today, Now).Problem?.Code);
        Assert.Equal("competences/later", RaiseQualification.Of(Empty, "head", Today.AddDays(1), "Course", Today, Now).Problem?.Code);
        var raised = Do(Empty, RaiseQualification.Of(Empty, "head", new DateOnly(2024, 2, 29), "Course", Today, Now));
        Assert.Equal(new DateOnly(2027, 2, 28), raised.QualificationDue(rules));
        Assert.Equal("competences/counted-already", RaiseQualification.Of(raised, "head", new DateOnly(2024, 2, 29), "Course", Today, Now).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    public void The_facts_of_an_assessment_carry_the_pseudonym_and_no_words()
    {
        var handed = Do(Empty, HandIn(Empty, "T01"));
        var assessed = Assess(handed, "T01").Value;
        var facts = CompetenceFacts.Of(handed.With(assessed), assessed).ToList();
        Assert.Equal(["competence.assessed", "level.reached"], facts.Select(f => f.Type));
        Assert.All(facts, f => Assert.Equal("p-1", f.Subject));
        Assert.Equal("T01 acquire met", $"{facts[0].Values["block"]} {facts[0].Values["level"]} {facts[0].Values["outcome"]}");
        Assert.Equal("acquire human-centred", $"{facts[1].Values["level"]} {facts[1].Values["aspect"]}");
    }

    private static IEnumerable<string> Blocks(params string[] levels) => Framework.Value.Blocks.Where(b => levels.Contains(b.Level)).Select(b => b.Id);

    private static TeacherPortfolio Met(TeacherPortfolio now, string block)
    {
        var handed = Do(now, HandIn(now, block));
        return Do(handed, Assess(handed, block, body: Region));
    }

    private static Outcome<PortfolioEvent> HandIn(TeacherPortfolio now, string block, string by = "teacher") =>
        HandInEvidence.Of(now, by, "e-" + block, block, "A lesson about it.", "https://school.example/lesson", Framework.Value, Now);

    private static Outcome<PortfolioEvent> Assess(TeacherPortfolio now, string block, string by = "head", string body = School) =>
        AssessEvidence.Of(now, by, body, "e-" + block, true, "Seen in class.", Framework, Assessing, Now);

    private static TeacherPortfolio Do(TeacherPortfolio now, Outcome<PortfolioEvent> happened) => now.With(happened.Value);
}
