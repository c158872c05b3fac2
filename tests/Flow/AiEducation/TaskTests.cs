using System.Text.Json;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>Tasks with their AI level, works with their statement, grades and objections, by the acts alone.</summary>
public sealed class TaskTests
{
    private const string School = "940540002029";
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 11, 23);
    private static readonly RuleBook Book = RuleBook.Load(RuleBook.DefaultFolder).Value;
    private static readonly Resolved<AiTaskRules> Rules = Book.Resolve(RuleKeys.AiTasks, Today).Value;
    private static readonly HashSet<string> Allowed = ["s-tutor", "s-maps"];
    private static readonly Doer Teacher = new("teacher", true);
    private static readonly Doer Learner = new("learner", true);
    private static readonly Doer Program = new("client", false) { Systems = ["s-tutor", "s-maps"] };

    private static readonly TaskTerms Planning = new(
        "History essay", "Write on the railway of 1930.", "11B", 2, ["s-tutor"], 80, false, 100, Now.AddDays(7));

    private static readonly UseStatement Stated = new([new UsedTool("s-tutor", "Ideas for a plan", "The plan", "Give me three plans")], 90);

    [Fact]
    [Trait("Requirement", "AI-19")]
    public void Each_task_has_one_of_five_levels_and_level_one_is_done_under_supervision_without_tools()
    {
        Assert.Equal([1, 2, 3, 4, 5], Rules.Value.Levels.Select(l => l.Level));
        Assert.Equal("tasks/no-level", Set(Planning with { Level = 0 }));
        Assert.Equal("tasks/no-level", Set(Planning with { Level = 6 }));
        Assert.Equal("tasks/not-controlled", Set(Planning with { Level = 1, Tools = [], OwnPart = 100 }));
        Assert.Equal("tasks/no-tools-here", Set(Planning with { Level = 1, IsControlled = true, OwnPart = 100 }));
        Assert.Null(Set(Planning with { Level = 1, IsControlled = true, OwnPart = 100, Tools = [] }));
    }

    [Fact]
    [Trait("Requirement", "AI-19")]
    [Trait("Requirement", "AI-21")]
    public void A_task_may_be_stricter_than_the_national_rules_and_never_looser()
    {
        Assert.Null(Set(Planning with { OwnPart = 100 }));
        Assert.Null(Set(Planning with { OwnPart = 80 }));
        Assert.Equal("tasks/own-part", Set(Planning with { OwnPart = 79 }));
        Assert.Equal("tasks/own-part", Set(Planning with { OwnPart = 101 }));
        Assert.Equal("tasks/tool-not-allowed", Set(Planning with { Tools = ["s-tutor", "s-unknown"] }));
        Assert.Equal("tasks/due-in-past", Set(Planning with { DueAt = Now }));
        Assert.Equal("tasks/person-decides", SetTask.Of(Program, School, Planning, Allowed, [], Rules, Now).Problem?.Code);
    }

    [Theory]
    [Trait("Requirement", "AI-19")]
    [InlineData(18, 59, 30)]
    [InlineData(19, 1, 1)]
    public void A_task_is_due_on_the_day_that_the_calendar_shows_here(int hour, int minute, int day)
    {
        var due = new DateTimeOffset(2026, 11, 30, hour, minute, 0, TimeSpan.Zero);
        Assert.Equal(day, TaskStreams.Tasks.Summary(Task(Planning with { DueAt = due })).DayDue(new WorkingCalendar(Book))!.Value.Day);
    }

    [Fact]
    [Trait("Requirement", "AI-9")]
    [Trait("Requirement", "AI-19")]
    public void A_tool_that_nobody_of_the_class_may_use_at_their_age_is_not_allowed_by_a_task()
    {
        string? With(params int?[] ages) => SetTask.Of(
            Teacher, School, Planning, Allowed, [ToolForClass.Of("s-tutor", "Tutor", ages, age => age is >= 13 and <= 17)], Rules, Now).Problem?.Code;
        Assert.Equal("tasks/tool-for-nobody", With(12));
        Assert.Equal("tasks/tool-for-nobody", With(12, 18, 9));

        // One is enough; whose age nobody knows, and a class that nobody knows, keep nothing from being set.
        Assert.Null(With(12, 13));
        Assert.Null(With(12, null));
        Assert.Null(With());
        Assert.Equal(
            new ToolForClass("s-tutor", "Tutor", 4, 2, 1), ToolForClass.Of("s-tutor", "Tutor", [12, 13, null, 18], age => age is >= 13 and <= 17));
        Assert.Null(SetTask.Of(
            Teacher, School, Planning with { Tools = [] }, Allowed, [ToolForClass.Of("s-tutor", "Tutor", [12], _ => false)], Rules, Now).Problem);
    }

    [Fact]
    [Trait("Requirement", "AI-21")]
    public void Where_the_regulation_of_a_school_is_stricter_it_holds_for_its_tasks()
    {
        var template = Book.Resolve(RuleKeys.AiSchoolRegulation, Today).Value.Value;
        var national = TaskRulesInForce.Of(Rules.Value, new RegulationInForce(template, null));
        Assert.Equal([100, 80, 50, 30, 30], national.Levels.Select(l => l.OwnPart));
        Assert.Equal(10, national.ObjectionAnswerDays);

        var values = new Dictionary<string, string>
        {
            [RegulationItems.AiasLevels] = "1 2",
            [RegulationItems.OwnPartPercent] = "90",
            [RegulationItems.ObjectionWorkingDays] = "5",
        };
        var text = new RegulationText(values, "");
        var adopted = new RegulationAdopted(Now, "head", 1, "head", "school-head", "17", "Stricter.", Today, text, "template");
        var own = TaskRulesInForce.Of(Rules.Value, new RegulationInForce(template, adopted));
        Assert.Equal([(1, 100), (2, 90)], own.Levels.Select(l => (l.Level, l.OwnPart)));
        Assert.Equal(5, own.ObjectionAnswerDays);
        var rules = Rules with { Value = own };
        Assert.Equal("tasks/no-level", SetTask.Of(Teacher, School, Planning with { Level = 3 }, Allowed, [], rules, Now).Problem?.Code);
        Assert.Equal("tasks/own-part", SetTask.Of(Teacher, School, Planning with { OwnPart = 85 }, Allowed, [], rules, Now).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-34")]
    public void Higher_education_has_rules_of_its_own_with_the_same_levels()
    {
        var higher = Book.Resolve(RuleKeys.AiTasksHigher, Today).Value;
        Assert.Equal(Rules.Value.Levels.Select(l => l.Level), higher.Value.Levels.Select(l => l.Level));
        Assert.NotEqual(Rules.Reference.Pack, higher.Reference.Pack);
        Assert.True(SetTask.Of(Teacher, School, Planning with { OwnPart = 70 }, Allowed, [], higher, Now).IsDone);
        Assert.Equal("tasks/own-part", SetTask.Of(Teacher, School, Planning with { OwnPart = 70 }, Allowed, [], Rules, Now).Problem?.Code);
        Assert.Equal(5, Book.Resolve(RuleKeys.AiIntegrityHigher, Today).Value.Value.AppealCommittee);
    }

    [Fact]
    [Trait("Requirement", "AI-20")]
    public void A_work_without_a_statement_goes_back_above_level_one_and_stays_at_level_one()
    {
        var back = Handed(Task(Planning), new WorkDraft("My essay", null));
        Assert.Equal((WorkState.Returned, WorkFinding.NoStatement), (back.State, Assert.Single(back.Findings)));
        var inClass = Handed(Task(Planning with { Level = 1, IsControlled = true, OwnPart = 100, Tools = [] }), new WorkDraft("My essay", null));
        Assert.Equal(WorkState.HandedIn, inClass.State);
        Assert.Empty(inClass.Findings);

        // That no tool was used is a statement, too; and what went back comes again.
        var again = back.With(HandIn(back, Task(Planning), new WorkDraft("My essay", new UseStatement([], 100))).Value);
        Assert.Equal((WorkState.HandedIn, 2), (again.State, again.Version));
    }

    [Fact]
    [Trait("Requirement", "AI-19")]
    [Trait("Requirement", "AI-20")]
    public void Too_small_an_own_part_goes_back_and_another_tool_or_a_late_work_is_said()
    {
        Assert.Equal([WorkFinding.OwnPartTooSmall], Handed(Task(Planning), new WorkDraft("Essay", Stated with { OwnPart = 79 })).Findings);
        var other = Handed(Task(Planning), new WorkDraft("Essay", Stated with { Tools = [new UsedTool("Another", "Text", "Chapter 2")] }));
        Assert.Equal((WorkState.HandedIn, "Another"), (other.State, Assert.Single(other.OtherTools)));
        Assert.Equal([WorkFinding.ToolNotAllowed], other.Findings);
        var late = LearnerWork.Of("w", [(WorkHandedIn)HandInWork.Of(
            null, Task(Planning), Learner, "p-1", new WorkDraft("Essay", Stated), Rules.Value, Planning.DueAt.AddSeconds(1)).Value]);
        Assert.Equal((WorkState.HandedIn, WorkFinding.Late), (late.State, Assert.Single(late.Findings)));
    }

    [Fact]
    [Trait("Requirement", "AI-20")]
    public void The_same_work_sent_twice_is_one_and_a_statement_says_tool_purpose_and_parts()
    {
        var task = Task(Planning);
        var work = Handed(task, new WorkDraft("Essay", Stated));
        Assert.Equal("tasks/same-again", HandIn(work, task, new WorkDraft(" Essay ", new UseStatement([.. Stated.Tools], 90))).Problem?.Code);
        Assert.Equal(LearnerWork.IdOf("t-1", "p-1"), LearnerWork.IdOf("t-1", "p-1"));
        Assert.NotEqual(LearnerWork.IdOf("t-1", "p-1"), LearnerWork.IdOf("t-1", "p-2"));
        Assert.Equal("tasks/statement-incomplete", HandIn(null, task, new WorkDraft("Essay", new UseStatement([new UsedTool("s-tutor", "", "All")], 90))).Problem?.Code);
        Assert.Equal("tasks/no-tool-named", HandIn(null, task, new WorkDraft("Essay", new UseStatement([], 90))).Problem?.Code);
        Assert.Equal("tasks/own-part-range", HandIn(null, task, new WorkDraft("Essay", Stated with { OwnPart = 101 })).Problem?.Code);
        Assert.Equal("tasks/learner-hands-in", HandInWork.Of(null, task, Program, "p-1", new WorkDraft("Essay", Stated), Rules.Value, Now).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-14")]
    public void A_program_may_propose_a_grade_that_nobody_reads_before_the_teacher_decided()
    {
        var work = Proposed(64);
        Assert.True(work.HasProposal);
        Assert.Null(work.Proposal);

        // Whatever shape it is written down in, the score is not in it.
        Assert.DoesNotContain("64", JsonSerializer.Serialize(work), StringComparison.Ordinal);
        var graded = work.With(Decide(work, Teacher, 80).Value);
        Assert.Equal((80, 64), (graded.Grade!.Score, graded.Proposal!.Score));
        Assert.Equal("tasks/other-state", Propose(graded, 64).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-14")]
    public void Only_the_teacher_of_the_class_decides_and_never_a_program()
    {
        var work = Proposed(64);
        Assert.Equal("tasks/person-decides", Decide(work, Program, 64).Problem?.Code);
        Assert.Equal("tasks/person-decides", Decide(work, new Doer("teacher", false), 64).Problem?.Code);
        Assert.Equal("tasks/not-own-class", Decide(work, new Doer("another", true), 64).Problem?.Code);
        Assert.Equal("tasks/no-words", DecideGrade.Of(work, Task(Planning), Teacher, "teacher", 64, " ", Rules.Reference, Now).Problem?.Code);
        Assert.Equal("tasks/score-range", Decide(work, Teacher, 101).Problem?.Code);
        var forged = (GradeDecided)Decide(work, Teacher, 64).Value with { IsPerson = false };
        Assert.Throws<InvalidDataException>(() => work.With(forged));
        Assert.Throws<InvalidDataException>(() => work.With(Decide(work, Teacher, 64).Value).With(forged with { IsPerson = true }));

    }

    [Fact]
    [Trait("Requirement", "AI-14")]
    public void A_task_goes_from_its_teacher_or_by_the_coordinator_to_another_teacher_of_the_class_who_grades_from_then_on()
    {
        var (task, work) = (Task(Planning), Proposed(64));
        var teachers = new HashSet<string> { "teacher", "another" };
        Outcome<TaskEvent> Over(Doer by, bool leads = false, string to = "another") => HandTaskOver.Of(task, by, leads, to, teachers, Now);
        Assert.Equal("tasks/not-own-class", Over(new Doer("another", true)).Problem?.Code);
        Assert.Equal("tasks/person-decides", Over(Program, leads: true).Problem?.Code);
        Assert.Equal("tasks/same-teacher", Over(Teacher, to: "teacher").Problem?.Code);
        Assert.Equal("tasks/not-teacher", Over(Teacher, to: "head").Problem?.Code);
        Assert.True(Over(Teacher).IsDone);

        var over = task.With(Over(new Doer("coordinator", true), leads: true).Value);
        Problem? Grades(string who) =>
            DecideGrade.Of(work, over, new Doer(who, true), "teacher", 64, "Good.", Rules.Reference, Now).Problem;
        Assert.Equal("tasks/not-own-class", Grades("teacher")?.Code);
        Assert.Null(Grades("another"));

        var withdrawn = task.With(WithdrawTask.Of(task, Teacher, "Set twice.", Now).Value);
        Assert.Equal("tasks/withdrawn", HandTaskOver.Of(withdrawn, Teacher, false, "another", teachers, Now).Problem?.Code);
        Assert.Throws<InvalidDataException>(() => withdrawn.With(Over(Teacher).Value));
    }

    [Fact]
    [Trait("Requirement", "AI-14")]
    public void A_proposal_says_what_it_was_made_of_and_comes_from_a_system_that_is_allowed()
    {
        var work = Read(Handed(Task(Planning), new WorkDraft("Essay", Stated)));
        Assert.Equal("tasks/data-not-said", ProposeGrade.Of(work, Task(Planning), Program, Proposal(64) with { Data = [" "] }, Now).Problem?.Code);
        Assert.Equal("tasks/score-range", Propose(work, 101).Problem?.Code);

        // A work that is handed in anew has not been looked at.
        var changed = Proposed(64);
        changed = changed.With(HandIn(changed, Task(Planning), new WorkDraft("Another essay", Stated)).Value);
        Assert.False(changed.HasProposal);
        Assert.Equal("tasks/not-read", Propose(changed, 64).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-10")]
    [Trait("Requirement", "AI-14")]
    public void Whoever_did_not_read_a_work_or_could_not_proposes_nothing()
    {
        var work = Handed(Task(Planning), new WorkDraft("Essay", Stated));
        Assert.Equal("tasks/not-read", Propose(work, 64).Problem?.Code);
        Assert.Equal("tasks/not-read", SayNotReadable.Of(work, Program, "s-tutor", Now).Problem?.Code);
        var read = Read(work);
        Assert.Equal("tasks/same-again", ReadWork.Of(read, Program, "s-tutor", Now).Problem?.Code);
        Assert.Equal("tasks/not-read", ProposeGrade.Of(read, Task(Planning), Program, Proposal(64) with { System = "s-maps" }, Now).Problem?.Code);

        // Said after a proposal, it takes that back, and stands until the work is handed in anew.
        var not = Proposed(64);
        not = not.With(SayNotReadable.Of(not, Program, "s-tutor", Now).Value);
        Assert.Equal((false, "s-tutor"), (not.HasProposal, Assert.Single(not.NotReadableBy)));
        Assert.Equal("tasks/not-read", Propose(not, 64).Problem?.Code);
        Assert.Equal("tasks/same-again", SayNotReadable.Of(not, Program, "s-tutor", Now).Problem?.Code);
        Assert.Equal("tasks/same-again", ReadWork.Of(not, Program, "s-tutor", Now).Problem?.Code);
        var anew = Read(not.With(HandIn(not, Task(Planning), new WorkDraft("Another essay", Stated)).Value));
        Assert.Empty(anew.NotReadableBy);
        Assert.True(Propose(anew, 64).IsDone);
        var graded = read.With(Decide(read, Teacher, 64).Value);
        Assert.Equal("tasks/other-state", ReadWork.Of(graded, Program, "s-maps", Now).Problem?.Code);
        Assert.Equal("tasks/other-state", SayNotReadable.Of(graded, Program, "s-tutor", Now).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-14")]
    public void That_programs_read_a_work_does_not_change_what_the_teacher_decides_about()
    {
        var work = Handed(Task(Planning), new WorkDraft("Essay", Stated));
        var read = Read(work);
        Assert.Equal((work.Edition, work.Version + 1), (read.Edition, read.Version));
        Assert.Equal(work.Edition, read.With(SayNotReadable.Of(read, Program, "s-tutor", Now).Value).Edition);

        // A proposal, that it is taken back, and a work that is handed in anew do.
        var proposed = read.With(Propose(read, 64).Value);
        Assert.Equal(proposed.Version, proposed.Edition);
        var back = proposed.With(SayNotReadable.Of(proposed, Program, "s-tutor", Now).Value);
        Assert.Equal(back.Version, back.Edition);
        var anew = read.With(HandIn(read, Task(Planning), new WorkDraft("Another essay", Stated)).Value);
        Assert.Equal(anew.Version, anew.Edition);
    }

    [Fact]
    [Trait("Requirement", "AI-15")]
    public void A_learner_or_parent_objects_and_another_person_answers_in_the_days_of_the_pack()
    {
        Assert.Equal(10, Rules.Value.ObjectionAnswerDays);
        var graded = Proposed(64);
        Assert.Equal("tasks/not-graded", ObjectToGrade.Of(graded, Learner, ObjectionKind.Objection, "Why?", Today, Now).Problem?.Code);
        graded = graded.With(Decide(graded, Teacher, 50).Value);
        Assert.Equal("tasks/person-objects", ObjectToGrade.Of(graded, Program, ObjectionKind.Objection, "Why?", Today, Now).Problem?.Code);
        var asked = graded.With(ObjectToGrade.Of(graded, new Doer("parent", true), ObjectionKind.Objection, "Too low.", Today.AddDays(14), Now).Value);
        Assert.Equal("tasks/asked-already", ObjectToGrade.Of(asked, Learner, ObjectionKind.Objection, "Again", Today, Now).Problem?.Code);
        Assert.False(asked.Objections[0].IsOverdue(Today.AddDays(14)));
        Assert.True(asked.Objections[0].IsOverdue(Today.AddDays(15)));

        Assert.Equal("tasks/person-decides", Answer(asked, Program, 70).Problem?.Code);
        Assert.Equal("tasks/own-grade", Answer(asked, Teacher, 70).Problem?.Code);
        Assert.Equal("tasks/own-grade", Answer(asked, new Doer("parent", true), 70).Problem?.Code);
        var answered = asked.With(Answer(asked, new Doer("head", true), 70).Value);
        Assert.Equal((70, "head", false), (answered.Grade!.Score, answered.Grade.By, answered.Objections[0].IsOpen));
        Assert.True(answered.Objections[0].Answer!.InTime);
        Assert.False(((ObjectionAnswered)Answer(asked, new Doer("head", true), null, Today.AddDays(15)).Value).InTime);

        // The next objection is answered by neither of the two who set the grade.
        var twice = answered.With(ObjectToGrade.Of(answered, Learner, ObjectionKind.Objection, "Still.", Today.AddDays(14), Now).Value);
        Assert.Equal("tasks/own-grade", Answer(twice, Teacher, 50).Problem?.Code);
        Assert.Equal("tasks/own-grade", Answer(twice, new Doer("head", true), 50).Problem?.Code);
        Assert.True(Answer(twice, new Doer("coordinator", true), null).IsDone);
    }

    [Fact]
    [Trait("Requirement", "AI-15")]
    public void Which_data_were_used_may_be_asked_before_there_is_a_grade_and_the_answer_names_them()
    {
        var asked = Proposed(64);
        asked = asked.With(ObjectToGrade.Of(asked, Learner, ObjectionKind.Explanation, "What did the program read?", Today, Now).Value);
        var by = new Doer("teacher", true);
        Assert.Equal("tasks/explanation-only", AnswerObjection.Of(
            asked, Task(Planning), by, "teacher", ObjectionKind.Explanation, "This.", "The text", 70, Rules.Reference, Today, Now).Problem?.Code);
        Assert.Equal("tasks/no-words", AnswerObjection.Of(
            asked, Task(Planning), by, "teacher", ObjectionKind.Explanation, "This.", "", null, Rules.Reference, Today, Now).Problem?.Code);
        var answered = asked.With(AnswerObjection.Of(
            asked, Task(Planning), by, "teacher", ObjectionKind.Explanation, "This.", "The text", null, Rules.Reference, Today, Now).Value);
        Assert.Equal("The text", answered.Objections[0].Answer!.Data);
        Assert.Null(answered.Proposal);
    }

    [Fact]
    [Trait("Requirement", "AI-10")]
    [Trait("Requirement", "AI-14")]
    public void A_program_reads_and_proposes_only_in_the_name_of_a_system_that_its_key_names()
    {
        var (work, other) = (Handed(Task(Planning), new WorkDraft("Essay", Stated)), new Doer("client", false) { Systems = ["s-maps"] });
        var keyless = new Doer("lists", false);
        Assert.All([other, keyless], by => Assert.Equal("tasks/other-system", ReadWork.Of(work, by, "s-tutor", Now).Problem?.Code));

        // Not what another program read for it either.
        var read = Read(work);
        Assert.All([other, keyless], by => Assert.Equal("tasks/other-system", ReadWork.Of(read, by, "s-tutor", Now).Problem?.Code));
        Assert.All([other, keyless], by => Assert.Equal("tasks/other-system", SayNotReadable.Of(read, by, "s-tutor", Now).Problem?.Code));
        Assert.All([other, keyless], by => Assert.Equal("tasks/other-system", ProposeGrade.Of(read, Task(Planning), by, Proposal(64), Now).Problem?.Code));
    }

    private static string? Set(TaskTerms terms) => SetTask.Of(Teacher, School, terms, Allowed, [], Rules, Now).Problem?.Code;

    private static AssessmentTask Task(TaskTerms terms) => AssessmentTask.Of("t-1", [SetTask.Of(Teacher, School, terms, Allowed, [], Rules, Now).Value]);

    private static Outcome<WorkEvent> HandIn(LearnerWork? now, AssessmentTask task, WorkDraft draft) =>
        HandInWork.Of(now, task, Learner, "p-1", draft, Rules.Value, Now);

    private static LearnerWork Handed(AssessmentTask task, WorkDraft draft) => LearnerWork.Of("w-1", [HandIn(null, task, draft).Value]);

    private static GradeProposal Proposal(int score) => new(score, "s-tutor", "2026-10", "Well argued.", ["The text of the work"]);

    private static Outcome<WorkEvent> Propose(LearnerWork now, int score) => ProposeGrade.Of(now, Task(Planning), Program, Proposal(score), Now);

    private static LearnerWork Read(LearnerWork work) => work.With(ReadWork.Of(work, Program, "s-tutor", Now).Value);

    private static LearnerWork Proposed(int score)
    {
        var work = Read(Handed(Task(Planning), new WorkDraft("Essay", Stated)));
        return work.With(Propose(work, score).Value);
    }

    private static Outcome<WorkEvent> Decide(LearnerWork now, Doer by, int score) =>
        DecideGrade.Of(now, Task(Planning), by, "teacher", score, "Clear, with sources.", Rules.Reference, Now);

    private static Outcome<WorkEvent> Answer(LearnerWork now, Doer by, int? score, DateOnly? today = null) => AnswerObjection.Of(
        now, Task(Planning), by, "head", ObjectionKind.Objection, "Read again.", "The text; the teacher's own reading", score, Rules.Reference,
        today ?? Today, Now);
}
