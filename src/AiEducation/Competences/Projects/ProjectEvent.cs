using System.Text.Json.Serialization;

namespace Mortanba.AiEducation;

/// <summary>Something that happened to a learner's project.</summary>
/// <param name="By">Account of who did it.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ProjectBegun), "begun")]
[JsonDerivedType(typeof(ScopeWritten), "scope")]
[JsonDerivedType(typeof(DataNamed), "data")]
[JsonDerivedType(typeof(ModelDescribed), "model")]
[JsonDerivedType(typeof(ReflectionWritten), "reflection")]
[JsonDerivedType(typeof(ProjectFinished), "finished")]
public abstract record ProjectEvent(DateTimeOffset At, string By) : IHappened;

/// <param name="By">Account of the learner.</param>
/// <param name="Learner">Pseudonym.</param>
/// <param name="School">BIN.</param>
public sealed record ProjectBegun(DateTimeOffset At, string By, string Learner, string School, string Title) : ProjectEvent(At, By);

/// <summary>What the project is for, and why AI is the right way to it.</summary>
public sealed record ProjectScope(string Problem, string ForWhom, string WhyAi);

public sealed record ScopeWritten(DateTimeOffset At, string By, ProjectScope Scope) : ProjectEvent(At, By);

/// <summary>The data a project uses (Law "On Artificial Intelligence", article 27(5): the maker of a data set is named so that a machine can read it).</summary>
/// <param name="Maker">Organisation or work that made it: never a private person.</param>
/// <param name="Source">Web address; null when the class made the data.</param>
/// <param name="Licence">Under which it may be used: an SPDX id, an address or words.</param>
public sealed record ProjectData(string Name, string Description, string Maker, string? Source, string Licence);

public sealed record DataNamed(DateTimeOffset At, string By, ProjectData Data) : ProjectEvent(At, By);

/// <summary>What was made, how it was tried, and where it must not be used.</summary>
public sealed record ModelCard(string Does, string Tested, string Limits, string NotFor);

public sealed record ModelDescribed(DateTimeOffset At, string By, ModelCard Card) : ProjectEvent(At, By);

/// <param name="Own">What the learner did without AI.</param>
/// <param name="ByAi">What AI did.</param>
/// <param name="Learnt">What they would do otherwise next time.</param>
public sealed record Reflection(string Own, string ByAi, string Learnt);

public sealed record ReflectionWritten(DateTimeOffset At, string By, Reflection Reflection) : ProjectEvent(At, By);

public sealed record ProjectFinished(DateTimeOffset At, string By) : ProjectEvent(At, By);
