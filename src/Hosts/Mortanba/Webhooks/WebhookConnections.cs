using System.Net;
using System.Net.Sockets;

namespace Mortanba.Host.Webhooks;

/// <summary>
/// Opens connections to addresses that institutions name, and only to public ones: an institution must not reach what stands
/// beside the site through it (server-side request forgery).
/// </summary>
/// <remarks>
/// The name is resolved here, every address is judged, and the connection goes to the judged address: a name server that
/// answers otherwise the second time (DNS rebinding) changes nothing. Redirects are not followed, no proxy is asked.
/// </remarks>
public static class WebhookConnections
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    // Not for the public internet: IANA IPv4 and IPv6 special-purpose address registries (RFC 6890 and its updates).
    private static readonly IPNetwork[] Private =
    [
        .. ((string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/3", "::/127", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
            "2002::/16", "fc00::/7", "fe80::/10", "ff00::/8",
        ]).Select(IPNetwork.Parse),
    ];

    /// <param name="allowsPrivate">In the demonstration, where the receiver stands on the same machine.</param>
    /// <param name="allowed">Networks of one's own that production may reach.</param>
    /// <param name="resolve">How a name becomes addresses; the machine's resolver when null.</param>
    public static SocketsHttpHandler Handler(
        bool allowsPrivate, IReadOnlyList<IPNetwork> allowed, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) => new()
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            // Each connection is judged; one that lives long is judged anew.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 16,
            ConnectCallback = async (context, cancel) =>
            {
                var addresses = await (resolve ?? Dns.GetHostAddressesAsync)(context.DnsEndPoint.Host, cancel);
                var open = addresses.Where(a => allowsPrivate || IsPublic(a) || allowed.Any(n => n.Contains(a))).ToArray();
                if (open.Length == 0)
                {
                    throw new RefusedAddressException();
                }

                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(open, context.DnsEndPoint.Port, cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };

    internal static bool IsPublic(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return !Private.Any(n => n.Contains(plain));
    }

    internal sealed class RefusedAddressException() : Exception("The name leads to no public address.");
}
