using System.Globalization;
using System.Text.Json.Serialization;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>What a course is.</summary>
/// <param name="Series">Id of its series in the rules.</param>
/// <param name="Blocks">Blocks it works on: of teachers or of learners, as its series is.</param>
/// <param name="Hours">Null when nobody said.</param>
/// <param name="Provider">BIN of the organisation that gives it.</param>
public sealed record CourseTerms(LocalizedText Name, string Series, int Lessons, IReadOnlyList<string> Blocks, int? Hours, string Provider);

/// <summary>Something that happened to a course.</summary>
/// <param name="By">Account of who did it.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CourseOffered), "offered")]
[JsonDerivedType(typeof(CourseWithdrawn), "withdrawn")]
public abstract record CourseEvent(DateTimeOffset At, string By) : IHappened;

/// <param name="Rule">The rules of the day, as <c>pack@version#hash/rule</c>.</param>
public sealed record CourseOffered(DateTimeOffset At, string By, CourseTerms Terms, string Rule) : CourseEvent(At, By);

/// <summary>No new group begins it.</summary>
public sealed record CourseWithdrawn(DateTimeOffset At, string By, string Reason) : CourseEvent(At, By);

/// <summary>A course with the blocks it works on (requirements AI-18, AI-27). Its terms never change: another length is another course.</summary>
public sealed record Course : IFolded
{
    public required string Id { get; init; }

    public int Version { get; init; }

    public required CourseTerms Terms { get; init; }

    public bool IsOffered { get; init; } = true;

    /// <summary>Folds a course. Throws <see cref="InvalidDataException"/> when the events are those of none.</summary>
    public static Course Of(string id, IEnumerable<CourseEvent> events)
    {
        Course? found = null;
        foreach (var happened in events)
        {
            found = (found, happened) switch
            {
                (null, CourseOffered o) => new Course { Id = id, Version = 1, Terms = o.Terms },
                ({ } now, CourseWithdrawn) => now with { Version = now.Version + 1, IsOffered = false },
                _ => throw new InvalidDataException($"The course {id} does not hold a {happened.GetType().Name} there."),
            };
        }

        return found ?? throw new InvalidDataException($"The course {id} has no events.");
    }
}

public static class OfferCourse
{
    /// <param name="teachers">Blocks of teachers.</param>
    /// <param name="learners">Blocks of learners.</param>
    public static Outcome<CourseEvent> Of(
        string by, CourseTerms terms, Resolved<CourseRules> rules, CompetenceFramework teachers, CompetenceFramework learners, DateTimeOffset at)
    {
        if (rules.Value.Series.FirstOrDefault(s => s.Id == terms.Series) is not { } series)
        {
            return new Problem("competences/unknown-series", "There is no such kind of course.");
        }

        if (terms.Lessons < series.LessonsFrom || terms.Lessons > series.LessonsTo)
        {
            return new Problem(
                "competences/lessons", $"A course of this kind has {series.LessonsFrom} to {series.LessonsTo} lessons.", ("from", $"{series.LessonsFrom}"),
                ("to", $"{series.LessonsTo}"));
        }

        var blocks = terms.Blocks.Distinct().Order(StringComparer.Ordinal).ToList();
        var framework = series.ForTeachers ? teachers : learners;
        return blocks.Count == 0 ? new Problem("competences/no-block", "Name at least one block.")
            : blocks.Find(b => framework.Find(b) is null) is { } unknown ? CompetenceRefusals.UnknownBlock(unknown)
            : new[] { terms.Name.Kk, terms.Name.Ru, terms.Name.En }.Any(n => !CompetenceRefusals.Words(n).IsDone) ? CompetenceRefusals.Words("").Problem!
            : new CourseOffered(at, by, terms with { Blocks = blocks }, rules.Reference.ToString());
    }
}

public static class WithdrawCourse
{
    public static Outcome<CourseEvent> Of(Course now, string by, string reason, DateTimeOffset at) =>
        !now.IsOffered ? CompetenceRefusals.Counted
        : !CompetenceRefusals.Words(reason).TryGet(out var words, out var problem) ? problem
        : new CourseWithdrawn(at, by, words);
}

/// <summary>School years, by the rules.</summary>
public static class SchoolYear
{
    /// <returns>Year of its beginning and last two digits of the next: <c>2026-27</c>.</returns>
    public static string Of(DateOnly day, CourseRules rules)
    {
        var begins = day.Month >= rules.YearBeginsMonth ? day.Year : day.Year - 1;
        return string.Create(CultureInfo.InvariantCulture, $"{begins}-{(begins + 1) % 100:00}");
    }
}
