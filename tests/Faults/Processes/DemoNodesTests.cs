using System.Text.Json;
using Mortanba.Storage.Tests.Anchoring;
using Mortanba.Tests;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>The demonstration among four witnesses and a chain, as a newcomer starts it: nobody has to be trusted alone.</summary>
public sealed class DemoNodesTests
{
    [Fact]
    [Trait("Requirement", "DA-15")]
    public async Task It_issues_cosigns_anchors_claims_a_token_and_forks_a_copy_on_purpose_with_proof()
    {
        Assert.SkipUnless(Anvil.IsPresent, "anvil is not installed: npm ci in contracts.");
        var folder = Directory.CreateTempSubdirectory("mortanba-nodes-").FullName;
        try
        {
            var demo = await Program.RunAsync(
                folder, ["demo", "--no-serve", "--count", "8", "--nodes", "4", "--chain", "--json", "--lang", "en", "--site", $"http://localhost:{Ports.Free()}"]);
            Assert.True(demo.Exit == 0, demo.Error);
            var answer = JsonDocument.Parse(demo.Output).RootElement;
            Assert.Equal(4, answer.GetProperty("witnessKeys").GetArrayLength());
            Assert.Contains("the token of one diploma is held by 0x", demo.Error, StringComparison.Ordinal);
            Assert.Contains("witnesses that refused: 4", demo.Error, StringComparison.Ordinal);

            var trust = answer.GetProperty("trust").GetString()!;
            var verified = await Program.RunAsync(
                folder, ["verify", answer.GetProperty("samples").GetProperty("genuine")[0].GetString()!, "--trust", trust, "--offline", "--json"]);
            Assert.True(verified.Exit == 0, verified.Output + verified.Error);
            Assert.Equal("4", Find(verified.Output, "checkpoint").GetProperty("evidence").GetProperty("organisations").GetString());

            // The file of the diploma that was claimed was written again; the chain ended with the demonstration, and could not be asked.
            var genuine = Directory.GetFiles(Path.Combine(folder, "outbox"), "*.diploma.json")
                .Single(file => File.ReadAllText(file).Contains("\"anchor\":{", StringComparison.Ordinal));
            verified = await Program.RunAsync(folder, ["verify", genuine, "--trust", trust, "--offline", "--json"]);
            Assert.True(verified.Exit == 0, verified.Output + verified.Error);
            Assert.Equal("passed", Check(verified.Output, "anchor"));
            var asked = await Program.RunAsync(
                folder, ["audit", "--anchor", genuine, "--trust", trust, "--endpoint", $"http://localhost:{Ports.Free()}", "--lang", "en"]);
            Assert.True(asked.Exit == 3 && asked.Error.Contains("chain cannot be reached", StringComparison.Ordinal), $"{asked.Exit} {asked.Error}");

            var evidence = Path.Combine(folder, "fork-evidence.json");
            Assert.Equal(1, (await Program.RunAsync(folder, ["audit", "--confirm", evidence, "--trust", trust])).Exit);
            var audit = await Program.RunAsync(folder, ["audit", "--json"]);
            Assert.True(audit.Exit == 0, audit.Output);

            // The witnesses ended with the demonstration: what is done now is recorded, and strangers are not shown it yet.
            var number = Path.GetFileName(answer.GetProperty("samples").GetProperty("genuine")[2].GetString()!).Split('.')[0];
            var waiting = await Program.RunAsync(
                folder,
                ["suspend", number, "--reason", "suspected-error", "--basis", "Order 3", "--prepared-by", "officer-1", "--approved-by", "rector-1", "--lang", "en"]);
            Assert.Equal(75, waiting.Exit);
            Assert.Contains("still missing: w1, w2, w3, w4", waiting.Error, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static JsonElement Find(string report, string check) => JsonDocument.Parse(report).RootElement.GetProperty("checks").EnumerateArray()
        .Single(c => c.GetProperty("name").GetString() == check);

    private static string? Check(string report, string check) => Find(report, check).GetProperty("state").GetString();
}
