using System.Security.Cryptography;
using System.Text;
using Mortanba.Intake.Columns;
using Mortanba.Intake.Reading;

namespace Mortanba.Intake.Drafts;

/// <summary>What stands in a draft's row beside the counts, sealed: its tables and what they are called.</summary>
/// <param name="Replaced">What the last upload of a repaired file changed; null when there was none.</param>
internal sealed record DraftHead(
    PackedTable Graduates, PackedTable Courses, bool ReadsKz1048, string GraduatesName, string CoursesName, Replacement? Replaced)
{
    public PackedTable Table(ListPart part) => part == ListPart.Graduates ? Graduates : Courses;
}

/// <summary>How a newly uploaded file differs from what was there, counted by student number.</summary>
public sealed record Replacement(int RowsAdded, int RowsGone, int RowsChanged, int CellsChanged);

/// <summary>
/// The tables of a draft as they stood when it was read: sealed pages in memory, opened one at a time, repairs laid over
/// them. A change made meanwhile is another version and does not show here.
/// </summary>
/// <param name="isSparse">Pages that were not read are passed over: for looking at single rows, never for a check.</param>
internal sealed class DraftTables(
    DraftSeal seal, DraftHead head, Repairs repairs, Func<ListPart, int, byte[]?> payload,
    (int First, int Last)? onlyRows = null, (int First, int Last)? onlyCourses = null, bool isSparse = false) : ListTables
{
    public override TableColumns GraduateColumns { get; } = new(ListPart.Graduates, head.Graduates.Columns);

    public override TableColumns CourseColumns { get; } = new(ListPart.Courses, head.Courses.Columns);

    public override bool ReadsKz1048 => head.ReadsKz1048;

    public override void AppendTo(IncrementalHash whole)
    {
        foreach (var table in (PackedTable[])[head.Graduates, head.Courses])
        {
            whole.AppendData(Encoding.UTF8.GetBytes(
                string.Join('\n', table.Columns.Select(c => c.Choice)) + (table.CountsDaysFrom1904 ? "\n1904\n" : "\n1900\n")));
            foreach (var page in table.Pages)
            {
                whole.AppendData(page.Hash);
            }
        }

        repairs.AppendTo(whole);
    }

    public override RowSource OpenAtHeader(ListPart part) => new DraftRows(
        part, head.Table(part), repairs, number => OpenPage(part, number),
        part == ListPart.Courses ? onlyCourses : onlyRows);

    public static string Kind(ListPart part) => part.Word();

    public static string Place(ListPart part, int page) => FormattableString.Invariant($"{Kind(part)}/{page}");

    private byte[]? OpenPage(ListPart part, int number)
    {
        if (payload(part, number) is not { } sealedPage)
        {
            return isSparse ? null : throw new ListChangedException("A page of the draft is not there any more; read the draft anew.");
        }

        // The list hash is made of these: a page that is not the one of the head would pass unseen otherwise.
        var plain = seal.Open(Place(part, number), sealedPage);
        return SHA256.HashData(plain).AsSpan().SequenceEqual(head.Table(part).Pages[number].Hash)
            ? plain
            : throw new ListChangedException("A page of the draft is not the one that was stored with it.");
    }
}
