using System.Text.Json.Nodes;
using Mortanba.Accounts;
using Mortanba.Host.Acts;
using Mortanba.Journey.Tests.Demo;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>What stands before tools of others (AI-10): the gate inside, and the command at the terminal.</summary>
[Collection(AiSites.Name)]
public sealed class PersonalDataGateTests(AiSite site)
{
    private const string Told = "Менің нөмірім +7 701 234 56 78, ЖСН 061211600012.";

    [Fact]
    [Trait("Requirement", "AI-10")]
    public void A_learner_cannot_lift_what_a_teacher_may_answer_for()
    {
        var gate = new PersonalDataGate(site.Home);
        var refused = gate.Pass(Told, Role.Learner, "My teacher said so.");
        Assert.Equal(("ai/personal-data", "iin, phone"), (refused.Problem?.Code, refused.Problem?.Args["kinds"]));
        Assert.DoesNotContain("701", refused.Problem!.Detail, StringComparison.Ordinal);
        Assert.Equal("ai/personal-data", gate.Pass(Told, Role.Teacher).Problem?.Code);
        Assert.Equal(Told, gate.Pass(Told, Role.Teacher, "The number is that of the class itself.").Value.Text);
        Assert.Equal("Фотосинтез қалай жүреді?", gate.Pass("Фотосинтез қалай жүреді?", Role.Learner).Value.Text);
        Assert.True(gate.Pass(PersonalDataGate.Masked(Told), Role.Learner).IsDone);
    }

    [Fact]
    [Trait("Requirement", "AI-10")]
    public async Task The_command_names_places_and_kinds_and_never_the_values()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "One line.\n" + Told);
        var told = await Programs.MortanbaAsync("ai", "scan", file, "--json");
        File.Delete(file);
        Assert.True(told.Exit == 1, told.ToString());
        var findings = JsonNode.Parse(told.Out)!["findings"]!.AsArray();
        Assert.Equal(["phone", "iin"], findings.Select(f => (string?)f!["kind"]));
        Assert.All(findings, f => Assert.Equal(2, (int)f!["line"]!));
        Assert.DoesNotContain("061211600012", told.Out, StringComparison.Ordinal);
    }
}
