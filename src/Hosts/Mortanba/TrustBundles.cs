using Mortanba.Host.Witnessing;
using Mortanba.Permits;
using Mortanba.Verification;

namespace Mortanba.Host;

/// <summary>Makes the trust bundle of an installation: what a verifier must know before it sees anything.</summary>
public static class TrustBundles
{
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
            home.Time.GetUtcNow(),
            logKey,
            $"log {logKey}\n{WitnessPolicy.Text(home.Settings.Witnesses, home.Settings.OperatorBin)}",
            home.Settings.Site,
            home.Settings.OperatorBin,
            [.. (home.Settings.Witnesses?.Nodes ?? []).Select(w => new TrustedWitness(w.Name, w.Organisation, w.Jurisdiction, w.Hosting))],
            institutions);
    }

    /// <summary>Writes <c>DIR/trust.json</c>, whole or not at all.</summary>
    public static async Task WriteAsync(Installation home, CancellationToken cancel = default)
    {
        var unfinished = $"{home.TrustFile}.{Guid.NewGuid():N}.part";
        await File.WriteAllBytesAsync(unfinished, TrustBundleFile.Write(await MakeAsync(home, cancel)), cancel);
        File.Move(unfinished, home.TrustFile, overwrite: true);
    }
}
