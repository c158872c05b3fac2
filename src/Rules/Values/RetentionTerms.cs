namespace Mortanba.Rules;

/// <summary>How long the law keeps the record of a diploma (requirement DA-19) or of a recognition case (RQ-29), whoever asks to erase it.</summary>
public sealed record RetentionTerms(IReadOnlyList<RetentionTerm> Terms)
{
    internal static RetentionTerms Read(PackNode node) => new(node["terms"].List(n =>
        new RetentionTerm(n["code"].Text, n["years"].Integer, n["except"].List(e => e.Text))));
}

/// <param name="Code">Short name for the refusal.</param>
/// <param name="Years">Counted as archives do: from 1 January after the year of the award, or of the end of the case.</param>
/// <param name="Except">Reason codes of erasure that this term does not stop.</param>
public sealed record RetentionTerm(string Code, int Years, IReadOnlyList<string> Except)
{
    /// <summary>Last day on which the record of an award, or of a case that ended, on that day must be there.</summary>
    public DateOnly LastDay(DateOnly day) => new(day.Year + Years, 12, 31);

    public bool Stops(string reason) => !Except.Contains(reason);
}
