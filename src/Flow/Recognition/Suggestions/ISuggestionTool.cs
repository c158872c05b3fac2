namespace Mortanba.Recognition;

/// <summary>What a tool is asked: the text of one document, already extracted.</summary>
/// <param name="Document">Id of the document in its case.</param>
/// <param name="Text">At most <see cref="TextLengthMax"/> characters; spans count from its beginning.</param>
public sealed record SuggestionQuestion(string Document, string Text)
{
    public const int TextLengthMax = 200_000;
}

/// <summary>
/// A tool that may propose (requirement RQ-27): extraction, and where it offers that, translation. It sees one text and gives spans of it with
/// what they may mean. It cannot act: what it gives becomes a <see cref="Suggestion"/> of the case, which counts for nothing until a person
/// confirms it.
/// </summary>
/// <remarks>May be asked concurrently. Whoever writes one that calls a service answers for what leaves the house; the one that is built in calls none.</remarks>
public interface ISuggestionTool
{
    /// <summary>Name and version, as each proposal shows it.</summary>
    string Name { get; }

    /// <summary>Proposals in the order of the text, each with the very span it was read from.</summary>
    Task<IReadOnlyList<Suggestion>> ProposeAsync(SuggestionQuestion question, CancellationToken cancel = default);
}

/// <summary>What proposals are made for. Texts: <c>recognition/suggest.…</c>.</summary>
public static class SuggestionFields
{
    public const string Credits = "credits";
    public const string Years = "years";
    public const string Awarded = "awarded";
    public const string Level = "level";
    public const string Field = "field";
}
