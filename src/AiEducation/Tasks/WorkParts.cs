namespace Mortanba.AiEducation;

/// <summary>One tool that a learner says they used (requirement AI-20).</summary>
/// <param name="Tool">Id of a system of the register, or its name when it is not there.</param>
/// <param name="Parts">Which parts of the work it touched.</param>
/// <param name="Prompts">What was asked of it, when the learner shows that.</param>
public sealed record UsedTool(string Tool, string Purpose, string Parts, string? Prompts = null);

/// <summary>A learner's statement on the use of AI. No tools: the learner says that none was used.</summary>
/// <param name="OwnPart">Percent of the work that the learner made themselves, as they say.</param>
public sealed record UseStatement(IReadOnlyList<UsedTool> Tools, int OwnPart);

/// <summary>What a learner hands in.</summary>
/// <param name="Statement">Null: nothing was stated.</param>
public sealed record WorkDraft(string Text, UseStatement? Statement);

/// <summary>What the rules say of a work as it was handed in.</summary>
public enum WorkFinding
{
    /// <summary>The task asks for a statement on the use of AI; the work goes back.</summary>
    NoStatement,

    /// <summary>Less than the task asks for was made by the learner; the work goes back.</summary>
    OwnPartTooSmall,

    /// <summary>A tool was used that the task does not allow. Said to the teacher; by itself no breach and no reason to send back.</summary>
    ToolNotAllowed,

    Late,
}

/// <summary>
/// What a program proposes as a grade. It stays sealed until the teacher's own decision is recorded (requirement AI-14).
/// </summary>
/// <param name="System">Id of the AI system in the register.</param>
/// <param name="Model">Its version, as the program names it.</param>
/// <param name="Data">What it read of the learner, for whoever asks (requirement AI-15): at least one.</param>
public sealed record GradeProposal(int Score, string System, string Model, string Words, IReadOnlyList<string> Data);

/// <summary>A person's decision on a grade: what <see cref="Rules.HumanDecision"/> asks for, as it is kept.</summary>
/// <param name="By">Account.</param>
/// <param name="Reason">In words, for the learner.</param>
public sealed record WorkGrade(int Score, string By, string Role, string Reason, DateTimeOffset At);

/// <summary>What a learner or a parent asks for (requirement AI-15).</summary>
public enum ObjectionKind
{
    /// <summary>Which data were used, and how the grade came about.</summary>
    Explanation,

    /// <summary>That another person looks at the grade.</summary>
    Objection,
}

/// <summary>A request for an explanation, or an objection, with its answer once there is one.</summary>
/// <param name="By">Account of the learner or of a parent.</param>
/// <param name="AnswerBy">Last day for a person to answer.</param>
public sealed record Objection(ObjectionKind Kind, string By, string Words, DateTimeOffset At, DateOnly AnswerBy, ObjectionAnswered? Answer = null)
{
    public bool IsOpen => Answer is null;

    public bool IsOverdue(DateOnly today) => IsOpen && AnswerBy < today;
}
