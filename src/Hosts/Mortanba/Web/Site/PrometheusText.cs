using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Mortanba.Host.Web;

/// <summary>
/// Gathers every counter and histogram of meters named <c>Mortanba.…</c> and writes them in the Prometheus text
/// exposition format 0.0.4. Small and our own, since no exporter package is to be had.
/// </summary>
public sealed class PrometheusText : IDisposable
{
    internal const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Upper bounds in seconds: from a verification in memory to a slow page.</summary>
    private static readonly double[] Bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

    private readonly ConcurrentDictionary<Series, Sum> sums = new();
    private readonly ConcurrentDictionary<Series, Buckets> histograms = new();
    private readonly MeterListener listener = new();

    public PrometheusText()
    {
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name.StartsWith("Mortanba.", StringComparison.Ordinal))
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measure(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Measure(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Measure(instrument, value, tags));
        listener.Start();
    }

    public void Dispose() => listener.Dispose();

    public string Write()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder(4096);
        foreach (var group in sums.GroupBy(s => s.Key.Instrument).OrderBy(g => g.Key.Name, StringComparer.Ordinal))
        {
            var counter = group.Key.GetType().Name.StartsWith("Counter", StringComparison.Ordinal);
            var name = group.Key.Name + (counter ? "_total" : "");
            Head(text, name, group.Key.Description, counter ? "counter" : "gauge");
            foreach (var (series, sum) in group)
            {
                Line(text, name, series.Labels(), sum.Value);
            }
        }

        foreach (var group in histograms.GroupBy(s => s.Key.Instrument).OrderBy(g => g.Key.Name, StringComparer.Ordinal))
        {
            Head(text, group.Key.Name, group.Key.Description, "histogram");
            foreach (var (series, buckets) in group)
            {
                buckets.Write(text, group.Key.Name, series.Labels());
            }
        }

        return text.ToString();
    }

    private void Measure(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = new Series(instrument, Tag(tags, 0), Tag(tags, 1), Tag(tags, 2));
        if (instrument is Histogram<double> or Histogram<long>)
        {
            histograms.GetOrAdd(series, static _ => new Buckets()).Add(value);
        }
        else
        {
            var sum = sums.GetOrAdd(series, static _ => new Sum());
            if (instrument.IsObservable)
            {
                sum.Set(value);
            }
            else
            {
                sum.Add(value);
            }
        }
    }

    private static (string, string) Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, int index) =>
        index < tags.Length ? (tags[index].Key, tags[index].Value as string ?? "") : ("", "");

    private static void Head(StringBuilder text, string name, string? description, string type) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {description}\n# TYPE {name} {type}\n");

    private static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}{(labels.Length > 0 ? "{" + labels + "}" : "")} {value}\n");

    private readonly record struct Series(Instrument Instrument, (string, string) A, (string, string) B, (string, string) C)
    {
        public string Labels() => string.Join(',', new[] { A, B, C }.Where(t => t.Item1.Length > 0).Select(t =>
            $"{t.Item1}=\"{t.Item2.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""));
    }

    private sealed class Sum
    {
        private double value;

        public double Value => Volatile.Read(ref value);

        public void Set(double next) => Volatile.Write(ref value, next);

        public void Add(double more)
        {
            double seen;
            do
            {
                seen = Volatile.Read(ref value);
            }
            while (Interlocked.CompareExchange(ref value, seen + more, seen) != seen);
        }
    }

    private sealed class Buckets
    {
        private readonly long[] counts = new long[Bounds.Length + 1];
        private readonly Sum sum = new();

        public void Add(double value)
        {
            var bucket = Array.FindIndex(Bounds, bound => value <= bound);
            Interlocked.Increment(ref counts[bucket < 0 ? Bounds.Length : bucket]);
            sum.Add(value);
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            var comma = labels.Length > 0 ? "," : "";
            var total = 0L;
            for (var i = 0; i < counts.Length; i++)
            {
                total += Interlocked.Read(ref counts[i]);
                var bound = i < Bounds.Length ? Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                Line(text, name + "_bucket", $"{labels}{comma}le=\"{bound}\"", total);
            }

            Line(text, name + "_sum", labels, sum.Value);
            Line(text, name + "_count", labels, total);
        }
    }
}
