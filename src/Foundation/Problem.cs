namespace Mortanba.Foundation;

/// <summary>A foreseen refusal.</summary>
/// <param name="Code">Stable, public for ever: <c>stage/kebab-words</c>. The key of its text in the locale files.</param>
/// <param name="Detail">The refusal in English for logs and the API; never holds personal data.</param>
/// <param name="Args">Named values for the placeholders <c>{name}</c> of the locale text.</param>
public record Problem(string Code, string Detail, IReadOnlyDictionary<string, string> Args)
{
    private static readonly IReadOnlyDictionary<string, string> NoArgs = new Dictionary<string, string>();

    public Problem(string code, string detail)
        : this(code, detail, NoArgs)
    {
    }

    public Problem(string code, string detail, params (string Name, string Value)[] args)
        : this(code, detail, args.ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal))
    {
    }
}
