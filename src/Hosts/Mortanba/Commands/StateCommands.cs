using System.CommandLine;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Rules;

namespace Mortanba.Host.Commands;

/// <summary><c>suspend</c>, <c>reinstate</c>, <c>annul</c>, <c>erase</c>, <c>supersede</c>: one diploma, by its number.</summary>
internal static class StateCommands
{
    private static readonly Argument<string> Number = new("NUMBER");
    private static readonly Option<string> Reason = new("--reason") { Required = true };
    private static readonly Option<string> Basis = new("--basis") { Required = true };
    private static readonly Option<string> PreparedBy = new("--prepared-by") { Required = true };
    private static readonly Option<string> ApprovedBy = new("--approved-by") { Required = true };

    private static readonly Option<string> ApprovedAs = new("--approved-as")
    {
        DefaultValueFactory = _ => "rector",
    };

    private static readonly Option<FileInfo> List = new("--list") { Required = true };

    private delegate Task<Outcome<LedgerEntry>> Act(
        Installation home, DiplomaFlow flow, ReasonCodes reasons, ChangeRequest request, CancellationToken cancel);

    public static IEnumerable<Command> Create()
    {
        yield return Create("suspend", (home, flow, reasons, request, cancel) =>
            new ChangeState(home, flow).RunAsync(StateAct.Suspend, reasons, request, cancel));
        yield return Create("reinstate", (home, flow, reasons, request, cancel) =>
            new ChangeState(home, flow).RunAsync(StateAct.Reinstate, reasons, request, cancel));
        yield return Create("annul", (home, flow, reasons, request, cancel) =>
            new ChangeState(home, flow).RunAsync(StateAct.Annul, reasons, request, cancel));
        yield return Create("erase", (home, flow, reasons, request, cancel) =>
            flow.EraseAsync(reasons, request, cancel));

        var supersede = New("supersede");
        supersede.Add(List);
        supersede.SetAction((parsed, cancel) => RunAsync(
            parsed,
            async (home, flow, _, request, token) => (await CorrectedAsync(home, flow, request.Asset, parsed.GetValue(List)!, token))
                .TryGet(out var corrected, out var problem)
                    ? await flow.SupersedeAsync(request, _ => corrected, token)
                    : problem,
            cancel));
        yield return supersede;
    }

    private static Command Create(string name, Act act)
    {
        var command = New(name);
        command.SetAction((parsed, cancel) => RunAsync(parsed, act, cancel));
        return command;
    }

    private static Command New(string name) => new(name) { Number, Reason, Basis, PreparedBy, ApprovedBy, ApprovedAs };

    private static async Task<int> RunAsync(ParseResult parsed, Act act, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        if (!(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel))
            .TryGet(out var opened, out var problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        var flow = new DiplomaFlow(home);
        var number = parsed.GetValue(Number)!;
        if (await FindAsync(home, number, cancel) is not { } asset)
        {
            Console.Error.WriteLine(speaker.Text("host/no-such-number", ("number", number)));
            return 1;
        }

        if (!flow.Reasons().TryGet(out var reasons, out problem)
            || !TwoPersons.Of(
                parsed.GetValue(PreparedBy)!,
                parsed.GetValue(ApprovedBy)!,
                parsed.GetValue(ApprovedAs)!,
                home.Time.GetUtcNow(),
                parsed.GetValue(Basis)!).TryGet(out var decision, out problem))
        {
            return speaker.Refuse(problem);
        }

        var request = new ChangeRequest(asset, parsed.GetValue(Reason)!, parsed.GetValue(Basis)!, decision);
        var outcome = await act(home, flow, reasons, request, cancel);
        if (!outcome.TryGet(out var entry, out problem))
        {
            return speaker.Refuse(problem);
        }

        // Every list at once, so that the moment of publication does not show which diploma changed.
        await flow.PublishAsync(allStatusLists: true, cancel);
        if (await home.Log.QuorumProblemAsync(cancel) is { } missing)
        {
            speaker.Refuse(missing);
            return Trouble.TryAgain;
        }

        await RepublishCommand.DeliverMissingAsync(home, cancel);
        Console.WriteLine(speaker.Text("host/state.done", ("number", number), ("entry", entry.Type)));
        return 0;
    }

    internal static async Task<AssetId?> FindAsync(Installation home, string number, CancellationToken cancel)
    {
        // With a hyphen it stands in file names and addresses.
        var parts = number.Split([' ', '-'], 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2)
        {
            return null;
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        return await home.Credentials.FindByNumberAsync(connection, parts[0], parts[1], cancel) is [var one] ? one.Asset : null;
    }

    private static async Task<Outcome<ValidatedDiploma>> CorrectedAsync(
        Installation home, DiplomaFlow flow, AssetId asset, FileInfo list, CancellationToken cancel)
    {
        CredentialSummary old;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            old = (await home.Credentials.FindAsync(connection, asset, cancel))!;
        }

        var read = await flow.CheckListAsync(
            new GraduationList(list.FullName) { Purpose = ListPurpose.Correct }, old.Initiator, null, cancel);
        if (!read.TryGet(out var result, out var problem))
        {
            return problem;
        }

        if (!result.IsValid)
        {
            return new ListHasErrors(result);
        }

        return result.RowCount == 1
            ? result.ReadDiplomas().Single()
            : new Problem("host/one-row", "A correction is a list with exactly one graduate.");
    }
}
