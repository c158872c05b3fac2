using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>The list that holds an item of a program.</summary>
/// <param name="Hash">Fingerprint of what the item says there, hex.</param>
internal readonly record struct TakenItem(string List, string Hash);

/// <summary>
/// Prints of the items that programs handed in: each stands once for its institution, with the list that holds it. What a
/// new list asks is asked of these, however many lists there were.
/// </summary>
internal static class ListItems
{
    // SQLite takes 32,766 arguments in a statement.
    private const int AskedAtOnce = 1_000;

    // Its driver looks each argument up from the first: twice as many cost four times as much.
    private const int WrittenAtOnce = 64;

    public static SealedTable Sealed { get; } = new("list_items", ["institution", "print"]);

    /// <summary>The second step fills the table from the lists there are: of an item that was handed in again, the newest.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("list-requests", 2, """
            CREATE TABLE list_items (
                institution TEXT NOT NULL,
                print TEXT NOT NULL,
                list TEXT NOT NULL,
                hash TEXT NOT NULL,
                PRIMARY KEY (institution, print))
            """),
        // A table that a step updates is sealed with it.
        new("list-requests", 3,
            Filled("json_extract(i.value, '$.Key')", "json_extract(i.value, '$.Hash')", "json_each(r.items)"),
            Filled("i.value ->> 'Key'", "i.value ->> 'Hash'", "jsonb_array_elements(r.items::jsonb)")),
    ];

    /// <summary>Those of these prints that a list of the institution holds which was not given up.</summary>
    public static async Task<IReadOnlyDictionary<string, TakenItem>> TakenAsync(
        ReadFrom from, Bin institution, IReadOnlyCollection<string> prints, CancellationToken cancel)
    {
        var taken = new Dictionary<string, TakenItem>(StringComparer.Ordinal);
        foreach (var some in prints.Chunk(AskedAtOnce))
        {
            var names = string.Join(", ", some.Select((_, n) => $"@p{n}"));
            foreach (var (print, item) in await from.QueryAsync(
                $"""
                SELECT i.print, i.list, i.hash FROM list_items i JOIN drafts d ON d.id = i.list
                WHERE i.institution = @institution AND d.state <> 'withdrawn' AND i.print IN ({names})
                """,
                r => (r.GetString(0), new TakenItem(r.GetString(1), r.GetString(2))), cancel,
                [("institution", institution.Value), .. some.Select((print, n) => ($"p{n}", (object?)print))]))
            {
                taken[print] = item;
            }
        }

        return taken;
    }

    /// <summary>A list holds its items from here on; those of a list that was given up go over to it.</summary>
    public static async Task AddAsync(DbTransaction transaction, ListRequest request, CancellationToken cancel)
    {
        await transaction.TouchManyAsync(
            Sealed.Name, request.Items.Select(item => new object[] { request.Institution.Value, item.Key }), cancel);
        foreach (var some in request.Items.Chunk(WrittenAtOnce))
        {
            await transaction.ExecuteAsync(
                $"""
                INSERT INTO list_items (institution, print, list, hash)
                VALUES {string.Join(", ", some.Select((_, n) => $"(@institution, @p{n}, @list, @h{n})"))}
                ON CONFLICT (institution, print) DO UPDATE SET list = excluded.list, hash = excluded.hash
                """,
                cancel,
                [
                    ("institution", request.Institution.Value), ("list", request.Id),
                    .. some.SelectMany((item, n) => new[] { ($"p{n}", (object?)item.Key), ($"h{n}", item.Hash) }),
                ]);
        }
    }

    private static string Filled(string print, string hash, string items) => $"""
        INSERT INTO list_items (institution, print, list, hash)
        SELECT institution, print, list, hash FROM (
            SELECT r.institution AS institution, {print} AS print, r.id AS list, {hash} AS hash,
                ROW_NUMBER() OVER (PARTITION BY r.institution, {print} ORDER BY r.made_at DESC, r.id DESC) AS place
            FROM list_requests r, {items} i) AS all_items
        WHERE place = 1;
        UPDATE list_items SET list = list
        """;
}
