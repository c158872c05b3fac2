using Microsoft.AspNetCore.Components;

namespace Mortanba.Host.Web;

/// <summary>What every page and part derives from: the words, and where links lead.</summary>
public abstract class WebPage : ComponentBase
{
    [Parameter]
    [EditorRequired]
    public PageContext Page { get; set; } = null!;

    protected string T(string key, params ReadOnlySpan<(string Name, object? Value)> args) => Page.T(key, args);

    protected string Link(string path) => Page.Link(path);

    /// <summary>How long ago, in words.</summary>
    protected string Ago(DateTimeOffset now, DateTimeOffset at)
    {
        var (key, count) = Words.Age(now - at);
        return count == 0 ? T(key) : T("web/ago", ("age", T(key, ("n", count))));
    }
}
