using Mortanba.AiEducation;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation.Schools;

/// <summary>What the directory tells when somebody changes, and who is tied to which account.</summary>
public sealed class DirectoryFactsTests
{
    private static readonly Bin Here = Bin.Parse("990140001015");
    private static readonly DateTimeOffset At = new(2026, 9, 1, 6, 0, 0, TimeSpan.Zero);

    private static readonly SchoolPerson Learner = new(
        "p-1", Here, SchoolPersonKind.Learner, "11A", [], 11, "", "female", null, null, [], new PersonWords("Trial", null) { Email = "One@school.example" }, At, null);

    private static readonly SchoolPerson Teacher = Learner with { Kind = SchoolPersonKind.Teacher, Class = "", Classes = ["9A"], Grade = 0 };

    [Fact]
    [Trait("Requirement", "AI-26")]
    public void A_new_grade_or_group_is_an_enrolment_anew_and_another_kind_is_leaving_and_coming()
    {
        Assert.Equal(["learner.enrolled"], Types(Learner, Learner with { Grade = 12 }));
        Assert.Equal(["learner.enrolled"], Types(Learner, Learner with { Disability = true }));
        Assert.Empty(Types(Learner, Learner with { Class = "11B", Words = new PersonWords("Other", null) }));
        Assert.Equal(["learner.left", "teacher.joined"], Types(Learner, Teacher));
        Assert.Equal(["teacher.left", "learner.enrolled"], Types(Teacher, Learner));
        Assert.Empty(Types(Teacher, Teacher with { Classes = ["9B"], Sex = "" }));
        Assert.Equal(["teacher.joined"], Types(Learner with { Left = At }, Teacher));
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    public void What_nobody_said_of_a_learner_is_told_as_unknown()
    {
        var values = DirectoryFacts.Came(Learner).Values;
        Assert.Equal(("", "", "female"), (values["disability"], values["language"], values["sex"]));
        Assert.Equal("no", DirectoryFacts.Came(Learner with { Disability = false }).Values["disability"]);
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    public void A_learner_who_finishes_grade_eleven_leaves_the_minors_and_one_who_enters_school_joins_them()
    {
        var world = new IndicatorWorld();
        void Tell(string subject, params IEnumerable<EventFact> facts)
        {
            foreach (var fact in facts)
            {
                world.Add(IndicatorWorld.September, "A1a", fact.Type, subject, [.. fact.Values.Select(v => (v.Key, v.Value))]);
            }
        }

        var consents = IndicatorWorld.Rules.Indicators.First(i => i.Denominator is { Of: "minors" });
        Tell("old", DirectoryFacts.Came(Learner));
        Tell("small", DirectoryFacts.Came(Learner with { Grade = 0 }));
        Tell("both", DirectoryFacts.Came(Learner));
        Tell("old", DirectoryFacts.Of(Learner, Learner with { Grade = 12 }));
        Tell("both", DirectoryFacts.Of(Learner, Teacher));
        Assert.Equal(0, IndicatorWorld.Count(world.Counted(), consents.Denominator!, "A1a", 0));
        Tell("small", DirectoryFacts.Of(Learner with { Grade = 0 }, Learner with { Grade = 1 }));
        Assert.Equal(1, IndicatorWorld.Count(world.Counted(), consents.Denominator!, "A1a", 0));
    }

    [Fact]
    [Trait("Requirement", "AI-16")]
    public void An_account_is_tied_by_its_proved_address_once_and_never_where_it_is_not_clear_to_whom()
    {
        (string, string)[] proved = [("one@SCHOOL.example", "account-1"), ("two@school.example", "account-2")];
        Assert.Equal([("p-1", "account-1")], Pairs([Learner], proved));
        // Brother and sister under the address of one.
        Assert.Empty(Pairs([Learner, Learner with { Id = "p-2" }], proved));
        Assert.Empty(Pairs([Learner with { Account = "other" }], proved));
        Assert.Empty(Pairs([Learner, Learner with { Id = "p-2", Account = "account-1", Words = new PersonWords("Other", null) }], proved));
        Assert.Empty(Pairs([Learner with { Words = new PersonWords("Trial", null) }, Learner with { Words = null }], proved));
    }

    private static IEnumerable<(string, string)> Pairs(IReadOnlyCollection<SchoolPerson> here, (string, string)[] proved) =>
        RosterAccounts.Pairs(here, proved).Select(p => (p.Person.Id, p.Account));

    private static IEnumerable<string> Types(SchoolPerson before, SchoolPerson now) => DirectoryFacts.Of(before, now).Select(f => f.Type);
}
