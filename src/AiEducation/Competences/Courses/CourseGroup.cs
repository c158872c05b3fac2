using System.Text.Json.Serialization;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Something that happened to a group that takes a course.</summary>
/// <param name="By">Account of who did it.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(GroupOpened), "opened")]
[JsonDerivedType(typeof(PeopleEnrolled), "enrolled")]
[JsonDerivedType(typeof(LessonHeld), "lesson")]
[JsonDerivedType(typeof(CourseCertified), "certified")]
public abstract record CourseGroupEvent(DateTimeOffset At, string By) : IHappened;

/// <param name="Course">Id of the course.</param>
/// <param name="Name">What the school calls the group: <c>7 A</c>.</param>
/// <param name="School">BIN.</param>
/// <param name="Year">School year: <c>2026-27</c>.</param>
/// <param name="Needed">Lessons to attend until the course is completed, by the rules of the day.</param>
public sealed record GroupOpened(
    DateTimeOffset At, string By, string Course, string Name, string School, string Year, string Series, bool ForTeachers, int Lessons, int Needed, string Rule)
    : CourseGroupEvent(At, By);

/// <param name="People">Pseudonyms, none of whom was in the group.</param>
public sealed record PeopleEnrolled(DateTimeOffset At, string By, IReadOnlyList<string> People) : CourseGroupEvent(At, By);

/// <summary>One lesson; said again, it adds whoever was forgotten.</summary>
/// <param name="Lesson">From 1.</param>
/// <param name="Present">Pseudonyms not yet noted for this lesson.</param>
/// <param name="Completed">Those who completed the course with it.</param>
public sealed record LessonHeld(
    DateTimeOffset At, string By, int Lesson, DateOnly Day, IReadOnlyList<string> Present, IReadOnlyList<string> Completed)
    : CourseGroupEvent(At, By);

/// <param name="Certificate">Asset id.</param>
/// <param name="Body">BIN of the organisation that issued it.</param>
public sealed record CourseCertified(DateTimeOffset At, string By, string Person, string Certificate, string Number, string Body)
    : CourseGroupEvent(At, By);

/// <summary>
/// A group of learners or teachers that takes a course in a school year: who is in it, which lessons each attended, who completed it (requirement
/// AI-27). In: the events. Pure.
/// </summary>
public sealed record CourseGroup : IFolded
{
    public required string Id { get; init; }

    public int Version { get; init; }

    public required GroupOpened Opened { get; init; }

    /// <summary>Lessons each person attended, by pseudonym; whoever attended none has an empty list.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Attended { get; init; } = new Dictionary<string, IReadOnlyList<int>>();

    /// <summary>Day of each lesson held.</summary>
    public IReadOnlyDictionary<int, DateOnly> Held { get; init; } = new Dictionary<int, DateOnly>();

    public IReadOnlyList<CourseCertified> Certificates { get; init; } = [];

    /// <summary>Folds a group. Throws <see cref="InvalidDataException"/> when the events are those of none.</summary>
    public static CourseGroup Of(string id, IEnumerable<CourseGroupEvent> events)
    {
        CourseGroup? found = null;
        foreach (var happened in events)
        {
            found = found?.With(happened) ?? (happened is GroupOpened o
                ? new CourseGroup { Id = id, Version = 1, Opened = o }
                : throw new InvalidDataException($"The group {id} does not begin with its opening."));
        }

        return found ?? throw new InvalidDataException($"The group {id} has no events.");
    }

    /// <summary>The group after one more event.</summary>
    public CourseGroup With(CourseGroupEvent happened) => (happened switch
    {
        PeopleEnrolled e => this with { Attended = With(e.People.Select(p => (p, (IReadOnlyList<int>)[]))) },
        LessonHeld l => this with
        {
            Attended = With(l.Present.Select(p => (p, (IReadOnlyList<int>)[.. Attended[p], l.Lesson]))),
            Held = new Dictionary<int, DateOnly>(Held) { [l.Lesson] = l.Day },
        },
        CourseCertified c => this with { Certificates = [.. Certificates, c] },
        _ => throw new InvalidDataException($"An event of an unknown kind: {happened.GetType().Name}."),
    }) with
    { Version = Version + 1 };

    /// <summary>Attended as many lessons as the course asks for.</summary>
    public bool HasCompleted(string person) => Attended.TryGetValue(person, out var lessons) && lessons.Count >= Opened.Needed;

    private Dictionary<string, IReadOnlyList<int>> With(IEnumerable<(string Person, IReadOnlyList<int> Lessons)> changed)
    {
        var attended = new Dictionary<string, IReadOnlyList<int>>(Attended, StringComparer.Ordinal);
        foreach (var (person, lessons) in changed)
        {
            attended[person] = lessons;
        }

        return attended;
    }
}

/// <summary>A group begins a course in the school year of the day.</summary>
public static class OpenGroup
{
    public static Outcome<CourseGroupEvent> Of(
        Course course, string by, string name, string school, Resolved<CourseRules> rules, DateOnly today, DateTimeOffset at) =>
        !course.IsOffered ? new Problem("competences/not-offered", "This course is not offered any more.")
        : !CompetenceRefusals.Words(name).TryGet(out var words, out var problem) ? problem
        : new GroupOpened(
            at, by, course.Id, words, school, SchoolYear.Of(today, rules.Value), course.Terms.Series,
            rules.Value.Series.Any(s => s.Id == course.Terms.Series && s.ForTeachers), course.Terms.Lessons, rules.Value.Needed(course.Terms.Lessons),
            rules.Reference.ToString());
}

/// <summary>People join a group; whoever is in it already is passed over.</summary>
public static class EnrolPeople
{
    public static Outcome<CourseGroupEvent> Of(CourseGroup now, string by, IEnumerable<string> people, DateTimeOffset at) =>
        people.Distinct().Where(p => !now.Attended.ContainsKey(p)).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } added
            ? new PeopleEnrolled(at, by, added)
            : CompetenceRefusals.Counted;
}

/// <summary>Who was there in a lesson. Somebody noted twice for a lesson attended it once.</summary>
public static class HoldLesson
{
    public static Outcome<CourseGroupEvent> Of(
        CourseGroup now, string by, int lesson, DateOnly day, IEnumerable<string> present, DateOnly today, DateTimeOffset at)
    {
        if (lesson < 1 || lesson > now.Opened.Lessons)
        {
            return new Problem("competences/no-lesson", $"The course has lessons 1 to {now.Opened.Lessons}.", ("lessons", $"{now.Opened.Lessons}"));
        }

        if (day > today)
        {
            return CompetenceRefusals.Later;
        }

        var there = present.Distinct().Order(StringComparer.Ordinal).ToList();
        if (there.Exists(p => !now.Attended.ContainsKey(p)))
        {
            return new Problem("competences/not-enrolled", "Somebody of these is not in the group.");
        }

        var added = there.Where(p => !now.Attended[p].Contains(lesson)).ToList();
        if (added.Count == 0 && now.Held.ContainsKey(lesson))
        {
            return CompetenceRefusals.Counted;
        }

        var held = new LessonHeld(at, by, lesson, day, added, []);
        var after = now.With(held);
        return held with { Completed = [.. added.Where(p => after.HasCompleted(p) && !now.HasCompleted(p))] };
    }
}

/// <summary>Whoever completed a course gets a certificate of it, once; nobody certifies themselves.</summary>
public static class CertifyCourse
{
    /// <param name="own">Account of the person; null when they have none.</param>
    /// <returns>Why not; null when it may be certified.</returns>
    public static Problem? Check(CourseGroup now, string by, string? own, string person) =>
        by == own ? CompetenceRefusals.Own
        : now.Certificates.Any(c => c.Person == person) ? CompetenceRefusals.Counted
        : now.HasCompleted(person) ? null
        : new Problem("competences/not-completed", $"Fewer than {now.Opened.Needed} lessons were attended.", ("needed", $"{now.Opened.Needed}"));
}
