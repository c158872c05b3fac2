using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Somebody asks for a system to be admitted, or says more of it. Only the name has to be there: blanks are shown as blanks.</summary>
public static class ProposeSystem
{
    public static Outcome<AiSystemEvent> Of(string by, SystemDescription description, DateTimeOffset at) =>
        RegisterRefusals.Words(description.Name).TryGet(out var name, out var problem)
            ? new SystemProposed(at, by, description with { Name = name })
            : problem;
}

public static class DescribeSystem
{
    public static Outcome<AiSystemEvent> Of(AiSystem now, string by, SystemDescription description, DateTimeOffset at) =>
        now.State == AiSystemState.Ended ? RegisterRefusals.OtherState(now)
        : RegisterRefusals.Words(description.Name).TryGet(out var name, out var problem)
            ? new SystemDescribed(at, by, description with { Name = name })
            : problem;
}

/// <summary>The vendor answers once; every school reads the same answers (requirement AI-31).</summary>
public static class AnswerAsVendor
{
    public static Outcome<AiSystemEvent> Of(AiSystem now, string by, VendorAnswers answers, DateTimeOffset at) =>
        now.State == AiSystemState.Ended ? RegisterRefusals.OtherState(now) : new VendorAnswered(at, by, answers);
}
