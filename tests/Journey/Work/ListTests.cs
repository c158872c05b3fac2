using System.IO.Compression;
using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Mortanba.Accounts;
using Mortanba.Host.Demo;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.Work;

/// <summary>The registrar's console over HTTP, as a browser without script meets it.</summary>
[Trait("Requirement", "X-13")]
public sealed partial class ListTests(SmallSite site) : IClassFixture<SmallSite>
{
    private static readonly string Lists = $"/en/console/{SmallSite.Uni}/lists";

    [Fact]
    public async Task A_list_is_uploaded_mapped_repaired_and_its_last_save_taken_back()
    {
        using var registrar = await site.SignedInAsync($"{Guid.NewGuid():N}@one.example", Role.Registrar);
        var list = await UploadBadAsync(registrar);
        var rows = await registrar.PageAsync(list + "/rows");
        var cell = rows.QuerySelector("td.bad input[name^='c.']")!;
        var (name, was) = (cell.GetAttribute("name")!, cell.GetAttribute("value")!);
        var wrong = cell.GetAttribute("aria-describedby");
        Assert.NotEmpty(rows.GetElementById(wrong!)!.TextContent.Trim());

        var saved = await SaveAsync(registrar, list, Version(rows), name, was, "typed anew");
        Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);
        var stale = await SaveAsync(registrar, list, Version(rows), name, was, "typed <b>too late\u202E");
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);
        var both = await ParseAsync(stale);
        Assert.Contains("too late", both.QuerySelector(".errors")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("typed anew", both.QuerySelector(".errors")!.TextContent, StringComparison.Ordinal);
        Assert.Null(both.QuerySelector(".errors b"));

        var now = await registrar.PageAsync(list + "/rows");
        var undone = await registrar.PostAsync(list + "/undo", Token(now), ("version", Version(now)), ("view", ""));
        Assert.Equal(HttpStatusCode.SeeOther, undone.StatusCode);
        Assert.Equal(was, (await registrar.PageAsync(list + "/rows")).QuerySelector($"input[name='{name}']")!.GetAttribute("value"));
    }

    [Fact]
    public async Task A_list_with_errors_is_not_sent_and_a_clean_one_is_sent_once_and_locked()
    {
        using var registrar = await site.SignedInAsync($"{Guid.NewGuid():N}@one.example", Role.Registrar);
        var bad = await UploadBadAsync(registrar);
        var page = await registrar.PageAsync(bad + "/send");
        var refused = await registrar.PostAsync(bad + "/send", Token(page), ("version", Version(page)), ("warnings", "seen"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);

        var good = await UploadAsync(registrar, Invented().WriteNext(FileNamed("next.csv"), 6), DemoSetup.DecisionOf(SmallSite.Uni));
        page = await registrar.PageAsync(good + "/send");
        var (token, version) = (Token(page), Version(page));
        Assert.Equal(HttpStatusCode.SeeOther, (await registrar.PostAsync(good + "/send", token, ("version", version))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await registrar.PostAsync(good + "/send", token, ("version", version))).StatusCode);
        Assert.Equal("lists/submitted", (await site.LastRecordedAsync()).What);
        Assert.Equal(DraftState.Submitted, (await FindAsync(good)).State);
        var locked = await registrar.PageAsync(good + "/rows?filter=all");
        Assert.Null(locked.QuerySelector("#cells .input"));
        var save = await SaveAsync(registrar, good, (await FindAsync(good)).Version.ToString(), "c.2.1", "x", "y");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, save.StatusCode);
    }

    [Fact]
    public async Task Any_graduate_is_shown_as_paper_and_as_a_verifier_sees_it_without_a_number()
    {
        using var registrar = await site.SignedInAsync($"{Guid.NewGuid():N}@one.example", Role.Registrar);
        var list = await UploadAsync(registrar, Invented().WriteNext(FileNamed("paper.csv"), 3), DemoSetup.DecisionOf(SmallSite.Uni));
        var paper = await registrar.PageAsync(list + "/preview?row=3");
        Assert.Contains("SPECIMEN", paper.QuerySelector(".sheet-of-paper")!.TextContent, StringComparison.Ordinal);
        foreach (var language in (string[])["kk", "ru", "en"])
        {
            var seen = await registrar.PageAsync($"{list}/preview?row=3&view=verifier&language={language}");
            Assert.NotEmpty(seen.QuerySelectorAll($".preview[lang={language}] dl.facts dd"));
        }

        var pdf = await (await registrar.GetAsync(list + "/preview.pdf?row=3")).Content.ReadAsByteArrayAsync();
        Assert.True(pdf.AsSpan().StartsWith("%PDF"u8));
    }

    [Fact]
    public async Task What_is_no_list_is_refused_and_nothing_of_it_is_stored()
    {
        using var registrar = await site.SignedInAsync($"{Guid.NewGuid():N}@one.example", Role.Registrar);
        var before = await CountAsync();
        foreach (var (what, bytes) in Hostile())
        {
            var answer = await SendAsync(registrar, await registrar.TokenAsync(Lists + "/new"), "../../x.csv", bytes, null);
            Assert.True(answer.StatusCode == HttpStatusCode.UnprocessableEntity, $"{what}: {answer.StatusCode}");
            Assert.NotEmpty((await ParseAsync(answer)).QuerySelector(".errors")!.TextContent.Trim());
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(registrar, "no token", "g.csv", "a;b\n1;2\n"u8.ToArray(), null)).StatusCode);
        Assert.Equal(before, await CountAsync());
        // Neither a name in the archive nor that of the file itself leads anywhere.
        var around = new DirectoryInfo(site.Directory);
        Assert.Empty(around.GetFiles("x*", SearchOption.AllDirectories));
        Assert.Empty(new[] { around.Parent!, around.Parent!.Parent! }.SelectMany(d => d.GetFiles("x").Concat(d.GetFiles("x.csv"))));
    }

    [Fact]
    public async Task Another_institutions_list_is_not_there_and_an_auditor_reads_but_does_not_write()
    {
        using var registrar = await site.SignedInAsync($"{Guid.NewGuid():N}@one.example", Role.Registrar);
        var list = await UploadBadAsync(registrar);
        using var stranger = await site.SignedInAsync($"{Guid.NewGuid():N}@other.example");
        foreach (var path in (string[])["", "/rows", "/columns", "/send", "/compare?row=3", "/preview", "/errors.xlsx", "/preview.pdf?row=3"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(list + path)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await registrar.GetAsync($"{Lists}/draft-0000000000000000{path}")).StatusCode);
        }

        using var auditor = await site.SignedInAsync($"{Guid.NewGuid():N}@one.example", Role.Auditor);
        var rows = await auditor.PageAsync(list + "/rows");
        Assert.Null(rows.QuerySelector("#cells .input"));
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.PostAsync(list + "/undo", null, ("version", "1"))).StatusCode);
    }

    [Fact]
    public async Task The_error_file_comes_back_in_the_place_of_the_list_and_says_what_changed()
    {
        using var registrar = await site.SignedInAsync($"{Guid.NewGuid():N}@one.example", Role.Registrar);
        var list = await UploadBadAsync(registrar);
        var file = await (await registrar.GetAsync(list + "/errors.xlsx")).Content.ReadAsByteArrayAsync();
        var rows = await registrar.PageAsync(list + "/rows");
        using var part = new ByteArrayContent(file);
        using var body = new MultipartFormDataContent
        {
            { new StringContent(Token(rows)), "form" }, { new StringContent(Version(rows)), "version" }, { part, "graduates", "e.xlsx" },
        };
        Assert.Equal(HttpStatusCode.SeeOther, (await registrar.SendAsync(list + "/file", body)).StatusCode);
        Assert.Contains("0 rows came", (await registrar.PageAsync(list + "/rows")).QuerySelector(".note.ok")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twenty_thousand_graduates_open_filter_and_sort()
    {
        using var registrar = await site.SignedInAsync($"{Guid.NewGuid():N}@one.example", Role.Registrar);
        var list = await UploadAsync(registrar, Invented().WriteLarge(FileNamed("large.csv"), 20_000, courses: 4), null);
        foreach (var query in (string[])["?filter=all&page=150", "?filter=all&sort=family-kk&order=down", "?filter=all&q=19999", "?part=courses"])
        {
            var answer = await registrar.GetAsync(list + "/rows" + query);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.InRange((await answer.Content.ReadAsByteArrayAsync()).Length, 1, 60 * 1024);
        }
    }

    private static IEnumerable<(string What, byte[] Bytes)> Hostile()
    {
        yield return ("binary", [0, 1, 2, 3, 0, 0, 0, 255, 254]);
        yield return ("pdf", "%PDF-1.7 nothing"u8.ToArray());
        yield return ("nothing", []);
        yield return ("zip slip", Zip(("../../x", 10)));
        yield return ("zip slip, absolute", Zip(("/tmp/x", 10), ("C:\\x", 10)));
        yield return ("zip bomb", Zip(("xl/workbook.xml", 30_000_000)));
        yield return ("zip bomb beside", Zip(("xl/worksheets/sheet1.xml", 300_000_000), ("[Content_Types].xml", 10)));
        yield return ("no delimiter", "one word"u8.ToArray());
        yield return ("NUL", "a;b\n\0;2\n"u8.ToArray());
    }

    private static byte[] Zip(params (string Name, int Size)[] entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, size) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(new byte[size]);
            }
        }

        return stream.ToArray();
    }

    private DemoLists Invented()
    {
        var today = new WorkingCalendar(site.Home.Rules).DateOf(site.Home.Time.GetUtcNow()).Value;
        return new DemoLists(IntakeRules.For(site.Home.Rules, today).Value, today);
    }

    private string FileNamed(string name) => Path.Combine(site.Directory, name);

    private Task<string> UploadBadAsync(Person person) => UploadAsync(person, Invented().WriteBad(FileNamed($"{Guid.NewGuid():N}.csv")), null);

    private static async Task<string> UploadAsync(Person person, DemoList list, string? decision)
    {
        var answer = await SendAsync(
            person, await person.TokenAsync(Lists + "/new"), "../../x.csv", await File.ReadAllBytesAsync(list.GraduatesFile),
            await File.ReadAllBytesAsync(Path.ChangeExtension(list.GraduatesFile, ".courses.csv")), decision);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var address = answer.Headers.Location!.OriginalString;
        var columns = await person.PageAsync(address);
        var choices = columns.QuerySelectorAll("main select").Select(s =>
            (s.GetAttribute("name")!, s.QuerySelector("option[selected]")?.GetAttribute("value") ?? "skip"));
        var mapped = await person.PostAsync(address, Token(columns), [("version", Version(columns)), .. choices]);
        Assert.Equal(HttpStatusCode.SeeOther, mapped.StatusCode);
        return address[..^"/columns".Length];
    }

    private static async Task<HttpResponseMessage> SendAsync(
        Person person, string token, string name, byte[] graduates, byte[]? courses, string? decision = null)
    {
        using var body = new MultipartFormDataContent
        {
            { new StringContent(token), "form" }, { new StringContent("A list of a test"), "title" },
            { new StringContent(decision ?? ""), "decision" },
        };
        // The content owns the parts it was given.
        body.Add(new ByteArrayContent(graduates), "graduates", name);
        body.Add(new ByteArrayContent(courses ?? []), "courses", "c.csv");
        return await person.SendAsync(Lists + "/new", body);
    }

    private static Task<HttpResponseMessage> SaveAsync(
        Person person, string list, string version, string cell, string was, string value) => SaveAsync(
            person, list, version, [(cell, value), ("w" + cell[1..], was)]);

    private static async Task<HttpResponseMessage> SaveAsync(Person person, string list, string version, (string, string)[] fields) =>
        await person.PostAsync(list + "/rows", await person.TokenAsync(Lists + "/new"), [("version", version), ("view", ""), .. fields]);

    private static string Token(IDocument page) => page.QuerySelector("main input[name=form]")!.GetAttribute("value")!;

    private static string Version(IDocument page) => page.QuerySelector("main input[name=version]")!.GetAttribute("value")!;

    private static async Task<IDocument> ParseAsync(HttpResponseMessage answer) =>
        await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());

    private async Task<Draft> FindAsync(string list)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        return (await site.Home.Drafts.FindAsync(connection, SmallSite.Uni, list[(list.LastIndexOf('/') + 1)..]))!;
    }

    private async Task<int> CountAsync()
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        return (await site.Home.Drafts.OfInstitutionAsync(connection, SmallSite.Uni, Enum.GetValues<DraftState>())).Count;
    }
}
