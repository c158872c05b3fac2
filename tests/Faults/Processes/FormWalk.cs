using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mortanba.Host.Demo;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>A form of a page: who sends it, from which page, and what is filled in.</summary>
/// <param name="Kind">What comes of it.</param>
/// <param name="Fields">Values in braces are read from the page, or are what an earlier step kept.</param>
internal record FormStep(string Kind, string Who, string Page, string Action, params (string Name, string Value)[] Fields)
{
    /// <summary>Sent with a file: field, name, content.</summary>
    public (string Field, string Name, byte[] Content)? File { get; init; }

    /// <summary>Sent as JSON by a program, which reads its page before, where there is one.</summary>
    public JsonObject? Json { get; init; }

    /// <summary>Finds the address on the page, where only the page knows it.</summary>
    public Regex? ActionOnPage { get; init; }

    /// <summary>Name under which the end of the address that answers is kept for later steps.</summary>
    public string? Keeps { get; init; }

    /// <summary>Step at which the process dies (<c>MORTANBA_CRASH_AT</c>); null: it lives.</summary>
    public string? DiesAt { get; init; }

    /// <summary>At that step everything is committed.</summary>
    public bool DiesAfterCommit { get; init; }
}

/// <summary>A form as it was filled in, to be sent to whichever node there is.</summary>
internal sealed record SentForm(HttpClient Who, string Action, IReadOnlyList<(string Name, string Value)> Fields, FormStep Step);

/// <summary>
/// Walks through forms of the real site, each sent twice: the first time does what is expected, the second nothing. Where a step is deadly the
/// process is killed in it, and after the next start the same form does what it had not done, or nothing when it was committed.
/// </summary>
internal sealed partial class FormWalk(World world) : IDisposable
{
    private readonly string password = File.ReadAllLines(Path.Combine(world.Data, DemoPeople.FileName))[0];
    private readonly Dictionary<string, HttpClient> people = [];
    private readonly Dictionary<string, string> kept = [];

    /// <summary>Somebody who is known by something else than a password.</summary>
    public void Enter(string name, HttpClient client) => people[name] = client;

    /// <param name="countAsync">What is stored.</param>
    /// <param name="expected">What is to be stored after a step: by what was before, and what is there.</param>
    public async Task RunAsync<TStep, TCounts>(IEnumerable<TStep> steps, Func<Task<TCounts>> countAsync, Func<TStep, TCounts, TCounts, TCounts> expected)
        where TStep : FormStep
        where TCounts : IEquatable<TCounts>
    {
        var waiting = new Queue<TStep>(steps);
        (TStep Step, SentForm Form)? killed = null;
        do
        {
            var deadly = waiting.FirstOrDefault(s => s.DiesAt is not null);
            using var node = await Node.StartAsync(world, deadly is null ? [] : [("MORTANBA_CRASH_AT", deadly.DiesAt!)]);
            if (killed is var (again, form))
            {
                await DoAsync(node, again, form, isDone: again.DiesAfterCommit);
            }

            killed = null;
            while (killed is null && waiting.TryDequeue(out var step))
            {
                var sent = await ReadAsync(node, step);
                if (step.DiesAt is null)
                {
                    await DoAsync(node, step, sent, isDone: false);
                    continue;
                }

                var before = await countAsync();
                var fault = await Record.ExceptionAsync(() => SendAsync(node, sent));
                Assert.True(fault is HttpRequestException, $"{step.Kind}: {fault}");
                Assert.Equal(Ended.Killed, (await node.EndedAsync()).Exit);
                var after = await countAsync();
                Assert.True((step.DiesAfterCommit ? expected(step, before, after) : before).Equals(after), $"{step.Kind}: {before}, {after}");
                killed = (step, sent);
            }
        }
        while (killed is not null);

        // Done, with all that belongs to it, and the same form does nothing more.
        async Task DoAsync(Node node, TStep step, SentForm form, bool isDone)
        {
            if (!isDone)
            {
                var before = await countAsync();
                using var answer = await SendAsync(node, form);
                Assert.True(
                    answer.StatusCode is HttpStatusCode.SeeOther or HttpStatusCode.Redirect or HttpStatusCode.Accepted,
                    $"{step.Kind}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
                var after = await countAsync();
                Assert.True(expected(step, before, after).Equals(after), $"{step.Kind}: {before}, {after}");
                if (step.Keeps is { } name)
                {
                    kept[name] = answer.Headers.Location!.ToString().Split('/')[^1];
                }
            }

            var done = await countAsync();
            (await SendAsync(node, form)).Dispose();
            var twice = await countAsync();
            Assert.True(done.Equals(twice), $"{step.Kind} twice: {done}, {twice}");
        }
    }

    public void Dispose()
    {
        foreach (var person in people.Values)
        {
            person.Dispose();
        }
    }

    private async Task<SentForm> ReadAsync(Node node, FormStep step)
    {
        var who = await SignedInAsync(node, step.Who);
        if (step.Json is not null)
        {
            if (step.Page.Length > 0)
            {
                using var asked = await who.GetAsync(node.Address + Known(step.Page));
                Assert.True(asked.IsSuccessStatusCode, $"{step.Kind}: {asked.StatusCode} {await asked.Content.ReadAsStringAsync()}");
            }

            return new SentForm(who, Known(step.Action), [], step);
        }

        using var read = await who.GetAsync(node.Address + Known(step.Page));
        var page = WebUtility.HtmlDecode(await read.Content.ReadAsStringAsync());
        Assert.True(read.IsSuccessStatusCode, $"{step.Kind}: {read.StatusCode} {page}");
        string Fill(string value) => value switch
        {
            "{version}" => Version().Match(page).Groups[1].Value,
            "{password}" => password,
            _ when value.StartsWith('{') && value.EndsWith('}') => ValuesOf(page, value[1..^1]).Last(),
            _ => value,
        };
        return new SentForm(
            who, step.ActionOnPage?.Match(page).Groups[1].Value ?? Known(step.Action),
            [("form", ValuesOf(page, "form").Last()), .. step.Fields.Select(f => (f.Name, Fill(f.Value)))], step);
    }

    private string Known(string address) => kept.Aggregate(address, (text, k) => text.Replace("{" + k.Key + "}", k.Value, StringComparison.Ordinal));

    private static IEnumerable<string> ValuesOf(string page, string name) =>
        Regex.Matches(page, $"""name="{Regex.Escape(name)}" value="([^"]+)" """.TrimEnd()).Select(m => m.Groups[1].Value);

    private static async Task<HttpResponseMessage> SendAsync(Node node, SentForm form)
    {
        using HttpContent body = form.Step switch
        {
            { Json: { } json } => JsonContent.Create(json),
            { File: { } file } => WithFile(form, file),
            _ => new FormUrlEncodedContent(form.Fields.Select(f => KeyValuePair.Create(f.Name, f.Value))),
        };
        return await form.Who.PostAsync(node.Address + form.Action, body);
    }

    private static MultipartFormDataContent WithFile(SentForm form, (string Field, string Name, byte[] Content) file)
    {
        var body = new MultipartFormDataContent();
        foreach (var (name, value) in form.Fields)
        {
            body.Add(new StringContent(value), name);
        }

        body.Add(new ByteArrayContent(file.Content), file.Field, file.Name);
        return body;
    }

    /// <summary>Signed in once: what a session is kept by outlives the process.</summary>
    private async Task<HttpClient> SignedInAsync(Node node, string email)
    {
        if (people.TryGetValue(email, out var there))
        {
            return there;
        }

        var client = people[email] = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
        var token = ValuesOf(await client.GetStringAsync(node.Address + "/en/sign-in"), "form").Last();
        using var form = new FormUrlEncodedContent([new("form", token), new("email", email), new("password", password), new("to", "")]);
        using var answer = await client.PostAsync(node.Address + "/en/sign-in", form);
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, email);
        return client;
    }

    [GeneratedRegex("name=\"version\" value=\"([0-9]+)\"")]
    private static partial Regex Version();
}
