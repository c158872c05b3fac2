using System.Text.Json;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>Learners' blocks, the map of topics with its gaps, and projects.</summary>
public sealed class LearnerCompetenceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 11, 23);
    private static readonly RuleBook Book = RuleBook.Load(RuleBook.DefaultFolder).Value;
    private static readonly CompetenceFramework Blocks = Book.Resolve(RuleKeys.LearnerCompetences, Today).Value.Value;
    private static readonly CompetenceCrosswalk Walk = Book.Resolve(RuleKeys.CompetenceCrosswalk, Today).Value.Value;
    private static readonly LearnerRecord Record = LearnerRecord.Of("lr-1", [new LearnerRecordOpened(Now, "teacher", "p-1", "school")]);

    private static readonly Topic Neurons = new(
        "t-1", new("Машина қалай үйренеді", "Как учится машина", "How a machine learns"), "digital-literacy", 4, ["S07"],
        [new TopicResource("Textbook (invented)", "12-15", null)]);

    private static readonly Project Begun = Project.Of("pr-1", [WriteProject.Begin("learner", "p-1", "school", "Sorting waste by its picture", Now).Value]);
    private static readonly ProjectScope Scope = new("Bins are mixed", "Our class", "Pictures are hard to describe by rules");
    private static readonly ProjectData Data = new("Bins", "200 pictures of bins", "School 7 (invented)", "https://data.example/bins", "CC-BY-4.0");
    private static readonly ModelCard Card = new("Names the bin", "On 40 other pictures, 31 right", "Dark pictures", "Not for people");
    private static readonly Reflection Thought = new("We took the pictures", "It suggested the labels", "More pictures by night");

    [Fact]
    [Trait("Requirement", "AI-17")]
    public void Twelve_blocks_each_beside_domains_of_AILit_and_bands_of_grades_and_what_is_not_known_is_said()
    {
        Assert.Equal(Enumerable.Range(1, 12).Select(n => $"S{n:00}"), Blocks.Blocks.Select(b => b.Id));
        Assert.Equal(Blocks.Blocks.Select(b => b.Id), Walk.Blocks.Select(b => b.Block));
        Assert.Equal(["engage", "create", "manage", "shape"], Walk.Domains.Select(d => d.Id));
        Assert.Equal("digital-literacy", Walk.Subjects.Single(s => s.Has(4)).Id);
        Assert.Equal("informatics", Walk.Subjects.Single(s => s.Has(5)).Id);
        Assert.Null(Walk.BandOf(12));
        Assert.Equal(3, Walk.Unknown.Count);
    }

    [Fact]
    [Trait("Requirement", "AI-17")]
    public void A_block_is_seen_by_a_teacher_once_and_never_by_the_learner()
    {
        Outcome<LearnerRecordEvent> Show(LearnerRecord now, string block, string by = "teacher", int grade = 3) =>
            ShowBlock.Of(now, by, "learner", block, grade, "A drawing of how a machine learns.", Blocks, Walk, Now);

        Assert.Equal("competences/own", Show(Record, "S07", by: "learner").Problem?.Code);
        Assert.Equal("competences/unknown-block", Show(Record, "T07").Problem?.Code);
        Assert.Equal("competences/unknown-grade", Show(Record, "S07", grade: 12).Problem?.Code);
        var seen = LearnerRecord.Of("lr-1", [new LearnerRecordOpened(Now, "teacher", "p-1", "school"), Show(Record, "S07").Value]);
        Assert.Equal("competences/counted-already", Show(seen, "S07").Problem?.Code);
        Assert.Equal("learner.competence", Assert.Single(CompetenceFacts.Of(seen, Show(Record, "S07").Value)).Type);

        var progress = seen.Progress(Blocks, Walk, 3);
        Assert.Equal(["S07"], progress.Where(p => p.Shown is not null).Select(p => p.Block.Id));
        Assert.Equal(["S01", "S04", "S05", "S07"], progress.Where(p => p.IsLookedFor).Select(p => p.Block.Id));
    }

    [Fact]
    [Trait("Requirement", "AI-28")]
    public void The_gap_report_names_blocks_grades_and_topics_that_nothing_serves()
    {
        var empty = TopicMap.Empty("kz").Gaps(Blocks, Walk);
        Assert.Equal(Walk.Blocks.Sum(b => b.Bands.Count), empty.Blocks.Count);
        Assert.Equal(11, empty.Grades.Count);

        var map = TopicMap.Of("kz", [Put(Neurons).Value, Put(Neurons with { Id = "t-2", Grade = 3, Resources = [] }).Value]);
        var gaps = map.Gaps(Blocks, Walk);
        Assert.DoesNotContain(gaps.Blocks, g => g.Block.Id == "S07" && g.Band.Id == "primary");
        Assert.Contains(gaps.Blocks, g => g.Block.Id == "S07" && g.Band.Id == "basic");
        Assert.DoesNotContain(gaps.Grades, g => g.Grade is 3 or 4);
        Assert.Equal("t-2", Assert.Single(gaps.Bare).Id);

        // Put again under its id it takes its own place.
        Assert.Equal(2, map.With(Put(Neurons with { Grade = 2 }).Value).Topics.Count);
        Assert.Equal(["t-2"], map.With(DropTopic.Of(map, "author", "t-1", "Moved.", Now).Value).Topics.Select(t => t.Id));
    }

    [Fact]
    [Trait("Requirement", "AI-28")]
    public void A_topic_stands_in_a_subject_and_grade_that_are_taught()
    {
        Assert.Equal("competences/unknown-grade", Put(Neurons with { Grade = 5 }).Problem?.Code);
        Assert.Equal("competences/unknown-subject", Put(Neurons with { Subject = "alchemy" }).Problem?.Code);
        Assert.Equal("competences/unknown-block", Put(Neurons with { Blocks = ["T01"] }).Problem?.Code);
        Assert.Equal("competences/no-block", Put(Neurons with { Blocks = [] }).Problem?.Code);
        Assert.Equal("competences/address", Put(Neurons with { Resources = [new("Film", null, "javascript:alert(1)")] }).Problem?.Code);
        Assert.Equal("competences/no-words", Put(Neurons with { Name = new("Машина", "", "Machine") }).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-29")]
    public void A_project_is_finished_only_when_every_part_is_written()
    {
        var now = Begun;
        Assert.Equal(["scope", "data", "model", "reflection"], now.Missing);
        foreach (var part in (Func<Project, Outcome<ProjectEvent>>[])
        [
            p => WriteProject.Scope(p, "learner", Scope, Now), p => WriteProject.Data(p, "learner", Data, Now),
            p => WriteProject.Model(p, "learner", Card, Now), p => WriteProject.Reflect(p, "learner", Thought, Now),
        ])
        {
            Assert.Equal("competences/incomplete", FinishProject.Of(now, "learner", Now).Problem?.Code);
            now = now.With(part(now).Value);
        }

        Assert.Equal("competences/of-somebody-else", FinishProject.Of(now, "other", Now).Problem?.Code);
        var end = FinishProject.Of(now, "learner", Now).Value;
        now = now.With(end);
        Assert.Equal("competences/finished", WriteProject.Scope(now, "learner", Scope, Now).Problem?.Code);
        Assert.Equal("project.finished", Assert.Single(CompetenceFacts.Of(now, end)).Type);
    }

    [Theory]
    [Trait("Requirement", "AI-29")]
    [Trait("Requirement", "AI-10")]
    [InlineData("Ask me at +7 701 555 12 34")]
    [InlineData("Write to aigerim@school.example")]
    [InlineData("Оқушы Серікбаева Айгерім Нұрланқызы суретке түсті")]
    public void A_project_takes_no_personal_data(string text) =>
        Assert.Equal("competences/personal-data", WriteProject.Scope(Begun, "learner", Scope with { ForWhom = text }, Now).Problem?.Code);

    [Fact]
    [Trait("Requirement", "AI-29")]
    public void The_maker_and_licence_of_the_data_are_read_by_machines()
    {
        Assert.Null(Begun.DataCard());
        var card = JsonSerializer.Deserialize<JsonElement>(Begun.With(WriteProject.Data(Begun, "learner", Data, Now).Value).DataCard()!.ToJsonString());
        Assert.Equal("Dataset", card.GetProperty("@type").GetString());
        Assert.Equal("School 7 (invented)", card.GetProperty("creator").GetProperty("name").GetString());
        Assert.Equal("CC-BY-4.0", card.GetProperty("license").GetString());
        Assert.Equal("competences/address", WriteProject.Data(Begun, "learner", Data with { Source = "ftp://data.example" }, Now).Problem?.Code);
    }

    private static Outcome<TopicMapEvent> Put(Topic topic) => PutTopic.Of("author", topic, Blocks, Walk, Now);
}
