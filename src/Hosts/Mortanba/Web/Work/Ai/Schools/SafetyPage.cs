using Microsoft.AspNetCore.Components;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Host.Web.Work.Ai.Schools;

/// <summary>What the pages on incidents have at hand, those of a school and those of the ministry.</summary>
public abstract class SafetyPage : WebPage
{
    [Parameter, EditorRequired] public Resolved<AiSafetyRules> Rules { get; set; } = null!;

    /// <summary>Empty on the pages of the ministry.</summary>
    [Parameter] public string InstitutionName { get; set; } = "";

    [Parameter] public IReadOnlyList<(string Field, Problem Problem)> Refused { get; set; } = [];

    [Parameter] public DateTimeOffset Now { get; set; }

    protected string At(string rest = "") => Link(IncidentPages.PathOf(Page.Visit!) + rest);

    /// <summary>Words of a kind; its id when the rules of today have it no more.</summary>
    protected string Kind(string id) => Rules.Value.Kind(id)?.Text.In(Page.Language) ?? id;

    protected string Route(string id) => Rules.Value.Routes.FirstOrDefault(r => r.Id == id)?.Text.In(Page.Language) ?? id;

    protected string Look(Incident one) => one.State == IncidentState.Closed ? "badge plain" : one.IsOverdueAt(Now) ? "badge bad" : "badge hold";
}
