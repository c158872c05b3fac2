using Mortanba.Host.Bench;
using Mortanba.Issuance;

namespace Mortanba.Journey.Tests;

/// <summary>Whether a duty to keep has ended is asked of the civil day of Almaty, not of the day in Greenwich.</summary>
public class EraseDayTests
{
    [Fact]
    [Trait("Requirement", "DA-19")]
    public async Task The_archive_lets_go_at_midnight_of_Almaty()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var world = await BenchWorld.CreateAsync(null, cancel);
        await world.IssueAsync(world.WriteList(1), cancel);
        var diploma = (await world.CredentialsAsync(1, cancel)).Single();
        var reasons = world.Flow.Reasons().Value;

        // Almaty is five hours ahead: 19:00 of the last day in Greenwich is the next day there.
        var midnight = new DateTimeOffset(diploma.AwardDate.Year + 75, 12, 31, 19, 0, 0, TimeSpan.Zero);
        ChangeRequest At(DateTimeOffset at) => new(
            diploma.Asset, "holder-request", "Letter 1", TwoPersons.Of("officer-1", "rector-1", "rector", at, "Letter 1").Value);

        var before = await world.Flow.EraseAsync(reasons, At(midnight.AddSeconds(-1)), cancel);
        Assert.Equal("issuance/retention-lock", before.Problem?.Code);
        Assert.Contains($"{midnight.Year}-12-31", before.Problem!.Detail, StringComparison.Ordinal);
        var after = await world.Flow.EraseAsync(reasons, At(midnight), cancel);
        Assert.Equal("asset.erased", after.Value.Type);
    }
}
