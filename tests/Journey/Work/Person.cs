using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Mortanba.Journey.Tests.Demo;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Somebody with a browser of their own: cookies are kept, redirects are not followed by themselves.</summary>
internal sealed class Person : IDisposable
{
    private readonly SocketsHttpHandler handler = new() { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
    private readonly HttpClient client;

    public Person(string site) => client = new HttpClient(handler) { BaseAddress = new Uri(site) };

    /// <summary>One of the demonstration's people, signed in.</summary>
    public static async Task<Person> SignedInAsync(DemoSite demo, string email)
    {
        var person = new Person(demo.Site);
        var answer = await person.SignInAsync(email, (await File.ReadAllLinesAsync(Path.Combine(demo.Directory, "demo-accounts.txt")))[0]);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return person;
    }

    public async Task<HttpResponseMessage> SignInAsync(string email, string password, string to = "")
    {
        var token = await TokenAsync("/en/sign-in");
        return await PostAsync("/en/sign-in", token, ("email", email), ("password", password), ("to", to));
    }

    public Task<HttpResponseMessage> GetAsync(string path) => client.GetAsync(path);

    public async Task<IDocument> PageAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var answer = await client.GetAsync(path);
        Assert.Equal(expected, answer.StatusCode);
        return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The form token of a page.</summary>
    public async Task<string> TokenAsync(string path) =>
        (await PageAsync(path)).QuerySelector("main input[name=form]")!.GetAttribute("value")!;

    public Task<HttpResponseMessage> PostAsync(string path, string? token, params (string Name, string Value)[] fields)
    {
        var all = fields.Select(f => KeyValuePair.Create(f.Name, f.Value)).ToList();
        if (token is not null)
        {
            all.Add(KeyValuePair.Create("form", token));
        }

        return client.PostAsync(path, new FormUrlEncodedContent(all));
    }

    public async Task<HttpResponseMessage> UploadAsync(string path, string token, string field, string name, byte[] bytes)
    {
        using var file = new ByteArrayContent(bytes);
        using var body = new MultipartFormDataContent { { new StringContent(token), "form" }, { file, field, name } };
        return await client.PostAsync(path, body);
    }

    /// <summary>A form as a page of some site sends it; null: no page at all.</summary>
    public async Task<HttpResponseMessage> PostFromAsync(string path, string? origin, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))),
        };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return await client.SendAsync(request);
    }

    public Task<HttpResponseMessage> SendAsync(string path, HttpContent body) => client.PostAsync(path, body);

    public async Task<HttpResponseMessage> SendAsync(string path, HttpContent body, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        request.Headers.Add("Accept", accept);
        return await client.SendAsync(request);
    }

    /// <summary>A body as a page of some site sends it.</summary>
    public async Task<HttpResponseMessage> SendFromAsync(string path, string origin, HttpContent body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        request.Headers.Add("Origin", origin);
        return await client.SendAsync(request);
    }

    public string? Cookie(string name) => handler.CookieContainer.GetCookies(client.BaseAddress!)[name]?.Value;

    public void SetCookie(string name, string? value) => handler.CookieContainer.Add(client.BaseAddress!, new Cookie(name, value));

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
    }
}
