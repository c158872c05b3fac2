using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Journey.Tests.Demo;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <summary>Each state of a diploma gets the same verdict from the page, the API and the command line.</summary>
[Collection(DemoTests.Name)]
public sealed class VerdictTests(DemoSite demo)
{
    public static TheoryData<string, string, string, int> Kinds => new()
    {
        { "genuine", "in-force", "ok", 0 },
        { "suspended", "not-in-force", "hold", 2 },
        { "annulled", "not-in-force", "hold", 2 },
        { "superseded", "not-in-force", "hold", 2 },
        { "tampered", "not-genuine", "bad", 1 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("Requirement", "DA-13")]
    [Trait("Requirement", "DA-16")]
    [Trait("Requirement", "DA-25")]
    public async Task Page_api_and_command_line_agree(string kind, string verdict, string colour, int exit)
    {
        // The diploma file and the PDF around it.
        string[] files = [.. demo.Samples(kind).Take(2)];
        foreach (var file in files)
        {
            var bytes = await File.ReadAllBytesAsync(file);
            var answer = await demo.ApiVerifyAsync(bytes);
            Assert.Equal(verdict, answer.GetProperty("verdict").GetString());
            if (verdict == "not-in-force")
            {
                Assert.Equal(kind, answer.GetProperty("state").GetProperty("kind").GetString());
                Assert.NotEmpty(answer.GetProperty("state").GetProperty("reasonText").GetString()!);
            }

            foreach (var language in Languages.All)
            {
                var page = await demo.PostFileAsync(language, Path.GetFileName(file), bytes);
                var shown = page.QuerySelector("section.verdict")!;
                Assert.Contains(colour, shown.ClassList);
                Assert.Equal(verdict == "in-force", shown.QuerySelector(".imprint") is not null);
                Assert.DoesNotContain("{", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
            }
        }

        foreach (var offline in (string[][])[[], ["--offline"]])
        {
            var ended = await Programs.MortanbaAsync(["verify", .. files, "--trust", demo.Trust, "--json", .. offline]);
            Assert.True(ended.Exit == exit, ended.ToString());
            Assert.All(Lines(ended.Out), line => Assert.Equal(verdict, line.GetProperty("verdict").GetString()));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Without_trust_nothing_is_called_genuine(string kind, string verdict, string colour, int exit)
    {
        _ = (verdict, colour, exit);
        var ended = await Programs.MortanbaAsync(
            "verify", demo.Samples(kind)[0], "--data", Path.Combine(demo.Directory, "lists"), "--offline", "--json");
        // A forgery that shows by itself stays one; all else cannot be checked.
        Assert.True(ended.Exit == (kind == "tampered" ? 1 : 3), ended.ToString());
    }

    [Fact]
    public async Task All_of_it_holds_where_there_is_no_network()
    {
        Assert.SkipUnless(await Programs.CanCutTheNetworkAsync(), "A network namespace cannot be made here (needs root).");
        foreach (var row in Kinds)
        {
            var (kind, _, _, exit) = row.Data;
            var files = demo.Samples(kind).Take(2);
            var ended = await Programs.MortanbaWithoutNetworkAsync(["verify", .. files, "--trust", demo.Trust, "--offline"]);
            Assert.True(ended.Exit == exit, kind + ": " + ended);
        }

        // Without --offline it asks, hears nothing, and answers as of the head of the ledger.
        var asked = await Programs.MortanbaWithoutNetworkAsync("verify", demo.Samples("genuine")[0], "--trust", demo.Trust);
        Assert.True(asked.Exit == 0, asked.ToString());
    }

    [Fact]
    public async Task Every_delivered_diploma_in_force_verifies()
    {
        var ended = await Programs.MortanbaAsync(["verify", .. demo.Samples("genuine"), "--trust", demo.Trust, "--offline", "--json"]);
        Assert.True(ended.Exit == 0, ended.ToString());
        Assert.Equal(demo.Samples("genuine").Count, Lines(ended.Out).Count());
    }

    private static IEnumerable<JsonElement> Lines(string output) => output
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonDocument.Parse(line).RootElement);
}
