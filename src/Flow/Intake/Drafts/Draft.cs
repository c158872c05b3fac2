using Mortanba.Foundation;

namespace Mortanba.Intake.Drafts;

/// <summary><c>open → submitted → approved → issued</c>; back to open when returned; withdrawn from open or submitted.</summary>
public enum DraftState
{
    /// <summary>Being prepared: columns are chosen, cells repaired.</summary>
    Open,

    /// <summary>Waits for the approver; locked.</summary>
    Submitted,

    /// <summary>Approved; its batch is being signed. Locked.</summary>
    Approved,

    /// <summary>Signed whole. The content is kept for a term, then destroyed.</summary>
    Issued,

    /// <summary>Given up; the content is destroyed.</summary>
    Withdrawn,
}

/// <summary>One list on its way to the approver. The content is read through <see cref="DraftStore"/>.</summary>
/// <param name="Decision">Decision on issue, chosen at the latest before the list is sent.</param>
/// <param name="Version">Counts every change of anything; a page sends back the one it showed.</param>
/// <param name="PreparedBy">Account id.</param>
/// <param name="ReturnNote">What the approver asks for; personal data may stand in it.</param>
/// <param name="RowCount">Graduates; of the last check, or of the upload before the first one.</param>
/// <param name="ListHash">SHA-256 of content and repairs as last checked; null before.</param>
public sealed record Draft(
    string Id,
    Bin Institution,
    string Title,
    string? Decision,
    ListPurpose Purpose,
    DraftState State,
    int Version,
    string PreparedBy,
    DateTimeOffset PreparedAt,
    string? SubmittedBy,
    DateTimeOffset? SubmittedAt,
    string? ReturnNote,
    int RowCount,
    long ErrorCount,
    long WarningCount,
    string? ListHash,
    string? Batch)
{
    /// <summary>Who changed it last, and when. Account id.</summary>
    public required string ChangedBy { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>The columns are confirmed; what was skipped is gone.</summary>
    public required bool IsMapped { get; init; }

    /// <summary>The counts and the hash are of this version.</summary>
    public required bool IsChecked { get; init; }

    /// <summary>The content was destroyed.</summary>
    public required bool IsDestroyed { get; init; }
}

/// <summary>What a new draft says about itself.</summary>
/// <param name="By">Account or client id.</param>
public sealed record NewDraft(
    Bin Institution, string Title, string? Decision, ListPurpose Purpose, string By, DateTimeOffset At);

/// <summary>Words of the database, the API and the locale files.</summary>
public static class DraftWords
{
    public static string Word(this DraftState state) => state switch
    {
        DraftState.Open => "open",
        DraftState.Submitted => "submitted",
        DraftState.Approved => "approved",
        DraftState.Issued => "issued",
        DraftState.Withdrawn => "withdrawn",
    };

    internal static DraftState StateOf(string word) => Enum.GetValues<DraftState>().Single(s => s.Word() == word);

    internal static string Word(this ListPurpose purpose) => purpose switch
    {
        ListPurpose.Issue => "issue",
        ListPurpose.Correct => "correct",
    };

    internal static ListPurpose PurposeOf(string word) => Enum.GetValues<ListPurpose>().Single(p => p.Word() == word);

    internal static string Word(this ListPart part) => part switch
    {
        ListPart.Graduates => "graduates",
        ListPart.Courses => "courses",
    };
}
