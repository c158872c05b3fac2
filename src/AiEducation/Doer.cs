namespace Mortanba.AiEducation;

/// <summary>Who acts, as far as a rule asks for a person.</summary>
/// <param name="Id">Account or client id; never a name.</param>
/// <param name="IsPerson">Signed in as a person: false for a program with a key, and for the service itself.</param>
public sealed record Doer(string Id, bool IsPerson)
{
    /// <summary>Ids of the AI systems that a program speaks for; empty for a person.</summary>
    public IReadOnlyList<string> Systems { get; init; } = [];
}
