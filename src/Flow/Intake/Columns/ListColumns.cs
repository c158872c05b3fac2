namespace Mortanba.Intake.Columns;

/// <summary>How one column was understood.</summary>
/// <param name="Choice">A field's wire name, <c>skip</c>, or <c>?</c> where a person has to decide.</param>
/// <param name="Certainty">Where the choice comes from.</param>
/// <param name="Candidates">For <c>?</c>: the fields it might be.</param>
public sealed record ColumnChoice(
    int Index, string Header, string Choice, ColumnCertainty Certainty, IReadOnlyList<string> Candidates);

public enum ColumnCertainty
{
    /// <summary>A person wrote it into the mapping file.</summary>
    Confirmed,

    /// <summary>The header is one of the known words.</summary>
    Known,

    /// <summary>The header is near to one known word: accepted with a warning.</summary>
    Guessed,

    /// <summary>No known word: passed over with a warning.</summary>
    Unknown,

    /// <summary>Two columns for one field, or two fields for one column: refused until confirmed.</summary>
    Ambiguous,
}

/// <summary>The columns of both tables.</summary>
public sealed record ListColumns(IReadOnlyList<ColumnChoice> Graduates, IReadOnlyList<ColumnChoice> Courses);

/// <summary>The columns of one table, for the readers.</summary>
internal sealed class TableColumns
{
    public const string Skip = "skip";
    public const string Undecided = "?";

    private readonly int[] columnOf = new int[Fields.Count];

    public TableColumns(ListPart part, IReadOnlyList<ColumnChoice> choices)
    {
        Part = part;
        Choices = choices;
        Array.Fill(columnOf, -1);
        foreach (var choice in choices)
        {
            if (Fields.TryParse(choice.Choice, out var field))
            {
                columnOf[(int)field] = choice.Index;
            }
        }
    }

    public ListPart Part { get; }

    public IReadOnlyList<ColumnChoice> Choices { get; }

    /// <summary>-1 when the list has no such column.</summary>
    public int this[Field field] => columnOf[(int)field];

    public bool Has(Field field) => columnOf[(int)field] >= 0;

    public IEnumerable<Field> Missing => Fields.Of(Part).Where(wanted => wanted.IsRequired() && !Has(wanted));

    public IEnumerable<ColumnChoice> NotDecided => Choices.Where(choice => choice.Choice == Undecided);
}
