using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Intake;
using Mortanba.Intake.Columns;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;

namespace Mortanba.Host.Web;

/// <summary>The issued diploma that a row of a list collides with, so that both can be looked at side by side.</summary>
/// <param name="IsBlocked">Its data are blocked: nothing of it is shown but the number.</param>
/// <param name="Values">By field of the list, as far as the diploma has it. Personal data of the institution's own graduate.</param>
public sealed record IssuedBeside(AssetId Asset, string Number, IReadOnlyDictionary<string, string> Values, bool IsBlocked = false)
{
    internal static async Task<IssuedBeside?> FindAsync(
        Installation home, Bin institution, IReadOnlyList<(GridColumn Column, string Value)> row, CancellationToken cancel)
    {
        string Of(string field) => row.FirstOrDefault(c => c.Column.Field == field).Value?.Trim() ?? "";
        await using var connection = await home.Database.ConnectAsync(cancel);
        var text = Of("number");
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        var letters = Of("series") is { Length: > 0 } series ? series : string.Concat(text.TakeWhile(char.IsAsciiLetter));
        var asset = (await home.Credentials.FindByNumberAsync(connection, letters, digits, cancel))
            .FirstOrDefault(c => c.Initiator == institution)?.Asset;
        if (asset is null && Iin.TryParse(Of("iin"), out var iin))
        {
            asset = await new IssuedDiplomas(home.Database, home.Vault, institution).HeldAsync(iin, Of("programme-code"), cancel);
        }

        if (asset is not { } known)
        {
            return null;
        }

        var (diploma, block) = await UnblockedData.OfAsync(home, connection, known, cancel);
        if (block is not null && await home.Credentials.FindAsync(connection, known, cancel) is { } credential)
        {
            return new IssuedBeside(known, $"{credential.Series} {credential.Number}", new Dictionary<string, string>(), IsBlocked: true);
        }

        if (diploma is null)
        {
            return null;
        }

        var content = diploma.Record.Content;
        var values = new Dictionary<string, string>(DiplomaCells.Of(content).Graduate, StringComparer.Ordinal)
        {
            ["credits"] = content.Credits.ToString(CultureInfo.InvariantCulture),
            ["gpa"] = content.Gpa.ToString("0.00", CultureInfo.InvariantCulture),
        };
        if (row.All(c => c.Column.Field != "series"))
        {
            values["number"] = content.FullNumber;
        }

        return new IssuedBeside(known, content.FullNumber, values);
    }

    /// <summary>
    /// The diploma's value of a field in the spelling of the list where both say the same, else as people of this page write it;
    /// null for a field that stands on no diploma, such as an address.
    /// </summary>
    public (string Text, bool IsSame)? Beside(Texts texts, Language language, string field, string own)
    {
        if (!Values.TryGetValue(field, out var value))
        {
            return null;
        }

        var isSame = CellMeaning.Of(field, value) == CellMeaning.Of(field, own);
        return (isSame && own.Length > 0 ? own : field == "iin" ? value : ListWords.Cell(texts, language, field, value), isSame && own.Length > 0);
    }
}
