using System.Globalization;
using Mortanba.AiEducation;
using Mortanba.Foundation;

namespace Mortanba.Host;

/// <summary>
/// The register of AI systems in an audit: every public event is hashed anew and compared with its entry in the ledger, and every entry has
/// its event. A decision whose day, content or very existence was changed afterwards is found.
/// </summary>
/// <param name="findings">Where what is found goes.</param>
internal sealed class SystemAudit(Installation home, List<Problem> findings)
{
    /// <param name="entries">How many entries <c>ai.system</c> the ledger has.</param>
    public async Task RunAsync(long entries, CancellationToken cancel)
    {
        var compared = 0L;
        await using var connection = await home.Database.ConnectAsync(cancel);
        foreach (var one in await RegisterReading.AllAsync(connection, cancel))
        {
            foreach (var (happened, index, _) in one.Events)
            {
                if (index is not { } place)
                {
                    Find("audit/ai-event-without-entry", $"Event {happened.Number} of {happened.System} has no ledger entry.", happened);
                    continue;
                }

                compared++;
                if (await home.LogReader.EntriesAsync(place, 1, cancel) is not [var entry] || !entry.Span.SequenceEqual(happened.ToEntry().Bytes.Span))
                {
                    Find("audit/ai-event-changed", $"Event {happened.Number} of {happened.System} is not ledger entry {place}.", happened);
                }
            }
        }

        if (compared != entries)
        {
            findings.Add(new Problem(
                "audit/ai-events-differ", $"The ledger has {entries} events of AI systems; the register shows {compared} of them.",
                ("ledger", Text(entries)), ("database", Text(compared))));
        }
    }

    private void Find(string code, string detail, PublicEvent happened) =>
        findings.Add(new Problem(code, detail, ("system", happened.System), ("number", Text(happened.Number))));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
