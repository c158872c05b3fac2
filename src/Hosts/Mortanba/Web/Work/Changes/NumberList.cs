using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Host.Web.Work;

/// <summary>Numbers of diplomas as people give them: pasted lines, or a CSV of which one cell a row is a number.</summary>
internal static class NumberList
{
    private const int FileSizeMaxBytes = 2 * 1024 * 1024;
    private const int BadLinesShown = 10;

    /// <summary>The uploaded file as text, to stand in the box like what was pasted; null when there is none. Its name is not looked at.</summary>
    public static async Task<Outcome<string?>> TextOfAsync(IFormFile? file, CancellationToken cancel)
    {
        if (file is null || file.Length == 0)
        {
            return (string?)null;
        }

        if (file.Length > FileSizeMaxBytes)
        {
            return new Problem("changes/file-too-large", "The file is larger than 2 MB.");
        }

        var bytes = new byte[file.Length];
        await using (var stream = file.OpenReadStream())
        {
            await stream.ReadExactlyAsync(bytes, cancel);
        }

        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
            return text.Contains('\0', StringComparison.Ordinal) ? NoText() : text;
        }
        catch (DecoderFallbackException)
        {
            return NoText();
        }

        static Problem NoText() => new("changes/file-no-text", "The file is no text in UTF-8.");
    }

    /// <summary>Every line a number; the first may be a header. Lines without one are refused together.</summary>
    public static Outcome<IReadOnlyList<(string Series, string Number)>> Parse(string text)
    {
        var (numbers, bad) = (new List<(string, string)>(), new List<int>());
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
            {
                continue;
            }

            var cells = lines[i].Split([';', ',', '\t'], StringSplitOptions.TrimEntries).Select(c => c.Trim('"')).ToList();
            var found = cells.Select(DiplomaPages.NumberOf).FirstOrDefault(n => n is not null)
                ?? cells.Zip(cells.Skip(1), (series, number) => DiplomaPages.NumberOf($"{series} {number}")).FirstOrDefault(n => n is not null);
            if (found is { } number)
            {
                numbers.Add(number);
            }
            else if (numbers.Count > 0 || bad.Count > 0 || cells.Any(c => c.Any(char.IsAsciiDigit)))
            {
                bad.Add(i + 1);
            }
        }

        return bad.Count > 0
            ? new Problem(
                "changes/bad-lines", $"{bad.Count} lines hold no number of a diploma.",
                ("count", $"{bad.Count}"), ("lines", string.Join(", ", bad.Take(BadLinesShown)) + (bad.Count > BadLinesShown ? " …" : "")))
            : Outcome<IReadOnlyList<(string, string)>>.From(numbers);
    }
}
