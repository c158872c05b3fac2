using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Intake.Columns;
using Mortanba.Intake.Reading;

namespace Mortanba.Intake.Drafts;

/// <summary>One cell as a person put it right. <see cref="Value"/> is personal data.</summary>
/// <param name="Row">As the spreadsheet shows it.</param>
/// <param name="Column">From 0, among the columns of the draft.</param>
public sealed record CellRepair(ListPart Part, int Row, int Column, string Value);

/// <summary>Rows taken out of a list, with the reason.</summary>
/// <param name="Student">Only rows of this student number within the range; null takes all of it.</param>
public sealed record Removal(ListPart Part, int First, int Last, string? Student, string Reason);

/// <summary>One save: what undo takes back as a whole.</summary>
public sealed record DraftStep(int Step, string By, DateTimeOffset At, IReadOnlyList<CellRepair> Cells, IReadOnlyList<Removal> Removals);

/// <summary>All repairs of a draft, laid over its rows. The rows themselves stay as they came.</summary>
internal sealed class Repairs
{
    private readonly Dictionary<(ListPart Part, int Row), Dictionary<int, string>> cells = [];
    private readonly List<Removal> removals = [];

    public Repairs(IEnumerable<DraftStep> steps)
    {
        foreach (var step in steps)
        {
            foreach (var cell in step.Cells)
            {
                if (!cells.TryGetValue((cell.Part, cell.Row), out var row))
                {
                    cells[(cell.Part, cell.Row)] = row = [];
                }

                row[cell.Column] = cell.Value;
            }

            removals.AddRange(step.Removals);
        }
    }

    public static Repairs None { get; } = new([]);

    public int CellCount => cells.Values.Sum(row => row.Count);

    public IReadOnlyList<Removal> Removals => removals;

    public IEnumerable<int> RowsOf(ListPart part) => cells.Keys.Where(key => key.Part == part).Select(key => key.Row);

    public IReadOnlyDictionary<int, string>? Of(ListPart part, int row) => cells.GetValueOrDefault((part, row));

    public bool IsRemoved(ListPart part, int row, RowSource source, PackedTable table)
    {
        foreach (var removal in removals)
        {
            if (removal.Part == part && row >= removal.First && row <= removal.Last
                && (removal.Student is null || source[StudentColumn(table)].Trim().SequenceEqual(removal.Student)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>In one order, however they were made: repairs that lead to the same list give the same hash.</summary>
    public void AppendTo(IncrementalHash whole)
    {
        Span<byte> numbers = stackalloc byte[12];
        foreach (var ((part, row), changed) in cells.OrderBy(c => c.Key.Part).ThenBy(c => c.Key.Row))
        {
            foreach (var (column, value) in changed.OrderBy(c => c.Key))
            {
                BinaryPrimitives.WriteInt32BigEndian(numbers, ((int)part << 24) | column);
                BinaryPrimitives.WriteInt32BigEndian(numbers[4..], row);
                var text = Encoding.UTF8.GetBytes(value);
                BinaryPrimitives.WriteInt32BigEndian(numbers[8..], text.Length);
                whole.AppendData(numbers);
                whole.AppendData(text);
            }
        }

        foreach (var removal in removals.OrderBy(r => r.Part).ThenBy(r => r.First).ThenBy(r => r.Last)
            .ThenBy(r => r.Student, StringComparer.Ordinal))
        {
            BinaryPrimitives.WriteInt32BigEndian(numbers, unchecked((int)0x8000_0000) | (int)removal.Part);
            BinaryPrimitives.WriteInt32BigEndian(numbers[4..], removal.First);
            BinaryPrimitives.WriteInt32BigEndian(numbers[8..], removal.Last);
            whole.AppendData(numbers);
            whole.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(removal.Student ?? "")));
        }
    }

    private static int StudentColumn(PackedTable table)
    {
        for (var i = 0; i < table.Columns.Count; i++)
        {
            if (table.Columns[i].Choice == Field.StudentNumber.WireName())
            {
                return i;
            }
        }

        return int.MaxValue;
    }
}
