using System.Data.Common;
using System.Globalization;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>
/// Compares what is kept about status indices: how many were given out and in which order, the value of each, and the
/// signed lists that are published, with the credentials they belong to.
/// </summary>
public sealed class StatusListAudit(
    DbConnection connection, StatusLists lists, string operatorKeyId, PublicKey operatorKey, CancellationToken cancel)
{
    private readonly List<Problem> findings = [];

    public async Task<IReadOnlyList<Problem>> RunAsync()
    {
        var after = "";
        while (await RunNextAsync(after) is { } listId)
        {
            after = listId;
        }

        return findings;
    }

    /// <summary>Looks at the first list behind another, in the order of their ids; null when there is none.</summary>
    public async Task<string?> RunNextAsync(string after) => await RunOneAsync("list_id > @list", after);

    /// <summary>Looks at one list.</summary>
    public async Task<IReadOnlyList<Problem>> RunAsync(string listId)
    {
        await RunOneAsync("list_id = @list", listId);
        return findings;
    }

    /// <summary>What was found by now.</summary>
    public IReadOnlyList<Problem> Findings => findings;

    private async Task<string?> RunOneAsync(string which, string list)
    {
        var blocks = await connection.QueryAsync(
            $"SELECT list_id, claimed FROM status_blocks WHERE {which} ORDER BY list_id LIMIT 1", r => (r.GetString(0), r.GetInt32(1)), cancel, ("list", list));
        if (blocks is not [var (listId, claimed)])
        {
            return null;
        }

        var holders = await connection.QueryAsync(
            """
            SELECT list_index, state, state_at FROM credentials WHERE list_id = @list
            UNION ALL SELECT list_index, state, state_at FROM certificates WHERE list_id = @list
            """,
            r => new Holder(r.GetInt32(0), r.GetString(1), r.GetString(2)),
            cancel,
            ("list", listId));
        await CheckOrderAsync(listId, claimed, holders);
        await CheckValuesAsync(listId, holders);
        foreach (var form in Enum.GetValues<StatusForm>())
        {
            await CheckPublishedAsync(listId, form, holders);
        }

        return listId;
    }

    /// <summary>The indices of the credentials are among those given out, and the order is still one of all indices.</summary>
    private async Task CheckOrderAsync(string listId, int claimed, List<Holder> holders)
    {
        var parts = await connection.QueryAsync(
            "SELECT part, indices FROM status_orders WHERE list_id = @list ORDER BY part",
            r => (Part: r.GetInt32(0), Indices: r.GetBytes(1)),
            cancel,
            ("list", listId));
        // A kill between claim and commit burns indices, so more may be given out than are in use; never fewer.
        if (claimed < holders.Count)
        {
            Find(
                "audit/status-claims-differ",
                $"List {listId} gave out {claimed} indices; {holders.Count} credentials have one.",
                ("list", listId),
                ("claimed", Text(claimed)),
                ("credentials", Text(holders.Count)));
            return;
        }

        var given = new bool[ShuffledBlock.Size];
        if (!IsOrder(parts, claimed, given) || holders.Exists(h => h.Index is < 0 or >= ShuffledBlock.Size || !given[h.Index]))
        {
            Find("audit/status-order-changed", $"The order of list {listId} is not the one its indices were given out in.", ("list", listId));
        }
    }

    /// <summary>True when the parts, numbered from 0, hold every index once; notes the first ones as given out.</summary>
    private static bool IsOrder(List<(int Part, byte[] Indices)> parts, int claimed, bool[] given)
    {
        var seen = new bool[ShuffledBlock.Size];
        var place = 0;
        for (var part = 0; part < parts.Count; part++)
        {
            for (var i = 0; i < parts[part].Indices.Length / sizeof(int); i++, place++)
            {
                var index = ShuffledBlock.IndexAt(parts[part].Indices, i);
                if (parts[part].Part != part || index is < 0 or >= ShuffledBlock.Size || seen[index])
                {
                    return false;
                }

                seen[index] = true;
                given[index] = place < claimed;
            }
        }

        return place == ShuffledBlock.Size;
    }

    private async Task CheckValuesAsync(string listId, List<Holder> holders)
    {
        var values = (await connection.QueryAsync(
            "SELECT list_index, value FROM status_values WHERE list_id = @list",
            r => (Index: r.GetInt32(0), Value: r.GetInt32(1)),
            cancel,
            ("list", listId))).ToDictionary(v => v.Index, v => v.Value);
        var known = holders.Select(h => h.Index).ToHashSet();
        var wrong = holders
            .Where(h => values.GetValueOrDefault(h.Index) != (int)h.Expected)
            .Select(h => h.Index)
            .Concat(values.Keys.Where(i => !known.Contains(i)));
        foreach (var index in wrong)
        {
            Find(
                "audit/status-value-changed",
                $"The value of index {index} of list {listId} is not that of its credential.",
                ("list", listId),
                ("index", Text(index)));
        }
    }

    private async Task CheckPublishedAsync(string listId, StatusForm form, List<Holder> holders)
    {
        var (list, word) = (("list", listId), ("form", StatusPublisher.Word(form)));
        if (await StatusPublisher.FindAsync(connection, listId, form, cancel) is not { } published)
        {
            Find("audit/status-list-missing", $"List {listId} was never published as {form}; run 'publish'.", list, word);
            return;
        }

        // A state that changed after the publication shows in the next one.
        var settled = holders.Where(h => string.CompareOrdinal(h.StateAt, LedgerEntry.Time(published.PublishedAt)) <= 0);
        if (!Read(lists.PointerTo(listId, 0), form, published).TryGet(out var valueOf, out var problem))
        {
            Find("audit/status-list-changed", $"List {listId}, {form}: {problem.Detail}", list, word);
        }
        else if (settled.FirstOrDefault(h => valueOf(h.Index) != Shown(form, h.Expected)) is { } wrong)
        {
            Find("audit/status-list-changed", $"List {listId}, {form}: index {wrong.Index} has another value.", list, word);
        }
    }

    private Outcome<Func<int, int>> Read(StatusPointer list, StatusForm form, StatusPublication published)
    {
        var at = published.PublishedAt;
        if (form == StatusForm.Token)
        {
            return StatusListToken.Read(published.Document, operatorKey, list.TokenUri, at, ProofVerifier.ClockSkew)
                .Then<Func<int, int>>(token => token.IssuedAt == at
                    ? Outcome<Func<int, int>>.From(index => token.List.Get(index).Match(value => value, _ => -1))
                    : OtherTime());
        }

        if (!StrictJson.Parse(published.Document).TryGet(out var document, out var problem))
        {
            return problem;
        }

        using (document)
        {
            var demand = new ProofDemand(operatorKeyId.Split('#')[0], at);
            if (ProofVerifier.Verify(document.RootElement, demand, KeyOf).Problem is { } refused)
            {
                return refused;
            }

            var (uri, purpose) = form == StatusForm.Revocation
                ? (list.RevocationUri, "revocation")
                : (list.SuspensionUri, "suspension");
            return BitstringStatusList.Read(document.RootElement).Then<Func<int, int>>(bits => bits.ValidFrom == at
                ? Outcome<Func<int, int>>.From(index => bits
                    .StatusOf(new BitstringStatusEntry(purpose, index, uri, 1, new Dictionary<int, string>()))
                    .Match(status => status.Value, _ => -1))
                : OtherTime());
        }
    }

    private Outcome<VerificationMethod> KeyOf(string method, string purpose) => method == operatorKeyId
        ? new VerificationMethod(operatorKeyId, operatorKeyId.Split('#')[0], operatorKey)
        : new Problem("audit/status-list-changed", "The list is not signed with the operator's key.");

    private static Problem OtherTime() => new("audit/status-list-changed", "The list has another time than its row.");

    private static int Shown(StatusForm form, StatusValue value) => form switch
    {
        StatusForm.Revocation => value == StatusValue.Invalid ? 1 : 0,
        StatusForm.Suspension => value == StatusValue.Suspended ? 1 : 0,
        StatusForm.Token => (int)value,
    };

    private void Find(string code, string detail, params (string Name, string Value)[] args) =>
        findings.Add(new Problem(code, detail, args));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Holder(int Index, string State, string StateAt)
    {
        // A word that is none is named for its row; here it stands for one nobody may rely on.
        public StatusValue Expected { get; } = Enum.TryParse<DiplomaState>(State, ignoreCase: true, out var state)
            ? state.ToStatusValue()
            : StatusValue.Invalid;
    }
}
