using Mortanba.Foundation;
using Mortanba.Intake.Columns;

namespace Mortanba.Intake.Drafts;

/// <summary>The files of a list after the first reading: packed and sealed in memory, stored nowhere yet.</summary>
public sealed class DraftContent
{
    private DraftContent(DraftSeal seal, DraftHead head, IReadOnlyList<(string Kind, int Page, byte[] Payload)> pages, bool isMapped)
    {
        Seal = seal;
        Head = head;
        Pages = pages;
        IsMapped = isMapped;
    }

    /// <summary>Nobody has to decide on a column: every header is known, and no required field is missing.</summary>
    public bool IsMapped { get; }

    public int RowCount => Head.Graduates.RowCount;

    internal DraftSeal Seal { get; }

    internal DraftHead Head { get; }

    internal IReadOnlyList<(string Kind, int Page, byte[] Payload)> Pages { get; }

    /// <summary>
    /// Reads both tables whole and refuses what is no list: binary, archive bombs, macros, merged cells, two equal headers.
    /// </summary>
    /// <param name="courses">Null when the courses are the workbook's second sheet.</param>
    /// <param name="asGuessed">
    /// True takes the columns as guessed, if none is in doubt, and drops the unknown ones at once: for programs, whose
    /// headers are ours. False keeps all of them until a person confirms.
    /// </param>
    public static Outcome<DraftContent> Read(
        ListBytes graduates, ListBytes? courses, IntakeLimits? limits = null, bool asGuessed = false) =>
        Read(DraftSeal.New(), graduates, courses, limits, asGuessed, null);

    internal static Outcome<DraftContent> Read(
        DraftSeal seal, ListBytes graduates, ListBytes? courses, IntakeLimits? limits, bool asGuessed,
        Func<ListPart, IReadOnlyList<ColumnChoice>, IReadOnlyList<ColumnChoice>>? remembered)
    {
        try
        {
            var tables = new FileTables(graduates, courses, besides: null, limits ?? new IntakeLimits());
            var undecided = ((ListPart[])[ListPart.Graduates, ListPart.Courses])
                .Any(part => tables.Columns(part).Missing.Any() || tables.Columns(part).NotDecided.Any());
            var isMapped = asGuessed && !undecided;
            if (remembered is not null)
            {
                var known = ((ListPart[])[ListPart.Graduates, ListPart.Courses])
                    .Select(part => new TableColumns(part, remembered(part, tables.Columns(part).Choices))).ToList();
                if (known.All(t => !t.Missing.Any() && !t.NotDecided.Any() && t.Choices.All(c => c.Certainty <= ColumnCertainty.Known)))
                {
                    return Pack(seal, tables, graduates.Name, (courses ?? graduates).Name, isMapped: true, part => known[(int)part].Choices);
                }
            }

            return Pack(
                seal, tables, graduates.Name, (courses ?? graduates).Name, isMapped, part => tables.Columns(part).Choices);
        }
        catch (ListRefusal refusal)
        {
            return refusal.Problem;
        }
    }

    /// <summary>The same rows with the columns a person confirmed; what is skipped is not in it any more.</summary>
    internal static DraftContent Rewrite(DraftSeal seal, ListTables tables, DraftHead head, Func<ListPart, IReadOnlyList<ColumnChoice>> columns) =>
        Pack(seal, tables, head.GraduatesName, head.CoursesName, isMapped: true, columns);

    internal DraftContent With(Replacement replaced) => new(Seal, Head with { Replaced = replaced }, Pages, IsMapped);

    private static DraftContent Pack(
        DraftSeal seal, ListTables tables, string graduatesName, string coursesName, bool isMapped,
        Func<ListPart, IReadOnlyList<ColumnChoice>> columns)
    {
        var pages = new List<(string, int, byte[])>();
        PackedTable PackTable(ListPart part)
        {
            var all = columns(part);
            var kept = isMapped ? [.. all.Where(c => c.Choice != TableColumns.Skip)] : all;
            using var source = tables.OpenAtHeader(part);
            source.Read();
            var (table, payloads) = RowPacker.Pack(
                source, kept, all.Count, source.Row, (page, plain) => seal.Seal(DraftTables.Place(part, page), plain));
            pages.AddRange(payloads.Select((payload, page) => (DraftTables.Kind(part), page, payload)));
            return table;
        }

        var graduates = PackTable(ListPart.Graduates);
        if (graduates.RowCount == 0)
        {
            throw new ListRefusal("intake/no-rows", "The list has a header and no graduate.", ("file", graduatesName));
        }

        return new DraftContent(
            seal, new DraftHead(graduates, PackTable(ListPart.Courses), tables.ReadsKz1048, graduatesName, coursesName, null), pages, isMapped);
    }
}
