using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Permits;

/// <summary>
/// Port to the state's registers of learners, EPVO and NOBD (requirement DA-8): without a match no number is valid.
/// Called outside any transaction's writes; an unreachable register throws, which issues nothing.
/// </summary>
public interface IStateRegister
{
    /// <summary>True for an implementation that asks no real register; such a one may not run in production
    /// .</summary>
    bool IsFake { get; }

    /// <summary>The rows of the list whose graduate, programme and number the register does not hold
    /// together.</summary>
    Task<IReadOnlyList<int>> MismatchesAsync(
        StateRegisterKind register, IReadOnlyList<GateAward> awards, CancellationToken cancel);
}

/// <summary>A register for demonstrations: it knows every number except those it was told not to know, and all from
/// 99000000 on.</summary>
public sealed class DemoStateRegister(IEnumerable<string>? unknownNumbers = null) : IStateRegister
{
    private readonly HashSet<string> unknown = new(unknownNumbers ?? [], StringComparer.Ordinal);

    public bool IsFake => true;

    public Task<IReadOnlyList<int>> MismatchesAsync(
        StateRegisterKind register, IReadOnlyList<GateAward> awards, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<int>>([.. awards
            .Where(a => unknown.Contains(a.Number) || a.Number.StartsWith("99", StringComparison.Ordinal))
            .Select(a => a.Row)]);
}

/// <summary>No connection to a state register: it knows nobody. Who is in the imported enrolment register passes without it.</summary>
public sealed class NoStateRegister : IStateRegister
{
    public bool IsFake => false;

    public Task<IReadOnlyList<int>> MismatchesAsync(
        StateRegisterKind register, IReadOnlyList<GateAward> awards, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<int>>([.. awards.Select(a => a.Row)]);
}

/// <summary>Start-up check of the ports.</summary>
public static class StateRegisters
{
    public const string ProductionProfile = "production";

    /// <summary>Refuses a fake register in the production profile (requirement X-16).</summary>
    public static Outcome<IStateRegister> ForProfile(IStateRegister register, string profile) =>
        register.IsFake && string.Equals(profile, ProductionProfile, StringComparison.OrdinalIgnoreCase)
            ? new Problem(
                "permits/fake-in-production", "The demonstration register cannot run in the production profile.")
            : Outcome<IStateRegister>.From(register);
}
