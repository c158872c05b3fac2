using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Demo;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>kill -9 before and after a list is uploaded, repaired or sent: it is whole or not there, and can be gone on with.</summary>
[Trait("Requirement", "X-5")]
[Collection(SharedWorldCollection.Name)]
public sealed partial class ListKillTests(SharedWorld shared)
{
    private const string Uploaded = "Killed";

    private static readonly Bin Uni = Bin.Parse("940540002029");
    private static readonly string Lists = $"/en/console/{Uni}/lists";

    [Theory]
    [InlineData("before-list-upload", 0)]
    [InlineData("after-list-upload", 1)]
    public async Task Killed_while_a_list_is_stored_it_is_there_whole_or_not_at_all(string step, int stored)
    {
        var world = await shared.OfAsync(Dialect.Sqlite);
        var before = await DraftsAsync(world);
        using (var dying = await Node.StartAsync(world, ("MORTANBA_CRASH_AT", step)))
        {
            using var client = await SignInAsync(dying, world);
            var token = TokenOf(await client.GetStringAsync(Lists + "/new"));
            var bad = Path.Combine(world.Data, "lists", "bad-list.csv");
            using var body = new MultipartFormDataContent { { new StringContent(token), "form" }, { new StringContent(Uploaded), "title" } };
            body.Add(new ByteArrayContent(await File.ReadAllBytesAsync(bad)), "graduates", "g.csv");
            body.Add(new ByteArrayContent(await File.ReadAllBytesAsync(Path.ChangeExtension(bad, ".courses.csv"))), "courses", "c.csv");
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.PostAsync(Lists + "/new", body));
        }

        var drafts = await DraftsAsync(world);
        Assert.Equal(before.Count + stored, drafts.Count);
        await world.AuditAsync();
    }

    [Theory]
    [InlineData("before-list-repair", 0)]
    [InlineData("after-list-repair", 1)]
    public async Task Killed_while_a_repair_is_saved_it_is_saved_or_not_and_the_page_goes_on(string step, int saves)
    {
        var world = await shared.OfAsync(Dialect.Sqlite);
        var draft = (await DraftsAsync(world)).Single(d => d.State == DraftState.Open && d.Title != Uploaded);
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
            // The check that the kill cut off, or that the save asked for, is made by the next start, and is not waited for by the page.
            var patience = Stopwatch.StartNew();
            while (!(await DraftsAsync(world)).Single(d => d.Id == draft.Id).IsChecked)
            {
                Assert.True(patience.Elapsed < TimeSpan.FromMinutes(2), "The list was not checked.");
                await Task.Delay(50);
            }
        }

        await world.AuditAsync();
    }

    [Theory]
    [InlineData("before-list-replace-value", 0)]
    [InlineData("after-list-replace-value", 1)]
    public async Task Killed_while_a_value_is_replaced_in_all_rows_it_is_in_all_of_them_or_in_none(string step, int saves)
    {
        var world = await shared.OfAsync(Dialect.Sqlite);
        var draft = (await DraftsAsync(world)).Single(d => d.State == DraftState.Open && d.Title != Uploaded);
        var (column, shown) = await CommonAsync(world, draft);
        var typed = $"typed {step}";
        using (var dying = await Node.StartAsync(world, ("MORTANBA_CRASH_AT", step)))
        {
            using var client = await SignInAsync(dying, world);
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => ReplaceAsync(client, draft, column, shown, typed));
        }

        var after = (await DraftsAsync(world)).Single(d => d.Id == draft.Id);
        var standing = await AlikeAsync(world, after, column);
        Assert.Equal(draft.Version + saves, after.Version);
        Assert.Equal(saves == 0 ? shown.Value : typed, standing.Value);
        Assert.Equal(shown.Rows, standing.Rows);
        using (var node = await Node.StartAsync(world))
        {
            using var client = await SignInAsync(node, world);
            Assert.Equal(HttpStatusCode.SeeOther, (await ReplaceAsync(client, after, column, standing, "again " + step)).StatusCode);
        }

        Assert.Equal(shown.Rows, (await AlikeAsync(world, (await DraftsAsync(world)).Single(d => d.Id == draft.Id), column)).Rows);
        await world.AuditAsync();
    }

    [Theory]
    [InlineData("before-list-submit", false)]
    [InlineData("after-list-submit", true)]
    public async Task Killed_while_a_list_is_sent_it_is_sent_or_not_and_sent_again_it_is_sent_once(string step, bool isSent)
    {
        var world = await shared.OfAsync(Dialect.Sqlite);
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

    private const int FirstRow = 2;

    /// <summary>The first column whose value in the first row stands in several rows.</summary>
    private static async Task<(int Column, GridAlike Alike)> CommonAsync(World world, Draft draft)
    {
        for (var column = 0; ; column++)
        {
            if (await AlikeAsync(world, draft, column) is { Rows.Count: > 2 } alike)
            {
                return (column, alike);
            }
        }
    }

    private static async Task<GridAlike> AlikeAsync(World world, Draft draft, int column)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        return (await home.Drafts.AlikeAsync(draft, ListPart.Graduates, FirstRow, column))!;
    }

    private static async Task<HttpResponseMessage> ReplaceAsync(HttpClient client, Draft draft, int column, GridAlike shown, string value)
    {
        var address = $"{Lists}/{draft.Id}/replace";
        using var form = new FormUrlEncodedContent(
        [
            new("form", TokenOf(await client.GetStringAsync($"{address}?row={FirstRow}&column={column}"))), new("version", $"{shown.Version}"),
            new("row", $"{FirstRow}"), new("column", $"{column}"), new("part", "graduates"), new("was", shown.Value), new("value", value),
        ]);
        return await client.PostAsync(address, form);
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
