using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Host.Commands;

/// <summary>
/// <c>key</c>: the life of an institution's keys, a ceremony of two people in two calls. The first says what would happen and the call
/// that the second person makes; nothing changes before that.
/// </summary>
internal static class KeyCommand
{
    private const string Show = "list";
    private const string Confirm = "confirm";
    private const string Withdraw = "withdraw";
    private const string Run = "run";

    private static readonly Argument<string> Act = new("ACT");
    private static readonly Option<string> Institution = new("--institution");
    private static readonly Option<string> Order = new("--order");
    private static readonly Option<int?> Key = new("--key");
    private static readonly Option<string> Since = new("--since");
    private static readonly Option<string> Numbers = new("--first-numbers");
    private static readonly Option<string> Decisions = new("--decisions");
    private static readonly Option<string> Basis = new("--basis");
    private static readonly Option<string> By = new("--by");

    private static readonly Option<string> As = new("--as")
    {
        DefaultValueFactory = _ => "rector",
    };

    public static Command Create()
    {
        Act.AcceptOnlyFromAmong([Show, .. Enum.GetNames<KeyAct>().Select(n => n.ToLowerInvariant()), Confirm, Withdraw, Run]);
        var command = new Command("key") { Act, Institution, Order, Key, Since, Numbers, Decisions, Basis, By, As };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        var act = parsed.GetValue(Act)!;
        if (Missing(parsed, act) is { } missing)
        {
            speaker.Refuse(missing);
            return CommandLine.Usage;
        }

        if (!(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel))
            .TryGet(out var opened, out var problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        return act switch
        {
            Show => await ListAsync(parsed, speaker, home, cancel),
            Confirm or Withdraw => await DecideAsync(parsed, speaker, home, act == Confirm, cancel),
            Run => await CarryOutAsync(speaker, home, parsed.GetValue(Order), parsed.GetValue(CommandLine.Json), cancel),
            _ => await ProposeAsync(parsed, speaker, home, Enum.Parse<KeyAct>(act, ignoreCase: true), cancel),
        };
    }

    private static Problem? Missing(ParseResult parsed, string act)
    {
        Option<string>[] needed = act switch
        {
            Show => [Institution],
            Run => [],
            Confirm or Withdraw => [Order, By],
            _ => [Institution, Basis, By],
        };
        return needed.FirstOrDefault(option => string.IsNullOrWhiteSpace(parsed.GetValue(option))) is { } option
            ? new Problem("keys/option-missing", $"{act} needs {option.Name}.", ("act", act), ("name", option.Name))
            : null;
    }

    private static async Task<int> ListAsync(ParseResult parsed, Speaker speaker, Installation home, CancellationToken cancel)
    {
        if (!Bin.TryParse(parsed.GetValue(Institution), out var bin))
        {
            return speaker.Refuse(NoBin(parsed));
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        var keys = await PermitRegister.KeysAsync(connection, bin, cancel);
        var signing = InstitutionKey.Signing(keys, home.Time.GetUtcNow());
        foreach (var key in keys)
        {
            var state = key.Compromised ? "compromised" : key == signing ? "signs" : key.Ended is null ? "waits" : "retired";
            Console.WriteLine(parsed.GetValue(CommandLine.Json)
                ? JsonSerializer.Serialize(new { kid = key.Kid, state, since = LedgerEntry.Time(key.Since), until = key.Ended is { } e ? LedgerEntry.Time(e) : null })
                : $"{key.Kid}  {speaker.Text("keys/state." + state)}  {LedgerEntry.Time(key.Since)} – {(key.Ended is { } end ? LedgerEntry.Time(end) : "")}");
        }

        foreach (var order in await home.KeyOrders.OfInstitutionAsync(connection, bin, cancel))
        {
            await TellAsync(speaker, parsed.GetValue(CommandLine.Json), home, connection, order, cancel);
        }

        return 0;
    }

    private static async Task<int> ProposeAsync(ParseResult parsed, Speaker speaker, Installation home, KeyAct act, CancellationToken cancel)
    {
        if (!Bin.TryParse(parsed.GetValue(Institution), out var bin))
        {
            return speaker.Refuse(NoBin(parsed));
        }

        DateTimeOffset? since = null;
        if (parsed.GetValue(Since) is { } typed)
        {
            // Without a zone it is the time of Kazakhstan, as the clock on the wall has it.
            if (!new WorkingCalendar(home.Rules).TimeAt(home.Time.GetUtcNow()).TryGet(out var civil, out var noTime)
                || !KeyTimes.TryRead(typed, civil, out var at))
            {
                return speaker.Refuse(noTime ?? new Problem("keys/no-time", "This is no time.", ("value", typed)));
            }

            since = at;
        }

        string? kid;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            var keys = await PermitRegister.KeysAsync(connection, bin, cancel);
            kid = parsed.GetValue(Key) is { } number ? InstitutionKey.KidOf(home.DidOf(bin), number)
                : act is KeyAct.Reissue or KeyAct.Decisions ? keys.LastOrDefault(k => k.Compromised)?.Kid
                : InstitutionKey.Signing(keys, home.Time.GetUtcNow())?.Kid;
        }

        var now = home.Time.GetUtcNow();
        var by = parsed.GetValue(By)!;
        var outcome = await new ProposeKeyOrder(home).RunAsync(
            Actor.AtConsole(by), null,
            new KeyProposal(
                Guid.CreateVersion7(now).ToString(), bin, act, kid ?? "", since, parsed.GetValue(Numbers), parsed.GetValue(Basis)!, by, now)
            {
                Decisions = parsed.GetValue(Decisions),
            },
            cancel);
        if (!outcome.TryGet(out var order, out var problem))
        {
            return speaker.Refuse(problem);
        }

        await using var reading = await home.Database.ConnectAsync(cancel);
        var reach = await ProposeKeyOrder.ReachAsync(reading, order, cancel);
        var json = parsed.GetValue(CommandLine.Json);
        Tell(speaker, json, order, reach, replaced: null);
        if (!json)
        {
            if (reach is not null)
            {
                await NamesAsync(speaker, home, reading, order, reach, cancel);
                if (await ProposeKeyOrder.FallenDecisionsAsync(reading, bin, order.Kid, order.Since, cancel) is { Count: > 0 } decisions)
                {
                    Console.WriteLine(speaker.Text("keys/decisions", ("decisions", string.Join(", ", decisions))));
                }
            }

            Console.WriteLine(speaker.Text("keys/next", ("order", order.Id)));
        }

        return 0;
    }

    /// <summary>The list before the act: every diploma that falls, by its number.</summary>
    private static async Task NamesAsync(
        Speaker speaker, Installation home, System.Data.Common.DbConnection connection, KeyOrder order, KeyReach reach, CancellationToken cancel)
    {
        const int page = 500;
        var span = (await AuthorityEntries.KeySpanAsync(connection, order.Institution, order.Kid, cancel))!;
        var loss = await ProposeKeyOrder.LossAsync(connection, span, order.Since, cancel);
        for (var skip = 0; skip < reach.Fell; skip += page)
        {
            foreach (var one in await new SignedByKey(home.Credentials).PageAsync(
                connection, order.Institution, span, loss, fallen: true, skip, page, cancel))
            {
                Console.WriteLine($"  {one.Series} {one.Number}  {LedgerEntry.Time(one.IssuedAt)}  {speaker.Text("diplomas/state." + one.State.Word())}");
            }
        }
    }

    private static async Task<int> DecideAsync(
        ParseResult parsed, Speaker speaker, Installation home, bool confirms, CancellationToken cancel)
    {
        var (by, id) = (Actor.AtConsole(parsed.GetValue(By)!), parsed.GetValue(Order)!);
        KeyOrder? seen;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            seen = await home.KeyOrders.FindAsync(connection, id, cancel);
        }

        var (bin, version) = (seen?.Institution ?? Bin.Parse(home.Settings.OperatorBin), seen?.Version ?? 0);
        var outcome = confirms
            ? await new DecideKeyOrder(home).ConfirmAsync(by, null, bin, id, version, parsed.GetValue(As)!, cancel)
            : await new DecideKeyOrder(home).WithdrawAsync(by, null, bin, id, version, cancel);
        if (!outcome.TryGet(out var order, out var problem))
        {
            return speaker.Refuse(problem);
        }

        if (confirms)
        {
            return await CarryOutAsync(speaker, home, id, parsed.GetValue(CommandLine.Json), cancel);
        }

        Tell(speaker, parsed.GetValue(CommandLine.Json), order, null, replaced: null);
        return 0;
    }

    /// <summary>Carries out whatever is confirmed and due, replacements too: after a kill the same call goes on.</summary>
    private static async Task<int> CarryOutAsync(Speaker speaker, Installation home, string? id, bool json, CancellationToken cancel)
    {
        var flow = new DiplomaFlow(home);
        await using var services = new ServiceCollection().AddLogging().AddSingleton(home.Time)
            .AddMortanbaAccounts(home, home.Settings.Site).BuildServiceProvider();
        var ended = await new CarryOutKeyOrders(home, flow).RunAsync(cancel);
        var changes = await new CarryOutChanges(home, flow, services.GetRequiredService<MailQueue>(), speaker.Texts).RunAsync(cancel);
        if (await home.Log.QuorumProblemAsync(cancel) is { } quorum)
        {
            speaker.Refuse(quorum);
            return Trouble.TryAgain;
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        if (id is not null && await home.KeyOrders.FindAsync(connection, id, cancel) is { } order)
        {
            await TellAsync(speaker, json, home, connection, order, cancel);
        }
        else if (!json)
        {
            Console.WriteLine(speaker.Text("keys/run.done", ("count", ended), ("changes", changes)));
        }

        return 0;
    }

    /// <summary>Tells of an order and what its orders of change did so far.</summary>
    private static async Task TellAsync(
        Speaker speaker, bool json, Installation home, System.Data.Common.DbConnection connection, KeyOrder order, CancellationToken cancel)
    {
        int? replaced = order.Reissued is null
            ? null
            : (await home.ChangeOrders.OfOriginAsync(connection, order.Institution, order.Origin, cancel)).Sum(c => c.DoneCount);
        Tell(speaker, json, order, await ProposeKeyOrder.ReachAsync(connection, order, cancel), replaced);
    }

    /// <param name="replaced">Diplomas that stand in the place of fallen ones; null before their orders are made.</param>
    private static void Tell(Speaker speaker, bool json, KeyOrder order, KeyReach? reach, int? replaced)
    {
        var (stood, fell) = (order.Stood ?? reach?.Stood, order.Fell ?? reach?.Fell);
        var (act, state) = (ChangeWord(order.Act), ChangeWord(order.State));
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                order = order.Id,
                act,
                state,
                kid = order.Kid,
                since = LedgerEntry.Time(order.Since),
                newKid = order.NewKid,
                stood,
                fell,
                inForce = reach?.InForce,
                replaced,
            }));
            return;
        }

        Console.WriteLine(speaker.Text(
            "keys/told", ("order", order.Id), ("act", speaker.Text("keys/act." + act)), ("state", speaker.Text("keys/order." + state)),
            ("kid", order.Kid), ("since", LedgerEntry.Time(order.Since))));
        if (fell is not null)
        {
            Console.WriteLine(replaced is { } done
                ? speaker.Text("keys/told.replaced", ("stood", stood), ("fell", fell), ("replaced", done), ("left", reach?.InForce ?? 0))
                : speaker.Text(
                    "keys/told.reach", ("stood", stood), ("fell", fell), ("replaced", order.Numbers is null ? 0 : reach?.InForce ?? 0)));
        }

        if (order.Decisions is not null)
        {
            Console.WriteLine(speaker.Text("keys/told.decisions", ("decisions", order.Decisions)));
        }

        if (order.NewKid is not null)
        {
            Console.WriteLine(speaker.Text("keys/told.new", ("kid", order.NewKid)));
        }
    }

    private static string ChangeWord<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName($"{value}");

    private static Problem NoBin(ParseResult parsed) =>
        new("keys/no-bin", "This is no BIN.", ("value", parsed.GetValue(Institution) ?? ""));
}

/// <summary>Times as people type them.</summary>
internal static class KeyTimes
{
    /// <summary>RFC 3339, or <c>2026-11-20 14:30</c> by the clocks of Kazakhstan.</summary>
    public static bool TryRead(string text, CivilTime civil, out DateTimeOffset at)
    {
        at = default;
        string[] local = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd"];
        if (DateTime.TryParseExact(text.Trim(), local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
        {
            at = new DateTimeOffset(clock, civil.Zone.GetUtcOffset(clock)).ToUniversalTime();
            return clock.Year is > 2000 and < 3000;
        }

        return text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParseExact(
                text.Trim(), ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture,
                DateTimeStyles.AdjustToUniversal, out at)
            && at.Year is > 2000 and < 3000;
    }
}
