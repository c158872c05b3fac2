using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>One level of the AI Assessment Scale (AIAS): how much AI a task allows. Name after the scale, words of our own.</summary>
/// <param name="Level">1 to 5.</param>
/// <param name="OwnPart">Percent of the work that the learner makes themselves, at least; a task may ask for more, never for less.</param>
/// <param name="IsControlled">Is done under supervision only.</param>
public sealed record AiLevel(int Level, LocalizedText Name, LocalizedText Text, int OwnPart, bool IsControlled)
{
    internal static AiLevel Read(PackNode node) => new(
        node["level"].Integer, node["name"].Localized, node["text"].Localized, node["ownPart"].Integer, node["controlled"].Boolean);
}

/// <summary>How tasks say which AI they allow, and how grades are objected to (requirements AI-13, AI-15, AI-19, AI-20).</summary>
/// <param name="Levels">The five levels, from 1.</param>
/// <param name="StatementFromLevel">From this level on a work comes with a statement on the use of AI, or goes back.</param>
/// <param name="ObjectionAnswerDays">Working days in which a person answers.</param>
/// <param name="Composite">Visible label of a work with parts by AI.</param>
/// <param name="Synthetic">Visible label of a work that AI made.</param>
public sealed record AiTaskRules(
    IReadOnlyList<AiLevel> Levels, int StatementFromLevel, int ObjectionAnswerDays, LocalizedText Composite, LocalizedText Synthetic)
{
    /// <summary>Null when the scale has no such level.</summary>
    public AiLevel? Level(int level) => Levels.FirstOrDefault(l => l.Level == level);

    internal static AiTaskRules Read(PackNode node)
    {
        var (composite, synthetic) = node["labels"].As(n => (n["composite"].Localized, n["synthetic"].Localized));
        var rules = new AiTaskRules(
            node["levels"].List(AiLevel.Read), node["statementFromLevel"].Integer, node["objectionAnswerWorkingDays"].Integer, composite, synthetic);
        return rules.Levels.Select(l => l.Level).SequenceEqual([1, 2, 3, 4, 5]) && rules.Levels.All(l => l.OwnPart is >= 0 and <= 100)
            && rules.StatementFromLevel is >= 1 and <= 5 && rules.ObjectionAnswerDays > 0
                ? rules
                : throw node.Wrong("the levels are 1 to 5 in their order, own parts 0 to 100 percent, days 1 or more");
    }
}
