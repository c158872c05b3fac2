using System.Buffers;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>What every page has at hand.</summary>
/// <param name="Path">The rest of the address behind the language, with its slash; where the language switch leads.</param>
public sealed record PageContext(
    Language Language, string Path, Texts Texts, Assets Assets, WebOptions Options, IPublicRegistry Registry, string Version)
{
    /// <summary>Who reads a working page; null on the public ones.</summary>
    public Visit? Visit { get; init; }

    /// <summary>The answer of a form: the browser shows the form's address, so a link says the whole of its own.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>The token that a form of this page sends back; asking sets its cookie.</summary>
    public required Func<string> FormToken { get; init; }

    /// <summary>A refusal in the reader's language.</summary>
    public string Words(Problem problem) => Texts.GetOr(
        Language, problem.Code, problem.Detail,
        problem.Args.Select(a => KeyValuePair.Create(a.Key, Web.Words.DateIfIso(Language, a.Value))));

    public string T(string key, params ReadOnlySpan<(string Name, object? Value)> args) => Texts.Get(Language, key, args);

    public string Link(string path) => $"/{Language.Tag()}{path}";
}

/// <summary>Renders a Razor component to one whole page. Static: no client framework, no state, no cookies of its own.</summary>
internal sealed class PageWriter(
    IServiceProvider services, ILoggerFactory loggers, Texts texts, Assets assets, WebOptions options, IPublicRegistry registry,
    LanguageSwitch languages)
{
    private static readonly string Version =
        typeof(PageWriter).Assembly.GetName().Version is { } v ? $"{v.Major}.{v.Minor}.{v.Build}" : "";

    internal async Task WriteAsync<TPage>(
        HttpContext context, Language language, int status, params (string Name, object? Value)[] parameters)
        where TPage : IComponent
    {
        var tag = language.Tag();
        var page = new PageContext(language, languages.PathOf(context, tag), texts, assets, options, registry, Version)
        {
            IsAnswer = !HttpMethods.IsGet(context.Request.Method),
            Visit = context.VisitOrNull(),
            FormToken = () => FormGuard.Token(context),
        };
        Readers.RememberSwitch(context, language);

        var values = parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
        values[nameof(WebPage.Page)] = page;
        await using var renderer = new HtmlRenderer(services, loggers);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(values));
            using var writer = new StringWriter();
            await writer.WriteAsync("<!doctype html>\n");
            root.WriteHtmlTo(writer);
            return writer.ToString();
        });

        await SendAsync(context, status, tag, html);
    }

    private static async Task SendAsync(HttpContext context, int status, string tag, string html)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentLanguage = tag;
        response.Headers.Vary = "Accept-Encoding";
        if (response.Headers.CacheControl.Count == 0)
        {
            response.Headers.CacheControl = "no-cache";
        }

        // A page echoes what was presented and holds no secret of ours, so compressing it gives nothing away (BREACH).
        var bytes = Encoding.UTF8.GetBytes(html);
        if (!context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal))
        {
            response.ContentLength = bytes.Length;
            await response.Body.WriteAsync(bytes, context.RequestAborted);
            return;
        }

        var squeezed = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(bytes.Length));
        try
        {
            if (!BrotliEncoder.TryCompress(bytes, squeezed, out var written, quality: 4, window: 18))
            {
                throw new InvalidOperationException("A page did not fit the longest it can be squeezed to.");
            }

            response.Headers.ContentEncoding = "br";
            response.ContentLength = written;
            await response.Body.WriteAsync(squeezed.AsMemory(0, written), context.RequestAborted);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(squeezed, clearArray: true);
        }
    }
}
