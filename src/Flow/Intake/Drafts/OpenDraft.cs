using Mortanba.Intake.Reading;

namespace Mortanba.Intake.Drafts;

/// <summary>A draft as it stood at one moment: head, repairs and sealed pages in memory.</summary>
internal sealed class OpenDraft(
    int version, DraftSeal seal, DraftHead head, IReadOnlyList<DraftStep> steps,
    Dictionary<int, byte[]> graduates, Dictionary<int, byte[]> courses)
{
    public int Version => version;

    public DraftSeal Seal => seal;

    public DraftHead Head => head;

    public IReadOnlyList<DraftStep> Steps => steps;

    public Repairs Repairs { get; } = new(steps);

    /// <summary>Sealed pages of courses by number; filled as they are needed when not all were read.</summary>
    public Dictionary<int, byte[]> Courses => courses;

    public DraftTables Tables((int First, int Last)? onlyRows = null, (int First, int Last)? onlyCourses = null) =>
        new(seal, head, Repairs, Payload, onlyRows, onlyCourses);

    /// <summary>Those rows of a table that are in memory.</summary>
    public RowSource OpenSome(ListPart part, (int First, int Last)? rows) =>
        new DraftTables(seal, head, Repairs, Payload, rows, rows, isSparse: true).Open(part);

    /// <summary>Without its repairs: what a cell was.</summary>
    public RowSource OpenAsUploaded(ListPart part, (int First, int Last)? rows) =>
        new DraftTables(seal, head, Repairs.None, Payload, rows, rows, isSparse: true).Open(part);

    public GraduationList List(Draft draft) => new(draft.Title)
    {
        Purpose = draft.Purpose,
        WritesMappingProposal = false,
        Tables = Tables(),
    };

    private byte[]? Payload(ListPart part, int page) =>
        (part == ListPart.Graduates ? graduates : courses).GetValueOrDefault(page);
}
