using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mortanba.Recognition;
using UglyToad.PdfPig;

namespace Mortanba.Host.Acts;

/// <summary>
/// The text of a stranger's PDF. A few bytes of one can ask its reader for any memory, time or depth, and neither a loop nor an exhausted
/// stack ends within a process without ending it; so a process of its own reads it, without the secrets of this one, with a bounded heap,
/// and for a bounded time.
/// </summary>
internal static class PdfText
{
    /// <summary>The one argument with which this program is that process: a PDF in, its text out as UTF-8.</summary>
    public const string Argument = "--pdf-text";

    private const int PagesMax = 60;
    private const long HeapMaxBytes = 400L << 20;
    private const int AtOnceMax = 2;

    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(10);
    private static readonly SemaphoreSlim Places = new(AtOnceMax);

    /// <param name="bytes">At most <see cref="DocumentText.SizeMaxBytes"/>.</param>
    /// <param name="timeMax">Null: ten seconds.</param>
    public static async Task<FileText> OfAsync(byte[] bytes, CancellationToken cancel, TimeSpan? timeMax = null)
    {
        if (bytes.Length > DocumentText.SizeMaxBytes)
        {
            return new FileText(null, IsUnreadable: true);
        }

        await Places.WaitAsync(cancel);
        try
        {
            using var time = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            time.CancelAfter(timeMax ?? TimeMax);
            using var process = Process.Start(Start()) ?? throw new IOException("The reader of PDFs did not start.");
            try
            {
                var text = process.StandardOutput.ReadToEndAsync(time.Token);
                // What it says in its last moments is about a stranger's file: nobody's log.
                var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, time.Token);
                await WriteAsync(process, bytes, time.Token);
                await process.WaitForExitAsync(time.Token);
                await errors;
                // Pages that are pictures give empty lines.
                return process.ExitCode != 0 ? new FileText(null, IsUnreadable: true) : new FileText(string.IsNullOrWhiteSpace(await text) ? null : await text);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                return new FileText(null, IsUnreadable: true);
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill();
                }
            }
        }
        finally
        {
            Places.Release();
        }
    }

    /// <summary>The work of the process. Whatever ends it early says the same: this file is for a person.</summary>
    /// <returns>Exit code: 0 the text is out, 1 it cannot be read.</returns>
    public static int Run(Stream input, Stream output)
    {
        try
        {
            using var whole = new MemoryStream();
            input.CopyTo(whole);
            output.Write(Encoding.UTF8.GetBytes(Read(whole.ToArray())));
            return 0;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // A library over a stranger's bytes throws what it throws.
            return 1;
        }
    }

    private static string Read(byte[] bytes)
    {
        using var pdf = PdfDocument.Open(bytes);
        var text = new StringBuilder();
        for (var page = 1; page <= Math.Min(pdf.NumberOfPages, PagesMax) && text.Length < SuggestionQuestion.TextLengthMax; page++)
        {
            double? line = null;
            foreach (var word in pdf.GetPage(page).GetWords())
            {
                var box = word.BoundingBox;
                text.Append(line is null ? "" : Math.Abs(box.Bottom - line.Value) > box.Height / 2 ? "\n" : " ").Append(word.Text);
                line = box.Bottom;
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static ProcessStartInfo Start()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "mortanba"), [Argument])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        // The passphrase of the vault stands in the environment of this process.
        foreach (var name in start.Environment.Keys.Where(n => n != "PATH" && !n.StartsWith("DOTNET_ROOT", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_GCHeapHardLimit"] = HeapMaxBytes.ToString("X", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        return start;
    }

    // It may have given up before it read everything.
    private static async Task WriteAsync(Process process, byte[] bytes, CancellationToken cancel)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(bytes, cancel);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // Its exit code tells.
        }
    }
}
