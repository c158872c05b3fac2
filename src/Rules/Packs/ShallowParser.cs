using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mortanba.Rules;

/// <summary>Stops a text that is nested deeper than any pack: what reads the events calls itself for each level.</summary>
internal sealed class ShallowParser(IParser inner) : IParser
{
    private const int DepthMax = 64;

    private int depth;

    public ParsingEvent? Current => inner.Current;

    public bool MoveNext()
    {
        var moved = inner.MoveNext();
        depth += inner.Current?.NestingIncrease ?? 0;
        return depth <= DepthMax
            ? moved
            : throw new PackFormatException((int)inner.Current!.Start.Line, $"the file is nested deeper than {DepthMax}");
    }
}
