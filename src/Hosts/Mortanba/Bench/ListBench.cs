using System.Globalization;
using Mortanba.Accounts;
using Mortanba.Host.Acts;
using Mortanba.Host.Web;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Bench;

/// <summary>A list in preparation: read and stored, checked, and opened page by page, filtered, searched, sorted.</summary>
internal static class ListBench
{
    private const int Openings = 20;

    public static async IAsyncEnumerable<Measurement> RunAsync(
        int count, int? courses, string? database,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await using var world = await BenchWorld.CreateAsync(database, cancel);
        var list = world.WriteList(count, courses);
        var actor = Actor.AtConsole("bench");
        Draft? draft = null;
        yield return await Measurement.OfAsync("list-upload", count, async () =>
            draft = (await UploadList.RunAsync(
                world.Home, actor, null, list.Initiator, "Bench", null, ListPurpose.Issue, ListBytes.OfFile(list.GraduatesFile),
                ListBytes.OfFile(Path.ChangeExtension(list.GraduatesFile, ".courses.csv")), asGuessed: true, cancel)).Value);
        yield return await Measurement.OfAsync("list-check", count, async () =>
            _ = (await CheckDraft.RunAsync(world.Home, world.Flow, draft!, new ListWatch(), cancel)).Value);
        // What a program hands in, beside its draft: one sealed row an item.
        var items = new ListRequest(
            Guid.NewGuid().ToString("N"), list.Initiator, "bench", "bench", [1],
            [.. Enumerable.Range(0, count).Select(i => new KeptItem(i, Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"), 4))],
            world.Home.Time.GetUtcNow(), null, null);
        yield return await Measurement.OfAsync(
            "list-items", count, () => world.Home.Database.WriteAsync(t => ListRequests.AddAsync(t, items, cancel), cancel));
        var row = (count / 2).ToString(CultureInfo.InvariantCulture);
        var first = new GridQuery(ListPart.Graduates, GridFilter.All, null, null, null, false, 1, null);
        foreach (var (name, query) in ((string, GridQuery)[])
        [
            ("to-repair", first with { Filter = GridFilter.ToRepair }),
            ("page", first with { Page = count / 200 }),
            ("search", first with { Search = row }),
            ("sort", first with { Sort = "family-kk" }),
            ("courses", first with { Part = ListPart.Courses, Of = count / 2 }),
        ])
        {
            _ = await world.Home.Drafts.GridAsync(draft!, query, cancel);
            yield return await Measurement.OfAsync("list-open-" + name, Openings, async () =>
            {
                for (var i = 0; i < Openings; i++)
                {
                    _ = await world.Home.Drafts.GridAsync(draft!, query, cancel);
                }
            });
        }
    }
}
