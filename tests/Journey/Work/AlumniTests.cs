using Mortanba.Host;
using Mortanba.Host.Demo;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Graduates from before the enrolment register: corrected without it, and forgotten by it with their last diploma.</summary>
public sealed class AlumniTests(SmallDiplomas few) : IClassFixture<SmallDiplomas>
{
    private const int IssuedCount = 20;

    [Fact, Trait("Requirement", "DA-25"), Trait("Requirement", "DA-19")]
    public async Task A_register_that_does_not_know_a_graduate_lets_the_diploma_be_corrected_and_forgets_with_the_last_one()
    {
        var (home, flow) = (few.Site.Home, new DiplomaFlow(few.Site.Home));
        var (alumna, learner) = (few.Take(), few.Take());
        var content = learner.Record.Content;
        _ = (await home.Database.WriteAsync(t => home.Enrolments.ImportAsync(
            t, SmallSite.Uni, [new EnrolmentRow(2, content.Iin, content.Programme.Code, 2022, EnrolmentStatus.Graduated)],
            new string('a', 64), "operator-1", few.Site.Time.GetUtcNow()))).Value;

        // By hand and by a corrected list; a list of new diplomas asks the register as ever.
        Assert.Equal("asset.superseded", (await ReplaceAsync(alumna, "66000001")).Value.Type);
        var today = new WorkingCalendar(home.Rules).DateOf(few.Site.Time.GetUtcNow()).Value;
        var lists = new DemoLists(IntakeRules.For(home.Rules, today).Value, today);
        Assert.Equal(0, await ErrorsAsync(lists.WriteLarge(Path.Combine(few.Site.Directory, "again.csv"), IssuedCount), ListPurpose.Correct));
        var strangers = lists.WriteMore(Path.Combine(few.Site.Directory, "new.csv"), 670_000, 2);
        Assert.Equal(2, await ErrorsAsync(strangers, ListPurpose.Correct));
        Assert.Equal(2, await ErrorsAsync(strangers, ListPurpose.Issue));

        // Two corrections: the learner stays until the last of the three is erased, whichever that is.
        _ = (await ReplaceAsync(learner, "66000002")).Value;
        var second = await ByNumberAsync(content.Series, "66000002");
        _ = (await ReplaceAsync(second, "66000003")).Value;
        foreach (var (diploma, isKept) in new[] { (second, true), (await ByNumberAsync(content.Series, "66000003"), true), (learner, false) })
        {
            var erased = await flow.EraseAsync(
                flow.Reasons().Value, Request(diploma, "holder-request", few.Site.Time.GetUtcNow().AddYears(80)));
            Assert.True(erased.IsDone, erased.Problem?.Detail);
            await using var connection = await home.Database.ConnectAsync();
            Assert.Equal(isKept, (await home.Enrolments.FindAsync(connection, SmallSite.Uni, [(content.Iin, content.Programme.Code)]))[0] is not null);
        }

        Task<Foundation.Outcome<Foundation.LedgerEntry>> ReplaceAsync(StoredDiploma old, string number) => flow.SupersedeAsync(
            Request(old, "correction", few.Site.Time.GetUtcNow()), diploma => diploma with { Number = number });

        async Task<int> ErrorsAsync(DemoList list, ListPurpose purpose)
        {
            var read = await flow.CheckListAsync(new GraduationList(list.GraduatesFile) { Purpose = purpose }, SmallSite.Uni, null, default);
            return read.Value.Errors.Count(e => e.Code == "intake/not-enrolled");
        }
    }

    private async Task<StoredDiploma> ByNumberAsync(string series, string number)
    {
        await using var connection = await few.Site.Home.Database.ConnectAsync();
        var found = Assert.Single(await few.Site.Home.Credentials.FindByNumberAsync(connection, series, number));
        return (await few.Site.Home.Credentials.LoadAsync(connection, found.Asset))!;
    }

    private static ChangeRequest Request(StoredDiploma diploma, string reason, DateTimeOffset at) => new(
        diploma.Summary.Asset, reason, "Order 5", TwoPersons.Of("one", "two", "rector", at, "Order 5").Value);
}
