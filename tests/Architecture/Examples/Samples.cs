using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Mortanba.Documents;
using Mortanba.Tests;

namespace Mortanba.Architecture.Tests.Examples;

/// <summary>
/// The diplomas of <c>samples/diplomas</c>, and the demonstration they are taken from. <c>MORTANBA_WRITE_SAMPLES=1</c>
/// takes new ones; keys and times differ each time, so that is done only when a format changed.
/// </summary>
internal static class Samples
{
    public const string Site = "https://mortanba.example";
    public const string Folder = "samples/diplomas";
    public const string Trust = "trust.json";

    /// <summary>Exit codes of <c>verify --offline</c>, by file. A form alone has no proof of the ledger with it.</summary>
    public static readonly IReadOnlyDictionary<string, int> Exits = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["genuine.diploma.json"] = 0,
        ["genuine.pdf"] = 0,
        ["genuine.sd-jwt"] = 3,
        ["genuine.vc.json"] = 3,
        ["genuine.paper.jwt"] = 3,
        ["suspended.diploma.json"] = 2,
        ["annulled.diploma.json"] = 2,
        ["superseded.diploma.json"] = 2,
        ["tampered.diploma.json"] = 1,
        ["tampered.pdf"] = 1,
    };

    private static readonly Lazy<Task<IReadOnlyDictionary<string, byte[]>>> Made = new(MakeAsync);

    public static bool AreWritten => Environment.GetEnvironmentVariable("MORTANBA_WRITE_SAMPLES") == "1";

    public static string PathOf(string file) => Repository.Path(Folder, file);

    /// <summary>The same files as the program writes them today; put in their place first when that is asked for.</summary>
    public static Task<IReadOnlyDictionary<string, byte[]>> FreshAsync() => Made.Value;

    /// <summary>What is in the folder, after new ones were written when that is asked for.</summary>
    public static async Task<byte[]> ReadAsync(string file)
    {
        if (AreWritten)
        {
            await FreshAsync();
        }

        return await File.ReadAllBytesAsync(PathOf(file));
    }

    /// <summary><c>mortanba ARGS…</c> in a process of its own.</summary>
    public static async Task<(int Exit, string Output)> MortanbaAsync(params string[] args)
    {
        var start = new ProcessStartInfo(Installed.File, [.. Installed.Before, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["LANG"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    private static async Task<IReadOnlyDictionary<string, byte[]>> MakeAsync()
    {
        var data = Directory.CreateTempSubdirectory("mortanba-samples-").FullName;
        try
        {
            var made = await MortanbaAsync("demo", "--no-serve", "--count", "8", "--site", Site, "--data", data);
            if (made.Exit != 0)
            {
                throw new InvalidOperationException(made.Output);
            }

            var files = await CollectAsync(data);
            if (AreWritten)
            {
                Directory.CreateDirectory(Repository.Path(Folder));
                foreach (var (name, bytes) in files)
                {
                    await File.WriteAllBytesAsync(PathOf(name), bytes);
                }
            }

            return files;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    // The first diploma of each kind; of each a diploma file, then a PDF.
    private static async Task<Dictionary<string, byte[]>> CollectAsync(string data)
    {
        using var index = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(data, "samples.json")));
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [Trust] = await File.ReadAllBytesAsync(Path.Combine(data, Trust)),
        };
        foreach (var kind in index.RootElement.EnumerateObject())
        {
            foreach (var file in kind.Value.EnumerateArray().Take(2).Select(f => f.GetString()!))
            {
                var name = kind.Name + (file.EndsWith(".pdf", StringComparison.Ordinal) ? ".pdf" : ".diploma.json");
                if (Exits.ContainsKey(name))
                {
                    files[name] = await File.ReadAllBytesAsync(Path.Combine(data, file));
                }
            }
        }

        var genuine = DiplomaFile.Parse(files["genuine.diploma.json"]).Value;
        files["genuine.sd-jwt"] = Encoding.ASCII.GetBytes(genuine.SdJwt!);
        files["genuine.vc.json"] = genuine.Vc!;
        files["genuine.paper.jwt"] = Encoding.ASCII.GetBytes(genuine.Paper!);
        return files;
    }
}
