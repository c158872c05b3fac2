using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Mortanba.Foundation;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Web;

/// <summary>
/// A form with the files of a list, read as a stream: fields first, the form's token before the first byte of a file, files
/// into sealed temporary ones. Nothing lies open on a disk.
/// </summary>
internal sealed class ListUpload : IDisposable
{
    private const int FieldMaxBytes = 64 * 1024;
    private const int SectionsMax = 20;

    private readonly Dictionary<string, string> fields = new(StringComparer.Ordinal);

    public SealedSpool? Graduates { get; private set; }

    public SealedSpool? Courses { get; private set; }

    /// <summary>Why the files are not taken; null when they are.</summary>
    public Problem? Refused { get; private set; }

    /// <summary>False when the form's token is not genuine: answer 400 and read no further.</summary>
    public bool IsGenuine { get; private set; }

    public string this[string field] => fields.GetValueOrDefault(field, "");

    public static async Task<ListUpload> ReadAsync(HttpContext context)
    {
        var cancel = context.RequestAborted;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = DraftLimits.UploadMaxBytes + (1 << 20);
        }

        var upload = new ListUpload();
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

            return upload;
        }
        catch (Exception broken) when (broken is InvalidDataException
            || (broken is IOException and not BadHttpRequestException && !cancel.IsCancellationRequested))
        {
            upload.Refused = new Problem("intake/upload-broken", "The form could not be read.");
            return upload;
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Graduates?.Dispose();
        Courses?.Dispose();
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

        var spool = await SealedSpool.FillAsync(
            HeaderUtilities.RemoveQuotes(file).Value ?? "", section.Body, DraftLimits.Upload.CoursesFileMaxBytes, cancel);
        if (spool is null)
        {
            Refused = new Problem(
                "intake/file-too-large", "Beyond the limit of an upload.", ("file", "–"),
                ("sizeMb", $"> {DraftLimits.Upload.CoursesFileMaxBytes / 1_000_000}"),
                ("maxMb", $"{DraftLimits.Upload.CoursesFileMaxBytes / 1_000_000}"));
            return false;
        }

        // A file field left empty comes as a file without a byte.
        if (spool.LengthBytes == 0 && name == "courses")
        {
            spool.Dispose();
            return true;
        }

        switch (name)
        {
            case "graduates" or "learners" when Graduates is null:
                Graduates = spool;
                break;
            case "courses" when Courses is null:
                Courses = spool;
                break;
            default:
                spool.Dispose();
                break;
        }

        return true;
    }

    private static async Task<string> FieldAsync(Stream body, CancellationToken cancel)
    {
        var bytes = new byte[FieldMaxBytes];
        var count = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return Encoding.UTF8.GetString(bytes, 0, count);
    }
}
