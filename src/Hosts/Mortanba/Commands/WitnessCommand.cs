using System.CommandLine;
using System.Text.Json;
using Mortanba.Host.Witnessing;

namespace Mortanba.Host.Commands;

/// <summary><c>witness</c>: a node that follows other institutions' logs, copies them and cosigns what only grew (docs/witness.md).</summary>
internal static class WitnessCommand
{
    private static readonly Option<string?> Name = new("--name");

    private static readonly Option<string[]> Log = new("--log");

    private static readonly Option<string[]> Peer = new("--peer");

    private static readonly Option<string> Profile = new("--profile")
    {
        DefaultValueFactory = _ => "production",
    };

    private static readonly Option<string> Urls = new("--urls")
    {
        DefaultValueFactory = _ => "http://127.0.0.1:5080",
    };

    private static readonly Option<bool> NoServe = new("--no-serve");

    public static Command Create()
    {
        var command = new Command("witness") { Name, Log, Peer, Profile, Urls, NoServe };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        var directory = parsed.GetValue(CommandLine.Data)!;
        if (!WitnessSettings.Exists(directory))
        {
            var logs = (parsed.GetValue(Log) ?? []).Select(text => text.Split(' ', 2)).Select(words => new FollowedLog(words[0], words.ElementAtOrDefault(1) ?? ""));
            var made = new WitnessSettings(parsed.GetValue(Profile)!, parsed.GetValue(Name) ?? "", [.. logs], parsed.GetValue(Peer) ?? []).Checked();
            if (!made.TryGet(out var settings, out var wrong))
            {
                speaker.Refuse(wrong);
                return CommandLine.Usage;
            }

            settings.Save(directory);
        }

        if (!(await WitnessNode.OpenAsync(directory, TimeProvider.System, cancel)).TryGet(out var opened, out var problem))
        {
            return speaker.Refuse(problem);
        }

        await using var node = opened;
        Console.WriteLine(parsed.GetValue(CommandLine.Json)
            ? JsonSerializer.Serialize(new { name = node.Settings.Name, key = node.Witness.Key.ToVkey() })
            : node.Witness.Key.ToVkey());
        if (parsed.GetValue(NoServe))
        {
            return 0;
        }

        await using var app = Build(node, parsed.GetValue(Urls)!, TimeProvider.System);
        await app.RunAsync(cancel);
        return 0;
    }

    /// <summary>The node's site, ready to start.</summary>
    public static WebApplication Build(WitnessNode node, string urls, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(urls);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = WitnessEndpoints.BodyMaxBytes);
        builder.Services.AddHostedService(services => new LookingService(node, time, services.GetRequiredService<ILogger<LookingService>>()));
        // A line for each request of a stranger would fill the disk that the state has to be stored on.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddSingleton<RefusalLimit>();
        var app = builder.Build();
        WitnessEndpoints.Map(app, node);
        return app;
    }
}
