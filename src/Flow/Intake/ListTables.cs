using System.Security.Cryptography;
using Mortanba.Intake.Columns;
using Mortanba.Intake.Reading;

namespace Mortanba.Intake;

/// <summary>The two tables of a list, wherever they lie, ready to be opened again and again.</summary>
internal abstract class ListTables
{
    public abstract TableColumns GraduateColumns { get; }

    public abstract TableColumns CourseColumns { get; }

    public abstract bool ReadsKz1048 { get; }

    public TableColumns Columns(ListPart part) => part == ListPart.Graduates ? GraduateColumns : CourseColumns;

    /// <summary>Adds everything the diplomas follow from: the same list gives the same hash.</summary>
    public abstract void AppendTo(IncrementalHash whole);

    public abstract RowSource OpenAtHeader(ListPart part);

    /// <summary>The table, its header row already passed.</summary>
    public RowSource Open(ListPart part)
    {
        var source = OpenAtHeader(part);
        source.Read();
        return source;
    }

    /// <summary>SHA-256, hex.</summary>
    public string Hash()
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AppendTo(whole);
        return Convert.ToHexStringLower(whole.GetHashAndReset());
    }
}
