using System.CommandLine;
using Mortanba.Host.Bench;

namespace Mortanba.Host.Commands;

/// <summary><c>bench</c>: measures this program on this machine; with <c>--json</c> one object a line.</summary>
internal static class BenchCommand
{
    private static readonly Argument<string> What = new("WHAT")
    {
        DefaultValueFactory = _ => "all",
    };

    private static readonly Option<int?> Count = new("--count");

    private static readonly Option<int?> Courses = new("--courses");

    private static readonly Option<string> Db = new("--db")
    {
        DefaultValueFactory = _ => "sqlite",
    };

    private static readonly Option<string> Url = new("--url")
    {
        DefaultValueFactory = _ => "http://localhost:5080",
    };

    public static Command Create()
    {
        Courses.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 4 or > 31)
            {
                result.AddError("--courses takes 4 to 31.");
            }
        });
        What.AcceptOnlyFromAmong("issue", "verify", "http", "tree", "pdf", "lists", "pages", "ledger", "quorum", "keys", "recognition", "personal-data", "ai-register", "indicators", "all");
        var command = new Command("bench") { What, Count, Courses, Db, Url };
        command.SetAction(async (parsed, cancel) =>
        {
            var what = parsed.GetValue(What)!;
            var count = parsed.GetValue(Count);
            var courses = parsed.GetValue(Courses);
            if (what == "pages")
            {
                var times = await PagesBench.RunAsync(
                    parsed.GetValue(Url)!.TrimEnd('/'), parsed.GetValue(CommandLine.Data)!, count ?? 20, cancel);
                foreach (var one in times)
                {
                    one.Write(Console.Out);
                }

                return 0;
            }

            var database = parsed.GetValue(Db) is "sqlite" ? null : parsed.GetValue(Db);
            var asJson = parsed.GetValue(CommandLine.Json);
            if (what == "ledger")
            {
                await LedgerBench.RunAsync(count ?? 1_000_000, database, m => m.Write(Console.Out, asJson), l => l.Write(Console.Out, asJson), cancel);
                return 0;
            }

            if (what == "recognition")
            {
                await RecognitionBench.RunAsync(count ?? 100_000, database, l => l.Write(Console.Out, asJson), cancel);
                return 0;
            }

            if (what == "ai-register")
            {
                await AiRegisterBench.RunAsync(count ?? 5_000, database, m => m.Write(Console.Out, asJson), l => l.Write(Console.Out, asJson), cancel);
                return 0;
            }

            if (what == "indicators")
            {
                await IndicatorBench.RunAsync(count ?? 10_000_000, database, m => m.Write(Console.Out, asJson), l => l.Write(Console.Out, asJson), cancel);
                return 0;
            }

            if (what == "quorum")
            {
                (await QuorumBench.RunAsync(count ?? 500, database, cancel)).Write(Console.Out, asJson);
                return 0;
            }

            IAsyncEnumerable<Measurement>[] all =
            [
                .. Chosen(what, "issue", () => IssueBench.RunAsync(count ?? 10_000, courses, database, cancel)),
                .. Chosen(what, "lists", () => ListBench.RunAsync(count ?? 20_000, courses, database, cancel)),
                .. Chosen(what, "verify", () => VerifyBench.RunAsync(count ?? 20_000, courses, cancel)),
                .. Chosen(what, "http", () => HttpBench.RunAsync(count ?? 15, cancel)),
                .. Chosen(what, "tree", () => TreeBench.RunAsync(count ?? 1_000_000)),
                .. Chosen(what, "keys", () => KeyBench.RunAsync(count ?? 500, courses, database, cancel)),
                .. Chosen(what, "personal-data", () => PersonalDataBench.RunAsync(count ?? 64)),
                .. Chosen(what, "pdf", () => PdfBench.RunAsync(count ?? 300, cancel)),
            ];
            foreach (var bench in all)
            {
                await foreach (var measurement in bench)
                {
                    measurement.Write(Console.Out, asJson);
                }
            }

            return 0;
        });
        return command;
    }

    private static IEnumerable<IAsyncEnumerable<Measurement>> Chosen(
        string what, string name, Func<IAsyncEnumerable<Measurement>> bench) => what == name || what == "all" ? [bench()] : [];
}
