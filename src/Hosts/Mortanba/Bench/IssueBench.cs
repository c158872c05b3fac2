using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Host.Bench;

/// <summary>Issuing: the whole path of one list, the SD-JWT signer alone, and status indices with two writers.</summary>
internal static class IssueBench
{
    private const int Disclosures = 25;
    private const int WarmUp = 2_000;
    private const int IndicesToAllot = 65_536;

    /// <param name="courses">Courses of each graduate; null: the 31 of the demonstration. 26 more disclosures each.</param>
    public static async IAsyncEnumerable<Measurement> RunAsync(
        int count, int? courses, string? database, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await using (var world = await BenchWorld.CreateAsync(database, cancel))
        {
            // Another institution's small list first, so that code is compiled and caches are as in a running service.
            await world.IssueAsync(world.WriteList(WarmUp, courses), cancel);
        }

        await using (var world = await BenchWorld.CreateAsync(database, cancel))
        {
            var list = world.WriteList(count, courses);
            yield return await Measurement.OfAsync("issue-whole-path", count, () => world.IssueAsync(list, cancel));
            yield return await Measurement.OfAsync("checkpoint", 1, () => world.Home.Log.PublishAsync(cancel));
            var bin = list.Initiator;
            yield return await Measurement.OfAsync(
                "allot-status-two-writers",
                IndicesToAllot,
                () => Task.WhenAll(AllotAsync(world.Home, bin, cancel), AllotAsync(world.Home, bin, cancel)));
        }

        var key = P256PrivateKey.Generate();
        var writer = new SdJwtWriter();
        SignMany(writer, key, WarmUp);
        yield return await Measurement.Of("sign-sd-jwt-25", SignCount, () => SignMany(writer, key, SignCount));
    }

    private const int SignCount = 50_000;

    private static async Task AllotAsync(Installation home, Bin initiator, CancellationToken cancel)
    {
        const int PerClaim = 256;
        for (var claimed = 0; claimed < IndicesToAllot / 2; claimed += PerClaim)
        {
            await home.Database.WriteAsync(t => home.StatusLists.ClaimAsync(t, initiator, PerClaim, cancel), cancel);
        }
    }

    internal static byte[] SignOne(SdJwtWriter writer, ISigner key)
    {
        writer.Begin()
            .Text("iss"u8, "https://mortanba.example/institutions/170240014901")
            .Text("vct"u8, "https://mortanba.example/types/diploma")
            .Number("iat"u8, 1_780_000_000L);
        for (var i = 0; i < Disclosures; i++)
        {
            writer.Text(Names[i], "A value of usual length 0123456789", disclosable: true);
        }

        return writer.Sign(key, SdJwtVc.HeaderType, "did:web:mortanba.example:institutions:170240014901#key-1");
    }

    private static readonly byte[][] Names =
        [.. Enumerable.Range(0, Disclosures).Select(i => System.Text.Encoding.ASCII.GetBytes($"claim_{i:D2}"))];

    private static void SignMany(SdJwtWriter writer, ISigner key, int count)
    {
        for (var i = 0; i < count; i++)
        {
            SignOne(writer, key);
        }
    }
}
