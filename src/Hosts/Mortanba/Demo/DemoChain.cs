using System.Diagnostics;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Host.Anchoring;
using Mortanba.Issuance;
using Mortanba.Ledger.Anchoring;
using Mortanba.TransparencyLog;

namespace Mortanba.Host.Demo;

/// <summary>
/// The chain of the demonstration (<c>demo --chain</c>): an anvil from npm with both contracts on it, kept in <c>DIR/chain</c>. The
/// demonstration plays regulator, platform and holder; each has an account of its own.
/// </summary>
internal sealed class DemoChain : IAsyncDisposable
{
    private const long ChainId = 717201;
    private const string Binary = "contracts/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil";

    // In the order in which anvil makes its accounts.
    private const int Regulator = 0;
    private const int Platform = 1;
    private const int ClaimSigner = 2;
    private const int Holder = 3;

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly Process process;
    private readonly Uri address;

    private DemoChain(Process process, Uri address) => (this.process, this.address) = (process, address);

    /// <summary>
    /// Starts the chain of a folder, at the first time on a free port and with the contracts put there, which the settings then
    /// name. Refused when anvil is not installed (<c>host/demo.no-anvil</c>).
    /// </summary>
    public static async Task<Outcome<DemoChain>> StartAsync(string directory, CancellationToken cancel)
    {
        if (!Settings.Load(directory).TryGet(out var settings, out var problem))
        {
            return problem;
        }

        if (Find() is not { } binary)
        {
            return new Problem("host/demo.no-anvil", "anvil is not installed: npm ci in contracts.");
        }

        var port = settings.Anchor is { } known ? new Uri(known.Signer).Port : FreePort.Find();
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetFullPath(directory), "chain")).FullName;
        var start = new ProcessStartInfo(binary) { RedirectStandardOutput = true, RedirectStandardError = true };
        Array.ForEach(
            (string[])
            [
                "--port", port.ToString(CultureInfo.InvariantCulture), "--chain-id", ChainId.ToString(CultureInfo.InvariantCulture),
                "--accounts", "4", "--hardfork", "cancun", "--state", Path.Combine(folder, "state.json"), "--state-interval", "1",
            ],
            start.ArgumentList.Add);
        var process = Process.Start(start) ?? throw new IOException("anvil did not start.");
        // It says where it listens once it does.
        while (await process.StandardOutput.ReadLineAsync(cancel) is { } line && !line.StartsWith("Listening on", StringComparison.Ordinal))
        {
        }

        // It logs every call: unread, the pipe would fill and stop it.
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        var chain = new DemoChain(process, new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}"));
        if (settings.Anchor is null && await chain.DeployAsync(directory, settings, cancel) is { } refused)
        {
            await chain.DisposeAsync();
            return refused;
        }

        return chain;
    }

    /// <summary>Anchors what is published, and claims a token of one diploma for the holder's account.</summary>
    /// <returns>Entries anchored, and the address that holds the token.</returns>
    public async Task<Outcome<(long Size, ChainAddress Holder)>> AnchorAsync(
        Installation home, DiplomaFlow flow, AssetId asset, CancellationToken cancel)
    {
        var anchoring = new CheckpointAnchoring(home.Database, home.Log, home.LogReader, http, home.Settings.Anchor!.Options(), home.Time);
        // One step sends, the next sees it stand and writes it into the ledger.
        for (var step = 0; step < 2; step++)
        {
            if ((await anchoring.StepAsync(cancel)).Problem is { } problem)
            {
                return problem;
            }

            await MineAsync(cancel);
        }

        await flow.PublishAsync(cancel: cancel);
        long index;
        AnchorRow? anchor;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            index = (await CredentialStore.EntriesOfAsync(connection, asset, cancel)).Min(e => e.Index);
            anchor = await AnchorStore.CoveringAsync(connection, index, cancel);
        }

        if (anchor is null)
        {
            return new Problem("host/demo.not-anchored", "The chain does not show the anchor yet.");
        }

        var accounts = await AccountsAsync(cancel);
        var claims = new TokenClaims(
            home.LogReader, home.Settings.Origin, Bin.Parse(home.Settings.OperatorBin), http, home.Settings.Anchor!.Options(), home.Settings.Anchor.Token!.Options(),
            home.Time);
        if (!(await claims.StateAsync(asset, cancel)).TryGet(out var state, out var wrong))
        {
            return wrong;
        }

        if (state.Holder is { } holder)
        {
            // Claimed by an earlier start.
            return (anchor.Size, holder);
        }

        if (!(await claims.AuthoriseAsync(asset, accounts[Holder], TimeSpan.FromMinutes(10), cancel)).TryGet(out var word, out wrong)
            || !(await claims.ClaimAsync(word, index, anchor, cancel)).TryGet(out _, out wrong))
        {
            return wrong;
        }

        await MineAsync(cancel);
        return (await claims.StateAsync(asset, cancel)).Then<(long, ChainAddress)>(claimed => claimed.Holder is { } now
            ? (anchor.Size, now)
            : new Problem("host/demo.no-token", "The chain does not show the token yet."));
    }

    /// <summary>A block of what waits: anvil makes one by itself, a moment after it has answered.</summary>
    private async Task MineAsync(CancellationToken cancel) => _ = await new JsonRpc(http, address).CallAsync("evm_mine", cancel);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            // As an operator ends it: it writes its state down.
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await process.WaitForExitAsync();
        }

        process.Dispose();
        http.Dispose();
    }

    private async Task<Problem?> DeployAsync(string directory, Settings settings, CancellationToken cancel)
    {
        NoteVerifier logKey;
        if (!(await Installation.OpenAsync(directory, TimeProvider.System, cancel)).TryGet(out var home, out var problem))
        {
            return problem;
        }

        await using (home)
        {
            logKey = home.Log.Key;
        }

        var accounts = await AccountsAsync(cancel);
        var platform = Bin.Parse(settings.OperatorBin);
        var deployment = new ChainDeployment(http, address, accounts[Regulator], () => MineAsync(cancel));
        if (!(await deployment.DeployAsync(cancel)).TryGet(out var contracts, out problem)
            || !(await deployment.AdmitPlatformAsync(contracts.Anchor, platform, accounts[Platform], accounts[ClaimSigner], cancel)).TryGet(out _, out problem)
            || !(await deployment.AdmitLogAsync(contracts.Anchor, settings.Origin, platform, logKey.PublicKey.Span, cancel)).TryGet(out _, out problem))
        {
            return problem;
        }

        (settings with
        {
            Anchor = new AnchorSettings(
                ChainId, contracts.Anchor.ToString(), [address.GetLeftPart(UriPartial.Authority)], 1, address.GetLeftPart(UriPartial.Authority),
                accounts[Platform].ToString())
            {
                Token = new DiplomaTokenSettings(contracts.Token.ToString(), address.GetLeftPart(UriPartial.Authority), accounts[ClaimSigner].ToString()),
            },
        }).Save(directory);
        return null;
    }

    private async Task<IReadOnlyList<ChainAddress>> AccountsAsync(CancellationToken cancel) =>
        [.. (await new JsonRpc(http, address).CallAsync("eth_accounts", cancel)).Value.EnumerateArray().Select(a => ChainAddress.Parse(a.GetString()!))];

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mortanba.slnx")))
            {
                var binary = Path.Combine(folder.FullName, Binary);
                return File.Exists(binary) ? binary : null;
            }
        }

        return null;
    }
}
