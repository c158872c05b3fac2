using Mortanba.Permits;
using Mortanba.Verification;

namespace Mortanba.Host;

/// <summary>Makes the trust bundle of an installation: what a verifier must know before it sees anything.</summary>
public static class TrustBundles
{
    /// <summary>No witness cosigns yet: the policy names the log alone, and the verifier says so.</summary>
    public static async Task<TrustBundle> MakeAsync(Installation home, CancellationToken cancel = default)
    {
        var logKey = home.Log.Key.ToVkey();
        var institutions = new List<TrustedInstitution>();
        await using var connection = await home.Database.ConnectAsync(cancel);
        foreach (var organisation in await PermitRegister.OrganisationsAsync(connection, cancel))
        {
            var keys = await PermitRegister.KeysAsync(connection, organisation.Bin, cancel);
            institutions.Add(new TrustedInstitution(
                organisation.Bin.Value,
                organisation.Did,
                organisation.Name,
                [.. keys.Select(k => new TrustedKey(k.Kid, k.Multibase, k.Since, k.Ended))]));
        }

        return new TrustBundle(
            home.Time.GetUtcNow(), logKey, $"log {logKey}\nquorum none\n", home.Settings.Site, institutions);
    }

    /// <summary>Writes <c>DIR/trust.json</c>, whole or not at all.</summary>
    public static async Task WriteAsync(Installation home, CancellationToken cancel = default)
    {
        var unfinished = $"{home.TrustFile}.{Environment.ProcessId}.part";
        await File.WriteAllBytesAsync(unfinished, TrustBundleFile.Write(await MakeAsync(home, cancel)), cancel);
        File.Move(unfinished, home.TrustFile, overwrite: true);
    }
}
