using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Storage.Tests.Issuance;

/// <summary>Unusual approvals are proposed to a person, once, and nothing else happens.</summary>
public sealed class SigningAlarmTests
{
    private static readonly RuleBook Book = RuleBook.Load(RuleBook.DefaultFolder).Value;
    private static readonly Bin One = Bin.Parse("940540002029");
    private static readonly Bin Other = Bin.Parse("980940003039");

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "X-15")]
    public async Task Night_rest_and_volume_are_raised_once_and_a_usual_day_is_not(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, IssuanceSchema.Migrations);
        // Wednesdays to Friday in June 2026, hours of Kazakhstan (UTC+5).
        await ApproveAsync(test, "2026-06-03T05:00:00Z", 20);
        await ApproveAsync(test, "2026-06-10T05:00:00Z", 30);
        await ApproveAsync(test, "2026-06-11T05:00:00Z", 149);
        var night = await ApproveAsync(test, "2026-06-11T18:30:00Z", 3);
        var rest = await ApproveAsync(test, "2026-06-13T05:00:00Z", 4);
        await ApproveAsync(test, "2026-06-19T05:00:00Z", 200);
        await ApproveAsync(test, "2026-06-19T06:00:00Z", 500, Other);
        var now = LedgerEntry.TimeOf("2026-06-20T05:00:00Z");

        Assert.Equal(4, await LookAsync(test, now));
        Assert.Equal(0, await LookAsync(test, now.AddHours(1)));

        await using var connection = await test.Database.ConnectAsync();
        var alarms = await SigningAlarms.ListAsync(connection, One, 10);
        Assert.Equal(
            new[] { "night-" + night, "rest-day-" + rest, $"volume-{One}-2026-06-11", $"volume-{One}-2026-06-19" }.Order(StringComparer.Ordinal),
            alarms.Select(a => a.Id).Order(StringComparer.Ordinal));
        var volume = alarms.Single(a => a.Id.EndsWith("06-19", StringComparison.Ordinal));
        Assert.Equal((200, 30), (volume.Count, volume.Usual));
        Assert.StartsWith("kz.insider-controls@", volume.Rule, StringComparison.Ordinal);
        // The other institution's first day has nothing to be compared with.
        Assert.Empty(await SigningAlarms.ListAsync(connection, Other, 10));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "X-15")]
    [Trait("Requirement", "X-13")]
    public async Task A_person_decides_once_with_a_reason_and_never_about_an_own_list(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, IssuanceSchema.Migrations);
        var id = "night-" + await ApproveAsync(test, "2026-06-11T18:30:00Z", 3);
        var now = LedgerEntry.TimeOf("2026-06-12T05:00:00Z");
        Assert.Equal(1, await LookAsync(test, now));

        Assert.Equal("alarms/reason", await DecideAsync("auditor-1", "because"));
        Assert.Equal("alarms/own-act", await DecideAsync("rector", "It was me who signed it."));
        Assert.Equal("alarms/own-act", await DecideAsync("registrar", "It was me who prepared it."));
        Assert.Equal("alarms/unknown", await DecideAsync("auditor-1", "Of another institution.", Other));

        var both = await Task.WhenAll(
            Task.Run(() => DecideAsync("auditor-1", "The commission sat until late.")), Task.Run(() => DecideAsync("auditor-2", "I do not know of any sitting.")));

        Assert.Equal([null, "alarms/decided"], both.Order(StringComparer.Ordinal));
        await using var connection = await test.Database.ConnectAsync();
        var decided = (await SigningAlarms.FindAsync(connection, id))!;
        Assert.Equal((AlarmVerdict.Pursue, "auditor"), (decided.Verdict, decided.DecidedAs));
        Assert.Equal(0, await LookAsync(test, now.AddDays(1)));

        async Task<string?> DecideAsync(string by, string reason, Bin? at = null) => (await test.Database.WriteAsync(t =>
            SigningAlarms.DecideAsync(t, id, at ?? One, AlarmVerdict.Pursue, by, "auditor", reason, now))).Problem?.Code;
    }

    private static Task<int> LookAsync(TestDatabase test, DateTimeOffset now) =>
        test.Database.WriteAsync(t => SigningAlarms.LookAsync(t, Book, now));

    private static Task<string> ApproveAsync(TestDatabase test, string at, int count, Bin? bin = null) => test.Database.WriteAsync(async t =>
    {
        var time = LedgerEntry.TimeOf(at);
        var batch = await IssueBatches.PrepareAsync(
            t, bin ?? One, "D-1", System.Text.Encoding.UTF8.GetBytes(at + bin), count, "registrar", time);
        return (await IssueBatches.ApproveAsync(t, batch.Id, "rector", "rector", "Order 1", time)).Value.Id;
    });
}
