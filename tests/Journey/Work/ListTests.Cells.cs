using System.Net;
using System.Text;
using System.Text.Json;
using Mortanba.Accounts;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Single cells, one value in many rows, and the average beside the computed one.</summary>
public sealed partial class ListTests
{
    private const string WrongDate = "31.02.2003";

    [Fact, Trait("Requirement", "X-13")]
    public async Task The_average_of_each_row_stands_beside_the_computed_one_with_the_difference()
    {
        using var registrar = await site.SignedInAsync($"{Guid.NewGuid():N}@one.example", Role.Registrar);
        var list = await UploadSpoiltAsync(registrar, 4, (lines, header) =>
        {
            var gpa = Array.IndexOf(header, "GPA");
            Spoil(lines, 1, gpa, was => $"{decimal.Parse(was, System.Globalization.CultureInfo.InvariantCulture) - 0.5m}");
            Spoil(lines, 2, gpa, was => $"{decimal.Parse(was, System.Globalization.CultureInfo.InvariantCulture) - 0.01m}");
        });
        var rows = await registrar.PageAsync(list + "/rows?filter=all");
        var place = rows.QuerySelectorAll(".sheet thead th").Select(th => th.TextContent.Trim()).ToList().IndexOf("GPA by courses");
        Assert.True(place > 0);
        var computed = rows.QuerySelectorAll(".sheet tbody tr").Select(tr => tr.Children[place]).ToList();
        Assert.Equal("−0.50", computed[0].QuerySelector(".tip")!.TextContent);
        Assert.Equal("−0.01", computed[1].QuerySelector(".tip")!.TextContent);
        Assert.Null(computed[2].QuerySelector(".tip"));
        Assert.Equal(rows.QuerySelectorAll(".sheet tbody tr")[2].Children[place - 1].TextContent.Trim(), computed[2].TextContent.Trim());
        var kinds = rows.QuerySelectorAll("[data-live-part=kinds] tbody th a").Select(a => a.TextContent).ToList();
        Assert.Equal(2, kinds.Count);
        Assert.DoesNotContain(kinds, k => k.Contains("….", StringComparison.Ordinal));
        var ticked = (await registrar.PageAsync(list + "/send")).QuerySelectorAll(".steps li.done").Length;
        Assert.Equal((await FindAsync(list)).ErrorCount > 0 ? 2 : 3, ticked);
        Assert.Equal(["intake/gpa-differs", "intake/gpa-rounded"], (await FindingsAsync(list)).Where(c => c.StartsWith("intake/gpa", StringComparison.Ordinal)));
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task A_cell_is_saved_alone_with_its_version_and_a_stale_one_is_told_what_stands_there_now()
    {
        using var registrar = await site.SignedInAsync($"{Guid.NewGuid():N}@one.example", Role.Registrar);
        var list = await UploadSpoiltAsync(registrar, 3, (lines, header) =>
            Spoil(lines, 1, Array.IndexOf(header, "Дата рождения"), _ => WrongDate));
        var page = await registrar.PageAsync(list + "/rows");
        var cell = page.QuerySelector("td.bad input[name^='c.']")!.GetAttribute("name")!;

        using var saved = await SaveCellAsync(registrar, list, page, cell, WrongDate, "01.02.2003");
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        var version = saved.Headers.GetValues("List-Version").Single();
        Assert.NotEqual(Version(page), version);
        using var answer = JsonDocument.Parse(await saved.Content.ReadAsStringAsync());
        Assert.True(answer.RootElement.GetProperty("isChecked").GetBoolean());
        Assert.Equal(0, answer.RootElement.GetProperty("toRepair").GetInt32());
        Assert.Equal(1, answer.RootElement.GetProperty("saves").GetInt32());
        Assert.Equal(2, answer.RootElement.GetProperty("averages")[0].GetProperty("row").GetInt32());
        Assert.NotNull(answer.RootElement.GetProperty("averages")[0].GetProperty("computed").GetString());

        using var stale = await SaveCellAsync(registrar, list, page, cell, WrongDate, "05.05.2005<b>");
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);
        Assert.Equal(version, stale.Headers.GetValues("List-Version").Single());
        Assert.Contains("01.02.2003", await stale.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var nowhere = await SaveCellAsync(registrar, list, await registrar.PageAsync(list + "/rows"), "c.900.1", "", "x");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nowhere.StatusCode);
        using var ended = new Person(site.Site);
        using var refused = await SaveCellAsync(ended, list, page, cell, WrongDate, "x");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("lists/repaired", (await RecordedAsync(list)).Last(w => w != "lists/viewed"));
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task A_cell_that_a_colleague_changed_is_not_written_over_by_a_page_that_heard_only_of_the_new_version()
    {
        using var first = await site.SignedInAsync($"{Guid.NewGuid():N}@one.example", Role.Registrar);
        using var second = await site.SignedInAsync($"{Guid.NewGuid():N}@one.example", Role.Registrar);
        var list = await UploadSpoiltAsync(first, 3, (lines, header) =>
        {
            Spoil(lines, 1, Array.IndexOf(header, "Дата рождения"), _ => WrongDate);
            Spoil(lines, 2, Array.IndexOf(header, "Дата рождения"), _ => WrongDate);
        });
        var page = await first.PageAsync(list + "/rows");
        string[] cells = [.. page.QuerySelectorAll("td.bad input[name^='c.']").Select(c => c.GetAttribute("name")!)];
        Assert.Equal(2, cells.Length);
        for (var i = 0; i < 2; i++)
        {
            using var saved = await SaveCellAsync(second, list, await second.PageAsync(list + "/rows"), cells[i], WrongDate, $"0{i + 1}.02.2003");
            Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        }

        using var stale = await SaveCellAsync(first, list, page, cells[0], WrongDate, "05.05.2005");
        Assert.Equal((HttpStatusCode.Conflict, "01.02.2003"), (stale.StatusCode, await NowAsync(stale)));
        var version = stale.Headers.GetValues("List-Version").Single();
        using var unseen = await SaveCellAsync(first, list, page, cells[1], WrongDate, "05.05.2005", version);
        Assert.Equal((HttpStatusCode.Conflict, "02.02.2003"), (unseen.StatusCode, await NowAsync(unseen)));
        Assert.Contains(WrongDate, await unseen.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var form = await first.PostAsync(
            list + "/rows", Token(page), ("version", version), ("view", ""), (cells[1], "06.06.2006"), ("w" + cells[1][1..], WrongDate));
        Assert.Equal(HttpStatusCode.Conflict, form.StatusCode);
        var both = await form.Content.ReadAsStringAsync();
        Assert.All(new[] { WrongDate, "02.02.2003", "06.06.2006" }, value => Assert.Contains(value, both, StringComparison.Ordinal));
        Assert.Equal(version, $"{(await FindAsync(list)).Version}");

        // What they saw now, they save over.
        using var over = await SaveCellAsync(first, list, page, cells[1], "02.02.2003", "05.05.2005", version);
        Assert.Equal(HttpStatusCode.OK, over.StatusCode);
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task One_wrong_value_in_many_rows_is_replaced_in_one_act_after_its_rows_were_shown_and_one_undo_takes_it_back()
    {
        using var registrar = await site.SignedInAsync($"{Guid.NewGuid():N}@one.example", Role.Registrar);
        var list = await UploadSpoiltAsync(registrar, 5, (lines, header) =>
        {
            for (var line = 1; line <= 4; line++)
            {
                Spoil(lines, line, Array.IndexOf(header, "Дата рождения"), _ => WrongDate);
            }
        });
        var rows = await registrar.PageAsync(list + "/rows");
        var address = rows.QuerySelector("td.bad a[href*='/replace?']")!;
        Assert.Contains("4", address.TextContent, StringComparison.Ordinal);
        var shown = await registrar.PageAsync(address.GetAttribute("href")!);
        Assert.Contains("2, 3, 4, 5", shown.QuerySelector("dl.facts")!.TextContent, StringComparison.Ordinal);
        (string, string)[] fields = [.. ((string[])["version", "row", "column", "part", "was"]).Select(n =>
            (n, shown.QuerySelector($"main input[name={n}]")!.GetAttribute("value")!))];

        var same = await registrar.PostAsync(list + "/replace", Token(shown), [.. fields, ("value", WrongDate)]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, same.StatusCode);
        var done = await registrar.PostAsync(list + "/replace", Token(shown), [.. fields, ("value", "01.02.2003")]);
        Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);
        Assert.Equal(0, (await FindAsync(list)).ErrorCount);
        Assert.Contains("lists/value-replaced", await RecordedAsync(list));
        var stale = await registrar.PostAsync(list + "/replace", Token(shown), [.. fields, ("value", "02.02.2003")]);
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);

        var now = await registrar.PageAsync(list + "/rows");
        await registrar.PostAsync(list + "/undo", Token(now), ("version", Version(now)), ("view", ""));
        Assert.Equal(4, (await registrar.PageAsync(list + "/rows")).QuerySelectorAll($"td.bad input.input[value='{WrongDate}']").Length);

        using var stranger = await site.SignedInAsync($"{Guid.NewGuid():N}@other.example");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(list + "/replace?row=2&column=1")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await registrar.GetAsync(list + "/replace?row=2&column=999")).StatusCode);
    }

    private static void Spoil(string[] lines, int line, int column, Func<string, string> wrong)
    {
        var cells = lines[line].Split(';');
        cells[column] = wrong(cells[column]);
        lines[line] = string.Join(';', cells);
    }

    private static async Task<HttpResponseMessage> SaveCellAsync(
        Person person, string list, AngleSharp.Dom.IDocument page, string cell, string was, string value, string? version = null)
    {
        using var body = new FormUrlEncodedContent(
        [
            KeyValuePair.Create("form", Token(page)), KeyValuePair.Create("version", version ?? Version(page)), KeyValuePair.Create("view", ""),
            KeyValuePair.Create(cell, value), KeyValuePair.Create("w" + cell[1..], was),
        ]);
        return await person.SendAsync(list + "/rows", body, "application/json");
    }

    private static async Task<string?> NowAsync(HttpResponseMessage refused)
    {
        using var told = JsonDocument.Parse(await refused.Content.ReadAsStringAsync());
        return told.RootElement.GetProperty("now").GetString();
    }

    private async Task<string> UploadSpoiltAsync(Person person, int count, Action<string[], string[]> spoil)
    {
        var list = Invented().WriteNext(FileNamed($"{Guid.NewGuid():N}.csv"), count);
        var lines = await File.ReadAllLinesAsync(list.GraduatesFile);
        spoil(lines, lines[0].TrimStart('\uFEFF').Split(';'));
        await File.WriteAllLinesAsync(list.GraduatesFile, lines, new UTF8Encoding(true));
        return await UploadAsync(person, list, null);
    }

    private async Task<IReadOnlyList<string>> FindingsAsync(string list) =>
        [.. (await site.Home.Drafts.FindingsAsync(await FindAsync(list))).Select(f => f.Code)];

    private async Task<IReadOnlyList<string>> RecordedAsync(string list)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        return [.. (await Storage.Sql.QueryAsync(
            connection, "SELECT what FROM trail WHERE subject = @id ORDER BY number", r => r.GetString(0), default,
            ("id", list[(list.LastIndexOf('/') + 1)..])))];
    }
}
