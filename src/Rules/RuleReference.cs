using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>Where a rule was learnt from (domain requirements, head).</summary>
public enum SourceTag
{
    /// <summary>Stated by a founding document of the project.</summary>
    A,

    /// <summary>Read in a named source; that copy says so.</summary>
    B,

    /// <summary>Background knowledge, not found in a source at hand.</summary>
    C,

    /// <summary>A choice of this project, not law.</summary>
    D,
}

public enum Confidence
{
    Low,
    Medium,
    High,
}

/// <summary>The source a rule cites: what a registrar or a court would look up.</summary>
/// <param name="Act">The act, or the publication when no act was found.</param>
/// <param name="Article">Article, paragraph or section; <c>–</c> when the source has none.</param>
/// <param name="Address">Address of the text that was read; null when nothing was read.</param>
/// <param name="ReadOn">The day it was read.</param>
/// <param name="Title">The act as each reader knows it; null where no page shows it.</param>
public sealed record RuleSource(string Act, string Article, string? Address, DateOnly ReadOn, LocalizedText? Title = null)
{
    /// <summary>The act in the reader's language, or as the pack names it.</summary>
    public string ActIn(Language language) => Name.In(language);

    /// <summary>The act in three languages, or in each as the pack names it.</summary>
    public LocalizedText Name => Title ?? LocalizedText.Same(Act);
}

/// <summary>The exact rule a decision was taken under; kept with the decision (requirements ).</summary>
/// <param name="Pack">Pack id, for example <c>kz.digital-assets</c>.</param>
/// <param name="Hash">SHA-256 over the bytes of the pack's file: two packs with one version can be told apart.</param>
public sealed record RuleReference(
    string Pack, string Version, Commitment Hash, string Rule, RuleSource Source, SourceTag Tag, Confidence Confidence)
{
    /// <summary>True when the rule must be shown with a visible doubt and relied on by a person only.</summary>
    public bool Unconfirmed => Confidence == Confidence.Low || Tag == SourceTag.C;

    /// <summary><c>kz.digital-assets@2026.1#sha-256:…</c>: the form ledger entries carry.</summary>
    public string PackText => $"{Pack}@{Version}#{Hash}";

    public override string ToString() => $"{PackText}/{Rule}";
}

/// <summary>A rule's value on one day, and the rule it comes from.</summary>
public sealed record Resolved<T>(T Value, RuleReference Reference);
