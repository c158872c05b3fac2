using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>Something a pack names once and refers to by its id: an aspect, a level, a domain.</summary>
public sealed record NamedItem(string Id, LocalizedText Name)
{
    internal static NamedItem Read(PackNode node) => new(node["id"].Text, node["name"].Localized);
}

/// <summary>One block of a competence framework: one aspect at one level.</summary>
/// <param name="Id"><c>T01</c> … <c>T15</c> of teachers, <c>S01</c> … <c>S12</c> of learners.</param>
/// <param name="Text">What whoever has it can do, in our own words.</param>
public sealed record CompetenceBlock(string Id, string Aspect, string Level, LocalizedText Name, LocalizedText Text)
{
    internal static CompetenceBlock Read(PackNode node) =>
        new(node["id"].Text, node["aspect"].Text, node["level"].Text, node["name"].Localized, node["text"].Localized);
}

/// <summary>
/// A competence framework as a table (requirements AI-16, AI-17): one block for each aspect and level. What reads it can rely on that.
/// </summary>
/// <param name="Levels">The lowest first.</param>
public sealed record CompetenceFramework(IReadOnlyList<NamedItem> Aspects, IReadOnlyList<NamedItem> Levels, IReadOnlyList<CompetenceBlock> Blocks)
{
    /// <summary>Null when the framework has no such block.</summary>
    public CompetenceBlock? Find(string block) => Blocks.FirstOrDefault(b => b.Id == block);

    /// <summary>The block of an aspect at a level.</summary>
    public CompetenceBlock At(string aspect, string level) => Blocks.Single(b => b.Aspect == aspect && b.Level == level);

    /// <summary>Its level and those below it, the lowest first.</summary>
    public IEnumerable<string> UpTo(string level) => Levels.Select(l => l.Id).TakeWhile(l => l != level).Append(level);

    public LocalizedText LevelName(string level) => Levels.Single(l => l.Id == level).Name;

    public LocalizedText AspectName(string aspect) => Aspects.Single(a => a.Id == aspect).Name;

    internal static CompetenceFramework Read(PackNode node)
    {
        var framework = new CompetenceFramework(
            node["aspects"].List(NamedItem.Read), node["levels"].List(NamedItem.Read), node["blocks"].List(CompetenceBlock.Read));
        var places = framework.Aspects.SelectMany(a => framework.Levels.Select(l => (a.Id, l.Id))).ToHashSet();
        return framework.Blocks.Select(b => b.Id).Distinct().Count() == framework.Blocks.Count
            && framework.Blocks.Count == places.Count && places.SetEquals(framework.Blocks.Select(b => (b.Aspect, b.Level)))
                ? framework
                : throw node.Wrong("a framework has one block, with an id of its own, for each aspect and level");
    }
}

/// <summary>How evidence of a teacher is assessed (requirement AI-16).</summary>
/// <param name="OutsideFrom">From this level on, whoever assesses belongs to another organisation than the teacher.</param>
public sealed record TeacherAssessment(string OutsideFrom)
{
    internal static TeacherAssessment Read(PackNode node) => new(node["outsideFrom"].Text);
}

/// <summary>How often a teacher's qualification is raised (requirement AI-18).</summary>
/// <param name="Years">At least once in so many years.</param>
public sealed record TeacherQualification(int Years)
{
    internal static TeacherQualification Read(PackNode node) =>
        node["years"].Integer is > 0 and var years ? new(years) : throw node.Wrong("the years are 1 or more");
}

/// <summary>What a course counts by (requirements AI-18, AI-27).</summary>
/// <param name="Series">Kinds of course, by the word that counts them.</param>
/// <param name="YearBeginsMonth">Month in which a school year begins, on its first day: 1 to 12.</param>
/// <param name="CompleteAtPercent">Whoever attended so many percent of the lessons, rounded up, completed the course.</param>
public sealed record CourseRules(IReadOnlyList<CourseSeries> Series, int YearBeginsMonth, int CompleteAtPercent)
{
    /// <summary>Lessons to attend out of all.</summary>
    public int Needed(int lessons) => ((lessons * CompleteAtPercent) + 99) / 100;

    internal static CourseRules Read(PackNode node)
    {
        var rules = new CourseRules(node["series"].List(CourseSeries.Read), node["yearBeginsMonth"].Integer, node["completeAtPercent"].Integer);
        return rules is { YearBeginsMonth: >= 1 and <= 12, CompleteAtPercent: >= 1 and <= 100 } ? rules
            : throw node.Wrong("a month is 1 to 12, percent 1 to 100");
    }
}

/// <summary>A kind of course.</summary>
/// <param name="Id">Word of the facts: <c>day-of-ai</c>, <c>pd</c>.</param>
/// <param name="LessonsFrom">Fewest lessons of such a course.</param>
/// <param name="LessonsTo">Most lessons.</param>
/// <param name="RaisesQualification">A teacher who completes one raised their qualification.</param>
public sealed record CourseSeries(string Id, LocalizedText Name, int LessonsFrom, int LessonsTo, bool ForTeachers, bool RaisesQualification)
{
    internal static CourseSeries Read(PackNode node)
    {
        var series = new CourseSeries(
            node["id"].Text, node["name"].Localized, node["lessonsFrom"].Integer, node["lessonsTo"].Integer, node["forTeachers"].Boolean,
            node["raisesQualification"].Boolean);
        return series.LessonsFrom >= 1 && series.LessonsTo >= series.LessonsFrom ? series : throw node.Wrong("lessons run from 1 or more upwards");
    }
}
