using System.Globalization;
using Mortanba.Intake;
using Mortanba.Issuance;

namespace Mortanba.Host.Web.Work.Changes;

/// <summary>What every form of a proposal carries, so that a refused one comes back filled.</summary>
public interface IProposalForm
{
    /// <summary>Made with the empty form: sent twice, it proposes once.</summary>
    string Id { get; }

    /// <summary>Version of the returned order that is proposed anew; null for a new one.</summary>
    int? Version { get; }

    string Basis { get; }

    /// <summary>Act and reason code: <c>suspend/court-order</c>.</summary>
    string Reason { get; }
}

public sealed record StateForm(string Id, int? Version, string Reason, string Basis, string Numbers, string Batch) : IProposalForm
{
    /// <summary>The numbers chosen in the list of diplomas and the act asked for there.</summary>
    public static StateForm Of(IQueryCollection query) => new(
        FormValues.NewId(), null, FormValues.Short(query["act"]) is { Length: > 0 } act ? act + "/" : "", "",
        string.Join('\n', query["n"].OfType<string>().Take(200).Select(FormValues.Short)), FormValues.Short(query["batch"]));

    public static StateForm Of(IFormCollection form) => new(
        FormValues.IdOf(form), FormValues.VersionOf(form), FormValues.Short(form["reason"]), form["basis"].ToString(),
        form["numbers"].ToString(), FormValues.Short(form["batch"]));
}

/// <param name="Draft">A corrected list that was uploaded under Lists; empty when one value is set for all.</param>
public sealed record CohortForm(
    string Id, int? Version, string Reason, string Basis, string Numbers, string Batch, string Column, string Value, string FirstNumber,
    string Draft) : IProposalForm
{
    public static CohortForm Of(IQueryCollection query) => new(
        FormValues.NewId(), null, "", "", string.Join('\n', query["n"].OfType<string>().Take(200).Select(FormValues.Short)),
        FormValues.Short(query["batch"]), "", "", "", FormValues.Short(query["draft"]));

    public static CohortForm Of(IFormCollection form) => new(
        FormValues.IdOf(form), FormValues.VersionOf(form), FormValues.Short(form["reason"]), form["basis"].ToString(),
        form["numbers"].ToString(), FormValues.Short(form["batch"]), FormValues.Short(form["column"]), form["value"].ToString(),
        FormValues.Short(form["first"]), FormValues.Short(form["draft"]));
}

/// <param name="Request">The holder's request that it answers; empty when there is none.</param>
/// <param name="Cells">The diploma as it shall be; the number is empty until a new one is typed.</param>
public sealed record OneForm(string Id, int? Version, string Reason, string Basis, string Request, DiplomaCells Cells) : IProposalForm
{
    public static OneForm Of(StoredDiploma old, string request)
    {
        var cells = DiplomaCells.Of(old.Record.Content);
        return new OneForm(
            FormValues.NewId(), null, "", "", FormValues.Short(request),
            cells with { Graduate = new Dictionary<string, string>(cells.Graduate, StringComparer.Ordinal) { ["number"] = "" } });
    }

    /// <summary>What the form does not carry stays as it is on the old diploma.</summary>
    public static OneForm Of(StoredDiploma old, IFormCollection form)
    {
        var cells = DiplomaCells.Of(old.Record.Content);
        var graduate = new Dictionary<string, string>(cells.Graduate, StringComparer.Ordinal);
        foreach (var column in DiplomaCells.GraduateColumns.Where(c => form.ContainsKey("f." + c)))
        {
            graduate[column] = form["f." + column].ToString();
        }

        if (DiplomaPages.NumberOf(graduate["number"]) is var (series, number) && series == old.Record.Content.Series)
        {
            graduate["number"] = number;
        }

        var courses = cells.Courses.Select((course, i) =>
        {
            var typed = new Dictionary<string, string>(course, StringComparer.Ordinal);
            foreach (var column in DiplomaCells.CourseColumns)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"c.{i}.{column}");
                if (form.ContainsKey(name))
                {
                    typed[column] = form[name].ToString();
                }
            }

            return (IReadOnlyDictionary<string, string>)typed;
        });
        return new OneForm(
            FormValues.IdOf(form), FormValues.VersionOf(form), FormValues.Short(form["reason"]), form["basis"].ToString(),
            FormValues.Short(form["request"]), new DiplomaCells(graduate, [.. courses]));
    }
}

internal static class FormValues
{
    private const int ShortMaxLength = 80;

    public static string NewId() => Guid.NewGuid().ToString("D");

    /// <summary>The id sent back; a new one when it is none, so that nobody chooses ids.</summary>
    public static string IdOf(IFormCollection form) => Guid.TryParseExact(form["id"], "D", out var id) ? id.ToString("D") : NewId();

    public static int? VersionOf(IFormCollection form) =>
        int.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    public static string Short(Microsoft.Extensions.Primitives.StringValues value) => Short(value.ToString());

    public static string Short(string value) => value.Length > ShortMaxLength ? value[..ShortMaxLength] : value;
}
