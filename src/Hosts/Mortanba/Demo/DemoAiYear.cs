using System.Globalization;
using Mortanba.AiEducation;

namespace Mortanba.Host.Demo;

/// <summary>
/// A year at an invented school, as the facts that its events would have told: pure, and the same for the same school and day. They are written
/// in bulk and have no events behind them; events with all their words are at the first school and in the register.
/// </summary>
/// <param name="from">First moment of the year.</param>
/// <param name="until">Nothing happens from then on.</param>
internal sealed class DemoAiYear(DemoAiSchool school, IReadOnlyList<SchoolPerson> people, IReadOnlyList<string> tools, DateTimeOffset from, DateTimeOffset until)
{
    /// <summary>Below it learners have no tasks with AI of their own.</summary>
    private const int GradeFrom = 5;

    private static readonly string[] Incidents = ["harmful-content", "personal-data", "bias", "advertising", "other", "other"];

    private static readonly string[] Aspects = ["human-centred", "ethics", "foundations", "pedagogy", "development"];
    private static readonly string[] Levels = ["acquire", "deepen", "create"];

    private readonly List<KeptFact> facts = [];
    private readonly bool isCollege = school.Place.Kind != SchoolKind.School;
    private DemoRandom random = new(DemoAiSchools.SeedOf(school.Place.Bin, "year"));
    private int streams;

    /// <summary>In no order of time: events come late, too.</summary>
    public IReadOnlyList<KeptFact> Facts()
    {
        Infrastructure();
        foreach (var teacher in people.Where(p => p.Kind == SchoolPersonKind.Teacher))
        {
            Teacher(teacher);
        }

        foreach (var learner in people.Where(p => p.Kind == SchoolPersonKind.Learner))
        {
            Learner(learner);
        }

        for (var i = 0; i < 1 + (school.Learners / 250); i++)
        {
            Incident();
        }

        for (var i = 0; i < 1 + (school.Learners / 150); i++)
        {
            Case();
        }

        return facts;
    }

    private void Infrastructure()
    {
        foreach (var half in (double[])[0.1, 0.7])
        {
            Add(Moment(half), "infrastructure.reported", school.Place.Bin.Value, Stream("infrastructure"), 1,
                ("devices", Number(school.Learners * (school.Place.Setting == Setting.Rural ? 12 : 20) / 100)), ("learners", Number(school.Learners)),
                ("connectivity", EventWords.Of(school.Place.Connectivity)));
        }
    }

    private void Teacher(SchoolPerson teacher)
    {
        if (!Happens(40 + (school.Drive / 2)))
        {
            return;
        }

        for (var i = random.Next(5); i > 0; i--)
        {
            Add(Any(), "task.set", Stream("task"), null, 1, ("aias", Number(Level())));
        }

        if (tools.Count > 0 && Happens(4))
        {
            Add(Any(), "tool.switched-off", tools[random.Next(tools.Count)], Stream("class-ai"), 1);
        }

        Course(teacher, "pd", 65);
        foreach (var (aspect, number) in Aspects.Select((a, i) => (a, i)))
        {
            // The lower level first: who does not show it is not asked for the next.
            for (var level = 0; level < Levels.Length && Happens((level == 0 ? 60 : 25) * school.Drive / 100); level++)
            {
                var (stream, at, isMet) = (Stream("portfolio"), Moment(0.1 + (0.28 * level) + (random.Next(28) / 100.0)), Happens(85));
                Add(at, "competence.assessed", teacher.Id, stream, 1,
                    ("block", string.Create(CultureInfo.InvariantCulture, $"T{(number * Levels.Length) + level + 1:00}")), ("level", Levels[level]),
                    ("outcome", isMet ? "met" : "not-met"));
                if (!isMet)
                {
                    break;
                }

                Add(at, "level.reached", teacher.Id, stream, 1, ("level", Levels[level]), ("aspect", aspect));
            }
        }
    }

    private void Learner(SchoolPerson learner)
    {
        if (Happens(school.Drive))
        {
            Course(learner, "day-of-ai", 80);
        }

        if (!isCollege && learner.Grade < GradeFrom)
        {
            return;
        }

        if (Happens(school.Drive))
        {
            var stream = Stream("consent");
            Add(Moment(0.02 + (random.Next(20) / 100.0)), "consent.given", learner.Id, stream, 1);
            if (Happens(3))
            {
                Add(Moment(0.3 + (random.Next(60) / 100.0)), "consent.withdrawn", learner.Id, stream, 2);
            }
        }

        for (var i = random.Next(4) * school.Drive / 60; i > 0; i--)
        {
            Submission(learner);
        }

        if (Happens(school.Drive / 2))
        {
            Add(Any(), "learner.competence", learner.Id, Stream("profile"), 1, ("block", string.Create(CultureInfo.InvariantCulture, $"S{1 + random.Next(12):00}")));
        }

        if (Happens(5))
        {
            Add(Any(), "project.finished", learner.Id, Stream("project"), 1);
        }
    }

    private void Submission(SchoolPerson learner)
    {
        var (stream, at, level) = (Stream("submission"), Any(), Level());
        Add(at, "task.submitted", learner.Id, stream, 1, ("statement", level > 1 && Happens(92) ? "yes" : "no"), ("aias", Number(level)));
        if (!Happens(85))
        {
            return;
        }

        var decided = Later(at, 24 * (1 + random.Next(10)));
        Add(decided, "grade.decided", learner.Id, stream, 2, ("proposal", Happens(55) ? "none" : Happens(70) ? "same" : "other"));
        if (random.Next(1000) < 4)
        {
            Add(Later(decided, 24), "objection.made", learner.Id, stream, 3);
            Add(Later(decided, 24 * 6), "objection.answered", learner.Id, stream, 4, ("inTime", Happens(90) ? "yes" : "no"));
        }
    }

    private void Course(SchoolPerson person, string series, int finish)
    {
        var (stream, at) = (Stream("enrolment"), Any());
        (string, string)[] what = [("course", series == "pd" ? "pd-ai-basics" : "day-of-ai"), ("series", series), ("role", EventWords.Of(person.Kind))];
        Add(at, "course.enrolled", person.Id, stream, 1, what);
        if (Happens(finish))
        {
            Add(Later(at, 24 * (20 + random.Next(40))), "course.completed", person.Id, stream, 2, what);
        }
    }

    private void Incident()
    {
        var (stream, at, hours) = (Stream("incident"), Any(), 2 + random.Next(90));
        var kind = random.Pick(Incidents);
        Add(at, "incident.reported", stream, null, 1, ("kind", kind));
        if (kind == "personal-data")
        {
            Add(at, "data.incident", stream, null, 1);
        }

        if (Happens(90))
        {
            Add(Later(at, hours), "incident.closed", stream, null, 2, ("kind", kind), ("hours", Number(hours)), ("inTime", hours <= 72 ? "yes" : "no"));
        }
    }

    private void Case()
    {
        var (stream, at, days) = (Stream("case"), Any(), 4 + random.Next(20));
        Add(at, "case.opened", stream, null, 1);
        var decided = Later(at, 24 * days);
        if (decided >= until)
        {
            return;
        }

        Add(decided, "case.decided", stream, null, 4, ("outcome", Happens(45) ? "upheld" : "dismissed"), ("days", Number(days)));
        if (Happens(20))
        {
            Add(Later(decided, 72), "case.appealed", stream, null, 5);
            Add(Later(decided, 240), "case.appeal-decided", stream, null, 6, ("outcome", random.Pick((string[])["upheld", "changed", "overturned"])));
        }
        else
        {
            Add(Later(decided, 24 * 15), "case.closed", stream, null, 5, ("days", Number(days + 15)));
        }
    }

    // A stream of its own, that nothing is behind; the subject when it is a thing and no person.
    private void Add(DateTimeOffset at, string type, string subject, string? stream, int number, params (string, string)[] values)
    {
        if (at < until)
        {
            facts.Add(new KeptFact(0, at, school.Place.Bin.Value, new EventFact(type, subject, values), stream ?? subject, number));
        }
    }

    private string Stream(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{school.Place.Bin}-{++streams}");

    private bool Happens(int percent) => random.Next(100) < percent;

    private int Level() => 1 + Math.Min(4, (random.Next(5) + random.Next(5)) / 2);

    private DateTimeOffset Any() => Moment(random.Next(10_000) / 10_000.0);

    // Of the year, on a day, in the hours of a school.
    private DateTimeOffset Moment(double share) =>
        from.AddDays(Math.Floor((until - from).TotalDays * share)).AddMinutes(random.Next(8 * 60));

    private static DateTimeOffset Later(DateTimeOffset at, int hours) => at.AddHours(hours);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
