using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Mortanba.Foundation;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// A form with one document of a case, read as a stream: fields first, the form's token before the first byte of the file, and the file
/// only to its limit. Nothing lies open on a disk.
/// </summary>
internal sealed class CaseUpload
{
    private const int FieldMaxBytes = 4 * 1024;
    private const int SectionsMax = 12;
    private const int NameLengthMax = 200;

    // What follows a file that is too large is read over for this long, so that a browser gets to see why; then the line is cut.
    private const long BodyMaxBytes = 1L << 30;

    private readonly Dictionary<string, string> fields = new(StringComparer.Ordinal);

    /// <summary>Null when none was chosen.</summary>
    public TakenFile? File { get; private set; }

    /// <summary>As the sender calls it, on one line and without a path.</summary>
    public string FileName { get; private set; } = "";

    /// <summary>Why the file is not taken; null when it is.</summary>
    public Problem? Refused { get; private set; }

    /// <summary>False when the form's token is not genuine: answer 400 and read no further.</summary>
    public bool IsGenuine { get; private set; }

    public string this[string field] => fields.GetValueOrDefault(field, "");

    public static async Task<CaseUpload> ReadAsync(HttpContext context)
    {
        var cancel = context.RequestAborted;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = BodyMaxBytes;
        }

        var upload = new CaseUpload();
        try
        {
            if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
                || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 100 } boundary)
            {
                return upload;
            }

            var reader = new MultipartReader(boundary, context.Request.Body) { HeadersCountLimit = 8, HeadersLengthLimit = 16 * 1024 };
            for (var i = 0; i < SectionsMax && await reader.ReadNextSectionAsync(cancel) is { } section; i++)
            {
                if (!await upload.TakeAsync(context, section, cancel))
                {
                    break;
                }
            }
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            // Beyond even that: the same words.
            upload.Refused = new Problem(
                "recognition/file-too-large", "The file is too large; scan it with fewer dots per inch, or in parts.",
                ("max", $"{CaseFiles.LengthMaxBytes >> 20}"));
        }
        catch (Exception broken) when (broken is InvalidDataException
            || (broken is IOException and not BadHttpRequestException && !cancel.IsCancellationRequested))
        {
            upload.Refused = new Problem("intake/upload-broken", "The form could not be read.");
        }

        return upload;
    }

    private async Task<bool> TakeAsync(HttpContext context, MultipartSection section, CancellationToken cancel)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var part))
        {
            return true;
        }

        var name = HeaderUtilities.RemoveQuotes(part.Name).Value ?? "";
        var file = (part.FileNameStar.HasValue ? part.FileNameStar : part.FileName).Value;
        if (file is null)
        {
            fields[name] = await FieldAsync(section.Body, cancel);
            if (name == FormGuard.FieldName)
            {
                IsGenuine = await FormGuard.IsGenuineAsync(context, fields[name]);
            }

            return true;
        }

        if (!IsGenuine)
        {
            return false;
        }

        FileName = Clean(HeaderUtilities.RemoveQuotes(file).Value ?? "");
        if (FileName.Length == 0)
        {
            // A field left empty comes as a file without a name.
            return true;
        }

        if (!(await CaseFiles.TakeAsync(section.Body, cancel)).TryGet(out var taken, out var refused))
        {
            Refused = refused;
            return false;
        }

        File = taken;
        return true;
    }

    private static string Clean(string name)
    {
        var last = name.Split('/', '\\')[^1];
        var clean = string.Concat(last.Where(letter =>
            !char.IsControl(letter) && char.GetUnicodeCategory(letter) != System.Globalization.UnicodeCategory.Format)).Trim();
        return clean.Length > NameLengthMax ? clean[..NameLengthMax] : clean;
    }

    private static async Task<string> FieldAsync(Stream body, CancellationToken cancel)
    {
        var bytes = new byte[FieldMaxBytes];
        var count = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return Encoding.UTF8.GetString(bytes, 0, count);
    }
}
