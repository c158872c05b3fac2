using System.CommandLine;
using System.Text.Json;
using Mortanba.AiEducation;
using Mortanba.Foundation;

namespace Mortanba.Host.Commands;

/// <summary><c>ai indicators</c>: how far the indicators of AI in education are counted; with <c>--recompute</c> all facts are counted anew.</summary>
internal static class IndicatorsCommand
{
    private static readonly Option<bool> Recompute = new("--recompute");

    public static Command Create()
    {
        var indicators = new Command("indicators") { Recompute };
        indicators.SetAction(IndicatorsAsync);
        return indicators;
    }

    private static async Task<int> IndicatorsAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        if (!(await Installation.OpenAsync(parsed.GetValue(CommandLine.Data)!, TimeProvider.System, cancel)).TryGet(out var home, out var problem))
        {
            return speaker.Refuse(problem);
        }

        await using (home)
        {
            using var work = new IndicatorWork(home.Database, home.Rules, home.Time);
            if (parsed.GetValue(Recompute))
            {
                await work.RecomputeAsync(cancel);
            }
            else
            {
                await work.CatchUpAsync(cancel);
            }

            await using var connection = await home.Database.ConnectAsync(cancel);
            var standing = (await IndicatorStore.StandingAsync(connection, cancel))!;
            if (parsed.GetValue(CommandLine.Json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new
                {
                    pack = standing.Pack,
                    lastFact = standing.Seq,
                    inputsSha256 = standing.InputsHash,
                    computedAt = LedgerEntry.Time(standing.ComputedAt),
                    differs = standing.Differs,
                    apart = standing.Apart.Select(a => new { reason = EventWords.Of(a.Reason), type = a.Type, count = a.Count }),
                }));
            }
            else
            {
                Console.WriteLine(speaker.Text("host/indicators.done", ("count", standing.Seq), ("hash", standing.InputsHash)));
            }

            return standing.Differs ? 1 : 0;
        }
    }
}
