using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Whoever coordinates AI at a school reports its devices and its line; the last report counts in the indicators.</summary>
public static class ReportInfrastructure
{
    /// <param name="devices">Null for what was no whole number.</param>
    /// <param name="learners">Null for what was no whole number.</param>
    public static Outcome<InfrastructureEvent> Of(
        Bin school, string by, int? devices, int? learners, Connectivity? connectivity, DateTimeOffset at) =>
        devices is { } many and >= 0 and <= SchoolInfrastructure.CountMax && learners is { } all and > 0 and <= SchoolInfrastructure.CountMax
            ? connectivity is { } line
                ? new InfrastructureReported(at, by, school, many, all, line)
                : new Problem("ai-school/no-connectivity", "Say how good the line is.")
            : new Problem(
                "ai-school/infrastructure-numbers", $"Whole numbers up to {SchoolInfrastructure.CountMax}, and at least one learner.",
                ("max", $"{SchoolInfrastructure.CountMax}"));
}
