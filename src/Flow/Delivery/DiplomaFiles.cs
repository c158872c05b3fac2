using Mortanba.Documents;

namespace Mortanba.Delivery;

/// <summary>Puts a diploma file together from the signed forms and what the ledger proves.</summary>
public static class DiplomaFiles
{
    /// <summary>In: signed forms as stored, entries with proofs into one checkpoint. Out: the file.</summary>
    /// <param name="authority">Entries of institution, permit, key and decision.</param>
    /// <param name="own">The asset's own entries. An entry that stands in both lists is carried once.</param>
    /// <param name="checkpoint">The signed note all proofs lead to.</param>
    public static DiplomaFile Build(
        string? sdJwt,
        byte[]? vc,
        string? paper,
        IEnumerable<ProvenEntry> authority,
        IEnumerable<ProvenEntry> own,
        string checkpoint)
    {
        ProvenEntry[] entries = [.. authority.OrderBy(entry => entry.Index), .. own.OrderBy(entry => entry.Index)];
        return new DiplomaFile(sdJwt, vc, paper, [.. entries.DistinctBy(entry => entry.Index)], checkpoint);
    }
}
