using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>The five elements that a qualification is compared in (requirement RQ-13; European Area of Recognition manual).</summary>
public enum Element
{
    Level,
    Workload,
    Quality,
    Profile,
    LearningOutcomes,
}

public enum Difference
{
    None,

    /// <summary>There, but it does not matter for what is asked for.</summary>
    Minor,

    /// <summary>It would keep the holder from succeeding in what is asked for.</summary>
    Substantial,
}

/// <summary>What a difference consists in.</summary>
public enum DifferenceGround
{
    /// <summary>What the holder knows and can do.</summary>
    Outcomes,

    /// <summary>What was taught and examined.</summary>
    Content,

    /// <summary>Who assured the quality, and how.</summary>
    QualityAssurance,

    /// <summary>What the qualification gives access to at home.</summary>
    Access,

    /// <summary>How long it took.</summary>
    Duration,

    /// <summary>What it is called.</summary>
    Title,

    /// <summary>How it was taught: at a distance, part-time.</summary>
    Mode,
}

/// <summary>Who brought a piece of evidence.</summary>
public enum EvidenceSource
{
    Applicant,

    /// <summary>Found by the body: a register, an information centre, a publication.</summary>
    Authority,
}

/// <summary>A piece of evidence in the file of the case.</summary>
/// <param name="Id">Its name within the case.</param>
public sealed record Evidence(string Id, EvidenceSource Source);

/// <summary>What was found in one element (requirement RQ-13).</summary>
/// <param name="Evidence">Ids of the evidence it rests on.</param>
/// <param name="Comparator">The qualification of this country it was compared with, and what that one asks for.</param>
/// <param name="Grounds">What the difference consists in; empty where there is none.</param>
/// <param name="WhyItMatters">Why a difference matters for the purpose that is asked for; empty where there is none.</param>
/// <param name="OutcomeImpact">What the holder cannot do because of it; demanded where length, name or mode are all there is
/// (requirement RQ-15).</param>
/// <param name="Foreign">What the foreign qualification has in this element: 180 ECTS, three years.</param>
public sealed record ElementFinding(
    Element Element,
    IReadOnlyList<string> Evidence,
    string Comparator,
    Difference Difference,
    IReadOnlyList<DifferenceGround> Grounds,
    string WhyItMatters,
    string OutcomeImpact,
    string Foreign = "");

/// <summary>An evaluator's comparison of one qualification for one purpose.</summary>
/// <param name="Evaluator">Account id.</param>
public sealed record Assessment(RecognitionPurpose Purpose, string Evaluator, IReadOnlyList<ElementFinding> Findings)
{
    public IEnumerable<ElementFinding> Substantial => Findings.Where(f => f.Difference == Difference.Substantial);
}
