using System.Diagnostics.CodeAnalysis;

namespace Mortanba.Foundation;

/// <summary>The answer of an act that may be refused for a foreseen reason: a value, or a <see cref="Foundation.Problem"/>.</summary>
/// <remarks>Foreseen refusals are values; bugs throw; a broken invariant stops the worker.</remarks>
public readonly record struct Outcome<T>
{
    private readonly T? value;

    private Outcome(T? value, Problem? problem)
    {
        this.value = value;
        Problem = problem;
    }

    /// <summary>Why the act was refused; null when it was done.</summary>
    public Problem? Problem { get; }

    /// <summary>True when there is a value.</summary>
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsDone => Problem is null;

    /// <summary>The value. Throws <see cref="InvalidOperationException"/> naming the problem when the act was refused.</summary>
    public T Value => Problem is null
        ? value!
        : throw new InvalidOperationException($"{Problem.Code}: {Problem.Detail}");

    public static Outcome<T> From(T value) => new(value, null);

    public static Outcome<T> From(Problem problem) => new(default, problem);

    public static implicit operator Outcome<T>(T value) => From(value);

    public static implicit operator Outcome<T>(Problem problem) => From(problem);

    /// <summary>Gives the value when done, else false and the problem.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T done, [NotNullWhen(false)] out Problem? problem)
    {
        done = value;
        problem = Problem;
        return Problem is null;
    }

    public TResult Match<TResult>(Func<T, TResult> done, Func<Problem, TResult> refused) =>
        Problem is null ? done(value!) : refused(Problem);

    public Outcome<TNext> Then<TNext>(Func<T, Outcome<TNext>> next) =>
        Problem is null ? next(value!) : Problem;
}
