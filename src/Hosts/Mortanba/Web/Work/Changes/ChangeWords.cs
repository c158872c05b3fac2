using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Rules;

namespace Mortanba.Host.Web.Work;

/// <summary>Words of acts, states and values for the pages of changes.</summary>
public static class ChangeWords
{
    private static readonly string[] Chosen = ["kind", "form", "instruction", "honours"];

    /// <summary>The stable word of an act or a state, as locale keys and addresses carry it.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName($"{value}");

    public static DiplomaState After(StateAct act) => act switch
    {
        StateAct.Suspend => DiplomaState.Suspended,
        StateAct.Reinstate => DiplomaState.Active,
        StateAct.Annul => DiplomaState.Annulled,
        StateAct.Supersede => DiplomaState.Superseded,
        StateAct.Erase => DiplomaState.Erased,
    };

    /// <summary>Label of a column or of a particular of the programme, with its language.</summary>
    public static string Label(PageContext page, string column)
    {
        if (!column.StartsWith("programme.", StringComparison.Ordinal))
        {
            return page.T("changes/field." + column);
        }

        var tag = Languages.All.FirstOrDefault(l => column.EndsWith("-" + l.Tag(), StringComparison.Ordinal)) is var language
            && column.EndsWith("-" + language.Tag(), StringComparison.Ordinal) ? language.Tag() : null;
        return page.T("changes/field." + (tag is null ? column : column[..^3])) + (tag is null ? "" : $" ({tag})");
    }

    /// <summary>A refusal of one diploma; states in it are words of the reader's language.</summary>
    public static string Refusal(PageContext page, Problem problem) => problem.Code == "issuance/state-not-allowed"
        ? page.T("changes/not-allowed", ("from", StateOf(page, problem, "from")), ("to", StateOf(page, problem, "to")))
        : page.Words(problem);

    private static string StateOf(PageContext page, Problem problem, string arg)
    {
        var word = problem.Args.GetValueOrDefault(arg, "");
        return page.Texts.GetOr(page.Language, "diplomas/state." + word, word, []);
    }

    /// <summary>A value as people read it: a date in words, a choice in the reader's language.</summary>
    public static string Value(PageContext page, string column, string text) =>
        Chosen.Contains(column)
            ? page.Texts.GetOr(page.Language, $"{(column == "kind" ? "diplomas/kind." : $"changes/value.{column}.")}{text}", text, [])
            : column == "gpa" ? Words.Decimal(page.Language, text)
            : Words.DateIfIso(page.Language, text);
}
