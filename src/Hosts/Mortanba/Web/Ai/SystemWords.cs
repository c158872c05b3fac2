using Mortanba.AiEducation;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>Words, signs and colours of the register that pages share.</summary>
internal static class SystemWords
{
    /// <summary>Key of the text of a value: <c>airegister/state.in-use</c>.</summary>
    public static string Key<T>(string group, T value)
        where T : struct, Enum => $"airegister/{group}.{EventWords.Of(value)}";

    /// <summary>Icon beside the word.</summary>
    public static string Sign(AiSystemState state) => state switch
    {
        AiSystemState.InUse => "s-ok",
        AiSystemState.Pilot or AiSystemState.Proposed => "s-now",
        AiSystemState.Offered or AiSystemState.Ended => "s-todo",
        AiSystemState.SentBack => "s-hold",
        AiSystemState.Prohibited or AiSystemState.Suspended or AiSystemState.Rejected => "s-bad",
    };

    public static string Look(AiSystemState state) => state switch
    {
        AiSystemState.InUse => "ok",
        AiSystemState.Pilot => "teal",
        AiSystemState.Proposed or AiSystemState.SentBack => "hold",
        AiSystemState.Prohibited or AiSystemState.Suspended or AiSystemState.Rejected => "bad",
        AiSystemState.Offered or AiSystemState.Ended => "plain",
    };

    public static string Look(AiRisk risk) => risk switch
    {
        AiRisk.Minimal => "ok",
        AiRisk.Medium => "hold",
        AiRisk.High => "bad",
    };

    /// <summary>A refusal with its state in the reader's language.</summary>
    public static Problem InWords(Texts texts, Language language, Problem problem) => new(
        problem.Code, problem.Detail,
        [
            .. problem.Args.Select(a => (a.Key, a.Key == "state" && EventWords.Parse<AiSystemState>(a.Value) is { } state
                ? texts.Get(language, Key("state", state))
                : a.Key == "field" ? texts.GetOr(language, "airegister/field." + a.Value, a.Value, [])
                : a.Key == "cause" && EventWords.Parse<SuspensionCause>(a.Value) is { } cause ? texts.Get(language, Key("cause", cause))
                : a.Value)),
        ]);
}
