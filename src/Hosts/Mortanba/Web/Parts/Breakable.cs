using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Mortanba.Host.Web.Parts;

/// <summary>A text whose long words (a DID, an address) may break after their separators instead of anywhere.</summary>
public sealed class Breakable : ComponentBase
{
    private const int LongWord = 24;

    [Parameter, EditorRequired]
    public string Text { get; set; } = "";

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        var start = 0;
        for (var i = 0; i < Text.Length - 1; i++)
        {
            if (Text[i] is ':' or '/' or '#' or '?' or '&' && Text[i + 1] != '/' && IsInLongWord(i))
            {
                builder.AddContent(0, Text[start..(i + 1)]);
                builder.AddMarkupContent(1, "<wbr>");
                start = i + 1;
            }
        }

        builder.AddContent(0, Text[start..]);
    }

    private bool IsInLongWord(int at)
    {
        var start = Text.LastIndexOf(' ', at) + 1;
        var end = Text.IndexOf(' ', at);
        return (end < 0 ? Text.Length : end) - start > LongWord;
    }
}
