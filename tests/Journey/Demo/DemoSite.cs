using System.Net;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Commands;
using Mortanba.Issuance;
using Mortanba.Tests;

namespace Mortanba.Journey.Tests.Demo;

/// <summary>
/// The real demonstration: <c>mortanba demo --count 40</c> run once in a process of its own, then served on loopback. All
/// tests of the collection share it; a test that changes something changes a diploma of its own.
/// </summary>
public sealed class DemoSite : IAsyncLifetime
{
    private readonly Dictionary<string, IReadOnlyList<string>> samples = [];
    private WebApplication app = null!;
    private IAsyncDisposable? serving;

    internal string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("mortanba-journey-").FullName;

    internal string Site { get; } = $"http://localhost:{Ports.Free()}";

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Limits beyond the usual, before the site starts.</summary>
    internal Action<Host.Web.WebOptions> Also { get; init; } = _ => { };

    /// <summary>Address of its database; a file of its own when not said.</summary>
    internal string? Store { get; init; }

    internal int Count { get; init; } = 40;

    /// <summary>Serves the installation by other means than in this process; gives what ends it.</summary>
    internal Func<DemoSite, Task<IAsyncDisposable>>? Serve { get; init; }

    internal Installation Home { get; private set; } = null!;

    internal DiplomaFlow Flow { get; private set; } = null!;

    internal HttpClient Client { get; private set; } = null!;

    /// <summary>What <c>demo --json</c> ended with.</summary>
    internal JsonElement Answer { get; private set; }

    internal string Trust => Path.Combine(Directory, "trust.json");

    public async ValueTask InitializeAsync()
    {
        var ended = await Programs.MortanbaAsync(
            "demo", "--no-serve", "--count", $"{Count}", "--site", Site, "--data", Directory, "--json", "--db", Store ?? "sqlite:mortanba.db");
        Assert.True(ended.Exit == 0, ended.ToString());
        Answer = JsonDocument.Parse(ended.Out.Trim()).RootElement;
        KeepSamples();
        Home = (await Installation.OpenAsync(Directory, Time)).Value;
        LookedAt = new HashSet<AssetId>(
        [
            (await StoredAsync(NumberOf(Samples("genuine")[0]))).Summary.Asset,
            (await StoredAsync(NumberOf(Samples("genuine")[2]))).Summary.Asset,
        ]);
        Flow = new DiplomaFlow(Home);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri(Site),
        };
        if (Serve is not null)
        {
            serving = await Serve(this);
            return;
        }

        app = await ServeCommand.BuildAsync(Home, Flow, $"http://127.0.0.1:{new Uri(Site).Port}",
            options =>
            {
                options.SignInsPerMinute = 10_000;
                Also(options);
            });
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        if (serving is not null)
        {
            await serving.DisposeAsync();
        }

        if (Home is not null)
        {
            await Home.DisposeAsync();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
        System.IO.Directory.Delete(Kept, recursive: true);
    }

    internal IServiceProvider Services => app.Services;

    /// <summary>
    /// Files of one kind, as <c>demo --json</c> lists them: of each diploma the diploma file, then the PDF. They are copies made
    /// before any test: a test that has a diploma erased takes its files out of the outbox, and out of nobody else's hands.
    /// </summary>
    internal IReadOnlyList<string> Samples(string kind) => samples[kind];

    /// <summary>A diploma that stays in force whatever the tests do.</summary>
    internal DiplomaFile Genuine => DiplomaFile.Parse(File.ReadAllBytes(Samples("genuine")[0])).Value;

    /// <summary>
    /// Diplomas that many tests look at, the first two genuine ones: a test that annuls, blocks, erases or claims takes another.
    /// </summary>
    internal IReadOnlySet<AssetId> LookedAt { get; private set; } = new HashSet<AssetId>();

    internal async Task<StoredDiploma> StoredAsync(string number)
    {
        await using var connection = await Home.Database.ConnectAsync();
        var parts = number.Split(' ');
        var found = (await Home.Credentials.FindByNumberAsync(connection, parts[0], parts[1])).Single();
        return (await Home.Credentials.LoadAsync(connection, found.Asset))!;
    }

    /// <summary>Number of a delivered file: BD-12345678.pdf is BD 12345678.</summary>
    internal static string NumberOf(string file) => Path.GetFileName(file).Split('.')[0].Replace('-', ' ');

    /// <summary>The page after the form of the verify page was sent with a file, as a browser without script sends it.</summary>
    internal async Task<IDocument> PostFileAsync(Language language, string name, byte[] bytes)
    {
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(bytes);
        form.Add(file, "file", name);
        using var response = await Client.PostAsync($"/{language.Tag()}/verify", form);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await ParseAsync(response);
    }

    internal async Task<IDocument> PostTextAsync(Language language, string text)
    {
        using var form = new MultipartFormDataContent { { new StringContent(text), "text" } };
        using var response = await Client.PostAsync($"/{language.Tag()}/verify", form);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await ParseAsync(response);
    }

    internal async Task<IDocument> GetAsync(string path)
    {
        using var response = await Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await ParseAsync(response);
    }

    internal async Task<JsonElement> ApiVerifyAsync(byte[] bytes, Language language = Language.En)
    {
        using var body = new ByteArrayContent(bytes);
        using var response = await Client.PostAsync($"/api/v1/verify?lang={language.Tag()}", body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement;
    }

    /// <summary>Outside the installation, which holds nothing that it did not write itself.</summary>
    private string Kept => Directory + "-kept";

    private void KeepSamples()
    {
        foreach (var kind in Answer.GetProperty("samples").EnumerateObject())
        {
            var folder = System.IO.Directory.CreateDirectory(Path.Combine(Kept, kind.Name)).FullName;
            samples[kind.Name] = [.. kind.Value.EnumerateArray().Select(file => Copy(file.GetString()!, folder))];
        }

        static string Copy(string file, string folder)
        {
            var copy = Path.Combine(folder, Path.GetFileName(file));
            File.Copy(file, copy);
            return copy;
        }
    }

    private static async Task<IDocument> ParseAsync(HttpResponseMessage response) =>
        await new HtmlParser().ParseDocumentAsync(await response.Content.ReadAsStringAsync());
}

/// <summary>Tests on the one demonstration; they run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class DemoTests : ICollectionFixture<DemoSite>, ICollectionFixture<Site.Chromium>
{
    public const string Name = "Demonstration";
}

/// <summary>Walks over all pages, which change nothing: on a demonstration of their own, beside the tests that do.</summary>
[CollectionDefinition(Name)]
public sealed class WalkTests : ICollectionFixture<DemoSite>, ICollectionFixture<Site.Chromium>
{
    public const string Name = "Walks";
}
