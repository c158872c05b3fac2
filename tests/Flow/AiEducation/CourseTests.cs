using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>Courses, the Day of AI among them: what is counted, once, and when a course is complete.</summary>
public sealed class CourseTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 11, 23);
    private static readonly RuleBook Book = RuleBook.Load(RuleBook.DefaultFolder).Value;
    private static readonly Resolved<CourseRules> Rules = Book.Resolve(RuleKeys.Courses, Today).Value;
    private static readonly CompetenceFramework Teachers = Book.Resolve(RuleKeys.TeacherCompetences, Today).Value.Value;
    private static readonly CompetenceFramework Learners = Book.Resolve(RuleKeys.LearnerCompetences, Today).Value.Value;
    private static readonly CourseTerms DayOfAi = new(new("ЖИ күні", "День ИИ", "Day of AI"), "day-of-ai", 8, ["S07", "S01", "S07"], null, "provider");

    [Theory]
    [Trait("Requirement", "AI-27")]
    [InlineData(7, "competences/lessons")]
    [InlineData(8, null)]
    [InlineData(10, null)]
    [InlineData(11, "competences/lessons")]
    public void A_day_of_AI_has_eight_to_ten_lessons(int lessons, string? refused) =>
        Assert.Equal(refused, Offer(DayOfAi with { Lessons = lessons }).Problem?.Code);

    [Fact]
    [Trait("Requirement", "AI-18")]
    public void A_course_names_blocks_of_those_it_is_for()
    {
        Assert.Equal(["S01", "S07"], Assert.IsType<CourseOffered>(Offer(DayOfAi).Value).Terms.Blocks);
        Assert.Equal("competences/unknown-block", Offer(DayOfAi with { Blocks = ["T01"] }).Problem?.Code);
        Assert.Equal("competences/unknown-block", Offer(DayOfAi with { Series = "pd" }).Problem?.Code);
        Assert.Equal("competences/no-block", Offer(DayOfAi with { Blocks = [] }).Problem?.Code);
        Assert.Equal("competences/unknown-series", Offer(DayOfAi with { Series = "other" }).Problem?.Code);
        Assert.True(Offer(DayOfAi with { Series = "pd", Blocks = ["T01"] }).IsDone);
    }

    [Theory]
    [Trait("Requirement", "AI-27")]
    [InlineData("2026-08-31", "2025-26")]
    [InlineData("2026-09-01", "2026-27")]
    [InlineData("2099-12-31", "2099-00")]
    public void A_school_year_begins_in_September(string day, string year) =>
        Assert.Equal(year, SchoolYear.Of(DateOnly.ParseExact(day, "yyyy-MM-dd"), Rules.Value));

    [Fact]
    [Trait("Requirement", "AI-27")]
    public void Enrolled_or_present_twice_counts_once_and_seven_of_eight_lessons_complete_the_course()
    {
        var group = Do(Group(), EnrolPeople.Of(Group(), "teacher", ["p-2", "p-1", "p-2"], Now));
        Assert.Equal(["p-1", "p-2"], group.Attended.Keys.Order());
        Assert.Equal("competences/counted-already", EnrolPeople.Of(group, "teacher", ["p-1"], Now).Problem?.Code);
        Assert.Equal(["p-3"], Assert.IsType<PeopleEnrolled>(EnrolPeople.Of(group, "teacher", ["p-1", "p-3"], Now).Value).People);
        Assert.Equal(7, group.Opened.Needed);

        for (var lesson = 1; lesson <= 6; lesson++)
        {
            group = Do(group, Hold(group, lesson, "p-1", "p-1"));
        }

        // The same lesson sent again adds nobody, and nobody's count.
        Assert.Equal("competences/counted-already", Hold(group, 6, "p-1").Problem?.Code);
        Assert.False(group.HasCompleted("p-1"));
        Assert.Equal("competences/not-completed", CertifyCourse.Check(group, "teacher", null, "p-1")?.Code);

        var last = Assert.IsType<LessonHeld>(Hold(group, 7, "p-1", "p-2").Value);
        Assert.Equal(["p-1"], last.Completed);
        group = group.With(last);
        Assert.Empty(Assert.IsType<LessonHeld>(Hold(group, 8, "p-1").Value).Completed);

        // Whoever was forgotten is added to a lesson that was held.
        Assert.Equal(["p-2"], Assert.IsType<LessonHeld>(Hold(group, 6, "p-1", "p-2").Value).Present);
        Assert.Null(CertifyCourse.Check(group, "teacher", "own", "p-1"));
        Assert.Equal("competences/own", CertifyCourse.Check(group, "own", "own", "p-1")?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-27")]
    public void The_facts_count_who_enrolled_and_who_completed()
    {
        var enrolled = EnrolPeople.Of(Group(), "teacher", ["p-1"], Now).Value;
        var group = Group().With(enrolled);
        var fact = Assert.Single(CompetenceFacts.Of(group, enrolled));
        Assert.Equal("course.enrolled p-1 c-1 day-of-ai learner", $"{fact.Type} {fact.Subject} {fact.Values["course"]} {fact.Values["series"]} {fact.Values["role"]}");
        Assert.Empty(CompetenceFacts.Of(group, Hold(group, 1, "p-1").Value));
    }

    [Fact]
    [Trait("Requirement", "AI-27")]
    public void Lessons_are_of_the_course_not_of_the_future_and_of_those_in_the_group()
    {
        var group = Do(Group(), EnrolPeople.Of(Group(), "teacher", ["p-1"], Now));
        Assert.Equal("competences/no-lesson", Hold(group, 9, "p-1").Problem?.Code);
        Assert.Equal("competences/no-lesson", Hold(group, 0, "p-1").Problem?.Code);
        Assert.Equal("competences/not-enrolled", Hold(group, 1, "p-9").Problem?.Code);
        Assert.Equal("competences/later", HoldLesson.Of(group, "teacher", 1, Today.AddDays(1), ["p-1"], Today, Now).Problem?.Code);

        var ended = Course.Of("c-1", [Offer(DayOfAi).Value, WithdrawCourse.Of(Offered(), "head", "Replaced.", Now).Value]);
        Assert.Equal("competences/not-offered", OpenGroup.Of(ended, "teacher", "7 A", "school", Rules, Today, Now).Problem?.Code);
    }

    private static Outcome<CourseEvent> Offer(CourseTerms terms) => OfferCourse.Of("head", terms, Rules, Teachers, Learners, Now);

    private static Course Offered() => Course.Of("c-1", [Offer(DayOfAi).Value]);

    private static CourseGroup Group() => CourseGroup.Of("g-1", [OpenGroup.Of(Offered(), "teacher", "7 A", "school", Rules, Today, Now).Value]);

    private static Outcome<CourseGroupEvent> Hold(CourseGroup now, int lesson, params string[] present) =>
        HoldLesson.Of(now, "teacher", lesson, Today, present, Today, Now);

    private static CourseGroup Do(CourseGroup now, Outcome<CourseGroupEvent> happened) => now.With(happened.Value);
}
