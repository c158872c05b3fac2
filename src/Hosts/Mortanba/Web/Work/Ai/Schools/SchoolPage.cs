using Microsoft.AspNetCore.Components;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Rules;

namespace Mortanba.Host.Web.Work.Ai.Schools;

/// <summary>What every page on a school's use of AI has at hand: the school, what was refused, and words of the field.</summary>
public abstract class SchoolPage : WebPage
{
    [Parameter, EditorRequired] public SchoolNow School { get; set; } = null!;

    [Parameter] public IReadOnlyList<(string Field, Problem Problem)> Refused { get; set; } = [];

    protected string Name => School.School.Name.In(Page.Language);

    /// <summary>Address of one of the school's own pages.</summary>
    protected string At(string rest = "") => Link($"/console/{School.School.Bin}/ai{rest}");

    protected bool May(Right right) => Page.Visit!.Actor.May(right, School.School.Bin);

    /// <summary>In which capacity somebody adopted: the role's word in the reader's language, or what an older text says itself.</summary>
    protected string Capacity(string role) => Page.Texts.GetOr(Page.Language, "work/role." + role, role, []);

    protected string Day(DateOnly day) => Words.Date(Page.Language, day);

    protected string Purposes(IEnumerable<AiPurpose> purposes) => string.Join(", ", purposes.Select(p => T(SchoolWords.Key(p))));

    protected string Ages(int from, int? to) => to is null ? T("ai-school/ages.from", ("from", from)) : T("ai-school/ages.to", ("from", from), ("to", to));

    protected string Said(RegulationItem item, string value) => item switch
    {
        ChoiceItem { Options: var options } => value.Length == 0
            ? T("ai-school/nothing")
            : string.Join("; ", ChoiceItem.Words(value).Select(w => options.FirstOrDefault(o => o.Id == w)?.Text.In(Page.Language) ?? w)),
        YesItem => T(value == YesItem.Yes ? "ai-school/yes" : "ai-school/no"),
        _ => value,
    };
}

/// <summary>Keys of words that the pages of a school share.</summary>
internal static class SchoolWords
{
    public static string Key(AiPurpose purpose) => SystemWords.Key("purpose", purpose);

    public static string Key(ToolRole role) => "ai-school/role." + EventWords.Of(role);

    public static string Look(RegulationStanding standing) => standing switch
    {
        RegulationStanding.Same => "badge plain",
        RegulationStanding.Stricter => "badge ok",
        RegulationStanding.Looser => "badge bad",
        RegulationStanding.NotSaid => "badge hold",
    };
}
