using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mortanba.Issuance;

/// <summary>An exclusive lock on a file, waited for in the kernel (flock(2)); closing the file gives it back.</summary>
/// <remarks>
/// Opened by open(2): the base class library puts a lock of its own on each file it opens, and throws instead of waiting
/// when another process holds one.
/// </remarks>
internal static partial class FileLock
{
    // fcntl.h of Linux: O_RDWR, O_CREAT, O_CLOEXEC.
    private const int OpenOrCreate = 0x2 | 0x40 | 0x80000;
    private const int OwnerOnly = 0b110_000_000;
    private const int Exclusive = 2;
    private const int Interrupted = 4;

    public static SafeFileHandle Take(string path)
    {
        int descriptor;
        while ((descriptor = Open(path, OpenOrCreate, OwnerOnly)) < 0)
        {
            ThrowUnlessInterrupted("opened");
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            while (Flock(file, Exclusive) != 0)
            {
                ThrowUnlessInterrupted("locked");
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void ThrowUnlessInterrupted(string done)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != Interrupted)
        {
            throw new IOException($"The lock file could not be {done} (errno {error}).", error);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);
}
