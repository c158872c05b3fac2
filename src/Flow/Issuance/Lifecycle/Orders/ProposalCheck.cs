using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>
/// Whether every diploma of a proposal may be changed so. All or nothing: who decides must not be shown a list of which a part
/// cannot be.
/// </summary>
internal sealed class ProposalCheck(CredentialStore store)
{
    private const int ChangesMax = 20_000;
    private const int LookupSize = 400;

    /// <summary>Null when it may be proposed.</summary>
    public async Task<Problem?> RunAsync(
        DbTransaction transaction, ChangeProposal proposal, ReasonCodes reasons, CancellationToken cancel)
    {
        if (reasons.Find(proposal.Act, proposal.ReasonCode) is null)
        {
            return new Problem(
                "issuance/unknown-reason",
                "This is no reason code for this act in the rule pack in force.",
                ("reason", proposal.ReasonCode.Length <= 40 ? proposal.ReasonCode : proposal.ReasonCode[..40]),
                ("known", string.Join(", ", reasons.For(proposal.Act).Select(known => known.Code))));
        }

        if (FreeWords.Check(proposal.Basis, "issuance/basis-missing") is { } wrong)
        {
            return wrong;
        }

        if (proposal.Changes.Count is 0 or > ChangesMax)
        {
            return new Problem(
                "issuance/changes-count", $"An order changes at least one diploma and at most {ChangesMax}.",
                ("count", proposal.Changes.Count.ToString(CultureInfo.InvariantCulture)),
                ("max", ChangesMax.ToString(CultureInfo.InvariantCulture)));
        }

        var refused = new List<(int Row, Problem Problem)>();
        await CheckDiplomasAsync(transaction, proposal, refused, cancel);
        if (proposal.Act == StateAct.Supersede)
        {
            await CheckCorrectionsAsync(transaction, proposal, refused, cancel);
        }

        return refused.Count == 0
            ? null
            : new ChangesRefused([.. refused.OrderBy(r => r.Row).DistinctBy(r => (r.Row, r.Problem.Code))]);
    }

    public static DiplomaState After(StateAct act) => act switch
    {
        StateAct.Suspend => DiplomaState.Suspended,
        StateAct.Reinstate => DiplomaState.Active,
        StateAct.Annul => DiplomaState.Annulled,
        StateAct.Supersede => DiplomaState.Superseded,
        StateAct.Erase => DiplomaState.Erased,
    };

    private async Task CheckDiplomasAsync(
        DbTransaction transaction, ChangeProposal proposal, List<(int Row, Problem Problem)> refused, CancellationToken cancel)
    {
        var to = After(proposal.Act);
        var register = new DiplomaRegister(store);
        var known = (await register.OfAssetsAsync(
            transaction, proposal.Institution, [.. proposal.Changes.Select(c => c.Asset).Distinct()], cancel)).ToDictionary(c => c.Asset);
        var taken = (await transaction.QueryAsync(
            """
            SELECT r.asset FROM change_rows r JOIN change_orders o ON o.id = r.change_order
            WHERE o.institution = @bin AND o.id <> @id AND o.state IN ('proposed', 'returned', 'approved') AND r.state = 'waiting'
            """,
            r => AssetId.Parse(r.GetString(0)), cancel, ("bin", proposal.Institution.Value), ("id", proposal.Id))).ToHashSet();
        var seen = new HashSet<AssetId>();
        for (var i = 0; i < proposal.Changes.Count; i++)
        {
            var asset = proposal.Changes[i].Asset;
            if (!known.TryGetValue(asset, out var credential))
            {
                refused.Add((i + 1, new Problem("issuance/unknown-asset", "No diploma with this asset id was issued here.")));
            }
            else if (!seen.Add(asset))
            {
                refused.Add((i + 1, new Problem("issuance/change-twice", "The diploma stands in the list twice.")));
            }
            else if (!credential.State.Allows(to) || proposal.Act == StateAct.Erase)
            {
                refused.Add((i + 1, StateChange.NotAllowed(credential.State, to)));
            }
            else if (taken.Contains(asset))
            {
                refused.Add((i + 1, new Problem("issuance/change-open", "Another order that is not carried out yet changes this diploma.")));
            }
        }
    }

    private async Task CheckCorrectionsAsync(
        DbTransaction transaction, ChangeProposal proposal, List<(int Row, Problem Problem)> refused, CancellationToken cancel)
    {
        var numbers = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < proposal.Changes.Count; i++)
        {
            if (proposal.Changes[i].Corrected is not { } corrected)
            {
                refused.Add((i + 1, new Problem("issuance/correction-missing", "It is not said what the diploma shall be.")));
            }
            else if (!numbers.Add(corrected.FullNumber))
            {
                refused.Add((i + 1, new Problem(
                    "issuance/new-number-twice", "Two of the corrected diplomas have the same number.", ("number", corrected.FullNumber))));
            }
        }

        if (refused.Count > 0)
        {
            return;
        }

        // A row is the place in the proposal; the holder is found by the old diploma, and only that one may be.
        var diplomas = proposal.Changes.Select((c, i) => c.Corrected! with { Row = i + 1 }).ToList();
        foreach (var clash in await store.FindIssuedAsync(transaction, proposal.Institution, diplomas, cancel))
        {
            if (clash.SameNumber)
            {
                refused.Add((clash.Row, new Problem(
                    "issuance/new-number-taken", "A diploma with this number was issued before: a corrected one takes a new number.",
                    ("number", diplomas[clash.Row - 1].FullNumber))));
            }
            else if (clash.Asset != proposal.Changes[clash.Row - 1].Asset)
            {
                refused.Add((clash.Row, clash.AsProblem()));
            }
        }

        if (refused.Count == 0)
        {
            await CheckHoldersAsync(transaction, proposal, refused, cancel);
        }
    }

    // The gate refuses it too; here the person who proposes learns of it.
    private async Task CheckHoldersAsync(
        DbTransaction transaction, ChangeProposal proposal, List<(int Row, Problem Problem)> refused, CancellationToken cancel)
    {
        foreach (var part in proposal.Changes.Select((c, i) => (Change: c, Row: i + 1)).Chunk(LookupSize))
        {
            var standing = (await transaction.QueryAsync(
                $"SELECT asset, programme, holder FROM credentials WHERE asset IN ({CredentialStore.Places("a", part.Length)})",
                r => (Asset: AssetId.Parse(r.GetString(0)), Programme: r.GetString(1), Holder: r.GetBytesOrNull(2)), cancel,
                [.. part.Select((p, i) => ($"a{i}", (object?)p.Change.Asset.ToString()))])).ToDictionary(c => c.Asset);
            refused.AddRange(part
                .Where(p => standing[p.Change.Asset] is var old
                    && !store.FingerprintOfHolder(proposal.Institution, p.Change.Corrected!.Iin, old.Programme).AsSpan().SequenceEqual(old.Holder))
                .Select(p => (p.Row, new Problem(
                    "issuance/other-holder", "A diploma is corrected for the person who has it; for another it is annulled and issued anew."))));
        }
    }
}
