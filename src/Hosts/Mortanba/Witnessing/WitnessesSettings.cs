namespace Mortanba.Host.Witnessing;

/// <summary>Who cosigns the log of this installation.</summary>
/// <param name="Quorum">How many organisations, other than the operator, must have cosigned before a checkpoint is shown.</param>
public sealed record WitnessesSettings(int Quorum, IReadOnlyList<WitnessSetting> Nodes);

/// <param name="Name">Its name in the policy; letters, digits, dots and hyphens.</param>
/// <param name="Key">Its public key, as <c>mortanba witness</c> prints it.</param>
/// <param name="Address">Where it takes checkpoints, without a slash at the end.</param>
/// <param name="Organisation">BIN of the organisation that runs it: organisations are counted, not keys.</param>
/// <param name="Jurisdiction">Country whose law it is under, as ISO 3166-1 writes it (KZ).</param>
/// <param name="Hosting">Who runs the machine it stands on.</param>
public sealed record WitnessSetting(string Name, string Key, string Address, string Organisation, string Jurisdiction, string Hosting);
