using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Ai.Schools;

namespace Mortanba.Host.Web;

/// <summary>
/// The places of learning whose use of AI is public, by region and by words, as a page and as JSON (requirement AI-24): each leads to what it
/// adopted and allows (<see cref="OpenSchoolPages"/>).
/// </summary>
internal static class SchoolListPages
{
    public const string Base = "/ai/schools";

    /// <summary>Few enough for a page under 30 KB on a weak line.</summary>
    private const int OnPage = 30;
    private const int SizeMax = 200;
    private const int TextMaxChars = 100;
    private const int PageMax = 100_000;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Map(RouteGroupBuilder pages) => pages.MapGet(Base, ListAsync);

    public static void MapApi(IEndpointRouteBuilder api) => api.MapGet(Base, DataAsync);

    private static async Task ListAsync(HttpContext context, PageWriter writer)
    {
        var (search, page) = Asked(context.Request.Query);
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(context.RequestAborted);
        var (found, total) = await search.FindAsync(
            connection, Readers.LanguageOf(context.Request), (page - 1) * OnPage, OnPage, context.RequestAborted);
        await SitePages.Write<SchoolListPage>(
            context, writer, (nameof(SchoolListPage.Search), search), (nameof(SchoolListPage.Found), found),
            (nameof(SchoolListPage.Regions), await SchoolSearch.RegionsAsync(connection, context.RequestAborted)),
            (nameof(SchoolListPage.Total), total), (nameof(SchoolListPage.Number), page), (nameof(SchoolListPage.Size), OnPage));
    }

    private static async Task DataAsync(HttpContext context, LookupLimits limits)
    {
        if (!await limits.AllowFetchAsync(context))
        {
            return;
        }

        var (search, page) = Asked(context.Request.Query);
        var size = int.TryParse(context.Request.Query["size"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked)
            ? Math.Clamp(asked, 1, SizeMax)
            : OnPage;
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(context.RequestAborted);
        var (found, total) = await search.FindAsync(
            connection, Readers.LanguageOfApi(context.Request), (page - 1) * size, size, context.RequestAborted);
        var buffer = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("total", total);
            json.WriteNumber("page", page);
            json.WriteNumber("size", size);
            json.WriteStartArray("schools");
            foreach (var place in found)
            {
                Write(json, place);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        await PublicApi.SendAsync(context, buffer.WrittenMemory, "application/json", TimeSpan.FromMinutes(5));
    }

    private static void Write(Utf8JsonWriter json, School place)
    {
        json.WriteStartObject();
        json.WriteString("bin", place.Bin.Value);
        json.WriteStartObject("name");
        foreach (var language in Languages.All)
        {
            json.WriteString(language.Tag(), place.Name.In(language));
        }

        json.WriteEndObject();
        json.WriteString("region", place.Region);
        json.WriteString("district", place.District);
        json.WriteString("kind", EventWords.Of(place.Kind));
        json.WriteEndObject();
    }

    private static (SchoolSearch Search, int Page) Asked(IQueryCollection query)
    {
        var (text, region) = (query["q"].ToString().Trim(), query["region"].ToString());
        return (
            new SchoolSearch(text.Length is 0 or > TextMaxChars ? null : text, region.Length == 0 ? null : region),
            int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Clamp(page, 1, PageMax) : 1);
    }
}
