using System.Text;
using Mortanba.Documents;
using Mortanba.Host.Demo;
using Mortanba.Intake;
using Mortanba.Rules;
using Mortanba.Verification;
using Xunit;

namespace Mortanba.Architecture.Tests.Examples;

/// <summary>What lies in samples/ is what the program makes and says today.</summary>
public class SamplesTests
{
    // Dates in the lists follow from the day on which they were made.
    private static readonly DateOnly ListDay = new(2026, 11, 22);

    public static TheoryData<string> Files => [.. Samples.Exits.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Each_sample_has_its_verdict_without_a_network(string file)
    {
        var trust = TrustBundleFile.Parse(await Samples.ReadAsync(Samples.Trust)).Value;
        var report = await new Verifier(TimeProvider.System).VerifyAsync(await Samples.ReadAsync(file), trust, null, default);
        Assert.True(Samples.Exits[file] == (int)report.Verdict, string.Join('\n', report.Checks));

        var ended = await Samples.MortanbaAsync(
            "verify", Samples.PathOf(file), "--trust", Samples.PathOf(Samples.Trust), "--offline");
        Assert.True(Samples.Exits[file] == ended.Exit, ended.Output);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Each_sample_has_the_form_that_the_program_writes_today(string file)
    {
        var fresh = await Samples.FreshAsync();
        var bytes = await Samples.ReadAsync(file);
        if (file.EndsWith(".pdf", StringComparison.Ordinal))
        {
            var attached = PdfDiploma.Find(bytes).Value.ToArray();
            Assert.Equal(await Samples.ReadAsync(Path.ChangeExtension(file, ".diploma.json")), attached);
        }
        else if (file.EndsWith(".diploma.json", StringComparison.Ordinal))
        {
            Assert.Equal(DiplomaFile.Parse(bytes).Value.Write(), bytes);
            var (today, sample) = (Shape.Of(fresh[file]), Shape.Of(bytes));
            Assert.True(
                today.SetEquals(sample),
                $"{file} is stale (MORTANBA_WRITE_SAMPLES=1 ./test architecture):\n"
                + string.Join('\n', today.Except(sample).Select(l => "+ " + l).Concat(sample.Except(today).Select(l => "- " + l))));
        }
        else
        {
            var genuine = DiplomaFile.Parse(await Samples.ReadAsync("genuine.diploma.json")).Value;
            byte[][] forms = [Encoding.ASCII.GetBytes(genuine.SdJwt!), genuine.Vc!, Encoding.ASCII.GetBytes(genuine.Paper!)];
            Assert.Contains(forms, form => form.AsSpan().SequenceEqual(bytes));
        }
    }

    [Fact]
    public async Task The_trust_file_is_as_the_program_writes_it()
    {
        var bytes = await Samples.ReadAsync(Samples.Trust);
        Assert.Equal(TrustBundleFile.Write(TrustBundleFile.Parse(bytes).Value), bytes);
    }

    [Fact]
    public async Task The_folder_holds_the_samples_and_nothing_else_and_its_readme_names_each()
    {
        await Samples.ReadAsync(Samples.Trust);
        var names = Directory.GetFiles(Repository.Path(Samples.Folder)).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(Samples.Exits.Keys.Append(Samples.Trust).Order(StringComparer.Ordinal), names);
        var readme = await File.ReadAllTextAsync(Repository.Path("samples", "README.md"));
        foreach (var (file, exit) in Samples.Exits)
        {
            Assert.Contains($"| `diplomas/{file}` | {exit} |", readme, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_sample_lists_are_those_that_the_demonstration_writes()
    {
        var folder = Directory.CreateTempSubdirectory("mortanba-lists-");
        try
        {
            var lists = new DemoLists(Rules, ListDay);
            lists.WriteLarge(Path.Combine(folder.FullName, "graduates.csv"), 12);
            lists.WriteBad(Path.Combine(folder.FullName, "bad-list.csv"));
            foreach (var file in folder.EnumerateFiles())
            {
                if (Samples.AreWritten)
                {
                    file.CopyTo(Repository.Path("samples", file.Name), overwrite: true);
                }

                Assert.Equal(File.ReadAllBytes(file.FullName), File.ReadAllBytes(Repository.Path("samples", file.Name)));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_good_list_is_sound_and_the_bad_one_has_its_faults_row_by_row()
    {
        var good = await ReadAsync("graduates.csv");
        Assert.Equal((12, 0L), (good.RowCount, good.ErrorCount));
        var bad = await ReadAsync("bad-list.csv");
        // Row 2 is the first with a number that row 7 repeats; the graduate of row 9 did not pass a course.
        var rows = bad.Errors.Where(e => e.Part == ListPart.Graduates).Select(e => e.Row).Distinct().Order();
        Assert.Equal([3, 4, 5, 6, 7, 8, .. Enumerable.Range(10, 8)], rows);
        Assert.Equal("intake/course-not-passed", Assert.Single(bad.Errors, e => e.Part == ListPart.Courses).Code);
    }

    private static IntakeRules Rules => IntakeRules.For(RuleBook.Load(RuleBook.DefaultFolder).Value, ListDay).Value;

    private static async Task<IntakeResult> ReadAsync(string file)
    {
        var programmes = DemoLists.Programmes(ListDay);
        return (await new ListIntake(
            Rules, code => programmes.FirstOrDefault(p => p.Code == code), new NothingIssued(), new Noon(), new IntakeLimits())
            .RunAsync(new GraduationList(Repository.Path("samples", file)) { WritesMappingProposal = false })).Value;
    }

    private sealed class Noon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(ListDay, new TimeOnly(7, 0), TimeSpan.Zero);
    }
}
