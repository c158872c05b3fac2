using Mortanba.AiEducation;
using Mortanba.Host.Demo;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>The sample world as plans, before anything is written: its size, and that each start gives the same.</summary>
public sealed class DemoWorldTests
{
    private static readonly DateOnly Today = new(2026, 11, 23);
    private static readonly DateTimeOffset From = new(2025, 11, 23, 4, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Forty_places_in_three_regions_have_two_thousand_teachers_and_twenty_thousand_learners()
    {
        var schools = DemoAiSchools.All();
        Assert.Equal((40, 2_000, 20_000, 3), (schools.Count, schools.Sum(s => s.Teachers), schools.Sum(s => s.Learners), schools.Select(s => s.Place.Region).Distinct().Count()));
        Assert.Equal(40, schools.Select(s => s.Place.Bin).Distinct().Count());
        Assert.Equal(Enum.GetValues<SchoolKind>(), schools.Select(s => s.Place.Kind).Distinct().Order());
        // Only where people sign in does anybody have a name.
        Assert.All(People(schools[0]), p => Assert.NotNull(p.Words));
        Assert.All(People(schools[1]), p => Assert.Null(p.Words));
    }

    [Fact]
    public void Each_start_gives_the_same_people_and_the_same_year()
    {
        var school = DemoAiSchools.All()[^1];
        var people = People(school);
        IEnumerable<string> Year() => new DemoAiYear(school, People(school), ["system-1"], From, From.AddYears(1)).Facts()
            .Select(f => $"{f.At:O} {f.Fact.Type} {f.Fact.Subject} {string.Join(' ', f.Fact.Values)} {f.Stream} {f.Number}");
        Assert.Equal(people.Select(p => p.Id), People(school).Select(p => p.Id));
        Assert.Equal(people.Count, people.Select(p => p.Id).Distinct().Count());
        Assert.Equal(Year(), Year());
        Assert.All(new DemoAiYear(school, people, [], From, From.AddYears(1)).Facts(), f => Assert.InRange(f.At, From, From.AddYears(1)));
    }

    [Fact]
    [Trait("Requirement", "AI-1")]
    public void Sixty_systems_stand_in_every_state_by_the_acts_of_the_register()
    {
        var rules = RuleBook.Load(RuleBook.DefaultFolder).Value.Resolve(RuleKeys.AiRegister, Today).Value;
        var systems = new DemoAiSystems(rules.Value, rules.Reference, Today, "proposer", "ethics", "approver", "vendor").All().Select(e => AiSystem.Of("s", e)).ToList();
        Assert.Equal(DemoAiSystems.Count, systems.Count);
        Assert.Equal(Enum.GetValues<AiSystemState>(), systems.Select(s => s.State).Distinct().Order());
        Assert.All(systems.Where(s => s.IsAllowed), s => Assert.Null(SuspendSystem.Due(s, rules.Value, Today, From.AddYears(1))));
    }

    private static IReadOnlyList<SchoolPerson> People(DemoAiSchool school) => DemoAiSchools.People(school, From, DemoWords.Default.Names);
}
