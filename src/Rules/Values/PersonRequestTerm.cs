namespace Mortanba.Rules;

/// <summary>How long an answer to a person's request about their data may take (requirement X-8).</summary>
/// <param name="WorkingDays">Counted from the day after the request came.</param>
public sealed record PersonRequestTerm(int WorkingDays)
{
    internal static PersonRequestTerm Read(PackNode node) => new(node["workingDays"].Integer);
}
