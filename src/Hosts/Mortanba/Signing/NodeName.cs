using System.Globalization;

namespace Mortanba.Host.Signing;

/// <summary>Names this process so that another of the same machine can tell that it has ended.</summary>
/// <remarks>A process number alone comes again; with the time it started (proc(5), field 22 of stat) it does not.</remarks>
internal static class NodeName
{
    /// <summary>A name of its own for each call: machine, process, start, something random.</summary>
    public static string New() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.MachineName}/{Environment.ProcessId}/{StartOf(Environment.ProcessId)}/{Guid.NewGuid():N}");

    /// <summary>True when the process was of this machine and is there no more. False when nobody here can know.</summary>
    public static bool IsGone(string name)
    {
        var parts = name.Split('/');
        return parts.Length == 4 && parts[0] == Environment.MachineName && OperatingSystem.IsLinux()
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            && StartOf(process) != parts[2];
    }

    private static string StartOf(int process)
    {
        try
        {
            // The second field is the program's name in parentheses, and may hold blanks itself.
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            return "";
        }
    }
}
