using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mortanba.Issuance;

/// <summary>An exclusive lock on an open file, waited for in the kernel (flock(2)); closing the file gives it back.</summary>
internal static partial class FileLock
{
    private const int Exclusive = 2;
    private const int Interrupted = 4;

    public static void Take(SafeFileHandle file)
    {
        while (Flock(file, Exclusive) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw new IOException($"The file could not be locked (errno {error}).", error);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);
}
