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

    public DraftTables Tables(int? onlyRow = null, (int First, int Last)? onlyCourses = null) => new(
        seal, head, Repairs,
        (part, page) => (part == ListPart.Graduates ? graduates : courses).GetValueOrDefault(page), onlyRow, onlyCourses);

    /// <summary>Without its repairs: what a cell was.</summary>
    public RowSource OpenAsUploaded(ListPart part, (int First, int Last) rows) => new DraftTables(
        seal, head, Repairs.None, (p, page) => (p == ListPart.Graduates ? graduates : courses).GetValueOrDefault(page),
        rows.First, rows).Open(part);

    public GraduationList List(Draft draft, int? onlyRow = null, (int First, int Last)? onlyCourses = null) => new(draft.Title)
    {
        Purpose = draft.Purpose,
        WritesMappingProposal = false,
        Tables = Tables(onlyRow, onlyCourses),
    };
}
