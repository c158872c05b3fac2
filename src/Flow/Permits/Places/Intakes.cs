using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>How many learners a licence lets into a programme in one year, and how many of them have an asset.</summary>
/// <param name="Year">Year of entry.</param>
/// <param name="Places">Null while nobody entered a figure: it is counted all the same.</param>
/// <param name="Basis">Annex or order that says so; empty while there is none.</param>
/// <param name="Issued">Assets of those who entered in that year; replacements not counted again.</param>
public sealed record LicensedIntake(string Programme, int Year, int? Places, string Basis, int Issued);

/// <summary>The licensed intake of each programme and year of entry.</summary>
public static class Intakes
{
    private const string Table = "intakes";
    private const int YearFirst = 1991;
    private const int YearLast = 2199;

    /// <summary>
    /// Enters or changes one figure. A figure that stands is not made less than what was issued; one that is entered late may be: it is
    /// then used up at once, and whoever looks sees by how much it was passed.
    /// </summary>
    public static async Task<Outcome<LicensedIntake>> SetAsync(
        DbTransaction transaction, Bin bin, string programme, int year, int places, string basis, CancellationToken cancel = default)
    {
        if (RefusalOf(programme, year, places, basis) is { } malformed)
        {
            return malformed;
        }

        if (!(await PermitRegister.ProgrammesAsync(transaction, bin, cancel)).Any(p => p.Code == programme))
        {
            return NoProgramme(bin, programme);
        }

        await Database.LockAsync(transaction, OrderPlaces.LockName, cancel);
        var known = (await OfAsync(transaction, bin, cancel)).FirstOrDefault(i => i.Programme == programme && i.Year == year);
        var issued = known?.Issued ?? 0;
        if (known?.Places is not null && places < issued && places != known.Places)
        {
            return new Problem(
                "permits/intake-below-issued",
                $"{issued} diplomas of {programme}, entered in {year}, are issued; the intake cannot be less.",
                ("programme", programme), ("year", $"{year}"), ("issued", $"{issued}"));
        }

        await transaction.TouchAsync(Table, cancel, bin.Value, programme, year);
        await transaction.ExecuteAsync(
            """
            INSERT INTO intakes (bin, programme, year, places, basis, issued) VALUES (@bin, @programme, @year, @places, @basis, 0)
            ON CONFLICT (bin, programme, year) DO UPDATE SET places = excluded.places, basis = excluded.basis
            """,
            cancel,
            ("bin", bin.Value), ("programme", programme), ("year", year), ("places", places), ("basis", basis.Trim()));
        return new LicensedIntake(programme, year, places, basis.Trim(), issued);
    }

    /// <summary>What is wrong with a figure in itself; null when nothing is.</summary>
    public static Problem? RefusalOf(string programme, int year, int places, string basis) =>
        year is < YearFirst or > YearLast || places < 0 || string.IsNullOrWhiteSpace(basis)
            ? new Problem(
                "permits/malformed-intake", "An intake has a year, a number of places and the paper that says so.", ("programme", programme))
            : null;

    public static Problem NoProgramme(Bin bin, string programme) => new(
        "permits/unknown-programme", $"{bin} has no programme {programme}.", ("programme", programme), ("bin", bin.Value));

    public static Task<List<LicensedIntake>> OfAsync(ReadFrom from, Bin bin, CancellationToken cancel = default) =>
        from.QueryAsync(
            "SELECT programme, year, places, basis, issued FROM intakes WHERE bin = @bin ORDER BY programme, year",
            r => new LicensedIntake(r.GetString(0), r.GetInt32(1), r.IsDBNull(2) ? null : r.GetInt32(2), r.GetString(3), r.GetInt32(4)),
            cancel,
            ("bin", bin.Value));

    /// <summary>Takes places. A year without a figure refuses nothing and is counted, for the day when its figure comes.</summary>
    internal static async Task<Problem?> TakeAsync(
        DbTransaction transaction, Bin bin, IReadOnlyDictionary<(string Programme, int Year), int> taken, CancellationToken cancel)
    {
        foreach (var ((programme, year), count) in taken.OrderBy(t => t.Key))
        {
            await transaction.TouchAsync(Table, cancel, bin.Value, programme, year);
            var rows = await transaction.ExecuteAsync(
                """
                INSERT INTO intakes (bin, programme, year, places, basis, issued) VALUES (@bin, @programme, @year, NULL, '', @count)
                ON CONFLICT (bin, programme, year) DO UPDATE SET issued = intakes.issued + excluded.issued
                WHERE intakes.places IS NULL OR intakes.issued + excluded.issued <= intakes.places
                """,
                cancel,
                ("count", count), ("bin", bin.Value), ("programme", programme), ("year", year));
            if (rows == 0)
            {
                return new Problem(
                    "permits/intake-used-up",
                    $"Another list took the licensed places of {programme}, entered in {year}, meanwhile.",
                    ("programme", programme), ("year", $"{year}"));
            }
        }

        return null;
    }
}
