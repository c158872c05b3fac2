namespace Mortanba.Recognition;

/// <summary>Where a case stands (requirements, section 7.2). Stored by name.</summary>
public enum CaseStage
{
    /// <summary>The applicant still writes; nobody of the body sees it.</summary>
    Draft,

    /// <summary>The body looks whether everything is there.</summary>
    Intake,

    /// <summary>The applicant was asked, once and for everything that is missing.</summary>
    Incomplete,

    /// <summary>Is the document what it says it is? The clock runs from here on.</summary>
    Authenticity,

    /// <summary>Was the institution entitled to award it then?</summary>
    IssuerRight,

    /// <summary>The five elements are compared.</summary>
    Evaluation,

    /// <summary>Another person decides.</summary>
    Decision,

    /// <summary>Decided; an appeal is still possible.</summary>
    Issued,

    Appealed,

    Closed,

    Withdrawn,

    NotAuthentic,

    /// <summary>Decided on conditions; proof of them came, or their last day is over: the decision maker looks at it (requirement RQ-16).</summary>
    Condition,

    /// <summary>The applicant did not bring what was asked for in the published term. Nothing was decided; their answer opens it again.</summary>
    Unanswered,
}

public static class CaseStages
{
    private static readonly CaseStage[] Ended =
    [
        CaseStage.Issued, CaseStage.Appealed, CaseStage.Closed, CaseStage.Withdrawn, CaseStage.NotAuthentic, CaseStage.Condition, CaseStage.Unanswered,
    ];

    /// <summary>Filed, and not decided yet: the body owes an answer.</summary>
    public static bool IsOpen(this CaseStage stage) => stage != CaseStage.Draft && !Ended.Contains(stage);

    /// <summary>No act leads on from it.</summary>
    public static bool IsOver(this CaseStage stage) => stage is CaseStage.Closed or CaseStage.Withdrawn;

    /// <summary>It may be erased once it need not be kept: what opens an unanswered case again is gone with it.</summary>
    public static bool IsErasable(this CaseStage stage) => stage.IsOver() || stage == CaseStage.Unanswered;

    /// <summary>Decided, and the term of appeal runs.</summary>
    public static bool IsAppealable(this CaseStage stage) => stage is CaseStage.Issued or CaseStage.NotAuthentic;
}
