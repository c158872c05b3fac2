using Mortanba.Accounts;
using Mortanba.Host.Acts;
using Mortanba.Recognition;
using Mortanba.Storage;

namespace Mortanba.Host.Demo;

/// <summary>
/// Decides the invented cases that are marked for it, by the acts of the site: with certificate, entry in the ledger and row of the record.
/// Cases that are older than the installation have none of these. A start that was ended in between is gone on with by the next one.
/// </summary>
internal sealed class DemoRecognitionDecisions(Installation home, DiplomaFlow flow)
{
    private const string ToDecide = "Demonstration: decided on the day of the first start.";
    private const string ToAppeal = "Demonstration: decided and contested on the day of the first start.";

    private readonly CaseDesk desk = new(home);

    /// <summary>The remark that marks a case for it.</summary>
    public static string Mark(CaseStage stage) => stage == CaseStage.Appealed ? ToAppeal : ToDecide;

    /// <summary>What is decided: by the short way full recognition, else what was proposed (null).</summary>
    public static DecisionDraft? DraftOf(RecognitionCase one) =>
        one.Route == CaseRoute.AuthenticityOnly ? new DecisionDraft(RecognitionOutcome.Full, []) : null;

    public async Task RunAsync(CancellationToken cancel)
    {
        var people = await home.Database.ReadAsync(
            t => t.QueryAsync(
                "SELECT id, name, email FROM accounts", r => (Id: r.GetString(0), Name: r.GetStringOrNull(1) ?? "", Email: r.GetStringOrNull(2)), cancel), cancel);
        var names = people.ToDictionary(p => p.Id, p => p.Name);
        Actor Person(string id) => new(ActorKind.Person, id, names.GetValueOrDefault(id, ""), []);
        if (people.Find(p => string.Equals(p.Email, DemoPeople.RecognitionOfficer, StringComparison.OrdinalIgnoreCase)).Id is not { } officer)
        {
            return;
        }

        foreach (var marked in await MarkedAsync(officer, cancel))
        {
            var one = marked;
            if (one.Stage == CaseStage.Decision)
            {
                var decided = await new DecideRecognition(home, flow, desk).RunAsync(
                    Person(one.DecisionMaker!), Role.DecisionMaker, one.Id, one.Version, DraftOf(one), [],
                    "Compared in five elements; see the findings (invented).", cancel);
                // Somebody went on with it meanwhile: it is theirs.
                if (!decided.TryGet(out one, out _))
                {
                    continue;
                }
            }

            if (one.Stage == CaseStage.Issued && IsMarked(one, officer, ToAppeal))
            {
                _ = await desk.ActAsync(
                    Person(one.Applicant), null, one.Id, one.Version,
                    (now, at) => FileAppeal.Of(now, now.Applicant, "The course is in the annex, page 2 (invented).", desk.Today(), at), cancel);
            }
        }
    }

    private async Task<List<RecognitionCase>> MarkedAsync(string officer, CancellationToken cancel)
    {
        const int rows = 100;
        await using var connection = await home.Database.ConnectAsync(cancel);
        var found = new List<RecognitionCase>();
        foreach (var row in await desk.Lists.FindAsync(connection, new CaseSearch([CaseStage.Decision, CaseStage.Issued]), rows, cancel))
        {
            // What was contested once was gone on with by somebody: taken back, or sent back.
            if (await desk.Cases.FindAsync(connection, row.Id, cancel) is { Case: { Appeal: null, PastAppeals.Count: 0 } } there
                && (IsMarked(there.Case, officer, ToAppeal) || (there.Case.Stage == CaseStage.Decision && IsMarked(there.Case, officer, ToDecide))))
            {
                found.Add(there.Case);
            }
        }

        return found;
    }

    // By the officer of the demonstration alone: anybody may write these words.
    private static bool IsMarked(RecognitionCase one, string officer, string mark) => one.Remarks.Any(r => r.By == officer && r.Text == mark);
}
