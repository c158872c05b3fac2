using Mortanba.Flow.Tests.Issuance;
using Mortanba.Host;
using Mortanba.Host.Bench;
using Mortanba.Host.Demo;
using Mortanba.Intake;
using Mortanba.Issuance;

namespace Mortanba.Journey.Tests;

/// <summary>The whole issuing path with the institution's key in a PKCS#11 token (SoftHSM 2).</summary>
public sealed class TokenKeyTests
{
    [Fact]
    public async Task A_token_pulled_out_in_the_middle_stops_with_a_reason_and_the_list_goes_on_when_it_is_back()
    {
        using var hsm = new SoftHsm();
        await using var world = await BenchWorld.CreateAsync(null, new KeySettings(hsm.Settings), witnesses: 0, CancellationToken.None);
        var list = world.WriteList(40);
        Assert.IsType<TokenVault>(world.Home.Vault);
        var flow = new DiplomaFlow(world.Home) { ChunkSize = 5 };
        var request = new IssueRequest(
            new GraduationList(list.GraduatesFile), list.Initiator, DemoSetup.DecisionOf(list.Initiator), "registrar-1", "rector-1",
            "rector", "order 1");
        var removed = false;

        var stopped = await flow.IssueAsync(request, _ =>
        {
            if (!removed)
            {
                removed = true;
                hsm.Remove();
            }
        });
        hsm.PutBack();
        var done = await flow.IssueAsync(request);

        Assert.StartsWith("issuance/token-", stopped.Problem?.Code, StringComparison.Ordinal);
        Assert.True(done.IsDone, done.Problem?.Detail);
        Assert.InRange(done.Value.Issued, 1, 35);
        Assert.Equal(40, done.Value.Issued + done.Value.List.AlreadyIssuedCount);
        await flow.PublishAsync();
        Assert.Empty((await Audit.RunAsync(world.Home)).Findings);
    }

    [Fact]
    public async Task Wrong_settings_of_the_token_stop_the_start_with_a_reason()
    {
        using var hsm = new SoftHsm();
        await using var world = await BenchWorld.CreateAsync(null, CancellationToken.None);
        (world.Home.Settings with { Keys = new KeySettings(hsm.Settings with { Token = "nobody" }) }).Save(world.Home.Directory);

        var opened = await Installation.OpenAsync(world.Home.Directory, TimeProvider.System);

        Assert.Equal("issuance/token-missing", opened.Problem?.Code);
    }
}
