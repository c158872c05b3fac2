using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Mortanba.Host.Web;

/// <summary>
/// What somebody presents for verification, in one pooled buffer. It never touches a disk and is cleared when the
/// answer is written: nothing is stored.
/// </summary>
internal sealed class Presented : IDisposable
{
    private const int FirstBufferBytes = 64 * 1024;
    private const int FirstBufferMaxBytes = 256 * 1024;
    private const int FieldSizeMaxBytes = 64 * 1024;

    private byte[] buffer = [];
    private int length;
    private Presented? original;

    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <summary>Name of the file as its owner called it; null when nothing was uploaded.</summary>
    public string? FileName { get; private set; }

    /// <summary>What was typed into the number field.</summary>
    public string? Number { get; private set; }

    /// <summary>A second file, which the first is said to be about; empty when none was uploaded.</summary>
    public ReadOnlyMemory<byte> Original => original?.Bytes ?? ReadOnlyMemory<byte>.Empty;

    /// <summary>True when <see cref="Bytes"/> came from the paste box or a scanned code.</summary>
    public bool IsText { get; private set; }

    /// <summary>Throws <see cref="BadHttpRequestException"/> with 413 above the limit.</summary>
    public static async Task<Presented> ReadAsync(HttpRequest request, long sizeMaxBytes, CancellationToken cancel)
    {
        if (request.ContentLength > sizeMaxBytes + FieldSizeMaxBytes)
        {
            throw TooLarge();
        }

        var presented = new Presented();
        try
        {
            if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
                && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            {
                await presented.ReadFormAsync(request, type, sizeMaxBytes, cancel);
            }
            else
            {
                await presented.FillAsync(request.Body, (int)(request.ContentLength ?? 0), sizeMaxBytes, cancel);
            }

            return presented;
        }
        catch
        {
            presented.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        original?.Dispose();
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
            buffer = [];
            length = 0;
        }
    }

    private static BadHttpRequestException TooLarge() =>
        new("More than the site reads at once.", StatusCodes.Status413PayloadTooLarge);

    private async Task ReadFormAsync(
        HttpRequest request, MediaTypeHeaderValue type, long sizeMaxBytes, CancellationToken cancel)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 100)
        {
            throw new BadHttpRequestException("The form has no boundary.");
        }

        var reader = new MultipartReader(boundary, request.Body) { HeadersCountLimit = 8, HeadersLengthLimit = 4096 };
        try
        {
            while (await reader.ReadNextSectionAsync(cancel) is { } section)
            {
                if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var part))
                {
                    await ReadPartAsync(HeaderUtilities.RemoveQuotes(part.Name).Value, part, section.Body, sizeMaxBytes, cancel);
                }
            }
        }
        catch (Exception broken) when (broken is InvalidDataException
            || (broken is IOException and not BadHttpRequestException && !cancel.IsCancellationRequested))
        {
            throw new BadHttpRequestException("The form could not be read.", broken);
        }
    }

    private async Task ReadPartAsync(
        string? name, ContentDispositionHeaderValue part, Stream body, long sizeMaxBytes, CancellationToken cancel)
    {
        switch (name)
        {
            case "file" when length == 0:
                await FillAsync(body, 0, sizeMaxBytes, cancel);
                if (length > 0)
                {
                    FileName = Path.GetFileName((part.FileNameStar.HasValue ? part.FileNameStar : part.FileName)
                        .ToString().Trim('"').Replace('\\', '/'));
                }

                break;
            case "text" when length == 0:
                await FillAsync(body, 0, sizeMaxBytes, cancel);
                IsText = length > 0;
                break;
            case "original" when original is null:
                original = new Presented();
                await original.FillAsync(body, 0, sizeMaxBytes, cancel);
                break;
            case "number":
                Number = await FieldAsync(body, cancel);
                break;
            default:
                await body.CopyToAsync(Stream.Null, cancel);
                break;
        }
    }

    private static async Task<string?> FieldAsync(Stream body, CancellationToken cancel)
    {
        using var field = new Presented();
        await field.FillAsync(body, 0, FieldSizeMaxBytes, cancel);
        var text = Encoding.UTF8.GetString(field.Bytes.Span).Trim();
        return text.Length == 0 ? null : text;
    }

    private async Task FillAsync(Stream body, int expected, long sizeMaxBytes, CancellationToken cancel)
    {
        // A length that was only announced costs little: memory follows what really comes.
        Grow(expected > 0 ? Math.Min(expected + 1, FirstBufferMaxBytes) : FirstBufferBytes);
        while (true)
        {
            var read = await body.ReadAsync(buffer.AsMemory(length), cancel);
            if (read == 0)
            {
                return;
            }

            length += read;
            if (length > sizeMaxBytes)
            {
                throw TooLarge();
            }

            if (length == buffer.Length)
            {
                Grow(buffer.Length * 2);
            }
        }
    }

    private void Grow(int sizeBytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(sizeBytes);
        if (buffer.Length > 0)
        {
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }

        buffer = larger;
    }
}
