namespace Mortanba.Host.Web;

/// <summary>What the site must know about itself.</summary>
public sealed class WebOptions
{
    /// <summary>Public base address without a slash at the end, for example <c>http://localhost:5080</c>.</summary>
    public string Site { get; set; } = "http://localhost:5080";

    /// <summary>Largest thing that may be presented for verification.</summary>
    public long PresentedSizeMaxBytes { get; set; } = 20 * 1024 * 1024;

    /// <summary>Look-ups by number, and by capability, that one client address may make in a minute.</summary>
    public int LookupsPerMinute { get; set; } = 60;

    /// <summary>Evidence and status lists, together, that one client address may fetch in a minute.</summary>
    public int FetchesPerMinute { get; set; } = 1200;

    /// <summary>Attempts to sign in, and forms of invitations, that one client address may send in a minute.</summary>
    public int SignInsPerMinute { get; set; } = 30;

    /// <summary>
    /// Networks of the reverse proxies before this site. Only a request that comes from one of them is believed about the
    /// client's address and scheme (<c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c>); with none, the two are ignored.
    /// </summary>
    public IReadOnlyList<System.Net.IPNetwork> Proxies { get; set; } = [];

    /// <summary>People can sign in here: the console and the graduate's page are there.</summary>
    public bool HasAccounts { get; set; }

    /// <summary>Nobody is asked for a second factor, as in the demonstration: working pages say so.</summary>
    public bool FactorsAreWaived { get; set; }

    internal string SiteHost => new Uri(Site).Authority;

    /// <summary>Only an address beyond this machine is told to insist on TLS.</summary>
    internal bool InsistsOnTls => Site.StartsWith("https://", StringComparison.Ordinal) && !new Uri(Site).IsLoopback;
}
