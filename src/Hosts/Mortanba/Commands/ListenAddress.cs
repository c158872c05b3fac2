using System.Net;
using System.Net.Sockets;

namespace Mortanba.Host.Commands;

/// <summary>The addresses a site is to listen on, tried before anything is built on them.</summary>
internal static class ListenAddress
{
    /// <summary>
    /// Throws <see cref="SocketException"/> when another program has one of them: here it becomes one line for the person at the
    /// terminal (<see cref="Trouble"/>), where the server would write its whole stack first.
    /// </summary>
    /// <param name="urls">As for <c>--urls</c>: several with a semicolon between them.</param>
    public static void Try(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // What cannot be read is the server's to refuse; port 0 is any that is free.
            if (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Port > 0
                && (IPAddress.TryParse(address.IdnHost, out var ip) || (address.IsLoopback && (ip = IPAddress.Loopback) is not null)))
            {
                using var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(ip, address.Port));
            }
        }
    }
}
