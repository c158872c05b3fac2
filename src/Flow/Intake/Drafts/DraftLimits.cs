namespace Mortanba.Intake.Drafts;

/// <summary>What a list in preparation may weigh: less than one at the command line, since it comes over the network.</summary>
public static class DraftLimits
{
    /// <summary>Of an upload, both files together: 20,000 graduates with their courses are about 80 MB of CSV.</summary>
    public const long UploadMaxBytes = 400_000_000;

    public static IntakeLimits Upload { get; } = new()
    {
        GraduatesFileMaxBytes = 50_000_000,
        CoursesFileMaxBytes = 350_000_000,
        WorkbookMaxBytes = 60_000_000,
    };

    /// <summary>A hopeless list is shown as it is, not only its first ten thousand cells.</summary>
    public static IntakeLimits Check { get; } = new() { FindingsKept = 50_000 };
}
