using Xunit;

namespace Mortanba.Storage.Tests;

/// <summary>One changed byte anywhere is found, and the place is named.</summary>
public sealed class LedgerAuditTests
{
    private const int Size = 600;

    public static TheoryData<Dialect, string, string, string> Changes
    {
        get
        {
            (string Change, string Code, string Args)[] cases =
            [
                ("UPDATE ledger_entries SET entry = @bad WHERE idx = 100", "ledger/entry-changed", "index=100"),
                ("UPDATE ledger_entries SET entry = @bad WHERE idx = 599", "ledger/entry-changed", "index=599"),
                ("UPDATE ledger_entries SET entry = @bad, leaf_hash = @badHash WHERE idx = 100", "ledger/entry-changed", "index=100"),
                ("UPDATE ledger_entries SET leaf_hash = @badHash WHERE idx = 100", "ledger/leaf-hash-changed", "index=100"),
                ("UPDATE ledger_tiles SET hashes = @badTile WHERE level = 0 AND idx = 1", "ledger/tile-changed", "level=0,tile=1"),
                ("UPDATE ledger_tiles SET root = @badHash WHERE level = 0 AND idx = 1", "ledger/tile-changed", "level=0,tile=1"),
                ("DELETE FROM ledger_tiles WHERE level = 0 AND idx = 1", "ledger/tile-missing", "level=0,tile=1"),
                ("DELETE FROM ledger_entries WHERE idx = 300", "ledger/entry-missing", "index=300"),
                ("UPDATE ledger_tree SET frontier = @badFrontier", "ledger/tree-changed", "size=600"),
                ("UPDATE ledger_checkpoints SET root = @badHash WHERE size = 500", "ledger/checkpoint-changed", "size=500"),
                ("UPDATE ledger_checkpoints SET note = REPLACE(note, '500', '501') WHERE size = 500", "ledger/checkpoint-changed", "size=500"),
            ];
            var rows = new TheoryData<Dialect, string, string, string>();
            foreach (var dialect in new[] { Dialect.Sqlite, Dialect.Postgres })
            {
                foreach (var (change, code, args) in cases)
                {
                    rows.Add(dialect, change, code, args);
                }
            }

            return rows;
        }
    }

    [Theory, MemberData(nameof(Changes))]
    [Trait("Requirement", "DA-15")]
    public async Task One_change_is_one_finding_at_its_place(Dialect dialect, string change, string code, string args)
    {
        await using var bed = await LedgerTestBed.CreateAsync(dialect);
        await bed.Writer.AppendAsync(LedgerTestBed.Entries(500));
        await bed.Writer.PublishAsync();
        await bed.Writer.AppendAsync(LedgerTestBed.Entries(Size - 500));
        await bed.Writer.PublishAsync();
        Assert.True((await bed.AuditAsync()).IsClean);

        await bed.Database.WriteAsync(async t =>
        {
            var bad = "another entry"u8.ToArray();
            var tile = (await t.QueryAsync(
                "SELECT hashes FROM ledger_tiles WHERE level = 0 AND idx = 1", r => r.GetBytes(0), default))[0];
            tile[1000] ^= 1;
            var frontier = (await t.QueryAsync("SELECT frontier FROM ledger_tree", r => r.GetBytes(0), default))[0];
            frontier[40] ^= 1;
            (string Name, object? Value)[] values =
            [
                ("bad", bad), ("badHash", TransparencyLog.MerkleTree.Leaf(bad).ToArray()), ("badTile", tile), ("badFrontier", frontier),
            ];
            await t.ExecuteAsync(change, default, [.. values.Where(v => change.Contains("@" + v.Name, StringComparison.Ordinal))]);
        });

        var finding = Assert.Single((await bed.AuditAsync()).Findings);
        Assert.Equal(code, finding.Code);
        Assert.Equal(args, string.Join(',', finding.Args.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => a.Key + "=" + a.Value)));
    }
}
