using Mortanba.Foundation;
using Mortanba.Host.Web;

namespace Mortanba.Host.Commands;

/// <summary>Says things to the person at the terminal in their language.</summary>
internal sealed class Speaker(Language language)
{
    // A command speaks one language: that the three agree is checked by a test and by the site at its start.
    private readonly Lazy<Texts> texts = new(Texts.Read);

    public Language Language => language;

    public Texts Texts => texts.Value;

    /// <summary>A text of the locale files.</summary>
    public string Text(string key, params ReadOnlySpan<(string Name, object? Value)> args) => Texts.Get(language, key, args);

    /// <summary>A refusal in words, with what to do where the locale files say it, and its code so that it can be looked up.</summary>
    public string Say(Problem problem)
    {
        var remedy = Texts.GetOr(language, problem.Code + "/remedy", "", problem.Args);
        return $"{Texts.GetOr(language, problem.Code, problem.Detail, problem.Args)}{(remedy.Length > 0 ? " " : "")}{remedy} [{problem.Code}]";
    }

    /// <summary>Writes a refusal to standard error; gives the exit code.</summary>
    public int Refuse(Problem problem)
    {
        Console.Error.WriteLine(Say(problem));
        return 1;
    }
}
