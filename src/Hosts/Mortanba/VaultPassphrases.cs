using System.Security.Cryptography;
using Mortanba.Foundation;

namespace Mortanba.Host;

/// <summary>
/// The passphrase of a folder's vault: <c>MORTANBA_VAULT_PASSPHRASE</c>, else, in the demo profile only, a file beside the vault.
/// </summary>
internal static class VaultPassphrases
{
    private const string Variable = "MORTANBA_VAULT_PASSPHRASE";
    private const string FileName = "vault.passphrase";

    /// <summary>Why there is none on this machine; null when there is.</summary>
    public static Problem? Missing(string profile) =>
        profile == "demo" || Environment.GetEnvironmentVariable(Variable) is { Length: > 0 }
            ? null
            : new Problem("host/no-passphrase", $"Set {Variable}; a production profile reads it from nowhere else.");

    public static Outcome<string> Of(string profile, string directory)
    {
        if (Missing(profile) is { } problem)
        {
            return problem;
        }

        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return given;
        }

        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var writer = new StreamWriter(path, options);
            writer.Write(Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
        }

        return File.ReadAllText(path);
    }
}
