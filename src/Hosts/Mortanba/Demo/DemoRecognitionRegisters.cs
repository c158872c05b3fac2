using Mortanba.Accounts;
using Mortanba.Host.Acts;
using Mortanba.Host.Centres;
using Mortanba.Recognition;

namespace Mortanba.Host.Demo;

/// <summary>
/// Forty invented institutions of twelve states, their periods of recognition, and three editions of rankings, each marked as a sample.
/// A second start changes nothing.
/// </summary>
internal static class DemoRecognitionRegisters
{
    /// <summary>Invented centres that are asked by e-mail; the letters stay in the folder of the demonstration.</summary>
    public static IReadOnlyList<CentreSettings> Centres { get; } =
    [
        new("nic-tr.example", "Information centre, Türkiye (sample)", "TR", Email: "inquiries@nic-tr.example"),
        new("nic-cn.example", "Information centre, China (sample)", "CN", Email: "inquiries@nic-cn.example"),
    ];

    public static async Task ImportAsync(Installation home, CancellationToken cancel)
    {
        var act = new ImportRegister(home);
        foreach (var kind in Enum.GetValues<RegisterKind>())
        {
            var name = BasisRecord.Code(kind) + ".csv";
            await using var stream = typeof(DemoRecognitionRegisters).Assembly.GetManifestResourceStream("demo/recognition/" + name)!;
            using var content = new MemoryStream();
            await stream.CopyToAsync(content, cancel);
            _ = (await act.RunAsync(Actor.AtConsole("demo"), null, kind, name, content.ToArray(), cancel: cancel)).Value;
        }
    }
}
