using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Mortanba.Host.Bench;

/// <summary>
/// Pages of a running demonstration, asked for at a fixed rate whatever the answers take (an open loop, so that a slow answer
/// does not slow the questions down): time to the first byte, and bytes of HTML. The site runs as a process of its own, held to
/// one core by <c>taskset</c>.
/// </summary>
internal static partial class PagesBench
{
    private const int PerSecond = 100;
    private const int WarmUpSeconds = 5;

    private static readonly string[] Public =
        ["/kk", "/ru/institutions", "/en/decisions", "/en/ledger", "/kk/ledger/entries", "/ru/status", "/en/developers", "/kk/how"];

    /// <param name="site">Address of the running demonstration.</param>
    /// <param name="directory">Its folder, for the invented people's password.</param>
    public static async Task<IReadOnlyList<PageTimes>> RunAsync(string site, string directory, int seconds, CancellationToken cancel)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(directory, Demo.DemoPeople.FileName), cancel);
        var registrar = lines.First(l => l.StartsWith("registrar@", StringComparison.Ordinal)).Split('\t')[0];
        var bin = registrar["registrar@".Length..][..12];
        using var visitor = Browser(site);
        using var clerk = await SignedInAsync(site, registrar, lines[0], cancel);
        using var graduate = await SignedInAsync(site, Demo.DemoPeople.Graduate, lines[0], cancel);
        using var employer = Browser(site);
        var share = await SharedAsync(graduate, employer, cancel);
        var diploma = await File.ReadAllBytesAsync(
            Directory.GetFiles(Path.Combine(directory, "outbox"), "*.diploma.json", SearchOption.AllDirectories)[0], cancel);
        (string Name, HttpClient Client, string[] Paths, byte[]? Presented)[] groups =
        [
            ("home", visitor, ["/kk", "/ru", "/en"], null),
            ("public", visitor, Public, null),
            ("result", visitor, ["/kk/verify", "/ru/verify", "/en/verify"], diploma),
            ("share", employer, [share], null),
            ("graduate", graduate, ["/kk/me", "/ru/me"], null),
            ("lists", clerk, [$"/ru/console/{bin}/lists", $"/kk/console/{bin}/lists"], null),
            ("diplomas", clerk, [$"/ru/console/{bin}/diplomas", $"/kk/console/{bin}/diplomas"], null),
            ("deliveries", clerk, [$"/ru/console/{bin}/deliveries", $"/kk/console/{bin}/deliveries"], null),
        ];
        var times = new List<PageTimes>();
        foreach (var (name, client, paths, presented) in groups)
        {
            await LoadAsync(client, paths, presented, WarmUpSeconds, cancel);
            var answers = await LoadAsync(client, paths, presented, seconds, cancel);
            var sorted = answers.Select(a => a.Milliseconds).Order().ToArray();
            times.Add(new PageTimes(
                name, sorted.Length, sorted[sorted.Length / 2], sorted[sorted.Length * 95 / 100], sorted[sorted.Length * 99 / 100],
                answers.Max(a => a.Bytes)));
        }

        return times;
    }

    private static async Task<IReadOnlyList<(double Milliseconds, int Bytes)>> LoadAsync(
        HttpClient client, string[] paths, byte[]? presented, int seconds, CancellationToken cancel)
    {
        var asked = new List<Task<(double, int)>>();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < seconds * PerSecond; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / PerSecond) - Stopwatch.GetElapsedTime(started);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due, cancel);
            }

            asked.Add(AskAsync(client, paths[i % paths.Length], presented, cancel));
        }

        return await Task.WhenAll(asked);
    }

    private static async Task<(double Milliseconds, int Bytes)> AskAsync(
        HttpClient client, string path, byte[]? presented, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        using var question = new HttpRequestMessage(presented is null ? HttpMethod.Get : HttpMethod.Post, path);
        if (presented is not null)
        {
            question.Content = new MultipartFormDataContent { { new ByteArrayContent(presented), "file", "bench.diploma.json" } };
        }

        using var answer = await client.SendAsync(question, HttpCompletionOption.ResponseHeadersRead, cancel);
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[64 * 1024];
        var total = await body.ReadAsync(buffer, cancel);
        var first = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"{path}: {(int)answer.StatusCode}");
        }

        for (var read = 1; read > 0;)
        {
            read = await body.ReadAsync(buffer, cancel);
            total += read;
        }

        return (first, total);
    }

    private static HttpClient Browser(string site) => new(new SocketsHttpHandler
    {
        CookieContainer = new CookieContainer(),
        MaxConnectionsPerServer = 256,
    })
    {
        BaseAddress = new Uri(site),
    };

    private static async Task<HttpClient> SignedInAsync(string site, string email, string password, CancellationToken cancel)
    {
        var client = Browser(site);
        var page = await client.GetStringAsync("/en/sign-in", cancel);
        using var form = new FormUrlEncodedContent(
        [
            KeyValuePair.Create("form", TokenPattern().Match(page).Groups[1].Value),
            KeyValuePair.Create("email", email), KeyValuePair.Create("password", password), KeyValuePair.Create("to", ""),
        ]);
        using var answer = await client.PostAsync("/en/sign-in", form, cancel);
        return answer.IsSuccessStatusCode
            ? client
            : throw new InvalidOperationException($"{email} could not sign in: {(int)answer.StatusCode}");
    }

    /// <summary>The graduate hands a share to an employer, who has opened it with its code.</summary>
    private static async Task<string> SharedAsync(HttpClient graduate, HttpClient employer, CancellationToken cancel)
    {
        var list = await graduate.GetStringAsync("/en/me/shares", cancel);
        var one = await graduate.GetStringAsync(SharePattern().Match(list).Value, cancel);
        var link = LinkPattern().Match(one).Groups[1].Value;
        using var form = new FormUrlEncodedContent(
        [
            KeyValuePair.Create("form", TokenPattern().Match(await employer.GetStringAsync(link, cancel)).Groups[1].Value),
            KeyValuePair.Create("pin", PinPattern().Match(one).Groups[1].Value.Replace(" ", "", StringComparison.Ordinal)),
        ]);
        using var answer = await employer.PostAsync(link, form, cancel);
        return answer.IsSuccessStatusCode ? link : throw new InvalidOperationException($"The share did not open: {(int)answer.StatusCode}");
    }

    [GeneratedRegex("/en/me/shares/[^\"]+")]
    private static partial Regex SharePattern();

    [GeneratedRegex("""id="link"[^>]* value="https?://[^/]+([^"]+)""")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("""id="pin"[^>]*>([0-9 ]+)<""")]
    private static partial Regex PinPattern();

    [GeneratedRegex("""name="form" value="([^"]+)""")]
    private static partial Regex TokenPattern();
}

/// <param name="First50">Milliseconds to the first byte of the body, 50th percentile.</param>
/// <param name="HtmlBytesMax">Of the largest page, uncompressed.</param>
internal sealed record PageTimes(string Name, int Count, double First50, double First95, double First99, int HtmlBytesMax)
{
    public void Write(TextWriter output) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-10} {Count,7} requests at 100 /s   first byte p50 {First50:0.0} ms, p95 {First95:0.0} ms, p99 {First99:0.0} ms   HTML at most {HtmlBytesMax / 1024.0:0.0} KiB"));
}
