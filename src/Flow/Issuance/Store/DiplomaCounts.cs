using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>How many diplomas an initiator has in one state.</summary>
public sealed record DiplomaCount(Bin Initiator, DiplomaState State, long Count);

/// <summary>Figures over all institutions, for those who run or supervise the platform. No person can be told from them.</summary>
public static class DiplomaCounts
{
    public static async Task<IReadOnlyList<DiplomaCount>> ByInstitutionAsync(ReadFrom from, CancellationToken cancel = default) =>
        await from.QueryAsync(
            "SELECT initiator, state, COUNT(*) FROM credentials GROUP BY initiator, state",
            r => new DiplomaCount(Bin.Parse(r.GetString(0)), Enum.GetValues<DiplomaState>().Single(s => s.Word() == r.GetString(1)), r.GetInt64(2)),
            cancel);

    /// <summary>Diplomas under each decision on issue that has any.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> ByDecisionAsync(ReadFrom from, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT decision, SUM(issued_count) FROM issue_batches GROUP BY decision", r => (r.GetString(0), r.GetInt64(1)), cancel))
            .ToDictionary(d => d.Item1, d => d.Item2, StringComparer.Ordinal);
}
