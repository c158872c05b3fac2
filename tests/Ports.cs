using System.Net;
using System.Net.Sockets;

namespace Mortanba.Tests;

/// <summary>
/// Ports for programs that are started later. They lie below those that the system gives to whoever asks for any (Linux: from 32768),
/// so that nobody is given one between its finding and its use.
/// </summary>
internal static class Ports
{
    private const int First = 20_000;
    private const int Count = 12_000;

    // Test processes that run side by side begin at different places.
    private static int last = Environment.ProcessId * 97;

    /// <summary>A port of the loopback that nobody listens on, and that no other caller of this process was given.</summary>
    public static int Free()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref last) % Count);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's; the next one.
            }
        }

        throw new InvalidOperationException($"No port from {First} to {First + Count - 1} is free.");
    }
}
