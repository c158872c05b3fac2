using Mortanba.Credentials;
using Mortanba.Journey.Tests.Demo;

namespace Mortanba.Journey.Tests.Commands;

public sealed class ReadFileCommandTests
{
    [Fact]
    [Trait("Requirement", "RQ-8")]
    public async Task A_file_of_another_system_is_read_at_the_terminal_and_the_exit_code_is_that_of_the_worst_check()
    {
        var says = new QualificationReading { Holder = new HolderReading("Jane Doe", "Doe", "Jane", null), Title = ReadText.Of("en", "Master") };
        var elmo = System.Text.Encoding.UTF8.GetString(
            ElmoWriter.WriteSigned(says, "https://example.no", DateTimeOffset.UnixEpoch, P256PrivateKey.Generate(), "key-1"));
        var folder = Directory.CreateTempSubdirectory("mortanba-read-");
        try
        {
            foreach (var (text, exit) in ((string, int)[])[(elmo, 0), (elmo.Replace("Jane", "Joan", StringComparison.Ordinal), 1), ("a scan", 3)])
            {
                var file = Path.Combine(folder.FullName, "dropped.xml");
                await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
                var ended = await Programs.MortanbaAsync("recognition", "read", file, "--lang", "en");
                Assert.True(ended.Exit == exit, ended.ToString());
                Assert.DoesNotContain("foreign/", ended.Out, StringComparison.Ordinal);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
