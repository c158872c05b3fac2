using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Web;

/// <summary>What of a list's rows is shown, as the address says it.</summary>
/// <param name="Edit">A good cell opened for editing.</param>
public sealed record RowsQuery(GridQuery Grid, (int Row, int Column)? Edit)
{
    private const int SearchMaxLength = 100;

    public static RowsQuery Default { get; } =
        new(new GridQuery(ListPart.Graduates, GridFilter.ToRepair, null, null, null, false, 1, null), null);

    public static RowsQuery Of(IQueryCollection query)
    {
        string? Text(string name) => query[name].ToString() is { Length: > 0 and <= SearchMaxLength } text ? text : null;
        int? Number(string name) =>
            int.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        var edit = Text("edit")?.Split('.');
        return new RowsQuery(
            new GridQuery(
                Text("part") == "courses" ? ListPart.Courses : ListPart.Graduates,
                Text("filter") switch
                {
                    "warnings" => GridFilter.Warnings,
                    "repaired" => GridFilter.Repaired,
                    "all" => GridFilter.All,
                    _ => GridFilter.ToRepair,
                },
                Text("rule"), Text("q"), Text("sort"), Text("order") == "down", Math.Max(1, Number("page") ?? 1), Number("of")),
            edit is [var row, var column] && int.TryParse(row, NumberStyles.None, CultureInfo.InvariantCulture, out var r)
                && int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out var c) ? (r, c) : null);
    }

    /// <summary>From what a form carried back; anything unreadable is the first page.</summary>
    public static RowsQuery Parse(string address) =>
        Of(new QueryCollection(QueryHelpers.ParseQuery(address.StartsWith('?') ? address : "")));

    public static string Word(GridFilter filter) => filter switch
    {
        GridFilter.ToRepair => "to-repair",
        GridFilter.Warnings => "warnings",
        GridFilter.Repaired => "repaired",
        GridFilter.All => "all",
    };

    public string ToAddress()
    {
        var query = new QueryBuilder();
        void Add(string name, string? value)
        {
            if (value is not null)
            {
                query.Add(name, value);
            }
        }

        Add("part", Grid.Part == ListPart.Courses ? "courses" : null);
        Add("filter", Grid.Filter == GridFilter.ToRepair ? null : Word(Grid.Filter));
        Add("rule", Grid.Rule);
        Add("q", Grid.Search);
        Add("sort", Grid.Sort);
        Add("order", Grid.IsDescending ? "down" : null);
        Add("page", Grid.Page > 1 ? Grid.Page.ToString(CultureInfo.InvariantCulture) : null);
        Add("of", Grid.Of?.ToString(CultureInfo.InvariantCulture));
        Add("edit", Edit is var (row, column) ? FormattableString.Invariant($"{row}.{column}") : null);
        return query.ToString();
    }
}
