using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Recognition;

namespace Mortanba.Host.Acts;

/// <summary>
/// Lets a tool read the documents of a case and lays its proposals beside them (requirement RQ-27). In: a case, a tool. Out: how many are new.
/// Documents that show who somebody is are not read, and nothing is proposed twice.
/// </summary>
public sealed class SuggestForCase(Installation home, ISuggestionTool tool)
{
    private const int DocumentsMax = 20;

    public async Task<Outcome<int>> RunAsync(Actor by, Role? role, string id, int version, CancellationToken cancel)
    {
        var desk = new CaseDesk(home);
        var proposals = new List<Suggestion>();
        if (await FindAsync(desk, id, cancel) is not { } one)
        {
            return new Problem("recognition/no-case", "There is no such case.");
        }

        foreach (var document in one.Case.Documents.Where(d => !DocumentItems.IsPersonal(d.Item) && d.Length <= DocumentText.SizeMaxBytes).Take(DocumentsMax))
        {
            // No connection is held while a file is read.
            if ((await new CaseText(home, desk).OfAsync(one, document, await BytesAsync(one, document, cancel), cancel)).Text is { Length: > 0 } text)
            {
                proposals.AddRange(await tool.ProposeAsync(new SuggestionQuestion(document.Id, text), cancel));
            }
        }

        proposals.RemoveAll(p => one.Case.Suggestions.Any(s => s.Id == p.Id));
        var at = home.Time.GetUtcNow();
        // All of one reading together, or none.
        return proposals.Count == 0 ? 0 : await home.Database.WriteAsync<Outcome<int>>(
            async t =>
            {
                for (var i = 0; i < proposals.Count; i++)
                {
                    var proposal = proposals[i];
                    var done = await desk.InAsync(
                        t, by, role, id, version + i, (_, now, _) => Task.FromResult(Suggest.Of(now.Case, by.Id, proposal, at)), at, cancel);
                    if (!done.TryGet(out _, out var problem))
                    {
                        return i == 0 ? problem : throw new InvalidOperationException($"A proposal was refused half-way: {problem.Code}.");
                    }
                }

                return proposals.Count;
            },
            cancel);
    }

    private async Task<OpenCase?> FindAsync(CaseDesk desk, string id, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await desk.Cases.FindAsync(connection, id, cancel);
    }

    private async Task<byte[]> BytesAsync(OpenCase one, CaseDocument document, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await CaseFiles.WholeAsync(connection, one, document.Id, cancel);
    }
}
