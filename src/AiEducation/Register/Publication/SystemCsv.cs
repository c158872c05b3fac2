using System.Globalization;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>The register as CSV: one system a row, blanks as blanks. With a byte-order mark, so that spreadsheets read it as UTF-8.</summary>
public static class SystemCsv
{
    private static readonly (string Column, Func<AiSystem, string?> Value)[] Columns =
    [
        ("id", s => s.Id), ("name", s => s.Description.Name), ("state", s => EventWords.Of(s.State)), ("since", s => LedgerEntry.Time(s.Since)),
        ("purpose_kk", s => s.Description.Purpose?.Kk), ("purpose_ru", s => s.Description.Purpose?.Ru), ("purpose_en", s => s.Description.Purpose?.En),
        ("owner", s => s.Description.Owner), ("contact", s => s.Description.Contact), ("objection", s => s.Description.Objection),
        ("data_kk", s => s.Description.Data?.Kk), ("data_ru", s => s.Description.Data?.Ru), ("data_en", s => s.Description.Data?.En),
        ("generative", s => s.Description.IsGenerative switch { true => "yes", false => "no", null => null }),
        ("agreement", s => s.Description.Agreement), ("contract", s => SystemJson.Shown(s.Description, "contract", s.Description.Contract)),
        ("withheld", s => string.Join(' ', s.Description.Withheld.Select(w => w.Field))),
        ("risk", s => s.Class is { } c ? EventWords.Of(c.Classification.Risk) : null),
        ("autonomy", s => s.Class is { } c ? EventWords.Of(c.Classification.Autonomy) : null),
        ("mode", s => s.Class is { } c ? EventWords.Of(c.Classification.Mode) : null),
        ("high_impact", s => s.Class is { } c ? c.HighImpact ? "yes" : "no" : null),
        ("forbidden", s => s.Class is { } c ? string.Join(' ', c.Forbidden) : null),
        ("company", s => s.Vendor?.Company), ("stored_in", s => s.Vendor is { } v ? string.Join(' ', v.StoredIn) : null),
        ("trains_on_learners", s => s.Vendor is { } v ? EventWords.Of(v.TrainsOnLearners) : null),
        ("ethics", s => s.Ethics is { } e ? EventWords.Of(e.Outcome) : null),
        ("purposes", s => s.Approval is { } a ? string.Join(' ', a.Allowed.Purposes.Select(EventWords.Of)) : null),
        ("ages_from", s => s.Approval?.Allowed.AgeFrom.ToString(CultureInfo.InvariantCulture)),
        ("ages_to", s => s.Approval?.Allowed.AgeTo?.ToString(CultureInfo.InvariantCulture)),
        ("schools", s => s.Approval is { } p ? string.Join(' ', p.Allowed.Schools) : null),
        ("until", s => SystemJson.Day(s.Approval?.Allowed.Until)), ("review_by", s => SystemJson.Day(s.ReviewBy)),
        ("suspended_for", s => s.Suspension is { } c ? EventWords.Of(c.Cause) : null),
    ];

    public static string Write(IEnumerable<AiSystem> systems)
    {
        var csv = new StringBuilder("\ufeff").AppendJoin(',', Columns.Select(c => c.Column)).Append("\r\n");
        foreach (var system in systems)
        {
            csv.AppendJoin(',', Columns.Select(c => Cell(c.Value(system)))).Append("\r\n");
        }

        return csv.ToString();
    }

    // Quoted; a cell that a spreadsheet would compute is made text.
    private static string Cell(string? text) => string.IsNullOrEmpty(text) ? ""
        : $"\"{(text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
