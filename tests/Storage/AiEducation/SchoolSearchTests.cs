using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Xunit;

namespace Mortanba.Storage.Tests.AiEducation;

/// <summary>The public list of places of learning, in both databases: found in any spelling, counted, a page at a time.</summary>
public sealed class SchoolSearchTests
{
    private static readonly DateTimeOffset At = new(2026, 9, 1, 8, 0, 0, TimeSpan.Zero);

    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "AI-24")]
    public async Task A_place_is_found_by_words_of_its_names_in_any_spelling_by_district_bin_and_region_and_no_department_is(Dialect dialect)
    {
        var folder = Directory.CreateTempSubdirectory("mortanba-schools-").FullName;
        using var vault = EncryptedFileVault.Open(Path.Combine(folder, "keys.vault"), "passphrase").Value;
        await using var test = await TestDatabase.CreateAsync(dialect, [.. EventSchema.Migrations, .. DirectorySchema.Migrations]);
        var directory = new SchoolDirectory(vault);
        var (abay, lyceum, college, office) = (Place("990140001015", "абай", "KZ-61"), Place("990140001025", "«Әл-Фараби»", "KZ-61"),
            Place("990140001035", "Ғылым", "KZ-10"), Place("990140002013", "Басқарма", "KZ-61") with { IsDepartment = true });
        await test.Database.WriteAsync(async t =>
        {
            foreach (var place in (School[])[lyceum, college, office, abay])
            {
                await directory.PutAsync(t, place, At);
            }
        });

        await using var connection = await test.Database.ConnectAsync();
        foreach (var (search, places) in new (SchoolSearch, School[])[]
        {
            (new SchoolSearch(), [college, abay, lyceum]), (new SchoolSearch(Region: "KZ-61"), [abay, lyceum]), (new SchoolSearch("  "), [college, abay, lyceum]),
            (new SchoolSearch("АБАЙ"), [abay]), (new SchoolSearch("әл фараби МЕКТЕБІ"), [lyceum]), (new SchoolSearch("школа ҒЫЛЫМ"), [college]),
            (new SchoolSearch("school ғылым", "KZ-61"), []), (new SchoolSearch("жаңа"), [college, abay, lyceum]), (new SchoolSearch("990140001025"), [lyceum]),
            (new SchoolSearch("басқарма"), []), (new SchoolSearch("%"), [college, abay, lyceum]),
            (new SchoolSearch("мектебі школа school абай жаңа аудан 990140001015 а б и"), [abay]),
            (new SchoolSearch("мектебі школа school абай жаңа аудан 990140001015 а семей"), []),
        })
        {
            var (found, total) = await search.FindAsync(connection, Language.Kk, 0, 10);
            Assert.Equal(places.Select(p => p.Bin), found.Select(p => p.Bin));
            Assert.Equal(places.Length, total);
        }

        var (second, all) = await new SchoolSearch().FindAsync(connection, Language.Ru, 1, 1);
        Assert.Equal((abay.Bin, 3), (Assert.Single(second).Bin, all));
        Assert.Equal(["KZ-10", "KZ-61"], await SchoolSearch.RegionsAsync(connection));

        // Named anew, it is found by its new name alone.
        await test.Database.WriteAsync(t => directory.PutAsync(t, abay with { Name = LocalizedText.Same("Шоқан") }, At));
        Assert.Equal((0, 1), ((await new SchoolSearch("абай").FindAsync(connection, Language.En, 0, 10)).Total,
            (await new SchoolSearch("шоқан").FindAsync(connection, Language.En, 0, 10)).Total));
        Directory.Delete(folder, recursive: true);
    }

    private static School Place(string bin, string name, string region) => new(
        Bin.Parse(bin), new LocalizedText($"{name} мектебі", $"Школа {name}", $"School {name}"), region, "Жаңа аудан", SchoolKind.School, Setting.Urban,
        ["kk"], Connectivity.Good);
}
