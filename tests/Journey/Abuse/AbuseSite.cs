using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Demo;
using Mortanba.Host.Web;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Journey.Tests.Work;
using Mortanba.Storage;
using Mortanba.TestAuthorities;

namespace Mortanba.Journey.Tests.Abuse;

/// <summary>
/// A demonstration of its own with everybody signed in, and every form that its pages hold, found by walking their links: what
/// is tried on all forms is tried on a form that is added tomorrow.
/// </summary>
public sealed partial class AbuseSite : IAsyncLifetime
{
    public const string Uni = "940540002029";

    private const int SamePagesMax = 6;

    private static readonly string[] People =
    [
        $"registrar@{Uni}.example", $"rector@{Uni}.example", $"admin@{Uni}.example", "graduate@platform.example", "dpo@platform.example",
        "operator@platform.example", DemoPeople.RecognitionOfficer, DemoPeople.Applicant,
    ];

    // They read what others do: their own forms are made up, and their pages are not walked again.
    private const string Auditor = $"auditor@{Uni}.example";
    private const string Compliance = "compliance@platform.example";

    private static readonly string[] NotWalked = [Auditor, Compliance, DemoPeople.Evaluator, DemoPeople.DecisionMaker, DemoPeople.AppealReviewer];

    private static readonly string[] Fields =
    [
        "address", "basis", "code", "current", "decision", "email", "field", "name", "new", "note", "numbers", "office", "order", "password", "phone",
        "pin", "reason", "text", "title", "url", "value", "words",
    ];

    private readonly LaterTime time = new();
    // Read once: the walk asks for hundreds of addresses.
    private IReadOnlyList<(string Route, IReadOnlyList<string> Methods, TemplateMatcher Matcher)> matchers = [];
    private readonly TestAuthority authority = new();

    internal DemoSite Demo { get; private set; } = null!;

    /// <summary>One form of each address that is posted to.</summary>
    internal IReadOnlyList<FoundForm> Forms { get; private set; } = [];

    internal IReadOnlyDictionary<string, Person> SignedIn { get; private set; } = new Dictionary<string, Person>();

    internal IReadOnlyList<RouteEndpoint> Routes { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        Demo = new DemoSite { Time = time, Also = options => (options.LookupsPerMinute, options.FetchesPerMinute) = (100_000, 100_000) };
        // With digital signatures, so that their forms are there.
        var eds = Directory.CreateDirectory(Path.Combine(Demo.Directory, "eds")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(eds, "root.cer"), authority.Root.RawData);
        await Demo.InitializeAsync();
        await EmployAsync();
        Routes = [.. Demo.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()];
        matchers =
        [
            .. Routes.OrderBy(r => r.RoutePattern.Parameters.Count).Select(r => (
                r.RoutePattern.RawText!, r.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [],
                new TemplateMatcher(TemplateParser.Parse(r.RoutePattern.RawText!), []))),
        ];
        await WalkAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var person in SignedIn.Values)
        {
            person.Dispose();
        }

        await Demo.DisposeAsync();
        authority.Dispose();
    }

    // A small demonstration has no schools: the registrar is everybody that AI in education knows, so that its forms are there.
    private async Task EmployAsync()
    {
        var (home, bin) = (Demo.Home, Bin.Parse(Uni));
        var at = home.Time.GetUtcNow();
        await home.Database.WriteAsync(async t =>
        {
            var registrar = (await t.QueryAsync("SELECT id FROM accounts WHERE email = @email", r => r.GetString(0), default, ("email", $"registrar@{Uni}.example")))[0];
            var directory = new SchoolDirectory(home.Vault);
            await directory.PutAsync(
                t, new School(bin, LocalizedText.Same("Trial"), "KZ-75", "Trial", SchoolKind.School, Setting.Urban, ["kk"], Connectivity.Good), at);
            await directory.AddAsync(
                t, bin,
                [
                    new SchoolPerson(SchoolDirectory.NewPersonId(), bin, SchoolPersonKind.Teacher, "", ["9A"], 0, "kk", "female", false, registrar, [], new PersonWords("Trial Teacher", null), at, null),
                    new SchoolPerson(SchoolDirectory.NewPersonId(), bin, SchoolPersonKind.Learner, "9A", [], 9, "kk", "male", false, null, [registrar], new PersonWords("Trial Learner", new DateOnly(2012, 2, 29)), at, null),
                ],
                null);
            foreach (var role in (Role[])[Role.AiCoordinator, Role.Teacher, Role.Guardian, Role.RegionOfficer, Role.EthicsReviewer, Role.AiApprover, Role.MinistryOfficer, Role.Vendor])
            {
                _ = (await Memberships.GrantAsync(t, Actor.AtConsole("test"), registrar, role.IsOfPlatform() ? null : bin, role, at)).Value;
            }

            var admin = (await t.QueryAsync("SELECT id FROM accounts WHERE email = @email", r => r.GetString(0), default, ("email", $"admin@{Uni}.example")))[0];
            _ = (await Memberships.GrantAsync(t, Actor.AtConsole("test"), admin, bin, Role.SchoolHead, at)).Value;
        });
    }

    /// <summary>Lets time pass for the site, so that sessions end.</summary>
    internal void Pass(TimeSpan span) => time.Later += span;

    /// <summary>Everybody signs in anew (<see cref="SignInAsync"/>) and opens what the links lead to; every page is given to whoever looks.</summary>
    internal async Task WalkAsync(Action<string, IDocument>? look = null)
    {
        await SignInAsync();
        var (forms, people) = (new Dictionary<string, FoundForm>(StringComparer.Ordinal), SignedIn);
        foreach (var (email, person) in people.Where(p => !NotWalked.Contains(p.Key)))
        {
            var claim = (await File.ReadAllLinesAsync(Path.Combine(Demo.Directory, "demo-claim.txt"))).First(l => l.Contains("/claim/", StringComparison.Ordinal));
            var ahead = new Queue<string>(email.Length == 0
                ? ["/en/sign-in", "/en/sign-in/code", "/en", "/en" + claim[claim.IndexOf("/claim/", StringComparison.Ordinal)..].Split(' ', '\t')[0]]
                : ["/en/console", "/en/me", "/en/me/security", "/en/me/data", "/en/me/shares"]);
            var (seen, count) = (new HashSet<string>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
            while (ahead.TryDequeue(out var path))
            {
                var route = RouteOf(path, "GET");
                if (route is null || !seen.Add(path) || (count[route] = count.GetValueOrDefault(route) + 1) > SamePagesMax)
                {
                    continue;
                }

                using var answer = await person.GetAsync(path);
                if (answer.StatusCode != HttpStatusCode.OK || answer.Content.Headers.ContentType?.MediaType != "text/html")
                {
                    if (answer.Headers.Location is { } onward && onward.ToString().StartsWith("/en", StringComparison.Ordinal))
                    {
                        ahead.Enqueue(onward.ToString());
                    }

                    continue;
                }

                var page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
                look?.Invoke($"{email} {path}", page);
                foreach (var form in page.QuerySelectorAll("form").Where(f => f.GetAttribute("method") == "post"))
                {
                    var action = form.GetAttribute("action") ?? path;
                    if (RouteOf(action, "POST") is { } to)
                    {
                        forms.TryAdd(to, FoundForm.Read(email, to, action, form));
                    }
                }

                foreach (var link in page.QuerySelectorAll("a[href]").Select(a => a.GetAttribute("href")!.Split('#')[0]))
                {
                    if (link.StartsWith("/en/console", StringComparison.Ordinal) || link.StartsWith("/en/me", StringComparison.Ordinal))
                    {
                        ahead.Enqueue(link);
                    }
                }
            }
        }

        foreach (var route in Routes.Where(IsPost).Where(r => !forms.ContainsKey(r.RoutePattern.RawText!)))
        {
            if (await MakeUpAsync(route, people) is { } form)
            {
                forms.TryAdd(form.Route, form);
            }
        }

        Forms = [.. forms.Values.OrderBy(f => f.Route, StringComparer.Ordinal)];
    }

    /// <summary>Everybody signs in anew: an earlier test may have let their sessions end.</summary>
    internal async Task SignInAsync()
    {
        var people = new Dictionary<string, Person>(StringComparer.Ordinal) { [""] = new(Demo.Site) };
        foreach (var email in (string[])[.. People, .. NotWalked])
        {
            people[email] = await Person.SignedInAsync(Demo, email);
        }

        foreach (var person in SignedIn.Values)
        {
            person.Dispose();
        }

        SignedIn = people;
    }

    /// <summary>What stands beside the address in the table of routes.</summary>
    internal bool IsOf<T>(FoundForm form)
        where T : class =>
        Routes.Single(r => r.RoutePattern.RawText == form.Route && r.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("POST"))
            .Metadata.GetMetadata<T>() is not null;

    /// <summary>A form that no page shows in this state of things: every field that any form has, at an address as it would be.</summary>
    private async Task<FoundForm?> MakeUpAsync(RouteEndpoint route, IReadOnlyDictionary<string, Person> people)
    {
        var pattern = route.RoutePattern.RawText!;
        if (pattern.StartsWith("/api/", StringComparison.Ordinal))
        {
            return null;
        }

        var who = route.Metadata.GetMetadata<WorkPage>() is null ? "" : route.Metadata.GetMetadata<NeedsRight>()!.Right switch
        {
            Right.ManagePeople or Right.AdoptRegulation => $"admin@{Uni}.example",
            Right.Approve => $"rector@{Uni}.example",
            Right.AnswerPersons => "dpo@platform.example",
            Right.ManageCases or Right.ViewCases => DemoPeople.RecognitionOfficer,
            Right.AssessCases => DemoPeople.Evaluator,
            Right.DecideCases => DemoPeople.DecisionMaker,
            Right.ReviewAppeals => DemoPeople.AppealReviewer,
            null when pattern.Contains("/me/cases", StringComparison.Ordinal) => DemoPeople.Applicant,
            Right.ReviewAlarms => pattern.Contains("/platform/", StringComparison.Ordinal) ? Compliance : Auditor,
            null => "graduate@platform.example",
            _ => $"registrar@{Uni}.example",
        };
        await using var connection = await Demo.Home.Database.ConnectAsync();
        async Task<string> OneAsync(string sql) => (await connection.QueryAsync(sql, r => r.GetString(0), default))[0];
        if (pattern.Contains("/cases/{id}", StringComparison.Ordinal))
        {
            var ofWhom = who == DemoPeople.Applicant ? $"WHERE applicant = (SELECT id FROM accounts WHERE email = '{who}')" : "WHERE stage = 'evaluation'";
            pattern = pattern.Replace("{id}", await OneAsync($"SELECT id FROM recognition_cases {ofWhom} ORDER BY id LIMIT 1"), StringComparison.Ordinal);
        }

        var path = pattern.TrimEnd('/').Replace("{lang:language}", "en", StringComparison.Ordinal).Replace("{bin}", Uni, StringComparison.Ordinal)
            .Replace("{token}", "AAAAAAAAAAAAAAAAAAAAAA", StringComparison.Ordinal).Replace("{share}", "AAAAAAAAAAAAAAAAAAAAAA", StringComparison.Ordinal)
            .Replace("{upload}", "upload-1", StringComparison.Ordinal).Replace("{wait}", "wait-1", StringComparison.Ordinal)
            .Replace("{document}", "document-1", StringComparison.Ordinal);
        foreach (var name in (string[])["{id:guid}", "{asset:guid}", "{id}", "{draft}"])
        {
            path = path.Replace(
                name,
                name.Contains("guid", StringComparison.Ordinal)
                    ? (await OneAsync($"SELECT asset FROM credentials WHERE initiator = '{Uni}' ORDER BY asset LIMIT 1"))[^36..]
                    : await OneAsync($"SELECT id FROM drafts WHERE institution = '{Uni}' ORDER BY id LIMIT 1"),
                StringComparison.Ordinal);
        }

        // Whatever else an address names is as nobody has it.
        path = OpenPlace().Replace(path, m => m.Groups["kind"].Value == "guid" ? "00000000-0000-4000-8000-000000000001" : m.Groups["name"].Value + "-1");
        var token = await people[who].TokenAsync(who.Length == 0 ? "/en/sign-in" : "/en/me/security");
        var account = who.Length == 0 ? "" : await OneAsync($"SELECT id FROM accounts WHERE email = '{who}'");
        return new FoundForm(
            who, route.RoutePattern.RawText!, path, route.Metadata.GetMetadata<ReadsOwnForm>() is not null,
            [.. Fields.Select(f => (f, "x"))], [("form", token), ("who", account), ("id", "x"), ("version", "1"), ("credential", "{}"), ("to", "/en")]);
    }

    [GeneratedRegex("\\{(?<name>[a-z]+)(:(?<kind>[a-z]+))?\\}", RegexOptions.IgnoreCase)]
    private static partial Regex OpenPlace();

    private static bool IsPost(RouteEndpoint route) => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true;

    /// <summary>The pattern of the address with the fewest open places; null when there is none.</summary>
    internal string? RouteOf(string path, string method)
    {
        var plain = path.Split('?')[0];
        return matchers.FirstOrDefault(m => m.Methods.Contains(method) && m.Matcher.TryMatch(plain, [])).Route;
    }

    private sealed class LaterTime : TimeProvider
    {
        public TimeSpan Later { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Later;
    }
}

/// <summary>A form as a browser would send it.</summary>
/// <param name="Who">Whose page it is on; empty: nobody's.</param>
/// <param name="Typed">Fields that a person writes into.</param>
/// <param name="Fixed">What the page put there: hidden fields, choices.</param>
internal sealed record FoundForm(
    string Who, string Route, string Path, bool HasFile, IReadOnlyList<(string Name, string Value)> Typed, IReadOnlyList<(string Name, string Value)> Fixed)
{
    private static readonly string[] Written = ["text", "email", "tel", "search", "password", "url", "number", "date"];

    public IReadOnlyList<(string Name, string Value)> All => [.. Typed, .. Fixed];

    public static FoundForm Read(string who, string route, string path, IElement form)
    {
        var (typed, given) = (new List<(string, string)>(), new List<(string, string)>());
        foreach (var field in form.QuerySelectorAll("input[name], textarea[name], select[name], button[name]"))
        {
            var (name, kind) = (field.GetAttribute("name")!, field.GetAttribute("type") ?? "text");
            switch (field.LocalName)
            {
                case "textarea":
                    typed.Add((name, field.TextContent));
                    break;
                case "select":
                    var chosen = field.QuerySelector("option[selected]") ?? field.QuerySelector("option:last-child");
                    given.Add((name, chosen?.GetAttribute("value") ?? chosen?.TextContent ?? ""));
                    break;
                case "button":
                    given.Add((name, field.GetAttribute("value") ?? ""));
                    break;
                case "input" when kind is "checkbox" or "radio":
                    if (field.HasAttribute("checked"))
                    {
                        given.Add((name, field.GetAttribute("value") ?? "on"));
                    }

                    break;
                case "input" when kind != "file":
                    (Written.Contains(kind) ? typed : given).Add((name, field.GetAttribute("value") ?? ""));
                    break;
            }
        }

        return new FoundForm(who, route, path, form.QuerySelector("input[type=file]") is not null, typed, given);
    }

    /// <summary>The body, in the encoding that the form has.</summary>
    public HttpContent Body(IEnumerable<(string Name, string Value)> fields)
    {
        if (!HasFile)
        {
            return new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        }

        // The token first: the handler reads it before the files.
        var body = new MultipartFormDataContent();
        foreach (var (name, value) in fields.OrderBy(f => f.Name != "form"))
        {
            body.Add(new StringContent(value), name);
        }

        return body;
    }
}
