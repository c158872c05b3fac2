namespace Mortanba.AiEducation;

/// <summary>What the directory tells of people: who came and who left, by what indicators count them.</summary>
internal static class DirectoryFacts
{
    public static EventFact Came(SchoolPerson person) => person.Kind == SchoolPersonKind.Teacher
        ? new EventFact("teacher.joined", person.Id)
        : new EventFact(
            "learner.enrolled", person.Id, ("grade", $"{person.Grade}"), ("language", person.Language), ("sex", person.Sex),
            ("disability", person.Disability switch { true => "yes", false => "no", null => "" }));

    public static EventFact Left(SchoolPerson person) =>
        new(person.Kind == SchoolPersonKind.Teacher ? "teacher.left" : "learner.left", person.Id);

    /// <summary>In their order; none when nothing changed that anybody counts by.</summary>
    /// <param name="before">As the directory had them; may have left.</param>
    public static IReadOnlyList<EventFact> Of(SchoolPerson before, SchoolPerson now)
    {
        if (before.Left is not null)
        {
            return [Came(now)];
        }

        return before.Kind != now.Kind ? [Left(before), Came(now)]
            : now.Kind == SchoolPersonKind.Learner && GroupsOf(before) != GroupsOf(now) ? [Came(now)]
            : [];
    }

    private static (int Grade, string Language, string Sex, bool? Disability) GroupsOf(SchoolPerson person) =>
        (person.Grade, person.Language, person.Sex, person.Disability);
}
