using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Credentials;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Receipts;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Recognition;
using Mortanba.Verification;

namespace Mortanba.Journey.Tests.Work;

/// <summary>What the machine proposes about a file of a case, and the receipt that becomes evidence.</summary>
[Trait("Requirement", "RQ-8")]
public sealed class CheckCaseFileTests(SmallDiplomas small) : IClassFixture<SmallDiplomas>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_diploma_of_this_system_is_confirmed_at_once_and_its_receipt_is_of_that_file()
    {
        var (desk, diploma) = (Desk(), small.Take());
        var bytes = diploma.Forms.SdJwt;
        var found = await desk.CheckAsync(bytes, "diploma.sd-jwt.txt", Cancel);

        Assert.Equal((FileKind.MortanbaDiploma, Verdict.InForce), (found.File.Kind, found.Report!.Verdict));
        Assert.Equal(Authenticity.Confirmed, found.Proposed);
        Assert.Equal(diploma.Record.Content.Programme.Qualification.En, found.File.Reading.Qualification!.Title!.In("en"));
        var receipt = (await desk.ReceiptAsync(found, bytes, Cancel)).Value;
        var trust = await TrustBundles.CurrentAsync(small.Site.Home, Cancel);
        Assert.True(VerificationReceipt.Check(receipt, trust).Value.Receipt.IsOf(bytes));
    }

    [Fact]
    public async Task A_changed_diploma_is_proposed_as_not_confirmed_and_a_foreign_file_as_a_question()
    {
        var desk = Desk();
        var changed = (byte[])small.Take().Forms.SdJwt.Clone();
        changed[^30] ^= 1;
        Assert.Equal(Authenticity.NotConfirmed, (await desk.CheckAsync(changed, "a.txt", Cancel)).Proposed);

        var says = new QualificationReading { Holder = new HolderReading("Jane Doe", "Doe", "Jane", null), Title = ReadText.Of("en", "Master") };
        var signer = P256PrivateKey.Generate();
        var elmo = ElmoWriter.WriteSigned(says, "https://example.no", DateTimeOffset.UnixEpoch, signer, "key-1");
        var asked = await desk.CheckAsync(elmo, "a.xml", Cancel);
        Assert.Null(asked.Proposed);
        Assert.Equal("foreign/proposal.ask", asked.Words);
        Assert.Equal("foreign/no-receipt", (await desk.ReceiptAsync(asked, elmo, Cancel)).Problem!.Code);

        var forged = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(elmo).Replace("Jane", "Joan", StringComparison.Ordinal));
        Assert.Equal(Authenticity.NotConfirmed, (await desk.CheckAsync(forged, "a.xml", Cancel)).Proposed);
        Assert.Null((await desk.CheckAsync("a scan"u8.ToArray(), "scan.pdf", Cancel)).Proposed);
    }

    [Fact]
    public async Task The_terminal_says_the_same_and_its_exit_code_is_that_of_the_worst_check()
    {
        var says = new QualificationReading { Holder = new HolderReading("Jane Doe", "Doe", "Jane", null), Title = ReadText.Of("en", "Master") };
        var elmo = Encoding.UTF8.GetString(ElmoWriter.WriteSigned(says, "https://example.no", DateTimeOffset.UnixEpoch, P256PrivateKey.Generate(), "key-1"));
        foreach (var (text, exit) in ((string, int)[])[(elmo, 0), (elmo.Replace("Jane", "Joan", StringComparison.Ordinal), 1), ("a scan", 3)])
        {
            var file = Path.Combine(small.Site.Directory, "dropped.xml");
            await File.WriteAllTextAsync(file, text, Cancel);
            var ended = await Programs.MortanbaAsync("recognition", "read", file, "--lang", "en");
            Assert.True(ended.Exit == exit, ended.ToString());
            Assert.DoesNotContain("foreign/", ended.Out, StringComparison.Ordinal);
        }
    }

    private CheckCaseFile Desk() => ActivatorUtilities.CreateInstance<CheckCaseFile>(small.Site.Services, new VerificationReceipts(small.Site.Home));
}
