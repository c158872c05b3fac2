using System.Data.Common;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>How a learner stands in the enrolment register.</summary>
public enum EnrolmentStatus
{
    Studying,

    /// <summary>On academic leave: may not graduate before coming back.</summary>
    OnLeave,
    Graduated,

    /// <summary>Expelled, transferred or withdrawn.</summary>
    Left,
}

/// <summary>One learner of a programme, from a file. Personal data.</summary>
/// <param name="Row">In the file, header = 1.</param>
/// <param name="Year">Year of entry.</param>
public sealed record EnrolmentRow(int Row, Iin Iin, string Programme, int Year, EnrolmentStatus Status);

/// <summary>What the register says of one learner.</summary>
public sealed record Enrolment(string Programme, int Year, EnrolmentStatus Status)
{
    /// <summary>Only who studies, or whose graduation the register knows already, may get a diploma.</summary>
    public bool MayGraduate => Status is EnrolmentStatus.Studying or EnrolmentStatus.Graduated;
}

/// <summary>Learners of one programme and year of entry; no person can be told from it.</summary>
public sealed record EnrolmentCount(string Programme, int Year, EnrolmentStatus Status, int Count);

/// <summary>One file that was taken into the register.</summary>
/// <param name="FileHash">SHA-256, hex.</param>
public sealed record EnrolmentImport(string Id, Bin Institution, string FileHash, int Rows, int Added, int Changed, string By, DateTimeOffset At);

/// <summary>
/// The enrolment register of each institution, as the state's database of learners (EPVO, NOBD) hands it out. Who is enrolled is
/// recognised, not kept: a learner is an HMAC under a vault key. A later file adds and changes; nobody is taken out by being absent.
/// </summary>
/// <remarks>No description of EPVO's export was found (requirement X-16): what is read here is the least that a comparison needs.</remarks>
public sealed class Enrolments(IKeyVault vault)
{
    private const string Table = "enrolments";
    private const string Imports = "enrolment_imports";
    private const int FingerprintSizeBytes = 16;
    private const int AtOnce = 400;

    /// <summary>True when a file of this institution was taken in.</summary>
    public static async Task<bool> IsKeptAsync(ReadFrom from, Bin bin, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT 1 FROM enrolment_imports WHERE bin = @bin LIMIT 1", r => 1, cancel, ("bin", bin.Value))).Count > 0;

    /// <summary>The files of an institution, newest first.</summary>
    public static Task<List<EnrolmentImport>> ImportsAsync(ReadFrom from, Bin? bin, int count, CancellationToken cancel = default) =>
        from.QueryAsync(
            $"""
            SELECT id, bin, file_hash, row_count, added, changed, imported_by, at FROM enrolment_imports
            {(bin is null ? "" : "WHERE bin = @bin")} ORDER BY at DESC, id DESC LIMIT @count
            """,
            r => new EnrolmentImport(
                r.GetString(0), Bin.Parse(r.GetString(1)), r.GetString(2), r.GetInt32(3), r.GetInt32(4), r.GetInt32(5), r.GetString(6),
                PermitRegister.Time(r, 7)),
            cancel,
            [("count", (object?)count), .. bin is { } one ? new (string, object?)[] { ("bin", one.Value) } : []]);

    public static Task<List<EnrolmentCount>> CountsAsync(ReadFrom from, Bin bin, CancellationToken cancel = default) =>
        from.QueryAsync(
            """
            SELECT programme, year, status, COUNT(*) FROM enrolments WHERE bin = @bin
            GROUP BY programme, year, status ORDER BY programme, year, status
            """,
            r => new EnrolmentCount(r.GetString(0), r.GetInt32(1), Enum.Parse<EnrolmentStatus>(r.GetString(2)), (int)r.GetInt64(3)),
            cancel,
            ("bin", bin.Value));

    /// <summary>What the register says of each learner, in their order; null: it does not hold this person in this programme.</summary>
    public async Task<IReadOnlyList<Enrolment?>> FindAsync(
        ReadFrom from, Bin bin, IReadOnlyList<(Iin Iin, string Programme)> learners, CancellationToken cancel = default)
    {
        var keys = learners.Select(l => Learner(bin, l.Iin, l.Programme)).ToList();
        var found = new Dictionary<string, Enrolment>(StringComparer.Ordinal);
        foreach (var some in keys.Distinct(StringComparer.Ordinal).Chunk(AtOnce))
        {
            foreach (var (learner, enrolment) in await from.QueryAsync(
                $"""
                SELECT learner, programme, year, status FROM enrolments
                WHERE bin = @bin AND learner IN ({string.Join(", ", some.Select((_, i) => $"@l{i}"))})
                """,
                r => (r.GetString(0), new Enrolment(r.GetString(1), r.GetInt32(2), Enum.Parse<EnrolmentStatus>(r.GetString(3)))),
                cancel,
                [("bin", bin.Value), .. some.Select((l, i) => ($"l{i}", (object?)l))]))
            {
                found[learner] = enrolment;
            }
        }

        return [.. keys.Select(found.GetValueOrDefault)];
    }

    /// <summary>
    /// Takes a whole file in: new learners are added, changed ones changed. The same file again changes nothing and gives the
    /// import it was. Refused for a programme the institution does not have.
    /// </summary>
    public async Task<Outcome<EnrolmentImport>> ImportAsync(
        DbTransaction transaction, Bin bin, IReadOnlyList<EnrolmentRow> rows, string fileHash, string by, DateTimeOffset at,
        CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "permits/enrolment", cancel);
        var offered = (await PermitRegister.ProgrammesAsync(transaction, bin, cancel)).Select(p => p.Code).ToHashSet(StringComparer.Ordinal);
        if (rows.FirstOrDefault(r => !offered.Contains(r.Programme)) is { } strange)
        {
            return new Problem(
                "permits/enrolment-programme", $"Row {strange.Row}: {bin} has no programme {strange.Programme}.",
                ("row", $"{strange.Row}"), ("programme", strange.Programme));
        }

        var known = (await transaction.QueryAsync(
            "SELECT learner, year, status FROM enrolments WHERE bin = @bin",
            r => (Learner: r.GetString(0), Year: r.GetInt32(1), Status: r.GetString(2)), cancel, ("bin", bin.Value)))
            .ToDictionary(l => l.Learner, l => (l.Year, l.Status), StringComparer.Ordinal);
        var read = rows.Select(r => (Learner: Learner(bin, r.Iin, r.Programme), Row: r)).ToList();
        var added = read.Where(r => !known.ContainsKey(r.Learner)).ToList();
        var changed = read.Where(r => known.TryGetValue(r.Learner, out var was) && was != (r.Row.Year, $"{r.Row.Status}")).ToList();

        await RowSeals.TouchManyAsync(transaction, Table, added.Concat(changed).Select(r => new object[] { bin.Value, r.Learner }), cancel);
        await transaction.BulkInsertAsync(
            Table, ["bin", "learner", "programme", "year", "status"],
            added.Select(r => new object?[] { bin.Value, r.Learner, r.Row.Programme, r.Row.Year, $"{r.Row.Status}" }), cancel);
        foreach (var (learner, row) in changed)
        {
            await transaction.ExecuteAsync(
                "UPDATE enrolments SET year = @year, status = @status WHERE bin = @bin AND learner = @learner",
                cancel, ("year", row.Year), ("status", $"{row.Status}"), ("bin", bin.Value), ("learner", learner));
        }

        var import = new EnrolmentImport(
            Guid.CreateVersion7(at).ToString(), bin, fileHash, rows.Count, added.Count, changed.Count, by,
            DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds()));
        await transaction.TouchAsync(Imports, cancel, import.Id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO enrolment_imports (id, bin, file_hash, row_count, added, changed, imported_by, at)
            VALUES (@id, @bin, @hash, @rows, @added, @changed, @by, @at)
            """,
            cancel,
            ("id", import.Id), ("bin", bin.Value), ("hash", fileHash), ("rows", import.Rows), ("added", import.Added),
            ("changed", import.Changed), ("by", by), ("at", at.ToUnixTimeSeconds()));
        return import;
    }

    /// <summary>Takes one learner out: with the erasure of the last diploma of the award.</summary>
    public async Task ForgetAsync(DbTransaction transaction, Bin bin, Iin iin, string programme, CancellationToken cancel = default)
    {
        var learner = Learner(bin, iin, programme);
        await transaction.TouchAsync(Table, cancel, bin.Value, learner);
        await transaction.ExecuteAsync(
            "DELETE FROM enrolments WHERE bin = @bin AND learner = @learner", cancel, ("bin", bin.Value), ("learner", learner));
    }

    private string Learner(Bin bin, Iin iin, string programme) => Convert.ToHexStringLower(
        vault.Fingerprint("permits/learner", Encoding.UTF8.GetBytes($"{bin.Value}|{iin.Value}|{programme}"))[..FingerprintSizeBytes]);
}
