using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Host.Commands;

/// <summary>
/// Help, and what is wrong with a call, in the reader's language. What a command or an option is for stands in <c>Locales/cli</c>
/// under the command's name, <c>cli/issue</c> and <c>cli/issue.list</c>; what several commands share under <c>cli/option.reason</c>.
/// </summary>
internal sealed class CommandHelp(Language language) : SynchronousCommandLineAction
{
    private const string Program = "mortanba";
    private const int LabelMax = 34;

    private readonly Speaker speaker = new(language);

    public override bool ClearsParseErrors => true;

    /// <summary>The language that a call asks for, right or wrong as it otherwise is; else that of the environment, else English.</summary>
    public static Language LanguageOf(IReadOnlyList<string> args)
    {
        const string name = "--lang";
        for (var i = 0; i < args.Count; i++)
        {
            var value = args[i].StartsWith(name + "=", StringComparison.Ordinal) ? args[i][(name.Length + 1)..]
                : args[i] == name && i + 1 < args.Count ? args[i + 1] : null;
            if (Languages.TryParse(value, out var asked))
            {
                return asked;
            }
        }

        return OfEnvironment();
    }

    public static Language OfEnvironment() =>
        Environment.GetEnvironmentVariable("LANG") is { Length: >= 2 } lang && Languages.TryParse(lang[..2], out var language)
            ? language
            : Language.En;

    /// <summary>Where the text of a command, or of an option or argument of it, may stand; the first that is there counts.</summary>
    public static IReadOnlyList<string> KeysOf(Command command, Symbol symbol)
    {
        var name = symbol.Name.TrimStart('-').ToLowerInvariant();
        return symbol == command
            ? [command is RootCommand ? "cli/program" : "cli/" + name]
            : [$"cli/{command.Name}.{name}", "cli/option." + name];
    }

    public override int Invoke(ParseResult parseResult)
    {
        Console.Out.Write(HelpOf(parseResult.CommandResult.Command, parseResult.RootCommandResult.Command));
        return 0;
    }

    /// <summary>Says on standard error what is wrong with the call; gives the exit code.</summary>
    public int Refuse(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        Console.Error.WriteLine(speaker.Text("cli/wrong"));
        foreach (var wrong in Wrongs(parsed, command))
        {
            Console.Error.WriteLine("  " + wrong);
        }

        if (command is RootCommand)
        {
            Console.Error.WriteLine();
            Console.Error.Write(HelpOf(command, command));
        }
        else
        {
            Console.Error.WriteLine(speaker.Text("cli/wrong.help", ("command", command.Name)));
        }

        return CommandLine.Usage;
    }

    private IReadOnlyList<string> Wrongs(ParseResult parsed, Command command)
    {
        var wrongs = parsed.UnmatchedTokens.Select(word => speaker.Text("cli/wrong.unknown", ("word", word))).ToList();
        wrongs.AddRange(command.Options.Where(o => o.Required && parsed.GetResult(o) is null or { Implicit: true })
            .Select(o => speaker.Text("cli/wrong.missing", ("name", o.Name))));
        wrongs.AddRange(command.Arguments
            .Where(a => a.Arity.MinimumNumberOfValues > 0 && !a.HasDefaultValue && parsed.GetResult(a) is null or { Tokens.Count: 0 })
            .Select(a => speaker.Text("cli/wrong.missing", ("name", $"<{a.Name}>"))));
        foreach (var error in parsed.Errors)
        {
            if (error.SymbolResult is { Tokens: [.., var last] } && error.SymbolResult is OptionResult or ArgumentResult)
            {
                var (name, type) = error.SymbolResult is OptionResult option ? (option.Option.Name, option.Option.ValueType)
                    : error.SymbolResult is ArgumentResult { Parent: OptionResult of } ? (of.Option.Name, of.Option.ValueType)
                    : ($"<{((ArgumentResult)error.SymbolResult).Argument.Name}>", ((ArgumentResult)error.SymbolResult).Argument.ValueType);
                var missing = error.SymbolResult.Tokens.FirstOrDefault(t => !File.Exists(t.Value)) ?? last;
                wrongs.Add(type == typeof(FileInfo) || type == typeof(FileInfo[])
                    ? speaker.Text("host/no-such-file", ("file", missing.Value))
                    : speaker.Text("cli/wrong.value", ("value", last.Value), ("name", name)));
            }
        }

        return wrongs.Count > 0 ? [.. wrongs.Distinct()]
            : command is RootCommand ? [speaker.Text("cli/wrong.command")]
            : [.. parsed.Errors.Select(e => e.Message)];
    }

    private string HelpOf(Command command, Command root)
    {
        var help = new StringBuilder();
        Part("cli/head.description", [speaker.Text(KeysOf(command, command)[0])]);
        var options = command.Options.Concat(command == root ? [] : root.Options.Where(o => o.Recursive)).Where(o => !o.Hidden).ToList();
        Part("cli/head.usage", [string.Join(
            ' ',
            [
                Program, .. command == root ? [] : new[] { command.Name }, .. command.Arguments.Select(ArgumentLabel),
                .. command.Subcommands.Count > 0 ? new[] { speaker.Text("cli/head.command") } : [], speaker.Text("cli/head.option"),
            ])]);
        Table("cli/head.arguments", command.Arguments.Select(a => (ArgumentLabel(a), TextOf(command, a))));
        Table("cli/head.options", options.Select(o => (OptionLabel(o), TextOf(command, o))));
        Table("cli/head.commands", command.Subcommands.Select(c => (c.Name, speaker.Text(KeysOf(c, c)[0]))));
        return help.ToString();

        void Part(string head, IEnumerable<string> lines) =>
            help.AppendLine(speaker.Text(head)).AppendLine(string.Join(Environment.NewLine, lines.Select(l => "  " + l))).AppendLine();

        void Table(string head, IEnumerable<(string Label, string Text)> rows)
        {
            var all = rows.ToList();
            if (all.Count > 0)
            {
                var width = Math.Min(LabelMax, all.Max(r => r.Label.Length)) + 2;
                Part(head, all.Select(r => r.Label.PadRight(width) + r.Text));
            }
        }
    }

    private string TextOf(Command command, Symbol symbol)
    {
        var keys = KeysOf(command, symbol);
        var text = keys.FirstOrDefault(speaker.Texts.Has) is { } key ? speaker.Text(key) : symbol.Description ?? "";
        return symbol switch
        {
            Option { Required: true } => $"{text} {speaker.Text("cli/required")}",
            Option { HasDefaultValue: true } option when option != CommandLine.Lang && option.GetDefaultValue() is { } value and (string or int) =>
                $"{text} {speaker.Text("cli/default", ("value", value))}",
            _ => text,
        };
    }

    private static string ArgumentLabel(Argument argument) =>
        $"<{argument.Name}>{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")}";

    private static string OptionLabel(Option option) =>
        string.Join(", ", option.Aliases.Where(a => a is "-h").Prepend(option.Name))
        + (option is HelpOption or VersionOption || option.ValueType == typeof(bool) ? "" : $" <{option.Name.TrimStart('-').ToUpperInvariant()}>");
}
