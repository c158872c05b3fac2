using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>The diplomas somebody means: a list of numbers, or a batch.</summary>
internal sealed class ChosenDiplomas(Installation home)
{
    /// <summary>In the order of the numbers, or of issue. Numbers that nobody issued are refused together.</summary>
    public async Task<Outcome<IReadOnlyList<CredentialSummary>>> FindAsync(
        ReadFrom from, Bin institution, IReadOnlyList<(string Series, string Number)> numbers, string? batch, CancellationToken cancel)
    {
        var register = new DiplomaRegister(home.Credentials);
        if (numbers.Count > 0 && batch is not null)
        {
            return new Problem("changes/numbers-or-batch", "Name either numbers or a batch.");
        }

        if (batch is not null)
        {
            var all = await register.OfBatchAsync(from, institution, batch, cancel);
            return all.Count == 0
                ? new Problem("changes/empty-batch", "No diploma of this batch is in force or suspended.")
                : Outcome<IReadOnlyList<CredentialSummary>>.From(all);
        }

        if (numbers.Count == 0)
        {
            return new Problem("changes/nothing-chosen", "No diploma is named.");
        }

        var found = (await register.OfNumbersAsync(from, institution, numbers, cancel)).ToDictionary(c => (c.Series, c.Number));
        var unknown = numbers.Select((n, i) => (Row: i + 1, Number: n)).Where(n => !found.ContainsKey(n.Number)).ToList();
        return unknown.Count > 0
            ? new ChangesRefused([.. unknown.Select(u => (u.Row, (Problem)new UnknownNumber($"{u.Number.Series} {u.Number.Number}")))])
            : Outcome<IReadOnlyList<CredentialSummary>>.From([.. numbers.Select(n => found[n])]);
    }

    private sealed record UnknownNumber(string Number) : Problem(
        "changes/unknown-number", "This institution issued no diploma of this number.", new Dictionary<string, string> { ["number"] = Number });
}
