namespace Mortanba.Rules;

/// <summary>How long the uploaded list of an issued batch is kept, so that a question about it can still be answered.</summary>
public sealed record DraftTerm(TimeSpan AfterIssue)
{
    internal static DraftTerm Read(PackNode node) => new(TimeSpan.FromDays(node["daysAfterIssue"].Integer));
}
