using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Host.Web.Pages;

namespace Mortanba.Host.Web.Sandbox;

/// <summary>
/// The sandbox for those who write software against this service: <c>/{lang}/developers/sandbox</c>, and below
/// <c>/api/v1/sandbox</c> the documents, their trust file and a verify that trusts the invented service alone.
/// </summary>
internal static class SandboxSite
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    public static void Map(WebApplication app)
    {
        var pages = app.MapGroup("/{lang:language}/developers/sandbox");
        pages.MapGet("", (HttpContext context, PageWriter writer, SandboxDocuments documents) =>
            SitePages.Write<SandboxPage>(context, writer, (nameof(SandboxPage.Documents), documents.All)));
        pages.MapGet("/{name}", ShowAsync);

        var api = app.MapGroup("/api/v1/sandbox");
        api.MapGet("", ListAsync);
        api.MapGet("/trust.json", (HttpContext context, SandboxDocuments documents) =>
            PublicApi.SendAsync(context, documents.TrustFile, "application/json", MaxAge));
        api.MapGet("/documents/{name}", (HttpContext context, SandboxDocuments documents, string name) =>
            documents.Find(name) is { } document
                ? PublicApi.SendAsync(context, document.Bytes, document.MediaType, MaxAge)
                : Problems.NotFoundAsync(context));
        api.MapPost("/verify", VerifyAsync);
    }

    private static async Task ShowAsync(
        HttpContext context, SandboxDocuments documents, IVerification verification, string name)
    {
        if (documents.Find(name) is not { } document)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var report = await verification.VerifyAsync(document.Bytes, documents.Trust, live: null, context.RequestAborted);
        await VerifyOnline.ShowAsync(context, report, document.FileName, onPaper: null);
    }

    private static async Task ListAsync(HttpContext context, SandboxDocuments documents, Texts texts, WebOptions options)
    {
        var language = Readers.LanguageOfApi(context.Request);
        using var bytes = new MemoryStream();
        await using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("trust", options.Site + "/api/v1/sandbox/trust.json");
            json.WriteStartArray("documents");
            foreach (var document in documents.All)
            {
                json.WriteStartObject();
                json.WriteString("name", document.Name);
                json.WriteString("mediaType", document.MediaType);
                json.WriteString("verdict", ReportWords.Code(document.Expected));
                json.WriteString("why", texts.Get(language, "sandbox/" + document.Name));
                json.WriteString("url", $"{options.Site}/api/v1/sandbox/documents/{document.Name}");
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        await PublicApi.SendAsync(context, bytes.ToArray(), "application/json", MaxAge);
    }

    private static async Task VerifyAsync(
        HttpContext context, SandboxDocuments documents, IVerification verification, IPublicRegistry registry, Texts texts,
        WebOptions options)
    {
        using var presented = await Presented.ReadAsync(context.Request, options.PresentedSizeMaxBytes, context.RequestAborted);
        if (presented.Bytes.IsEmpty)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, new Problem(
                "web/nothing-presented", "The body is empty: send a diploma file, PDF, SD-JWT, VC or the text of a paper QR."));
            return;
        }

        var report = await verification.VerifyAsync(presented.Bytes, documents.Trust, live: null, context.RequestAborted);
        await VerifyApi.SendAsync(context, report, registry, texts);
    }
}
