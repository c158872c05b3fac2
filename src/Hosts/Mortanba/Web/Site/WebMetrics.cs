using System.Diagnostics.Metrics;
using System.Globalization;
using Mortanba.Verification;

namespace Mortanba.Host.Web;

/// <summary>The site's own measurements. Labels are route templates, methods, statuses and verdicts: no personal data.</summary>
public sealed class WebMetrics : IDisposable
{
    public const string MeterName = "Mortanba.Web";

    private static readonly string[] StatusNames =
        [.. Enumerable.Range(0, 600).Select(status => status.ToString(CultureInfo.InvariantCulture))];

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> requests;
    private readonly Histogram<double> requestSeconds;
    private readonly Counter<long> verifications;
    private readonly Histogram<double> verificationSeconds;

    public WebMetrics()
    {
        requests = meter.CreateCounter<long>("mortanba_http_requests", description: "Requests by route template.");
        requestSeconds = meter.CreateHistogram<double>("mortanba_http_request_seconds", "s", "Duration of requests.");
        verifications = meter.CreateCounter<long>("mortanba_verifications", description: "Verifications by verdict.");
        verificationSeconds = meter.CreateHistogram<double>("mortanba_verification_seconds", "s", "Duration of verifications.");
    }

    public void Dispose() => meter.Dispose();

    internal void Request(string route, string method, int status, TimeSpan elapsed)
    {
        // An invented method is the caller's word: it would make a new series each time.
        var known = HttpMethods.IsGet(method) ? "GET" : HttpMethods.IsPost(method) ? "POST"
            : HttpMethods.IsHead(method) ? "HEAD" : "other";
        requests.Add(1, new("route", route), new("method", known), new("status", StatusNames[Math.Clamp(status, 0, 599)]));
        requestSeconds.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("route", route));
    }

    internal void Verification(Report report, TimeSpan elapsed)
    {
        verifications.Add(1, new("verdict", ReportWords.Code(report.Verdict)), new("form", report.Form));
        verificationSeconds.Record(elapsed.TotalSeconds);
    }
}
