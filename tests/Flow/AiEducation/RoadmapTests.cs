using Mortanba.AiEducation;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>The roadmap: what was reported, what is late, and that done is what can be looked at.</summary>
[Trait("Requirement", "AI-25")]
public sealed class RoadmapTests
{
    private const string Evidence = "https://evidence.example/report";
    private static readonly RoadmapMeasure Measure = IndicatorWorld.Roadmap.Find("pilot-10")!;

    [Theory]
    [InlineData("2026-05-11", null, MeasureState.Ahead, 0)]
    [InlineData("2026-06-01", null, MeasureState.NoReport, 0)]
    [InlineData("2026-06-01", "under-way", MeasureState.UnderWay, 0)]
    [InlineData("2026-08-02", "under-way", MeasureState.DueSoon, 0)]
    [InlineData("2026-09-01", "under-way", MeasureState.DueSoon, 0)]
    [InlineData("2026-09-02", "under-way", MeasureState.Overdue, 1)]
    [InlineData("2026-11-23", null, MeasureState.Overdue, 83)]
    [InlineData("2026-11-23", "done", MeasureState.Done, 0)]
    [InlineData("2026-11-23", "dropped", MeasureState.Dropped, 83)]
    public void A_measure_stands_where_its_term_and_its_newest_report_put_it(string day, string? status, MeasureState state, int over)
    {
        var found = Standing(day, status is null ? null : Course(EventWords.Parse<MeasureStatus>(status)!.Value, new DateOnly(2026, 6, 1)));
        Assert.Equal((state, over), (found.State, found.DaysOver));
        Assert.Equal(state is MeasureState.Overdue or MeasureState.DueSoon or MeasureState.NoReport, found.IsAlarm);
    }

    [Fact]
    public void Done_after_its_term_is_done_late_and_stays_as_late_as_it_was()
    {
        var found = Standing("2027-01-01", Course(MeasureStatus.Done, new DateOnly(2026, 9, 11)));
        Assert.Equal((MeasureState.DoneLate, 10, false), (found.State, found.DaysOver, found.IsAlarm));
    }

    [Fact]
    public void Done_needs_evidence_that_has_an_address()
    {
        Assert.Equal("ai/done-without-evidence", Report(MeasureStatus.Done, "All ten work.", " ").Problem?.Code);
        Assert.Equal("ai/evidence-address", Report(MeasureStatus.Done, "All ten work.", "in the safe").Problem?.Code);
        Assert.Equal("ai/evidence-address", Report(MeasureStatus.Done, "All ten work.", "javascript:alert(1)").Problem?.Code);
        Assert.Equal("ai/no-words", Report(MeasureStatus.UnderWay, " ", null).Problem?.Code);
        Assert.Equal("ai/too-long", Report(MeasureStatus.UnderWay, new string('x', MeasureCourse.WordsLengthMax + 1), null).Problem?.Code);
        Assert.Equal("ai/no-such-measure", ReportMeasure.Of(IndicatorWorld.Roadmap, "none", "p", MeasureStatus.Done, "x", Evidence, IndicatorWorld.July).Problem?.Code);
        Assert.True(Report(MeasureStatus.Done, "All ten work.", Evidence).IsDone);
    }

    [Fact]
    public void A_report_is_one_fact_and_survives_its_store()
    {
        var kind = MeasureCourse.Kind;
        var happened = Report(MeasureStatus.Done, "All ten work.", Evidence).Value;
        var course = kind.Fold(MeasureCourse.IdOf(Measure.Id), [kind.Read(kind.Write(happened))]);
        Assert.Equal((Measure.Id, MeasureStatus.Done, Evidence), (course.Measure, course.Newest.Status, course.Newest.Evidence));
        var fact = Assert.Single(kind.Facts(course, happened));
        Assert.Equal(("measure.reported", Measure.Id, "done"), (fact.Type, fact.Subject, fact.Values["status"]));
        Assert.Throws<InvalidDataException>(() => kind.Fold("measure-x", []));
    }

    [Fact]
    public void Every_measure_of_the_pack_names_where_it_is_written_and_none_pretends_to_have_a_budget()
    {
        Assert.NotEmpty(IndicatorWorld.Roadmap.Measures);
        Assert.All(IndicatorWorld.Roadmap.Measures, m => Assert.False(string.IsNullOrWhiteSpace(m.Source)));
        Assert.All(IndicatorWorld.Roadmap.Measures, m => Assert.Null(m.BudgetTenge));
        Assert.All(IndicatorWorld.Roadmap.Measures, m => Assert.InRange(m.Until.Year, 2025, 2029));
    }

    private static Foundation.Outcome<MeasureEvent> Report(MeasureStatus status, string words, string? evidence) =>
        ReportMeasure.Of(IndicatorWorld.Roadmap, Measure.Id, "person", status, words, evidence, IndicatorWorld.July);

    private static MeasureCourse Course(MeasureStatus status, DateOnly day) => MeasureCourse.Of(
        MeasureCourse.IdOf(Measure.Id),
        [new MeasureReported(IndicatorWorld.Time.BeginningOf(day), "person", status, "Words.", status == MeasureStatus.Done ? Evidence : null)]);

    private static MeasureStanding Standing(string day, MeasureCourse? course) => RoadmapState.On(
        DateOnly.ParseExact(day, "yyyy-MM-dd"), IndicatorWorld.Roadmap,
        course is null ? new Dictionary<string, MeasureCourse>() : new Dictionary<string, MeasureCourse> { [Measure.Id] = course },
        IndicatorWorld.Time.DateOf).Single(s => s.Measure == Measure);
}
