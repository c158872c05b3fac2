using System.Text.Json.Serialization;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Where a topic can be taught from.</summary>
/// <param name="Title">Of the textbook or the material.</param>
/// <param name="Place">Pages or section; null when it is about the topic as a whole.</param>
/// <param name="Address">Null for what is only on paper.</param>
public sealed record TopicResource(string Title, string? Place, string? Address);

/// <summary>A topic of AI in a subject and grade.</summary>
/// <param name="Blocks">Learners' blocks it works on: at least one.</param>
/// <param name="Resources">Empty while there is none: a gap that the report shows.</param>
public sealed record Topic(string Id, LocalizedText Name, string Subject, int Grade, IReadOnlyList<string> Blocks, IReadOnlyList<TopicResource> Resources);

/// <summary>Something that happened to the map of topics.</summary>
/// <param name="By">Account of who did it.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TopicPut), "put")]
[JsonDerivedType(typeof(TopicDropped), "dropped")]
public abstract record TopicMapEvent(DateTimeOffset At, string By) : IHappened;

/// <summary>A topic is new, or takes the place of the one with its id.</summary>
public sealed record TopicPut(DateTimeOffset At, string By, Topic Topic) : TopicMapEvent(At, By);

public sealed record TopicDropped(DateTimeOffset At, string By, string Topic, string Reason) : TopicMapEvent(At, By);

/// <summary>Topic, subject, grade, competence and resource in one map (requirement AI-28). In: the events. Pure; public.</summary>
public sealed record TopicMap : IFolded
{
    public required string Id { get; init; }

    public int Version { get; init; }

    /// <summary>By subject, grade and id.</summary>
    public IReadOnlyList<Topic> Topics { get; init; } = [];

    /// <summary>Before its first event.</summary>
    public static TopicMap Empty(string id) => new() { Id = id };

    public static TopicMap Of(string id, IEnumerable<TopicMapEvent> events) => events.Aggregate(Empty(id), (map, happened) => map.With(happened));

    /// <summary>The map after one more event.</summary>
    public TopicMap With(TopicMapEvent happened)
    {
        var others = Topics.Where(t => t.Id != (happened is TopicPut p ? p.Topic.Id : ((TopicDropped)happened).Topic));
        return this with
        {
            Version = Version + 1,
            Topics =
            [
                .. (happened is TopicPut put ? others.Append(put.Topic) : others)
                    .OrderBy(t => t.Grade).ThenBy(t => t.Subject, StringComparer.Ordinal).ThenBy(t => t.Id, StringComparer.Ordinal),
            ],
        };
    }

    public Topic? Find(string topic) => Topics.FirstOrDefault(t => t.Id == topic);

    /// <summary>Blocks and grades that nothing teaches yet.</summary>
    public TopicGaps Gaps(CompetenceFramework framework, CompetenceCrosswalk crosswalk) => new(
        [
            .. from block in framework.Blocks
               from band in crosswalk.Bands
               where crosswalk.PlaceOf(block.Id)?.Bands.Contains(band.Id) == true
                   && !Topics.Any(t => t.Blocks.Contains(block.Id) && band.Has(t.Grade))
               select new BlockGap(block, band),
        ],
        [
            .. from subject in crosswalk.Subjects
               from grade in Enumerable.Range(subject.From, subject.To - subject.From + 1)
               where !Topics.Any(t => t.Subject == subject.Id && t.Grade == grade)
               select new GradeGap(subject, grade),
        ],
        [.. Topics.Where(t => t.Resources.Count == 0)]);
}

/// <summary>A block that no topic works on in a band where it is looked for.</summary>
public sealed record BlockGap(CompetenceBlock Block, GradeBand Band);

/// <summary>A grade of a subject without a topic of AI.</summary>
public sealed record GradeGap(TaughtSubject Subject, int Grade);

/// <summary>What the map lacks.</summary>
/// <param name="Bare">Topics without a resource.</param>
public sealed record TopicGaps(IReadOnlyList<BlockGap> Blocks, IReadOnlyList<GradeGap> Grades, IReadOnlyList<Topic> Bare);

public static class PutTopic
{
    public static Outcome<TopicMapEvent> Of(string by, Topic topic, CompetenceFramework framework, CompetenceCrosswalk crosswalk, DateTimeOffset at)
    {
        if (crosswalk.Subject(topic.Subject) is not { } subject)
        {
            return new Problem("competences/unknown-subject", "There is no such subject.");
        }

        if (!subject.Has(topic.Grade))
        {
            return CompetenceRefusals.UnknownGrade(topic.Grade);
        }

        var blocks = topic.Blocks.Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var name in (string[])[topic.Name.Kk, topic.Name.Ru, topic.Name.En, .. topic.Resources.Select(r => r.Title)])
        {
            if (CompetenceRefusals.Words(name).Problem is { } problem)
            {
                return problem;
            }
        }

        return blocks.Count == 0 ? new Problem("competences/no-block", "Name at least one block.")
            : blocks.Find(b => framework.Find(b) is null) is { } unknown ? CompetenceRefusals.UnknownBlock(unknown)
            : topic.Resources.Select(r => CompetenceRefusals.Address(r.Address).Problem).FirstOrDefault(p => p is not null) is { } wrong ? wrong
            : new TopicPut(at, by, topic with { Blocks = blocks });
    }
}

public static class DropTopic
{
    public static Outcome<TopicMapEvent> Of(TopicMap now, string by, string topic, string reason, DateTimeOffset at) =>
        now.Find(topic) is null ? CompetenceRefusals.Counted
        : !CompetenceRefusals.Words(reason).TryGet(out var words, out var problem) ? problem
        : new TopicDropped(at, by, topic, words);
}
