using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>By which law an award is recognised, why not by others, and which rules said so.</summary>
/// <param name="At">Day for which the law was asked: of the application.</param>
/// <param name="Countries">The awarding states, in the order of the question.</param>
/// <param name="Treaties">Every treaty of the packs, applied or not, in their order.</param>
/// <param name="Rules">Each rule that was used, with pack, version and hash: enough to do it again.</param>
public sealed record BasisDecision(
    AwardQuestion Question,
    DateOnly At,
    IReadOnlyList<Country> Countries,
    CaseRoute Route,
    IReadOnlyList<TreatyFinding> Treaties,
    Resolved<NationalProcedure> National,
    ShortcutFinding Shortcut,
    IReadOnlyList<RuleReference> Rules)
{
    /// <summary>The treaties that bind the body in this case; none: national law alone.</summary>
    public IEnumerable<TreatyFinding> Applied => Treaties.Where(t => t.Standing == Standing.Applies);

    /// <summary>One of the awarding states is no more: no treaty names it, and who keeps its archives must be asked.</summary>
    public IEnumerable<Country> Former => Countries.Where(c => c.Until is not null);

    /// <summary>Something this rests on is of low confidence or from memory (requirement X-2).</summary>
    public bool IsUnconfirmed => Rules.Any(r => r.Unconfirmed) || Applied.Any(t => t.Treaty.Unconfirmed);
}

/// <summary>What the holder has before them.</summary>
public enum CaseRoute
{
    /// <summary>Authenticity, the issuer's right, and an evaluation if necessary.</summary>
    Case,

    /// <summary>Only authenticity is established (requirement RQ-10).</summary>
    AuthenticityOnly,

    /// <summary>No recognition is needed, an information note is given (requirement RQ-12).</summary>
    Exempt,
}

public enum Standing
{
    Applies,
    DoesNotApply,

    /// <summary>It may bind both states, but a date or a party is not known: it is not applied (requirement RQ-2).</summary>
    NotKnown,
}

/// <summary>One treaty in one case.</summary>
/// <param name="Reasons">All reasons against it, first those that rule it out; when it applies, since when it binds each state.</param>
/// <param name="Duties">What it makes the body do, without the articles that the home state took itself out of.</param>
public sealed record TreatyFinding(
    Treaty Treaty, Standing Standing, IReadOnlyList<BasisReason> Reasons, IReadOnlyList<TreatyDuty> Duties);

/// <summary>Why a treaty does or does not apply. The words stand in <c>Locales/recognition</c> under the code.</summary>
public enum ReasonCode
{
    /// <summary>It has bound the state since the day.</summary>
    Binds,

    NotAParty,

    /// <summary>The list of parties that was read is not whole.</summary>
    PartyNotKnown,

    /// <summary>A party, but since when was not found.</summary>
    DateNotKnown,

    /// <summary>The award was made before the day on which it bound the state.</summary>
    AwardBefore,

    /// <summary>It binds the state only from the day on.</summary>
    NotYet,

    /// <summary>It ended for the state on the day.</summary>
    Ended,

    /// <summary>The state took itself out of the articles on parts of studies.</summary>
    PartialExcluded,

    /// <summary>The state took itself out of the articles on non-traditional modes.</summary>
    ModeExcluded,

    OtherLevel,

    /// <summary>The home state asks for a place in a ranking, and none is known.</summary>
    RankNotKnown,

    /// <summary>The known places are all behind the one that is asked for.</summary>
    RankTooLow,
}

/// <param name="State">Code of the state it is about; null when about none.</param>
/// <param name="Number">The position asked for.</param>
public sealed record BasisReason(
    ReasonCode Code, string? State = null, DateOnly? Day = null, IReadOnlyList<string>? Articles = null, int? Number = null)
{
    /// <summary>It leaves open whether the treaty binds; the others rule it out.</summary>
    public bool LeavesOpen => Code is ReasonCode.PartyNotKnown or ReasonCode.DateNotKnown or ReasonCode.RankNotKnown;
}

public enum ShortcutState
{
    Met,
    NotMet,

    /// <summary>Not all positions are known.</summary>
    NotKnown,

    /// <summary>The rule is not for this level.</summary>
    NotForLevel,
}

/// <summary>The ranking shortcut in one case, with the positions it used (requirement RQ-10).</summary>
/// <param name="Used">One position a system: the newest edition by the day that counts.</param>
public sealed record ShortcutFinding(ShortcutState State, RankingShortcut Rule, IReadOnlyList<RankingPosition> Used);
