using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>
/// What a learner writes in a project. Each act gives one event or a refusal; nothing that names a person or says how to reach one is taken
/// (requirements AI-10, AI-29), and nobody may lift that.
/// </summary>
public static class WriteProject
{
    public static Outcome<ProjectEvent> Begin(string by, string learner, string school, string title, DateTimeOffset at) =>
        CompetenceRefusals.Impersonal(title).TryGet(out var words, out var problem) ? new ProjectBegun(at, by, learner, school, words) : problem;

    public static Outcome<ProjectEvent> Scope(Project now, string by, ProjectScope scope, DateTimeOffset at) =>
        Write(now, by, [scope.Problem, scope.ForWhom, scope.WhyAi], w => new ScopeWritten(at, by, new ProjectScope(w[0], w[1], w[2])));

    public static Outcome<ProjectEvent> Data(Project now, string by, ProjectData data, DateTimeOffset at) =>
        CompetenceRefusals.Address(data.Source).TryGet(out var source, out var problem)
            ? Write(
                now, by, [data.Name, data.Description, data.Maker, data.Licence],
                w => new DataNamed(at, by, new ProjectData(w[0], w[1], w[2], source.Length == 0 ? null : source, w[3])))
            : problem;

    public static Outcome<ProjectEvent> Model(Project now, string by, ModelCard card, DateTimeOffset at) =>
        Write(now, by, [card.Does, card.Tested, card.Limits, card.NotFor], w => new ModelDescribed(at, by, new ModelCard(w[0], w[1], w[2], w[3])));

    public static Outcome<ProjectEvent> Reflect(Project now, string by, Reflection reflection, DateTimeOffset at) =>
        Write(now, by, [reflection.Own, reflection.ByAi, reflection.Learnt], w => new ReflectionWritten(at, by, new Reflection(w[0], w[1], w[2])));

    private static Outcome<ProjectEvent> Write(Project now, string by, IReadOnlyList<string> texts, Func<IReadOnlyList<string>, ProjectEvent> written)
    {
        if (Closed(now, by) is { } refused)
        {
            return refused;
        }

        var clean = new List<string>();
        foreach (var text in texts)
        {
            if (!CompetenceRefusals.Impersonal(text).TryGet(out var words, out var problem))
            {
                return problem;
            }

            clean.Add(words);
        }

        return written(clean);
    }

    internal static Problem? Closed(Project now, string by) =>
        by != now.Account ? CompetenceRefusals.OfSomebodyElse
        : now.FinishedAt is not null ? new Problem("competences/finished", "The project is finished.")
        : null;
}

/// <summary>The end of a project: only when every part of it is written.</summary>
public static class FinishProject
{
    public static Outcome<ProjectEvent> Of(Project now, string by, DateTimeOffset at) =>
        WriteProject.Closed(now, by) is { } refused ? refused
        : now.Missing.Count > 0 ? new Problem("competences/incomplete", "Parts of the project are not written yet.")
        : new ProjectFinished(at, by);
}
