using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Xunit;

namespace Mortanba.Flow.Tests.Issuance;

/// <summary>One vault file, two processes that make keys in it at the same moment: the lock beside it loses none.</summary>
public sealed class TwoVaultProcessesTests : IDisposable
{
    private const int Keys = 25;
    private const string VaultVariable = "MORTANBA_TEST_VAULT";
    private const string NameVariable = "MORTANBA_TEST_NAME";
    private const string PortVariable = "MORTANBA_TEST_PORT";
    private const string Contested = "log";

    private readonly SignedSample sample = new();
    private readonly ConcurrentQueue<string?> said = new();

    public void Dispose() => sample.Dispose();

    [Fact]
    public async Task Every_key_that_either_process_made_survives_and_a_name_is_given_to_one_of_them()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var first = Start("first", listener);
        using var second = Start("second", listener);
        try
        {
            // Both have the vault open before either may write.
            using var one = await listener.AcceptTcpClientAsync(cancel);
            using var two = await listener.AcceptTcpClientAsync(cancel);
            one.GetStream().WriteByte(1);
            two.GetStream().WriteByte(1);
            var made = (string[])[.. await LinesAsync(one, cancel), .. await LinesAsync(two, cancel)];

            Assert.True((2 * Keys) + 1 == made.Length, string.Join('\n', said));
            Assert.Single(made, line => line.StartsWith(Contested + " ", StringComparison.Ordinal));
            using var after = EncryptedFileVault.Open(sample.VaultPath, SignedSample.Passphrase).Value;
            foreach (var line in made)
            {
                var parts = line.Split(' ');
                Assert.Equal(parts[1], Convert.ToBase64String(after.Find(parts[0])!.PublicKey.Span));
            }

            var data = "entry"u8.ToArray();
            Assert.True(sample.PublicKey.Verify(data, after.Find("institution/sample/1")!.Sign(data)));
        }
        finally
        {
            End(first);
            End(second);
        }
    }

    /// <summary>The other process of the test above, which starts it; nobody else does.</summary>
    [Fact(Explicit = true)]
    public async Task Makes_keys_for_the_test_that_started_it()
    {
        var cancel = TestContext.Current.CancellationToken;
        var name = Environment.GetEnvironmentVariable(NameVariable)!;
        using var vault = EncryptedFileVault.Open(
            Environment.GetEnvironmentVariable(VaultVariable)!, SignedSample.Passphrase).Value;
        using var client = new TcpClient();
        await client.ConnectAsync(
            IPAddress.Loopback, int.Parse(Environment.GetEnvironmentVariable(PortVariable)!, CultureInfo.InvariantCulture), cancel);
        await client.GetStream().ReadExactlyAsync(new byte[1], cancel);
        await using var told = new StreamWriter(client.GetStream());
        for (var i = 0; i < Keys; i++)
        {
            var key = vault.Create($"{name}/{i}", i % 2 == 0 ? KeyKind.P256 : KeyKind.Ed25519);
            await told.WriteLineAsync($"{name}/{i} {Convert.ToBase64String(key.PublicKey.Span)}");
        }

        try
        {
            var key = vault.Create(Contested, KeyKind.Ed25519);
            await told.WriteLineAsync($"{Contested} {Convert.ToBase64String(key.PublicKey.Span)}");
        }
        catch (InvalidOperationException)
        {
            // The other one was first.
        }
    }

    private Process Start(string name, TcpListener listener)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                typeof(TwoVaultProcessesTests).Assembly.Location, "-explicit", "only",
                "-method", $"{typeof(TwoVaultProcessesTests).FullName}.{nameof(Makes_keys_for_the_test_that_started_it)}",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[VaultVariable] = sample.VaultPath;
        start.Environment[NameVariable] = name;
        start.Environment[PortVariable] = $"{((IPEndPoint)listener.LocalEndpoint).Port}";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => said.Enqueue(line.Data);
        process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<string[]> LinesAsync(TcpClient client, CancellationToken cancel)
    {
        using var reader = new StreamReader(client.GetStream());
        return (await reader.ReadToEndAsync(cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.WaitForExit();
    }
}
