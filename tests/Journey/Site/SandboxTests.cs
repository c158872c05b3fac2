using System.Net;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Host.Web;
using Mortanba.Host.Web.Sandbox;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Verification;

namespace Mortanba.Journey.Tests.Site;

/// <summary>Each document of the sandbox gets the verdict it is there for.</summary>
[Collection(DemoTests.Name)]
public sealed class SandboxTests(DemoSite demo)
{
    public static TheoryData<string> Names => [.. new SandboxDocuments().All.Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_document_gets_the_verdict_that_is_promised(string name)
    {
        using var client = new HttpClient { BaseAddress = new Uri(demo.Site) };
        var promised = (await Json(client, "/api/v1/sandbox")).GetProperty("documents").EnumerateArray()
            .Single(d => d.GetProperty("name").GetString() == name);
        var document = await client.GetByteArrayAsync(new Uri(promised.GetProperty("url").GetString()!).AbsolutePath);
        using var answer = await client.PostAsync("/api/v1/sandbox/verify", new ByteArrayContent(document));
        using var report = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(promised.GetProperty("verdict").GetString(), report.RootElement.GetProperty("verdict").GetString());
        Assert.Contains(
            Texts.Load().Get(Language.En, "web/verdict." + promised.GetProperty("verdict").GetString()),
            await client.GetStringAsync("/en/developers/sandbox/" + name), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_verdict_can_be_tried() =>
        Assert.Equal(Enum.GetValues<Verdict>().Order(), new SandboxDocuments().All.Select(d => d.Expected).Distinct().Order());

    [Fact]
    public async Task A_real_diploma_is_not_known_to_the_sandbox_and_the_sandbox_is_not_known_to_the_real_site()
    {
        using var client = new HttpClient { BaseAddress = new Uri(demo.Site) };
        var real = new ByteArrayContent(await File.ReadAllBytesAsync(demo.Samples("genuine")[1]));
        Assert.NotEqual("in-force", await VerdictAsync(client, "/api/v1/sandbox/verify", real));
        var invented = new ByteArrayContent(new SandboxDocuments().Find("genuine")!.Bytes.ToArray());
        Assert.NotEqual("in-force", await VerdictAsync(client, "/api/v1/verify", invented));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/api/v1/sandbox/documents/none")).StatusCode);
        using var nothing = new ByteArrayContent([]);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync("/api/v1/sandbox/verify", nothing)).StatusCode);
    }

    private static async Task<string?> VerdictAsync(HttpClient client, string path, HttpContent content)
    {
        using var answer = await client.PostAsync(path, content);
        using var report = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return report.RootElement.GetProperty("verdict").GetString();
    }

    private static async Task<JsonElement> Json(HttpClient client, string path)
    {
        using var document = JsonDocument.Parse(await client.GetStringAsync(path));
        return document.RootElement.Clone();
    }
}
