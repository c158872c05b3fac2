using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>Grades taught together.</summary>
/// <param name="From">First grade.</param>
/// <param name="To">Last grade.</param>
public sealed record GradeBand(string Id, LocalizedText Name, int From, int To)
{
    public bool Has(int grade) => grade >= From && grade <= To;

    internal static GradeBand Read(PackNode node)
    {
        var band = new GradeBand(node["id"].Text, node["name"].Localized, node["from"].Integer, node["to"].Integer);
        return band.From >= 1 && band.To >= band.From ? band : throw node.Wrong("grades run from 1 upwards");
    }
}

/// <summary>A school subject with the grades it is taught in.</summary>
public sealed record TaughtSubject(string Id, LocalizedText Name, int From, int To)
{
    public bool Has(int grade) => grade >= From && grade <= To;

    internal static TaughtSubject Read(PackNode node)
    {
        var subject = new TaughtSubject(node["id"].Text, node["name"].Localized, node["from"].Integer, node["to"].Integer);
        return subject.From >= 1 && subject.To >= subject.From ? subject : throw node.Wrong("grades run from 1 upwards");
    }
}

/// <summary>Where a learner's block stands in another framework and in school.</summary>
/// <param name="Domains">Ids of the domains of AILit it comes near to.</param>
/// <param name="Bands">Ids of the bands of grades in which it is looked for.</param>
public sealed record BlockPlace(string Block, IReadOnlyList<string> Domains, IReadOnlyList<string> Bands)
{
    internal static BlockPlace Read(PackNode node) => new(node["block"].Text, node["domains"].List(d => d.Text), node["bands"].List(b => b.Text));
}

/// <summary>
/// The learners' blocks beside the domains of AILit, bands of grades and subjects (requirements AI-17, AI-28). Our own reading; what no
/// source gives is said in <paramref name="Unknown"/> and shown with it.
/// </summary>
public sealed record CompetenceCrosswalk(
    IReadOnlyList<NamedItem> Domains, IReadOnlyList<GradeBand> Bands, IReadOnlyList<TaughtSubject> Subjects, IReadOnlyList<BlockPlace> Blocks,
    IReadOnlyList<LocalizedText> Unknown)
{
    /// <summary>The band of a grade; null when no band has it.</summary>
    public GradeBand? BandOf(int grade) => Bands.FirstOrDefault(b => b.Has(grade));

    /// <summary>Null when the crosswalk does not place it.</summary>
    public BlockPlace? PlaceOf(string block) => Blocks.FirstOrDefault(b => b.Block == block);

    public TaughtSubject? Subject(string id) => Subjects.FirstOrDefault(s => s.Id == id);

    internal static CompetenceCrosswalk Read(PackNode node)
    {
        var walk = new CompetenceCrosswalk(
            node["domains"].List(NamedItem.Read), node["bands"].List(GradeBand.Read), node["subjects"].List(TaughtSubject.Read),
            node["blocks"].List(BlockPlace.Read), node["unknown"].List(u => u.Localized));
        return walk.Blocks.Any(b => b.Domains.Any(d => walk.Domains.All(known => known.Id != d)) || b.Bands.Any(g => walk.Bands.All(known => known.Id != g)))
            ? throw node.Wrong("a block is placed in a domain or a band that is not listed")
            : walk;
    }
}
