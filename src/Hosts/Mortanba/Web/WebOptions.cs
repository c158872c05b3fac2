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

    internal string SiteHost => new Uri(Site).Authority;

    /// <summary>Only an address beyond this machine is told to insist on TLS.</summary>
    internal bool InsistsOnTls => Site.StartsWith("https://", StringComparison.Ordinal) && !new Uri(Site).IsLoopback;
}
