using System.Diagnostics;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>A small file system in memory that can run full. Only root can mount one; else the test is skipped.</summary>
public sealed class SmallDisk : IDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    public static SmallDisk Mount(int sizeKiB)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root can mount a small disk.");
        var folder = Directory.CreateTempSubdirectory("mortanba-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={sizeKiB}k", "none", folder) != 0)
        {
            Directory.Delete(folder);
            Assert.Skip("This machine does not let root mount a small disk.");
        }

        return new SmallDisk(folder);
    }

    public void Grow(int sizeKiB) => Assert.Equal(0, Run("mount", "-o", $"remount,size={sizeKiB}k", Folder));

    public void Dispose()
    {
        Run("umount", "-l", Folder);
        Directory.Delete(Folder);
    }

    private static int Run(string file, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(file, args) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
