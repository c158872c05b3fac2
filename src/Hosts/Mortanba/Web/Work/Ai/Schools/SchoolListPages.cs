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
        var (all, found) = await FindAsync(context, search, Readers.LanguageOf(context.Request));
        await SitePages.Write<SchoolListPage>(
            context, writer, (nameof(SchoolListPage.Search), search), (nameof(SchoolListPage.Found), found.Skip((page - 1) * OnPage).Take(OnPage).ToList()),
            (nameof(SchoolListPage.Regions), all.Where(p => !p.IsDepartment).Select(p => p.Region).Distinct().Order(StringComparer.Ordinal).ToList()),
            (nameof(SchoolListPage.Total), found.Count), (nameof(SchoolListPage.Number), page), (nameof(SchoolListPage.Size), OnPage));
    }

    private static async Task DataAsync(HttpContext context, LookupLimits limits)
    {
        if (!await limits.AllowFetchAsync(context))
        {
            return;
        }

        var (search, page) = Asked(context.Request.Query);
        var size = int.TryParse(context.Request.Query["size"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, SizeMax) : OnPage;
        var (_, found) = await FindAsync(context, search, Readers.LanguageOfApi(context.Request));
        var buffer = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("total", found.Count);
            json.WriteNumber("page", page);
            json.WriteNumber("size", size);
            json.WriteStartArray("schools");
            foreach (var place in found.Skip((page - 1) * size).Take(size))
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

    // Of the whole country some thousand: all are read, and their names compared in any spelling.
    private static async Task<(IReadOnlyList<School> All, IReadOnlyList<School> Found)> FindAsync(HttpContext context, SchoolSearch search, Language language)
    {
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(context.RequestAborted);
        var all = await SchoolDirectory.AllAsync(connection, cancel: context.RequestAborted);
        return (all, search.Among(all, language));
    }
}
