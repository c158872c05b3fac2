using System.Globalization;
using System.Runtime.InteropServices;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>
/// Counts facts, one pass in their order (requirement AI-26). In: facts, the parts that are closed. Out: counts by school. It goes on where it
/// stood; the same facts and closings give the same counts, in one go or in many. Kept in memory: who is where and has what, and of
/// each fact 16 bytes by which it is known again.
/// </summary>
/// <remarks>Not safe to share. Whoever is there, or has something, is counted at each school where they are.</remarks>
public sealed partial class IndicatorRun : IDisposable
{
    private readonly MeasureList measures;
    private readonly YearParts parts;
    private readonly TimeSpan tolerance;
    private readonly Dictionary<string, FactPlan> plans;
    private readonly StockMeasure[][] stocks;
    private readonly FactHash hash = new();
    private readonly HashSet<long> ahead;
    private readonly List<long> closings;
    private readonly Dictionary<string, Place> schools = new(StringComparer.Ordinal);
    private readonly List<Place> changed = [];
    private readonly Dictionary<string, Subject> subjects = new(StringComparer.Ordinal);
    private readonly HashSet<UInt128> told = [];
    private readonly HashSet<(int Subject, ushort School, byte Measure, byte Year)> seen = [];
    private readonly Dictionary<(int Measure, int School), int> latest = [];
    private readonly Dictionary<(ApartReason Reason, string Type), long> apart = [];

    /// <param name="closings">For each closed part, the seq of the last fact that was counted into it.</param>
    /// <param name="ahead">Facts that were found to lie ahead of the clock when they were first read.</param>
    public IndicatorRun(AiIndicators rules, CivilTime time, IReadOnlyList<long> closings, IEnumerable<long> ahead)
    {
        measures = new MeasureList(rules);
        parts = new YearParts(rules, time);
        tolerance = TimeSpan.FromMinutes(rules.AheadMinutes);
        this.closings = [.. closings];
        this.ahead = [.. ahead];
        (plans, stocks) = FactPlan.Of(rules, measures);
    }

    /// <summary>The last fact that was read; 0 before the first.</summary>
    public long Seq { get; private set; }

    /// <summary>For each closed part, the last fact that was counted into it.</summary>
    public IReadOnlyList<long> Closings => closings;

    /// <summary>Places of facts that lay ahead of the clock.</summary>
    public IReadOnlySet<long> Ahead => ahead;

    /// <summary>How many facts were not counted as the others, and why.</summary>
    public IReadOnlyDictionary<(ApartReason Reason, string Type), long> Apart => apart;

    /// <summary>Hash of all facts that were read.</summary>
    public string InputsHash => hash.Now();

    /// <summary>Counts by school; the empty name for what is no school's.</summary>
    public IEnumerable<(string School, SchoolCounts Counts)> Counts => schools.Values.Select(s => (s.Bin, s.Counts));

    /// <summary>Closes the parts that are over for long enough: what comes for them from now on is late.</summary>
    public void CloseBy(DateTimeOffset now)
    {
        while (closings.Count < parts.OverBy(now))
        {
            closings.Add(Seq);
        }
    }

    /// <summary>The schools whose counts have changed since they were stored the last time.</summary>
    public IReadOnlyList<(string School, SchoolCounts Counts)> Changed => [.. changed.Select(s => (s.Bin, s.Counts))];

    /// <summary>What has changed is stored now. Whoever failed to store it says nothing, and finds it in <see cref="Changed"/> again.</summary>
    public void Stored()
    {
        changed.ForEach(s => s.IsChanged = false);
        changed.Clear();
    }

    /// <summary>Counts the next fact; one that was read already is passed over.</summary>
    /// <param name="now">By our clock. A fact far ahead of it is kept apart, and remembered, so that a later computation does the same.</param>
    public void Take(KeptFact fact, DateTimeOffset now)
    {
        if (fact.Seq <= Seq)
        {
            return;
        }

        Seq = fact.Seq;
        hash.Append(fact);
        if (!told.Add(FactHash.Of(fact)))
        {
            SetApart(ApartReason.Twice, fact);
        }
        else if (ahead.Contains(fact.Seq) || fact.At > now + tolerance)
        {
            ahead.Add(fact.Seq);
            SetApart(ApartReason.Ahead, fact);
        }
        else if (plans.TryGetValue(fact.Fact.Type, out var plan))
        {
            Count(fact, plan);
        }
    }

    public void Dispose() => hash.Dispose();

    private void Count(KeptFact fact, FactPlan plan)
    {
        var part = parts.Of(fact.At);
        if (part >= parts.Count)
        {
            SetApart(ApartReason.Outside, fact);
            return;
        }

        // Closed when it came: every closing before it stands at a smaller seq.
        var open = closings.FindIndex(last => fact.Seq <= last);
        open = open < 0 ? closings.Count : open;
        if (part >= 0 && part < open)
        {
            SetApart(ApartReason.Late, fact);
        }

        var school = SchoolOf(fact.School ?? "");
        // What was before the first counted year is how that one began.
        var bookedIn = Math.Max(part, Math.Min(open, parts.Count - 1));
        var subject = plan.IsAboutSubject ? SubjectOf(fact.Fact.Subject ?? fact.School ?? "") : null;
        if (plan.MovesStock)
        {
            Move(subject!, fact, plan, school, bookedIn);
        }

        foreach (var measure in plan.Latest)
        {
            Report(fact, measure, school, bookedIn);
        }

        if (part < 0 && plan.Flows.Length > 0)
        {
            SetApart(ApartReason.Outside, fact);
        }
        else if (part >= open)
        {
            foreach (var measure in plan.Flows)
            {
                Flow(fact, measure, subject, school, part);
            }
        }

        school.Counts.AddFact(plan.Type, bookedIn);
        Touch(school, fact.Seq);
    }

    private void Flow(KeptFact fact, FlowMeasure measure, Subject? subject, Place school, int part)
    {
        var values = fact.Fact.Values;
        foreach (var condition in measure.Where)
        {
            if (!condition.Holds(values))
            {
                return;
            }
        }

        var number = 0;
        if (measure.Kind == AiMeasureKind.Median && !TryNumber(fact, measure.Value!, out number))
        {
            SetApart(ApartReason.Unreadable, fact);
            return;
        }

        if (measure.Kind != AiMeasureKind.Subjects || seen.Add((subject!.Index, school.Index, measure.Index, (byte)parts.YearStart(part))))
        {
            Book(school, measure.Index, part, subject, 1, number);
        }
    }

    // Who is where and has what changes: what was counted of the subject before is taken off, and what is true now is counted.
    private void Move(Subject subject, KeptFact fact, FactPlan plan, Place school, int part)
    {
        var values = fact.Fact.Values;
        var flags = subject.Flags;
        foreach (var gift in plan.Gives)
        {
            if (gift.Where.All(w => w.Holds(values)))
            {
                flags |= gift.Flag;
                subject.Pile(gift.Pile, 1);
            }
            else if (gift.Replaces)
            {
                flags &= ~gift.Flag;
            }
        }

        foreach (var one in plan.Less.Where(l => l.Where.All(w => w.HoldsIfSaid(values))))
        {
            flags = subject.Pile(one.Pile, -1) == 0 ? flags & ~one.Flag : flags;
        }

        foreach (var all in plan.Takes.Where(t => t.Where.All(w => w.HoldsIfSaid(values))))
        {
            flags &= ~all.Flag;
            _ = subject.Pile(all.Pile, int.MinValue);
        }

        var groups = plan.Enters.Length > 0 ? Groups.Of(values) : subject.Groups;
        List<(byte Population, Place School)> there = [.. subject.There];
        foreach (var population in plan.Leaves)
        {
            there.RemoveAll(t => t.Population == population && t.School == school);
        }

        foreach (var (population, where) in plan.Enters)
        {
            there.RemoveAll(t => t.Population == population && t.School == school);
            if (where.All(w => w.Holds(values)))
            {
                there.Add((population, school));
            }
        }

        if (flags == subject.Flags && groups == subject.Groups && there.SequenceEqual(subject.There))
        {
            return;
        }

        // Facts of one subject may come in another order than they happened: nobody leaves before they came.
        part = Math.Max(part, subject.Part);
        subject.Part = (byte)part;
        BookStock(subject, part, -1, fact.Seq);
        (subject.Flags, subject.Groups, subject.There) = (flags, groups, there.Count == 0 ? [] : [.. there]);
        BookStock(subject, part, 1, fact.Seq);
    }

    private void BookStock(Subject subject, int part, int change, long seq)
    {
        foreach (var (population, school) in subject.There)
        {
            foreach (var stock in stocks[population])
            {
                if (stock.Flag == 0 || (subject.Flags & stock.Flag) != 0)
                {
                    Book(school, stock.Index, part, subject, change, 0);
                    Touch(school, seq);
                }
            }
        }
    }

    private void Report(KeptFact fact, FlowMeasure measure, Place school, int part)
    {
        if (!measure.Where.All(w => w.Holds(fact.Fact.Values)))
        {
            return;
        }

        if (!TryNumber(fact, measure.Value!, out var number))
        {
            SetApart(ApartReason.Unreadable, fact);
            return;
        }

        ref var before = ref CollectionsMarshal.GetValueRefOrAddDefault(latest, (measure.Index, school.Index), out _);
        if (number != before)
        {
            school.Counts.Add(measure.Index, part, SchoolCounts.Everybody, number - before);
            before = number;
        }
    }

    private void Book(Place school, int measure, int part, Subject? subject, int change, int value)
    {
        school.Counts.Add(measure, part, SchoolCounts.Everybody, change, value);
        foreach (var by in measures.Breakdowns[measure])
        {
            var known = subject?.Groups ?? Groups.Unknown;
            var group = by switch
            {
                "sex" => known.Sex,
                "language" => known.Language,
                "disability" => known.Disability,
                // What comes with the school is added up by school.
                _ => null,
            };
            if (group is not null)
            {
                school.Counts.Add(measure, part, group, change, value);
            }
        }
    }

    private static bool TryNumber(KeptFact fact, string value, out int number)
    {
        number = 0;
        return fact.Fact.Values.TryGetValue(value, out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private void SetApart(ApartReason reason, KeptFact fact) =>
        CollectionsMarshal.GetValueRefOrAddDefault(apart, (reason, fact.Fact.Type), out _)++;

    private void Touch(Place school, long seq)
    {
        school.Counts.Seq = seq;
        if (!school.IsChanged)
        {
            school.IsChanged = true;
            changed.Add(school);
        }
    }

    private Place SchoolOf(string bin)
    {
        ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(schools, bin, out _);
        return found ??= new Place(bin, checked((ushort)(schools.Count - 1)));
    }

    private Subject SubjectOf(string id)
    {
        ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(subjects, id, out _);
        return found ??= new Subject { Index = subjects.Count - 1 };
    }
}
