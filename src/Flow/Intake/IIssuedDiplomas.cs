using Mortanba.Foundation;

namespace Mortanba.Intake;

/// <summary>Port: what was issued before. Called with up to some hundred keys; the answer has the same order and length.</summary>
public interface IIssuedDiplomas
{
    Task<IReadOnlyList<IssuedMatch>> FindAsync(IReadOnlyList<DiplomaKey> keys, CancellationToken cancel);
}

/// <summary>What makes a diploma the same diploma. Personal data.</summary>
public sealed record DiplomaKey(string Series, string Number, Iin Iin, string ProgrammeCode);

/// <summary>How a row stands to what was issued and is not annulled.</summary>
public enum IssuedMatch
{
    None,

    /// <summary>Series, number, person and programme are the same: a list that is run again.</summary>
    SameDiploma,

    /// <summary>The number belongs to another diploma.</summary>
    NumberTaken,

    /// <summary>This person holds a diploma of this programme under another number.</summary>
    HolderHasProgramme,
}

/// <summary>For lists that are only looked at, and for the first one ever.</summary>
public sealed class NothingIssued : IIssuedDiplomas
{
    public Task<IReadOnlyList<IssuedMatch>> FindAsync(IReadOnlyList<DiplomaKey> keys, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<IssuedMatch>>(new IssuedMatch[keys.Count]);
}
