using Microsoft.AspNetCore.Components;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Host.Web.Work.Changes;

/// <summary>What the pages of proposals have in common.</summary>
public abstract class ProposalPage : WebPage
{
    [Parameter, EditorRequired]
    public string InstitutionName { get; set; } = "";

    [Parameter]
    public IReadOnlyList<(string Field, Problem Problem)> Refused { get; set; } = [];

    [Parameter]
    public IReadOnlyList<(string Batch, DateTimeOffset At, int Count)> Batches { get; set; } = [];

    [Parameter, EditorRequired]
    public ReasonCodes Reasons { get; set; } = null!;

    protected string Address(string rest) => Link($"/console/{Page.Visit!.Institution}/changes{rest}");
}
