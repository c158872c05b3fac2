using System.Diagnostics;
using System.Text;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Xunit;

namespace Mortanba.Flow.Tests.Issuance;

/// <summary>Signing keys in a PKCS#11 token (SoftHSM 2), everything else in the vault file.</summary>
public sealed class TokenVaultTests : IDisposable
{
    internal const string Name = "institution/040140001234/1";

    private readonly string folder = Directory.CreateTempSubdirectory("mortanba-token-").FullName;
    private readonly SoftHsm hsm = new();

    public void Dispose()
    {
        hsm.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_key_made_in_the_token_signs_and_is_the_same_after_reopening_and_not_in_the_file()
    {
        var data = "entry"u8.ToArray();
        byte[] publicKey;
        using (var vault = Open())
        {
            var made = vault.Create(Name, KeyKind.P256);
            publicKey = made.PublicKey.ToArray();
            Assert.Equal(64, made.Sign(data).Length);
            Assert.True(made.ToPublicKey().Verify(data, made.Sign(data)));
        }

        using var again = Open();
        Assert.Equal(publicKey, again.Find(Name)!.PublicKey.ToArray());
        Assert.True(again.Find(Name)!.ToPublicKey().Verify(data, again.Find(Name)!.Sign(data)));
        Assert.Null(again.Find("operator"));
        using var file = OpenFile();
        Assert.Null(file.Find(Name));
    }

    [Fact]
    public void The_log_key_is_in_the_token_too_when_it_knows_Ed25519()
    {
        using var vault = Open();
        var log = vault.Create("log", KeyKind.Ed25519);

        Assert.True(log.ToPublicKey().Verify("head"u8, log.Sign("head"u8)));
        using var file = OpenFile();
        Assert.Null(file.Find("log"));
    }

    [Fact]
    public void What_wraps_and_fingerprints_stays_in_the_file_and_so_do_keys_that_were_there_before()
    {
        byte[] old, wrapped;
        using (var file = OpenFile())
        {
            old = file.Create("operator", KeyKind.P256).PublicKey.ToArray();
            wrapped = file.Wrap(new byte[32], "asset"u8);
        }

        using var vault = Open();
        Assert.Equal(old, vault.Find("operator")!.PublicKey.ToArray());
        Assert.Equal(new byte[32], vault.Unwrap(wrapped, "asset"u8));
        Assert.Throws<InvalidOperationException>(() => vault.Create("operator", KeyKind.P256));
    }

    [Fact]
    public void Many_threads_sign_with_one_key()
    {
        using var vault = Open();
        var key = vault.Create(Name, KeyKind.P256);
        var data = Encoding.UTF8.GetBytes("same key, many threads");

        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => Assert.True(
            key.ToPublicKey().Verify(data, key.Sign(data))));
    }

    [Fact]
    public void A_token_pulled_out_refuses_with_a_reason_and_signs_again_when_it_is_back()
    {
        using var vault = Open();
        var key = vault.Create(Name, KeyKind.P256);
        hsm.Remove();

        var away = Assert.Throws<SigningKeyAwayException>(() => key.Sign("a"u8));
        Assert.StartsWith("issuance/token-", away.Problem.Code, StringComparison.Ordinal);
        Assert.Throws<SigningKeyAwayException>(() => key.Sign("b"u8));
        hsm.PutBack();

        Assert.True(key.ToPublicKey().Verify("c"u8, key.Sign("c"u8)));
        Assert.True(key.ToPublicKey().Verify("d"u8, key.Sign("d"u8)));
    }

    [Fact]
    public void Another_vault_that_starts_the_module_anew_does_not_stop_this_one()
    {
        using var vault = Open();
        var key = vault.Create(Name, KeyKind.P256);
        using (var other = new SoftHsm())
        {
            var problem = Open(other.Settings with { Token = "nobody" }).Problem;
            Assert.Equal("issuance/token-missing", problem?.Code);
        }

        Assert.True(key.ToPublicKey().Verify("e"u8, key.Sign("e"u8)));
    }

    [Fact]
    public void A_refused_PIN_is_sent_once_and_not_again_until_the_file_says_another()
    {
        hsm.WritePin("000000");
        Assert.Equal("issuance/token-pin-refused", Open(hsm.Settings).Problem?.Code);
        for (var start = 0; start < 5; start++)
        {
            Assert.Equal("issuance/token-pin-refused-before", Open(hsm.Settings).Problem?.Code);
        }

        hsm.WritePin(SoftHsm.Pin);
        using var vault = Open();
        Assert.Equal(1, vault.LoginCount);
        Assert.NotNull(vault.Create(Name, KeyKind.P256));
    }

    [Fact]
    public void A_PIN_that_is_changed_while_the_site_runs_is_tried_once_and_the_right_one_goes_on()
    {
        using var vault = Open();
        var key = vault.Create(Name, KeyKind.P256);
        hsm.WritePin("111111");
        hsm.Remove();
        Assert.Throws<SigningKeyAwayException>(() => key.Sign("a"u8));
        hsm.PutBack();

        Assert.Equal("issuance/token-pin-refused", Assert.Throws<SigningKeyAwayException>(() => key.Sign("a"u8)).Problem.Code);
        var sent = vault.LoginCount;
        Assert.Equal(
            "issuance/token-pin-refused-before", Assert.Throws<SigningKeyAwayException>(() => key.Sign("a"u8)).Problem.Code);
        Assert.Equal(sent, vault.LoginCount);

        hsm.WritePin(SoftHsm.Pin);
        Assert.True(key.ToPublicKey().Verify("a"u8, key.Sign("a"u8)));
    }

    [Fact]
    public void Wrong_settings_are_named()
    {
        Assert.Equal("issuance/token-module", Open(hsm.Settings with { Module = "/nowhere.so" }).Problem?.Code);
        Assert.Equal("issuance/token-module", Open(hsm.Settings with { Module = hsm.PinFile }).Problem?.Code);
        Assert.Equal("issuance/token-missing", Open(hsm.Settings with { Token = "nobody" }).Problem?.Code);
        Assert.Equal("issuance/token-pin-missing", Open(hsm.Settings with { PinFile = "/nowhere" }).Problem?.Code);
        hsm.WritePin("");
        Assert.Equal("issuance/token-pin-missing", Open(hsm.Settings).Problem?.Code);
        hsm.SetPinMode(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Equal("issuance/token-pin-open", Open(hsm.Settings).Problem?.Code);
    }

    [Fact]
    public async Task Two_processes_make_one_key_of_a_name_and_sign_with_it()
    {
        using (Open())
        {
            // The vault file is there before the others start.
        }

        var ended = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => ChildAsync()));

        Assert.All(ended, e => Assert.True(e.Exit == 0, e.Said));
        using var vault = Open();
        // Two keys of one label would throw here.
        Assert.True(vault.Find(Name)!.ToPublicKey().Verify("x"u8, vault.Find(Name)!.Sign("x"u8)));
    }

    /// <summary>A measurement for docs/keys.md: run it alone with <c>-explicit only</c>.</summary>
    [Fact(Explicit = true)]
    public void Signatures_a_second_of_token_and_file()
    {
        const int count = 4000;
        using var vault = Open();
        using var file = OpenFile();
        var data = new byte[1500];
        foreach (var (name, key) in new[] { ("token", vault.Create(Name, KeyKind.P256)), ("file", file.Create("x", KeyKind.P256)) })
        {
            Parallel.For(0, 200, _ => key.Sign(data));
            var started = TimeProvider.System.GetTimestamp();
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, _ => key.Sign(data));
            var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {count / seconds:0} signatures a second");
        }
    }

    private async Task<(int Exit, string Said)> ChildAsync()
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                typeof(TokenVaultTests).Assembly.Location, "-explicit", "only",
                "-method", $"{typeof(TokenVaultChild).FullName}.{nameof(TokenVaultChild.Makes_and_uses_a_key_for_the_test_that_started_it)}",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[TokenVaultChild.FolderVariable] = folder;
        start.Environment[TokenVaultChild.LabelVariable] = hsm.Label;
        start.Environment[TokenVaultChild.PinVariable] = hsm.PinFile;
        start.Environment["SOFTHSM2_CONF"] = SoftHsm.Configuration;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }

    private EncryptedFileVault OpenFile() =>
        EncryptedFileVault.Open(Path.Combine(folder, "vault.bin"), SignedSample.Passphrase).Value;

    private TokenVault Open() => Open(hsm.Settings).Value;

    private Outcome<TokenVault> Open(TokenSettings settings)
    {
        var file = OpenFile();
        var opened = TokenVault.Open(file, settings, folder);
        if (!opened.IsDone)
        {
            file.Dispose();
        }

        return opened;
    }
}

/// <summary>The other process of a test; nobody else starts it.</summary>
public sealed class TokenVaultChild
{
    internal const string FolderVariable = "MORTANBA_TEST_TOKEN_FOLDER";
    internal const string LabelVariable = "MORTANBA_TEST_TOKEN_LABEL";
    internal const string PinVariable = "MORTANBA_TEST_TOKEN_PIN";

    [Fact(Explicit = true)]
    public void Makes_and_uses_a_key_for_the_test_that_started_it()
    {
        var settings = new TokenSettings(
            SoftHsm.Module!, Environment.GetEnvironmentVariable(LabelVariable)!, Environment.GetEnvironmentVariable(PinVariable)!);
        var shared = Environment.GetEnvironmentVariable(FolderVariable)!;
        using var vault = TokenVault.Open(
            EncryptedFileVault.Open(Path.Combine(shared, "vault.bin"), SignedSample.Passphrase).Value, settings, shared).Value;
        ISigner key;
        try
        {
            key = vault.Create(TokenVaultTests.Name, KeyKind.P256);
        }
        catch (InvalidOperationException)
        {
            key = vault.Find(TokenVaultTests.Name)!;
        }

        for (var i = 0; i < 50; i++)
        {
            Assert.True(key.ToPublicKey().Verify("x"u8, key.Sign("x"u8)));
        }
    }
}
