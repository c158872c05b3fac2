using System.Text;
using Mortanba.Credentials;

namespace Mortanba.Formats.Tests.Credentials;

/// <summary>Files that stand beside these tests, and how they are read.</summary>
internal static class ForeignSamples
{
    public static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    public static FileReading Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    public static FileReading Read(byte[] bytes, params string[] trusted) =>
        ForeignFile.Read(bytes, new FileReadingTerms(Now, trusted.ToHashSet()));

    public static string File(string name)
    {
        using var stream = typeof(ForeignSamples).Assembly.GetManifestResourceStream("foreign/" + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The checks in one line each: a test names the one that it is about, and no other may have changed.</summary>
    public static string Lines(FileReading reading) =>
        string.Join('\n', reading.Checks.Select(check => $"{check.Name} {check.State} {check.Reason}"));

    public static FileCheckName[] Failed(FileReading reading) =>
        [.. reading.Checks.Where(check => check.State == FileCheckState.Failed).Select(check => check.Name)];
}
