namespace Mortanba.Issuance;

/// <summary>Where the signing keys are, when they are not in the vault file.</summary>
/// <param name="Module">Absolute path of the PKCS#11 module, for example <c>/usr/lib/softhsm/libsofthsm2.so</c>.</param>
/// <param name="Token">Label of the token.</param>
/// <param name="PinFile">A file readable by its owner only; its first line is the user PIN.</param>
public sealed record TokenSettings(string Module, string Token, string PinFile);
