using Mortanba.Foundation;

namespace Mortanba.Intake;

/// <summary>
/// Stops a reader deep inside a file; <see cref="ListIntake"/> turns it into an <see cref="Outcome{T}"/>. It never
/// leaves the stage.
/// </summary>
internal sealed class ListRefusal(Problem problem) : Exception(problem.Detail)
{
    public ListRefusal(string code, string detail, params (string Name, string Value)[] args)
        : this(new Problem(code, detail, args))
    {
    }

    public Problem Problem { get; } = problem;
}
