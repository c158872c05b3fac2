using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Verification;

namespace Mortanba.Host.Bench;

/// <summary>Verifying, one thread: an SD-JWT, a VC, a whole diploma file with its proofs.</summary>
internal static class VerifyBench
{
    private const int WorldSize = 500;
    // So many that all of the path is compiled for good: a site runs for weeks.
    private const int WarmUp = 5_000;

    public static async IAsyncEnumerable<Measurement> RunAsync(
        int count, int? courses, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var key = P256PrivateKey.Generate();
        var publicKey = key.ToPublicKey();
        var writer = new SdJwtWriter();
        byte[][] sdJwts = [.. Enumerable.Range(0, 100).Select(_ => IssueBench.SignOne(writer, key))];
        VerifySdJwts(sdJwts, publicKey, WarmUp);
        yield return await Measurement.Of("verify-sd-jwt-25", count, () => VerifySdJwts(sdJwts, publicKey, count));

        await using var world = await BenchWorld.CreateAsync(null, cancel);
        await world.IssueAsync(world.WriteList(WorldSize, courses), cancel);
        await world.Flow.PublishAsync(cancel: cancel);
        var delivery = new DeliverDiplomas(world.Home);
        var (vcs, files) = (new List<byte[]>(), new List<byte[]>());
        foreach (var credential in await world.CredentialsAsync(WorldSize, cancel))
        {
            var (diploma, file) = (await delivery.FileOfAsync(credential.Asset, cancel))!.Value;
            vcs.Add(diploma.Forms.Vc);
            files.Add(file.Write());
        }

        PublicKey initiator;
        await using (var connection = await world.Home.Database.ConnectAsync(cancel))
        {
            initiator = (await world.Home.SigningKeyAsync(connection, (await world.CredentialsAsync(1, cancel))[0].Initiator, cancel)).Signer.ToPublicKey();
        }

        VerifyVcs(vcs, initiator, WarmUp);
        yield return await Measurement.Of("verify-vc-ecdsa-jcs", count, () => VerifyVcs(vcs, initiator, count));

        var verifier = new Verifier(TimeProvider.System);
        var trust = await TrustBundles.DraftAsync(world.Home, cancel);
        await VerifyFilesAsync(verifier, files, trust, WarmUp, cancel);
        yield return await Measurement.OfAsync(
            "verify-diploma-file", count, () => VerifyFilesAsync(verifier, files, trust, count, cancel));
    }

    private static void VerifySdJwts(byte[][] sdJwts, PublicKey key, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var parsed = SdJwt.Parse(sdJwts[i % sdJwts.Length]).Value;
            _ = parsed.Verify(key).Value;
        }
    }

    private static void VerifyVcs(List<byte[]> vcs, PublicKey key, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var document = StrictJson.Parse(vcs[i % vcs.Count], out var isCanonical).Value;
            var demand = new ProofDemand(null, null);
            _ = ProofVerifier.Verify(
                document.RootElement,
                demand,
                (method, _) => new VerificationMethod(method, DidResolver.DidOf(method), key),
                isCanonical).Value;
        }
    }

    private static async Task VerifyFilesAsync(
        Verifier verifier, List<byte[]> files, TrustBundle trust, int count, CancellationToken cancel)
    {
        for (var i = 0; i < count; i++)
        {
            var report = await verifier.VerifyAsync(files[i % files.Count], trust, null, cancel);
            if (report.Verdict != Verdict.InForce)
            {
                throw new InvalidOperationException($"A good file was answered with {report.Verdict}.");
            }
        }
    }
}
