using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace Mortanba.Issuance;

/// <summary>Makes a rename durable: fsync of the directory, which the base class library does not offer.</summary>
internal static partial class DirectorySync
{
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS journals the rename itself.
        }

        var descriptor = Open(directory, flags: 0);
        if (descriptor < 0)
        {
            throw new IOException("The vault's directory could not be opened to flush it.");
        }

        try
        {
            if (Fsync(descriptor) != 0)
            {
                throw new IOException("The vault's directory could not be flushed.");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
