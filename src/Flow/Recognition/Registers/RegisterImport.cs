using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Recognition;

public enum RegisterChangeKind
{
    Added,

    /// <summary>The entry is known with other values: what was known before stays, with the day it was replaced.</summary>
    Changed,

    /// <summary>The entry is taken back: it was wrong from its beginning.</summary>
    Withdrawn,
}

/// <summary>What one row of a file would change, or did.</summary>
/// <param name="Id">Key of the entry.</param>
/// <param name="Label">The institution, with what else names the entry to a reader.</param>
/// <param name="Differences">Field, value before and after; of a new entry all its values.</param>
public sealed record RegisterChange(
    RegisterChangeKind Kind, int Row, string Id, string Label, IReadOnlyList<(string Field, string? Before, string? After)> Differences);

/// <summary>What a file changes in the registers as they stand.</summary>
/// <param name="Unchanged">Rows that the register has in just this way.</param>
/// <param name="Fingerprint">Of all changes: what a person confirms is what they saw, or is refused.</param>
public sealed record RegisterPlan(RegisterFile File, IReadOnlyList<RegisterChange> Changes, int Unchanged, string Fingerprint);

/// <summary>A file that changed the registers.</summary>
/// <param name="Id">Empty when the file changed nothing: nothing is kept then.</param>
/// <param name="FileHash">SHA-256, hex.</param>
/// <param name="By">Account of who imported it.</param>
public sealed record ImportedRegister(
    string Id, RegisterKind Kind, string FileName, string FileHash, int Rows, int Added, int Changed, int Withdrawn, string By,
    DateTimeOffset At);

/// <summary>
/// Compares a register file with the register, and takes it in: all of it or nothing. Entries that the file does not name stay as they
/// are; the same file again changes nothing; what is replaced stays readable with the moment it was replaced.
/// </summary>
public static class RegisterImport
{
    private const int AtOnce = 400;

    /// <summary>What the file would change. Refused when it names institutions that are not registered, or is older than the register.</summary>
    public static async Task<Outcome<RegisterPlan>> PlanAsync(ReadFrom from, RegisterFile file, CancellationToken cancel = default) =>
        (await CompareAsync(from, file, cancel)).Then<RegisterPlan>(c => c.Plan);

    /// <summary>Takes the file in, within the caller's transaction, and gives what was kept of the import.</summary>
    /// <param name="seen">Fingerprint of the plan that a person confirmed; null: whatever the file changes now.</param>
    public static async Task<Outcome<ImportedRegister>> RunAsync(
        DbTransaction transaction, RegisterFile file, string? seen, string by, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "recognition/registers", cancel);
        if (!(await CompareAsync(transaction, file, cancel)).TryGet(out var compared, out var problem))
        {
            return problem;
        }

        var plan = compared.Plan;
        if (seen is not null && seen != plan.Fingerprint)
        {
            return new Problem("recognition/register-moved-on", "The register changed since the preview; look at it again.");
        }

        int Count(RegisterChangeKind kind) => plan.Changes.Count(c => c.Kind == kind);
        var second = DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
        var import = new ImportedRegister(
            plan.Changes.Count == 0 ? "" : Guid.CreateVersion7(at).ToString(), file.Kind, file.Name, file.Hash, file.Lines.Count,
            Count(RegisterChangeKind.Added), Count(RegisterChangeKind.Changed), Count(RegisterChangeKind.Withdrawn), by, second);
        if (plan.Changes.Count > 0)
        {
            await WriteAsync(transaction, compared, import, cancel);
        }

        return import;
    }

    /// <summary>The files that changed something, newest first.</summary>
    public static Task<List<ImportedRegister>> ListAsync(ReadFrom from, int count, CancellationToken cancel = default) =>
        from.QueryAsync(
            """
            SELECT id, register, file_name, file_hash, row_count, added, changed, withdrawn, imported_by, at FROM register_imports
            ORDER BY at DESC, id DESC LIMIT @count
            """,
            r => new ImportedRegister(
                r.GetString(0), BasisRecord.Parse<RegisterKind>(r.GetString(1))!.Value, r.GetString(2), r.GetString(3), (int)r.GetInt64(4),
                (int)r.GetInt64(5), (int)r.GetInt64(6), (int)r.GetInt64(7), r.GetString(8), DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(9))),
            cancel, ("count", count));

    private static async Task<Outcome<Compared>> CompareAsync(ReadFrom from, RegisterFile file, CancellationToken cancel)
    {
        var shape = RegisterShape.Of(file.Kind);
        var fields = shape.Kept.ToList();
        var stored = await StoredAsync(from, shape, fields, file, cancel);
        var (changes, touched, findings, unchanged) = (new List<RegisterChange>(), new List<RegisterLine>(), new List<RegisterFinding>(), 0);
        await NameStrangersAsync(from, file, fields, findings, cancel);
        var read = fields.FindIndex(f => f.Name == "read");
        foreach (var line in file.Lines)
        {
            var before = stored.GetValueOrDefault(line.Id)?.Values;
            if (line.IsWithdrawn ? before is null : before is not null && before.SequenceEqual(line.Values))
            {
                unchanged++;
                continue;
            }

            if (before is not null && string.CompareOrdinal((string)before[read]!, (string)line.Values[read]!) > 0)
            {
                findings.Add(new RegisterFinding(line.Row, "read", new Problem(
                    "recognition/register-older", "The register holds a later reading of this entry.", ("day", (string)before[read]!))));
            }

            touched.Add(line);
            changes.Add(Change(line, fields, before));
        }

        if (file.Kind == RegisterKind.Rankings)
        {
            await OneDayEachAsync(from, file, touched, findings, cancel);
        }

        return findings.Count > 0
            ? RegisterHasErrors.Of(findings)
            : new Compared(new RegisterPlan(file, changes, unchanged, FingerprintOf(changes)), shape, fields, touched, stored);
    }

    private static RegisterChange Change(RegisterLine line, List<RegisterField> fields, IReadOnlyList<object?>? before)
    {
        var label = string.Join(" · ", fields.Zip(line.Values).Where(v => v.First.IsKey && v.Second is string { Length: > 0 }).Select(v => v.Second));
        return new RegisterChange(
            line.IsWithdrawn ? RegisterChangeKind.Withdrawn : before is null ? RegisterChangeKind.Added : RegisterChangeKind.Changed,
            line.Row, line.Id, label,
            [.. fields.Select((f, i) => (f.Name, Before: Text(before?[i]), After: line.IsWithdrawn ? null : Text(line.Values[i])))
                .Where(d => d.Before != d.After)]);
    }

    // The newest reading of every entry that the file names; of a withdrawn one only its number.
    private static async Task<Dictionary<string, Stored>> StoredAsync(
        ReadFrom from, RegisterShape shape, List<RegisterField> fields, RegisterFile file, CancellationToken cancel)
    {
        var columns = string.Join(", ", fields.Select(f => "t." + f.Column));
        var found = new Dictionary<string, Stored>(StringComparer.Ordinal);
        foreach (var some in file.Lines.Select(l => l.Id).Chunk(AtOnce))
        {
            foreach (var (id, one) in await from.QueryAsync(
                $"""
                SELECT t.id, t.version, t.known_until, {columns} FROM {shape.Table} t
                WHERE t.id IN ({string.Join(", ", some.Select((_, i) => $"@k{i}"))}) ORDER BY t.version
                """,
                r => (r.GetString(0), new Stored(r.GetInt64(1), r.IsDBNull(2) ? [.. fields.Select((_, i) => Value(r, i + 3))] : null)),
                cancel, [.. some.Select((id, i) => ($"k{i}", (object?)id))]))
            {
                found[id] = one;
            }
        }

        return found;
    }

    private static async Task NameStrangersAsync(
        ReadFrom from, RegisterFile file, List<RegisterField> fields, List<RegisterFinding> findings, CancellationToken cancel)
    {
        var named = fields.Select((f, i) => (f, i)).Where(f => f.f.Kind == FieldKind.Ids || f.f is { Kind: FieldKind.Id, Name: "institution" }).ToList();
        var wanted = file.Lines.SelectMany(l => named.SelectMany(n => Ids(l.Values[n.i]))).ToHashSet(StringComparer.Ordinal);
        if (file.Kind == RegisterKind.Institutions)
        {
            wanted.ExceptWith(file.Lines.Select(l => l.Id));
        }

        foreach (var some in wanted.ToList().Chunk(AtOnce))
        {
            wanted.ExceptWith(await from.QueryAsync(
                $"SELECT id FROM foreign_institutions WHERE known_until IS NULL AND id IN ({string.Join(", ", some.Select((_, i) => $"@k{i}"))})",
                r => r.GetString(0), cancel, [.. some.Select((id, i) => ($"k{i}", (object?)id))]));
        }

        findings.AddRange(
            from line in file.Lines
            from field in named
            from id in Ids(line.Values[field.i]).Where(wanted.Contains)
            select new RegisterFinding(line.Row, field.f.Name, new Problem(
                "recognition/register-unknown-institution", "No institution of this id is registered.", ("id", id))));
    }

    // The day of an edition is set right for all of its places at once, or not: what the file does not name keeps its own.
    private static async Task OneDayEachAsync(
        ReadFrom from, RegisterFile file, List<RegisterLine> touched, List<RegisterFinding> findings, CancellationToken cancel)
    {
        var named = file.Lines.Select(l => l.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var edition in touched.Where(l => !l.IsWithdrawn).Select(l => (Line: l, Edition: RankingRegister.EditionOf(l))).GroupBy(l => l.Edition.Of))
        {
            var kept = await from.QueryAsync(
                "SELECT id, published FROM ranking_positions WHERE system = @system AND edition = @edition AND known_until IS NULL ORDER BY published, id",
                r => (Id: r.GetString(0), Published: r.GetString(1)), cancel, ("system", edition.Key.System), ("edition", edition.Key.Edition));
            findings.AddRange(
                from line in edition
                let other = kept.Find(k => !named.Contains(k.Id) && k.Published != line.Edition.Published)
                where other.Id is not null
                select new RegisterFinding(line.Line.Row, "published", RankingRegister.OtherDay(other.Published)));
        }
    }

    private static async Task WriteAsync(DbTransaction transaction, Compared compared, ImportedRegister import, CancellationToken cancel)
    {
        var (table, at) = (compared.Shape.Table, import.At.ToUnixTimeSeconds());
        var replaced = compared.Touched.Where(l => compared.Stored.GetValueOrDefault(l.Id)?.Values is not null).ToList();
        await transaction.TouchManyAsync(table, replaced.Select(l => new object[] { l.Id, compared.Stored[l.Id].Version }), cancel);
        foreach (var line in replaced)
        {
            await transaction.ExecuteAsync(
                $"UPDATE {table} SET known_until = @at, ended_by = @import WHERE id = @id AND version = @version",
                cancel, ("at", at), ("import", import.Id), ("id", line.Id), ("version", compared.Stored[line.Id].Version));
        }

        long Next(RegisterLine line) => (compared.Stored.GetValueOrDefault(line.Id)?.Version ?? 0) + 1;
        var fresh = compared.Touched.Where(l => !l.IsWithdrawn).ToList();
        await transaction.TouchManyAsync(table, fresh.Select(l => new object[] { l.Id, Next(l) }), cancel);
        // An institution's own id is among its fields.
        var (ids, values) = compared.Shape.Kind == RegisterKind.Institutions ? ((string[])["search"], 0) : ((string[])["id"], 1);
        await transaction.BulkInsertAsync(
            table,
            [.. ids, "version", "known_from", "import", .. compared.Fields.Select(f => f.Column)],
            fresh.Select(l => (object?[])
            [
                values == 0 ? InstitutionSearch.TextOf(compared.Fields.Zip(l.Values)) : l.Id, Next(l), at, import.Id, .. l.Values,
            ]),
            cancel);
        await transaction.TouchAsync("register_imports", cancel, import.Id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO register_imports (id, register, file_name, file_hash, row_count, added, changed, withdrawn, imported_by, at)
            VALUES (@id, @register, @name, @hash, @rows, @added, @changed, @withdrawn, @by, @at)
            """,
            cancel,
            ("id", import.Id), ("register", BasisRecord.Code(import.Kind)), ("name", import.FileName), ("hash", import.FileHash),
            ("rows", (long)import.Rows), ("added", (long)import.Added), ("changed", (long)import.Changed),
            ("withdrawn", (long)import.Withdrawn), ("by", import.By), ("at", at));
    }

    private static string FingerprintOf(List<RegisterChange> changes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var change in changes)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{change.Kind}\n{change.Id}\n{change.Differences.Count}\n"));
            foreach (var (field, before, after) in change.Differences)
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{field}\n{before}\n{after}\n"));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string[] Ids(object? value) => value is string { Length: > 0 } ids ? ids.Split('|') : [];

    private static object? Value(DbDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetValue(at);

    private static string? Text(object? value) => value is null ? null : Convert.ToString(value, CultureInfo.InvariantCulture);

    /// <param name="Values">Null when the entry was withdrawn.</param>
    private sealed record Stored(long Version, IReadOnlyList<object?>? Values);

    private sealed record Compared(
        RegisterPlan Plan, RegisterShape Shape, List<RegisterField> Fields, List<RegisterLine> Touched, Dictionary<string, Stored> Stored);
}
