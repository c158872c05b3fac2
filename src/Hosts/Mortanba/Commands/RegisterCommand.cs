using System.CommandLine;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Registering;

namespace Mortanba.Host.Commands;

/// <summary><c>register</c>: enters organisations, permits, programmes, intakes and decisions on issue from a file; what sets a limit, by two people in two calls.</summary>
internal static class RegisterCommand
{
    private static readonly Argument<FileInfo?> Source = new("FILE")
    {
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> By = new("--by")
    {
        Required = true,
    };

    private static readonly Option<string> Confirm = new("--confirm");
    private static readonly Option<string> Withdraw = new("--withdraw");

    private static readonly Option<string> As = new("--as")
    {
        DefaultValueFactory = _ => "rector",
    };

    public static Command Create()
    {
        var command = new Command("register") { Source, By, Confirm, Withdraw, As };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        var (source, order) = (parsed.GetValue(Source), parsed.GetValue(Confirm) ?? parsed.GetValue(Withdraw));
        if (new object?[] { source, parsed.GetValue(Confirm), parsed.GetValue(Withdraw) }.Count(given => given is not null) != 1)
        {
            speaker.Refuse(new Problem("host/register-call", "Give a file, or --confirm ORDER, or --withdraw ORDER."));
            return CommandLine.Usage;
        }

        var file = new RegisterFile();
        if ((source is not null && !RegisterFile.Parse(await File.ReadAllBytesAsync(source.FullName, cancel)).TryGet(out file, out var problem))
            || !(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel))
                .TryGet(out var opened, out problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        var (flow, by) = (new DiplomaFlow(home), Actor.AtConsole(parsed.GetValue(By)!));
        return source is not null
            ? await EnterAsync(speaker, home, flow, by, file, cancel)
            : await DecideAsync(speaker, home, flow, by, order!, parsed.GetValue(Confirm) is not null, parsed.GetValue(As)!, cancel);
    }

    private static async Task<int> EnterAsync(
        Speaker speaker, Installation home, DiplomaFlow flow, Actor by, RegisterFile file, CancellationToken cancel)
    {
        if (!(await new RegisterAuthorities(home, flow, by).RunAsync(file, cancel)).TryGet(out var registered, out var problem))
        {
            return speaker.Refuse(problem);
        }

        if (registered.Entered > 0)
        {
            await PublishAsync(home, flow, cancel);
        }

        Console.WriteLine(speaker.Text("host/register.done", ("count", registered.Entered)));
        foreach (var order in registered.Waiting)
        {
            Console.WriteLine(speaker.Text("host/register.waiting", ("subject", order.Subject), ("proposer", order.ProposedBy), ("order", order.Id)));
        }

        return 0;
    }

    private static async Task<int> DecideAsync(
        Speaker speaker, Installation home, DiplomaFlow flow, Actor by, string id, bool confirms, string office, CancellationToken cancel)
    {
        var act = new DecideRegisterOrder(home, flow);
        var decided = confirms ? await act.ConfirmAsync(by, id, office, cancel) : await act.WithdrawAsync(by, id, office, cancel);
        if (!decided.TryGet(out var order, out var problem))
        {
            return speaker.Refuse(problem);
        }

        if (confirms)
        {
            await PublishAsync(home, flow, cancel);
        }

        Console.WriteLine(speaker.Text(confirms ? "host/register.confirmed" : "host/register.withdrawn", ("subject", order.Subject)));
        return 0;
    }

    private static async Task PublishAsync(Installation home, DiplomaFlow flow, CancellationToken cancel)
    {
        await flow.PublishAsync(cancel: cancel);
        await TrustBundles.WriteAsync(home, cancel);
    }
}
