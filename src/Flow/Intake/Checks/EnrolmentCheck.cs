using Mortanba.Foundation;
using Mortanba.Permits;
using Mortanba.Storage;

namespace Mortanba.Intake;

/// <summary>Asks the enrolment register about the graduates of a list; silent where none is kept for the institution.</summary>
public sealed class EnrolmentCheck(Database database, Enrolments enrolments, Bin bin)
{
    private bool? isKept;

    /// <summary>Code of what is wrong with each graduate, null when nothing is; in their order.</summary>
    internal async Task<IReadOnlyList<string?>> FindAsync(IReadOnlyList<DiplomaKey> keys, CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        isKept ??= await Enrolments.IsKeptAsync(connection, bin, cancel);
        return isKept == false
            ? new string?[keys.Count]
            : [.. (await enrolments.FindAsync(connection, bin, [.. keys.Select(k => (k.Iin, k.ProgrammeCode))], cancel)).Select(CodeOf)];
    }

    private static string? CodeOf(Enrolment? enrolment) => enrolment switch
    {
        null => "intake/not-enrolled",
        { MayGraduate: true } => null,
        { Status: EnrolmentStatus.OnLeave } => "intake/enrolled-on-leave",
        _ => "intake/enrolment-ended",
    };
}
