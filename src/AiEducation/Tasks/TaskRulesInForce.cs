using System.Globalization;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>
/// The rules of tasks as they hold at one school: the nation's, and where the school's regulation is stricter, the school's (requirement
/// AI-21). Pure.
/// </summary>
public static class TaskRulesInForce
{
    /// <returns>The levels that are left, with their smallest own part, and the days for an answer.</returns>
    public static AiTaskRules Of(AiTaskRules national, RegulationInForce school)
    {
        var allowed = school.Options(RegulationItems.AiasLevels);
        return national with
        {
            Levels =
            [
                .. national.Levels.Where(l => allowed.Contains(l.Level.ToString(CultureInfo.InvariantCulture)))
                    .Select(l => l with { OwnPart = Math.Max(l.OwnPart, school.Number(RegulationItems.OwnPartPercent)) }),
            ],
            ObjectionAnswerDays = Math.Min(national.ObjectionAnswerDays, school.Number(RegulationItems.ObjectionWorkingDays)),
        };
    }
}
