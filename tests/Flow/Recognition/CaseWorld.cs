using System.Text;
using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>A body with terms of its own, and a case that is walked through its stages by the acts alone.</summary>
internal static class CaseWorld
{
    public const string Applicant = "applicant";
    public const string Officer = "officer";
    public const string First = "first";
    public const string Second = "second";
    public const string Maker = "maker";
    public const string Reviewer = "reviewer";

    public static readonly DateOnly DecidedOn = new(2026, 10, 26);

    public static readonly DateTimeOffset Filed = new(2026, 10, 20, 6, 0, 0, TimeSpan.Zero);

    public static string BodyPack(int days = 30) => $$"""
        pack: body.recognition
        version: "2026.1"
        title: Terms of the body
        validFrom: 2020-01-01
        rules:
          - id: recognition-body-terms
            tag: D
            confidence: low
            source: {act: Order of the body, article: "1", read: 2026-01-01}
            value: {workingDays: {{days}}, appealFileWorkingDays: 20, appealDecideWorkingDays: 15, feeIndices: 0}
        """;

    public static RuleBook Rules { get; } = With(BodyPack());

    public static RuleBook With(string? body)
    {
        var shipped = Directory.GetFiles(RuleBook.DefaultFolder, "*.yaml").Select(f => new PackFile(Path.GetFileName(f), File.ReadAllBytes(f)));
        return RuleBook.Parse(body is null ? shipped : shipped.Append(new PackFile("body.yaml", Encoding.UTF8.GetBytes(body)))).Value;
    }

    public static Qualification Bachelor { get; } = new(
        "Bachelor of Science", [new AwardingInstitution("University of Somewhere", "DE")], new DateOnly(2024, 6, 30), EducationLevel.Higher, 6, "0613",
        Credits: 180, Years: 3);

    /// <summary>Somebody who acts for the holder.</summary>
    public static Representation Agent { get; } = new("C D");

    public static CaseEvent Described(
        HolderKind kind = HolderKind.Graduate, RecognitionPurpose purpose = RecognitionPurpose.FurtherStudy, Qualification? what = null, Representation? by = null) =>
        DescribeCase.Of(
            null, Applicant, new Holder("Aigerim Samplekyzy", new DateOnly(2000, 1, 1)), kind, purpose, what ?? Bachelor,
            by, new DateOnly(2026, 10, 20), Filed).Value;

    public static RecognitionGuide Guide(RecognitionCase now, RuleBook? rules = null) =>
        RecognitionGuide.For(rules ?? Rules, now.Ask(), new DateOnly(2026, 10, 20)).Value;

    /// <summary>The qualification set right on 1 November, the law of the case asked about it.</summary>
    public static Outcome<CaseEvent> Correct(RecognitionCase now, Qualification right, string why, params RankingPosition[] rankings) => CorrectQualification.Of(
        now, Officer, right, RecognitionGuide.For(Rules, (now with { Qualification = right }).Ask(rankings), now.Terms!.LawOf()).Value, why, new DateOnly(2026, 11, 1), Filed.AddDays(12));

    public static CaseDocument Document(string item, EvidenceSource source = EvidenceSource.Applicant, DateTimeOffset? at = null, string? id = null) =>
        new(id ?? "document-" + item, item, item + ".pdf", "application/pdf", 10, Commitment.OfSigned(Encoding.UTF8.GetBytes(item + source), Commitment.Sha256).ToString(), source, at ?? Filed);

    /// <summary>A case at a stage, with everything that leads there.</summary>
    public static Walk At(CaseStage stage, HolderKind kind = HolderKind.Graduate, RuleBook? rules = null, Representation? by = null)
    {
        var walk = new Walk(Described(kind, by: by));
        if (stage == CaseStage.Draft)
        {
            return walk;
        }

        walk.Do(c => AddDocument.Of(c, Applicant, Document("document"), Filed));
        walk.Do(c => SubmitCase.Of(c, Applicant, Guide(c, rules), "R-2026-00001", Filed));
        if (stage == CaseStage.Incomplete)
        {
            walk.Do(c => AskForMissing.Of(c, Officer, [new MissingItem("translation", "It is not there.")], Filed.AddDays(1)));
        }

        if (stage is CaseStage.Intake or CaseStage.Incomplete)
        {
            return walk;
        }

        walk.Do(c => AcceptComplete.Of(c, Officer, Filed.AddDays(2)));
        walk.Do(c => AssignCase.Of(c, Officer, First, Second, Maker, Filed.AddDays(2)));
        walk.Do(c => AddDocument.Of(c, Officer, Document("register-extract", EvidenceSource.Authority, id: "register"), Filed.AddDays(3)));
        if (stage == CaseStage.Authenticity)
        {
            return walk;
        }

        walk.Do(c => FindAuthenticity.Of(c, Officer, new AuthenticityFinding(Authenticity.Confirmed, AuthenticityWay.IssuerRegister, ["register"], ""), Filed.AddDays(3)));
        if (stage == CaseStage.IssuerRight)
        {
            return walk;
        }

        walk.Do(c => FindIssuerRight.Of(c, Officer, new IssuerRightFinding(IssuerRight.Entitled, [], ["register"], ""), null, Filed.AddDays(3)));
        if (stage == CaseStage.Evaluation)
        {
            return walk;
        }

        walk.Do(c => AssessCase.Of(c, First, Findings(Difference.Substantial), true, Filed.AddDays(4)));
        walk.Do(c => AssessCase.Of(c, Second, Findings(Difference.Substantial), true, Filed.AddDays(4)));
        walk.Do(c => ProposeDecision.Of(c, First, Conditional, [], DecidedOn, Filed.AddDays(5)));
        if (stage == CaseStage.Decision)
        {
            return walk;
        }

        walk.Do(c => Decided(c));
        if (stage == CaseStage.Issued)
        {
            return walk;
        }

        walk.Do(c => FileAppeal.Of(c, Applicant, "The course is in the transcript.", new DateOnly(2026, 11, 2), Filed.AddDays(13)));
        return walk;
    }

    public static Outcome<CaseEvent> Decided(RecognitionCase now) =>
        DecideCase.Check(now, Maker, null, [], "One course is missing.", DecidedOn).TryGet(out var decision, out var problem)
            ? Outcome<CaseEvent>.From(DecideCase.Event(Maker, decision, "One course is missing.", new DateOnly(2026, 11, 20), "certificate-1", "letter-1", Filed.AddDays(6)))
            : problem;

    public static DecisionDraft Conditional { get; } = new(
        RecognitionOutcome.Conditional, [new Measure(Element.Profile, "Pass the course in safety of systems.", new DateOnly(2027, 6, 30))]);

    public static IReadOnlyList<ElementFinding> Findings(Difference profile) =>
    [
        .. Enum.GetValues<Element>().Select(e => e != Element.Profile || profile == Difference.None
            ? new ElementFinding(e, ["document-document", "register"], "6B061", Difference.None, [], "", "")
            : new ElementFinding(e, ["register"], "6B061", profile, [DifferenceGround.Content], "A master builds on it.", "")),
    ];
}

/// <summary>A case and the events that made it.</summary>
internal sealed class Walk
{
    public Walk(CaseEvent first)
    {
        Events.Add(first);
        Now = RecognitionCase.Of("case-1", Events);
    }

    public List<CaseEvent> Events { get; } = [];

    public RecognitionCase Now { get; private set; }

    public RecognitionCase Do(Func<RecognitionCase, Outcome<CaseEvent>> act)
    {
        var happened = act(Now).Value;
        Events.Add(happened);
        return Now = Now.With(happened);
    }

    /// <summary>The code by which an act is refused.</summary>
    public string? Refused(Func<RecognitionCase, Outcome<CaseEvent>> act) => act(Now).Problem?.Code;
}
