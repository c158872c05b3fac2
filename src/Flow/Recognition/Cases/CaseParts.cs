using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>A file of a case. Its bytes are stored sealed beside the case.</summary>
/// <param name="Item">Which item of the checklist it answers, or another word of <see cref="DocumentItems"/>.</param>
/// <param name="FileName">What the sender calls it; only shown.</param>
/// <param name="Sha256">Lower-case hexadecimal, of the bytes as they came.</param>
/// <param name="Receipt">Digest (lower-case hexadecimal SHA-256) of the receipt of its verification; null when it was not verified here.</param>
/// <param name="Reading">What a reader made of it, as JSON of that reader; null when nothing reads it.</param>
/// <param name="Diploma">Asset id of the diploma of this platform that it is, genuine, in force and of the holder of the case; null for anything else.</param>
public sealed record CaseDocument(
    string Id,
    string Item,
    string FileName,
    string MediaType,
    long Length,
    string Sha256,
    EvidenceSource Source,
    DateTimeOffset At,
    string? Receipt = null,
    string? Reading = null,
    string? Diploma = null);

/// <summary>The document of the qualification itself, and documents that no checklist demands.</summary>
public static class DocumentItems
{
    /// <summary>The diploma that is to be recognised; so the published list of documents names it.</summary>
    public const string Qualification = "document";

    public const string Other = "other";
    public const string Answer = "answer";
    public const string RegisterExtract = "register-extract";

    /// <summary>What a refugee writes about their studies where documents cannot be had (requirement RQ-19).</summary>
    public const string BackgroundPaper = "background-paper";

    public const string Interview = "interview";

    /// <summary>By which somebody shows that they act for a holder: without it nobody goes on with their case.</summary>
    public const string PowerOfAttorney = "power-of-attorney";

    private const string Condition = "condition-";

    /// <summary>Proof of a condition that makes up for a difference in this element (requirement RQ-16).</summary>
    public static string ConditionOf(Element element) => Condition + BasisRecord.Code(element);

    public static bool IsCondition(string item) => item.StartsWith(Condition, StringComparison.Ordinal);

    /// <summary>Code of the element whose condition it proves; null for anything else.</summary>
    public static string? ConditionElement(string item) => IsCondition(item) ? item[Condition.Length..] : null;

    /// <summary>Items that show who somebody is: whoever compares does not see them.</summary>
    public static bool IsPersonal(string item) => item is "identity" or PowerOfAttorney or "application";
}

/// <summary>An item that may be demanded, in the words in which it was published before the case was filed.</summary>
public sealed record CaseItem(string Id, LocalizedText Text);

/// <summary>
/// The law and the terms of one case, taken when it was filed. They stay what they are when a pack is replaced; only a person
/// re-bases a case (<see cref="CaseRebased"/>).
/// </summary>
/// <param name="LimitDays">Working days for the decision.</param>
/// <param name="LimitMonthsMax">The ceiling of a treaty that applies; null without one. Lists mark a case that comes near it (RQ-6).</param>
/// <param name="AppealDays">Working days for filing an appeal.</param>
/// <param name="AppealDecideDays">Working days for deciding one.</param>
/// <param name="FeeIndices">What it costs, in monthly calculation indices; null when no pack says it (requirement RQ-28).</param>
/// <param name="Items">All that may ever be demanded.</param>
/// <param name="WithoutDocuments">A background paper and an interview may stand in for what cannot be had.</param>
/// <param name="Treaties">Ids of the treaties that apply.</param>
/// <param name="Basis">The record of the legal basis (<see cref="BasisRecord"/>), canonical JSON.</param>
/// <param name="Rules">Each rule as <c>pack@version#hash/rule</c>.</param>
/// <param name="IntakeDays">Working days for looking whether a filing is complete; null: the body has set none.</param>
/// <param name="AnswerDays">Working days for the applicant to bring what was asked for; null: none.</param>
/// <param name="ValidMonths">How long a recognition holds that rests on what stands in for documents; null: it has no end.</param>
public sealed record CaseTerms(
    CaseRoute Route,
    int LimitDays,
    int? LimitMonthsMax,
    int AppealDays,
    int AppealDecideDays,
    decimal? FeeIndices,
    IReadOnlyList<CaseItem> Items,
    bool WithoutDocuments,
    IReadOnlyList<string> Treaties,
    string Basis,
    IReadOnlyList<string> Rules,
    int? IntakeDays = null,
    int? AnswerDays = null,
    int? ValidMonths = null)
{
    /// <summary>The day whose law they are: of the filing, or of a later <see cref="CaseRebased"/>. It stands in <see cref="Basis"/>.</summary>
    public DateOnly LawOf()
    {
        using var basis = JsonDocument.Parse(Basis);
        return DateOnly.ParseExact(basis.RootElement.GetProperty("at").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    /// <summary>Refused while the body has not set and published its terms (requirement RQ-6), and for who needs no recognition (RQ-12).</summary>
    public static Outcome<CaseTerms> Of(RecognitionGuide guide)
    {
        if (guide.Basis.Route == CaseRoute.Exempt)
        {
            return new Problem("recognition/exempt", "This award needs no recognition; the guide tells where the note on it is had.");
        }

        if (guide is not
            {
                TimeLimit.Value.WorkingDays: { } limit,
                Appeal.Value: { FileWorkingDays: { } appeal, DecideWorkingDays: { } decide },
            })
        {
            return new Problem("recognition/terms-not-set", "The body has not set its time limits yet; no case can be filed before.");
        }

        var months = guide.Basis.Applied.Select(t => t.Treaty.DecisionMonthsMax).OfType<int>().ToList();
        return new CaseTerms(
            guide.Basis.Route, limit, months.Count == 0 ? null : months.Min(), appeal, decide,
            guide.IsFree ? 0 : guide.Fee.Value.Indices,
            [.. guide.Documents.Select(d => new CaseItem(d.Id, d.Text))], guide.WithoutDocuments is not null,
            [.. guide.Basis.Applied.Select(t => t.Treaty.Id)],
            System.Text.Encoding.UTF8.GetString(BasisRecord.Write(guide.Basis)),
            [.. guide.Rules.Select(r => r.ToString())],
            guide.Own?.Value.IntakeWorkingDays, guide.Own?.Value.AnswerWorkingDays, guide.ValidMonths);
    }
}

/// <summary>An item that the body misses, and what is wrong with what came.</summary>
/// <param name="At">When it was asked for last; set by the case.</param>
public sealed record MissingItem(string Item, string Why, DateTimeOffset? At = null);

/// <summary>A wait outside the body, with what was asked (requirement RQ-6).</summary>
/// <param name="Stage">In which stage it began.</param>
public sealed record LoggedWait(string Id, string About, Wait Wait, CaseStage Stage);

/// <summary>By which way a document was checked (requirement RQ-8).</summary>
public enum AuthenticityWay
{
    /// <summary>Its own signature or proof.</summary>
    Credential,
    IssuerRegister,
    InformationCentre,
    Letter,
}

/// <param name="Evidence">Ids of documents.</param>
public sealed record AuthenticityFinding(Authenticity Result, AuthenticityWay Way, IReadOnlyList<string> Evidence, string Note);

public enum IssuerRight
{
    NotAsked,
    Entitled,
    NotEntitled,

    /// <summary>No register covers the day.</summary>
    NotKnown,
}

/// <summary>Whether the institution might award it on the day it did (requirement RQ-9).</summary>
/// <param name="Entries">Entries of the registers that say so.</param>
/// <param name="Evidence">Ids of documents.</param>
public sealed record IssuerRightFinding(IssuerRight Result, IReadOnlyList<string> Entries, IReadOnlyList<string> Evidence, string Note);

/// <summary>An assessment as one evaluator left it.</summary>
/// <param name="IsFinished">The evaluator stands by it; before, it is only kept.</param>
public sealed record SavedAssessment(Assessment Assessment, bool IsFinished, DateTimeOffset At);

/// <summary>A case that was decided before and is like this one (requirement RQ-21).</summary>
public sealed record Precedent(string Number, RecognitionOutcome Outcome);

/// <summary>A decision as it was given.</summary>
/// <param name="Reason">In words, for the applicant.</param>
/// <param name="AppealUntil">Last day of an appeal.</param>
/// <param name="Certificate">Id of the certificate; null where nothing was recognised or refused.</param>
/// <param name="Letter">Id of the letter among the documents; null without one.</param>
/// <param name="Validity">How long it holds; null where documents show what was recognised: then it simply holds.</param>
public sealed record DecisionTaken(
    ProposedDecision Decision, string Reason, DateTimeOffset At, DateOnly? AppealUntil, string? Certificate, string? Letter,
    Validity? Validity = null);

/// <summary>How long a recognition holds that rests on what stands in for documents (requirement RQ-19).</summary>
/// <param name="Until">Last day; null: it has no end.</param>
public sealed record Validity(DateOnly? Until)
{
    /// <summary>Of a decision of this civil day; null where nothing is recognised, or documents show it.</summary>
    public static Validity? Of(RecognitionCase now, RecognitionOutcome outcome, DateOnly day) =>
        now.IsWithoutDocuments && outcome is RecognitionOutcome.Full or RecognitionOutcome.Partial or RecognitionOutcome.Conditional
            ? new Validity(now.Terms!.ValidMonths is { } months ? day.AddMonths(months) : null)
            : null;
}

public enum AppealOutcome
{
    Uphold,
    Change,

    /// <summary>Back to evaluation.</summary>
    Return,
}

/// <param name="Original">The decision as it was when the appeal came: frozen.</param>
/// <param name="WithdrawnAt">When whoever appealed took it back; null where nobody did.</param>
public sealed record Appeal(
    string Words, DateTimeOffset At, DecisionTaken Original, string? Reviewer = null, AppealOutcome? Outcome = null, string Reason = "",
    DateTimeOffset? WithdrawnAt = null);

/// <summary>One look at whether the conditions of a decision are fulfilled (requirement RQ-16).</summary>
/// <param name="At">When the proof was brought, or the last day was found to be over; when it waited for an appeal, the end of that.</param>
/// <param name="IsLapsed">The last day was over before the applicant said that everything is there.</param>
/// <param name="Original">The conditional decision as it was then: frozen.</param>
/// <param name="IsFulfilled">Null while nobody has decided it.</param>
/// <param name="By">Account of who decided it; empty before.</param>
/// <param name="EndedAt">When the certificate of the conditional decision was ended; null unless it was.</param>
public sealed record ConditionCheck(
    DateTimeOffset At, bool IsLapsed, DecisionTaken Original, bool? IsFulfilled = null, string Reason = "", string By = "",
    DateTimeOffset? DecidedAt = null, DateTimeOffset? EndedAt = null);

/// <summary>Something that somebody says within the case.</summary>
/// <param name="IsForApplicant">The applicant reads it, too; what they say themselves always is.</param>
public sealed record Remark(DateTimeOffset At, string By, string Text, bool IsForApplicant);

/// <summary>What a tool proposes; it counts for nothing until a person confirms it (requirement RQ-27).</summary>
/// <param name="Tool">Name and version.</param>
/// <param name="Document">Where it was read.</param>
/// <param name="Start">First character of the span in the text of the document.</param>
/// <param name="Length">Characters.</param>
/// <param name="Quote">The span itself.</param>
/// <param name="Field">What it is proposed for: <c>credits</c>, <c>field</c>, <c>element/profile</c> …</param>
/// <param name="ConfirmedBy">Account; null while nobody has.</param>
/// <param name="RejectedBy">Account; null while nobody has.</param>
public sealed record Suggestion(
    string Id, string Tool, string Document, int Start, int Length, string Quote, string Field, string Value, string? ConfirmedBy = null, string? RejectedBy = null);
