using System.Diagnostics;
using System.Runtime.InteropServices;
using Mortanba.Issuance;

namespace Mortanba.Flow.Tests.Issuance;

/// <summary>A SoftHSM token of its own for one test: in the store of this process, which the module reads once.</summary>
public sealed class SoftHsm : IDisposable
{
    public const string Pin = "482913";
    private const string Variable = "SOFTHSM2_CONF";

    private static readonly Lazy<string> Store = new(MakeStore);

    private readonly string away = Directory.CreateTempSubdirectory("mortanba-away-").FullName;
    private readonly string folder;

    public SoftHsm()
    {
        Xunit.Assert.SkipUnless(Module is not null, "SoftHSM 2 is missing (Debian: softhsm2); tokens were not tested.");
        Label = "mortanba-" + Guid.NewGuid().ToString("N")[..8];
        PinFile = Path.Combine(away, "pin");
        WritePin(Pin);
        var before = Directory.GetDirectories(Tokens);
        Run("--init-token", "--free", "--label", Label, "--pin", Pin, "--so-pin", "12345678");
        folder = Directory.GetDirectories(Tokens).Except(before).Single();
    }

    public static string? Module => ((string[])[
        "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so",
    ]).FirstOrDefault(File.Exists);

    public static string Configuration => Store.Value;

    public string Label { get; }

    public string PinFile { get; }

    public TokenSettings Settings => new(Module!, Label, PinFile);

    private static string Tokens => Path.Combine(Path.GetDirectoryName(Configuration)!, "tokens");

    public void WritePin(string pin)
    {
        File.WriteAllText(PinFile, pin + "\n");
        SetPinMode(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void SetPinMode(UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(PinFile, mode);
        }
    }

    /// <summary>Pulls the token out.</summary>
    public void Remove() => Directory.Move(folder, Path.Combine(away, "token"));

    public void PutBack() => Directory.Move(Path.Combine(away, "token"), folder);

    public void Dispose() => Directory.Delete(away, recursive: true);

    private static string MakeStore()
    {
        var directory = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
            ? Path.GetDirectoryName(given)!
            : Directory.CreateTempSubdirectory("mortanba-softhsm-").FullName;
        var file = Path.Combine(directory, "softhsm2.conf");
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(Path.Combine(directory, "tokens"));
            File.WriteAllText(
                file,
                $"directories.tokendir = {Path.Combine(directory, "tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n");
            // The module reads the process's own environment, which .NET's copy does not reach.
            _ = SetEnvironment(Variable, file, 1);
            Environment.SetEnvironmentVariable(Variable, file);
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        }

        return file;
    }

    private static void Run(params string[] args)
    {
        var start = new ProcessStartInfo("softhsm2-util", args) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[Variable] = Configuration;
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Xunit.Assert.True(process.ExitCode == 0, said);
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetEnvironment(string name, string value, int overwrite);
}
