using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Ledger;
using Mortanba.Permits;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: what shall happen to a key, and why. Out: an order that waits for a second person, or what is wrong with it. Nothing changes
/// yet, but a key that is said to be compromised signs no diploma and no decision on issue until that is decided.
/// </summary>
public sealed class ProposeKeyOrder(Installation home)
{
    public async Task<Outcome<KeyOrder>> RunAsync(Actor by, Role? role, KeyProposal proposal, CancellationToken cancel = default)
    {
        if (proposal is { Act: KeyAct.Retire } && proposal.Institution.Value == home.Settings.OperatorBin)
        {
            return new Problem("keys/operator-needs-key", "The operator's key signs status lists and receipts: it is rotated, not retired.");
        }

        if (!ReadNumbers(proposal.Numbers).TryGet(out var numbers, out var problem))
        {
            return problem;
        }

        return await home.Database.DecideAsync<KeyOrder>(
            async t =>
            {
                if (await DecisionsRefusalAsync(t, proposal, cancel) is { } unchosen)
                {
                    return unchosen;
                }

                var isNew = await home.KeyOrders.FindAsync(t, proposal.Id, cancel) is null;
                var outcome = await home.KeyOrders.ProposeAsync(t, Kept(proposal, numbers), cancel);
                if (!outcome.TryGet(out var order, out _) || !isNew)
                {
                    return outcome;
                }

                if (numbers.Count > 0 && await ReachAsync(t, order, cancel) is { } reach
                    && reach.Series.Except(numbers.Keys, StringComparer.Ordinal).ToList() is { Count: > 0 } missing)
                {
                    return new Problem(
                        "keys/series-missing", $"There is no first new number for {string.Join(", ", missing)}.", ("series", string.Join(", ", missing)));
                }

                await AuditTrail.AppendAsync(t, proposal.At, DecideKeyOrder.Event("keys/proposed", by, role, order), cancel);
                CrashPoint.Reach("in-key-proposal");
                return outcome;
            },
            cancel);
    }

    /// <summary>Which diplomas stand and which fall with an order; null when it makes none fall.</summary>
    public static async Task<KeyReach?> ReachAsync(ReadFrom from, KeyOrder order, CancellationToken cancel = default) =>
        order.Act is KeyAct.Compromise or KeyAct.Reissue
        && await AuthorityEntries.KeySpanAsync(from, order.Institution, order.Kid, cancel) is { } span
            ? await SignedByKey.ReachAsync(from, order.Institution, span, await LossAsync(from, span, order.Since, cancel), cancel)
            : null;

    /// <summary>What the ledger says of a compromised key; of another, what it would say of a compromise since that time.</summary>
    public static async Task<KeyLoss> LossAsync(ReadFrom from, KeySpan span, DateTimeOffset since, CancellationToken cancel = default) =>
        span.Compromised is { } said
            ? new KeyLoss(said.Text("since") is { } written ? LedgerEntry.TimeOf(written) : said.At, said.Number("size") ?? long.MaxValue)
            : new KeyLoss(since, await LogReader.ShownBeforeAsync(from, since, cancel));

    /// <summary>
    /// Open decisions on issue that rest on what the key signed from then on. The gate refuses them once it is compromised: what was
    /// issued under them falls, and is replaced once the decision is confirmed with the key that follows.
    /// </summary>
    public static async Task<IReadOnlyList<string>> FallenDecisionsAsync(
        ReadFrom from, Bin institution, string kid, DateTimeOffset since, CancellationToken cancel = default) =>
        [.. (await IssueDecisions.ListAsync(from, cancel))
            .Where(d => d.Document.Initiator == institution && d.ClosedAt is null && (d.Confirmed?.At ?? d.PublishedAt) >= since
                && DecisionSignature.KeyIdOf(d.Confirmed?.Signature ?? d.Signature) == kid)
            .Select(d => d.Document.Id)];

    /// <summary>Ids, with commas, semicolons or lines between them.</summary>
    internal static IReadOnlyList<string> ReadDecisions(string? text) =>
        [.. (text ?? "").Split([',', ';', '\n', '\r'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    // A thief may have published decisions, too: none is confirmed that nobody chose.
    private static async Task<Problem?> DecisionsRefusalAsync(DbTransaction transaction, KeyProposal proposal, CancellationToken cancel)
    {
        if (proposal.Act != KeyAct.Decisions
            || await PermitRegister.FindKeyAsync(transaction, proposal.Kid, cancel) is not { Compromised: true, Ended: { } since } key
            || key.Bin != proposal.Institution)
        {
            return null;
        }

        var keys = await PermitRegister.KeysAsync(transaction, proposal.Institution, cancel);
        if (InstitutionKey.Signing(keys, proposal.At) is null)
        {
            return new Problem("permits/no-key", "The initiator has no key in force at that time.", ("bin", proposal.Institution.Value));
        }

        var (fallen, chosen) =
            (await FallenDecisionsAsync(transaction, proposal.Institution, proposal.Kid, since, cancel), ReadDecisions(proposal.Decisions));
        return chosen.Count > 0 && chosen.All(fallen.Contains)
            ? null
            : new Problem(
                "keys/decisions-unchosen", $"Choose among the decisions that fell with the key: {string.Join(", ", fallen)}.",
                ("decisions", fallen.Count == 0 ? "–" : string.Join(", ", fallen)));
    }

    /// <summary>First new numbers by series, from <c>BD 00000100, ЖБ 00000200</c>, a line or a comma between them.</summary>
    internal static Outcome<IReadOnlyDictionary<string, string>> ReadNumbers(string? text)
    {
        var numbers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var one in (text ?? "").Split([',', ';', '\n', '\r'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Web.DiplomaPages.NumberOf(one) is not var (series, number) || !numbers.TryAdd(series, number))
            {
                return new Problem("keys/first-numbers", "Give one first number for each series, with commas between them.");
            }
        }

        return Outcome<IReadOnlyDictionary<string, string>>.From(numbers);
    }

    private static KeyProposal Kept(KeyProposal proposal, IReadOnlyDictionary<string, string> numbers) => proposal with
    {
        Numbers = Written(numbers),
        Decisions = proposal.Act == KeyAct.Decisions ? string.Join(", ", ReadDecisions(proposal.Decisions)) : null,
    };

    private static string? Written(IReadOnlyDictionary<string, string> numbers) =>
        numbers.Count == 0 ? null : string.Join(", ", numbers.Select(n => $"{n.Key} {n.Value}"));
}
