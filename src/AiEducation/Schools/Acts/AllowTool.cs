using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>A school lets a system of the register in, for its own ages, roles and purposes: within the approval and its own regulation.</summary>
public static class AllowTool
{
    /// <param name="now">Null for the first tool of the school.</param>
    /// <param name="today">Civil day of the decision.</param>
    public static Outcome<SchoolToolsEvent> Of(
        SchoolTools? now, Bin school, string by, AiSystem system, AllowedTool tool, RegulationInForce regulation, DateOnly today, DateTimeOffset at)
    {
        if (regulation.Own is null)
        {
            return new Problem("ai-school/no-regulation", "The school adopts its regulation on AI first.");
        }

        if (!system.IsAllowed)
        {
            return SchoolRefusals.NotAllowed(system);
        }

        if (!system.Approval!.Allowed.IsFor(school))
        {
            return SchoolRefusals.NotOfPilot;
        }

        if (tool.Roles.Count == 0 || tool.Purposes.Count == 0)
        {
            return new Problem("ai-school/nobody", "Say who may use it, and for what.");
        }

        var approved = system.Approval.Allowed;
        if (tool.Until < today || tool.Until > approved.Until)
        {
            return new Problem(
                "ai-school/until", $"Until a day from today to the end of its approval, {approved.Until:yyyy-MM-dd}.", ("last", $"{approved.Until:yyyy-MM-dd}"));
        }

        if (tool.Purposes.Except(approved.Purposes).Any())
        {
            return SchoolRefusals.PurposeNotApproved;
        }

        if (!tool.Roles.Contains(ToolRole.Learner))
        {
            return new ToolAllowed(at, by, now?.School ?? school, tool with { WithoutAi = "" });
        }

        if (tool.AgeFrom < approved.AgeFrom || (tool.AgeTo ?? int.MaxValue) > (approved.AgeTo ?? int.MaxValue) || tool.AgeTo < tool.AgeFrom)
        {
            return SchoolRefusals.AgeNotApproved(approved);
        }

        // What learners may not use it for, teachers may: UseOfAi asks again at each use.
        return tool.Purposes.All(p => !regulation.AllowsLearners(p)) || (!tool.Roles.Contains(ToolRole.Teacher) && tool.Purposes.Any(p => !regulation.AllowsLearners(p)))
            ? SchoolRefusals.PurposeByRegulation
            : string.IsNullOrWhiteSpace(tool.WithoutAi)
                ? new Problem("ai-school/no-way-without", "Say how learners do the same without AI: whoever refuses gets an equal way.")
            : RegisterRefusals.Words(tool.WithoutAi).TryGet(out var words, out var problem)
                ? new ToolAllowed(at, by, now?.School ?? school, tool with { WithoutAi = words })
                : problem;
    }
}

/// <summary>A school takes a system out of its own use, at once.</summary>
public static class EndTool
{
    public static Outcome<SchoolToolsEvent> Of(SchoolTools now, string by, string system, string reason, DateTimeOffset at) =>
        !now.Allowed.ContainsKey(system) ? SchoolRefusals.NotOfSchool
        : RegisterRefusals.Words(reason).TryGet(out var words, out var problem) ? new ToolEnded(at, by, system, words) : problem;
}
