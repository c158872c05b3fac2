using System.Net;
using System.Text.RegularExpressions;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Demo;
using Mortanba.Intake.Drafts;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>kill -9 before and after a list is uploaded, repaired or sent: it is whole or not there, and can be gone on with.</summary>
[Trait("Requirement", "X-5")]
public sealed partial class ListKillTests
{
    private static readonly Bin Uni = Bin.Parse("940540002029");
    private static readonly string Lists = $"/en/console/{Uni}/lists";

    [Theory]
    [InlineData("before-list-upload", 2)]
    [InlineData("after-list-upload", 3)]
    public async Task Killed_while_a_list_is_stored_it_is_there_whole_or_not_at_all(string step, int expected)
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        using (var dying = await Node.StartAsync(world, ("MORTANBA_CRASH_AT", step)))
        {
            using var client = await SignInAsync(dying, world);
            var token = TokenOf(await client.GetStringAsync(Lists + "/new"));
            var bad = Path.Combine(world.Data, "lists", "bad-list.csv");
            using var body = new MultipartFormDataContent { { new StringContent(token), "form" }, { new StringContent("Killed"), "title" } };
            body.Add(new ByteArrayContent(await File.ReadAllBytesAsync(bad)), "graduates", "g.csv");
            body.Add(new ByteArrayContent(await File.ReadAllBytesAsync(Path.ChangeExtension(bad, ".courses.csv"))), "courses", "c.csv");
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.PostAsync(Lists + "/new", body));
        }

        var drafts = await DraftsAsync(world);
        Assert.Equal(expected, drafts.Count);
        await world.AuditAsync();
    }

    [Theory]
    [InlineData("before-list-repair", 0)]
    [InlineData("after-list-repair", 1)]
    public async Task Killed_while_a_repair_is_saved_it_is_saved_or_not_and_the_page_goes_on(string step, int saves)
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var draft = (await DraftsAsync(world)).Single(d => d.State == DraftState.Open);
        var rows = $"{Lists}/{draft.Id}/rows";
        using (var dying = await Node.StartAsync(world, ("MORTANBA_CRASH_AT", step)))
        {
            using var client = await SignInAsync(dying, world);
            await Assert.ThrowsAnyAsync<HttpRequestException>(async () => await SaveAsync(client, rows, draft.Version));
        }

        var after = (await DraftsAsync(world)).Single(d => d.Id == draft.Id);
        Assert.Equal(draft.Version + saves, after.Version);
        using (var node = await Node.StartAsync(world))
        {
            using var client = await SignInAsync(node, world);
            Assert.Equal(HttpStatusCode.SeeOther, (await SaveAsync(client, rows, after.Version)).StatusCode);
        }

        // The check that the kill cut off, or that the save asked for, is made by the next start.
        Assert.True((await DraftsAsync(world)).Single(d => d.Id == draft.Id).IsChecked);
        await world.AuditAsync();
    }

    [Theory]
    [InlineData("before-list-submit", false)]
    [InlineData("after-list-submit", true)]
    public async Task Killed_while_a_list_is_sent_it_is_sent_or_not_and_sent_again_it_is_sent_once(string step, bool isSent)
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var draft = (await DraftsAsync(world)).Single(d => d.State == DraftState.Submitted);
        var send = $"{Lists}/{draft.Id}/send";
        using (var dying = await Node.StartAsync(world, ("MORTANBA_CRASH_AT", step)))
        {
            using var client = await SignInAsync(dying, world);
            _ = await PostAsync(client, $"{Lists}/{draft.Id}/take-back", send, draft.Version);
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => PostAsync(client, send, send, draft.Version + 1));
        }

        Assert.Equal(isSent, (await DraftsAsync(world)).Single(d => d.Id == draft.Id).State == DraftState.Submitted);
        using (var node = await Node.StartAsync(world))
        {
            using var client = await SignInAsync(node, world);
            Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(client, send, send, draft.Version + 1)).StatusCode);
        }

        Assert.Equal(draft.Version + 2, (await DraftsAsync(world)).Single(d => d.Id == draft.Id).Version);
        await world.AuditAsync();
    }

    private static async Task<IReadOnlyList<Draft>> DraftsAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        return await home.Drafts.OfInstitutionAsync(connection, Uni, Enum.GetValues<DraftState>());
    }

    private static async Task<HttpClient> SignInAsync(Node node, World world)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = new Uri(node.Address),
        };
        var password = (await File.ReadAllLinesAsync(Path.Combine(world.Data, DemoPeople.FileName)))[0];
        using var form = new FormUrlEncodedContent(
        [
            new("form", TokenOf(await client.GetStringAsync("/en/sign-in"))), new("email", $"registrar@{Uni}.example"),
            new("password", password), new("to", ""),
        ]);
        Assert.Equal(HttpStatusCode.Redirect, (await client.PostAsync("/en/sign-in", form)).StatusCode);
        return client;
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string page, int version)
    {
        using var form = new FormUrlEncodedContent(
            [new("form", TokenOf(await client.GetStringAsync(page))), new("version", $"{version}"), new("warnings", "seen")]);
        return await client.PostAsync(path, form);
    }

    private static async Task<HttpResponseMessage> SaveAsync(HttpClient client, string rows, int version)
    {
        var page = await client.GetStringAsync(rows);
        var shown = Shown().Match(page);
        var cell = shown.Groups[1].Value;
        using var form = new FormUrlEncodedContent(
        [
            new("form", TokenOf(page)), new("version", $"{version}"), new("view", ""), new("c." + cell, $"typed {version}"),
            new("w." + cell, WebUtility.HtmlDecode(shown.Groups[2].Value)),
        ]);
        return await client.PostAsync(rows, form);
    }

    private static string TokenOf(string page) => FormToken().Matches(page)[^1].Groups[1].Value;

    [GeneratedRegex("name=\"form\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    [GeneratedRegex("name=\"w\\.([0-9.]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Shown();
}
