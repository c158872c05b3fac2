using System.IO.Compression;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Faults.Tests.Fuzz.Targets;

/// <summary>What operators bring in: lists of graduates and packs of rules.</summary>
internal static class ListTargets
{
    /// <summary>Stands between the list, its courses and its mapping, where an input has more than one file.</summary>
    public const string Next = "\n=====\n";

    private static readonly DirectoryInfo Scratch = Directory.CreateTempSubdirectory("mortanba-fuzz-");

    private static readonly IntakeRules Rules = IntakeRules.For(
        RuleBook.Load(Path.Combine(Corpus.Root(), "rules")).Value, new DateOnly(2026, 6, 30)).Value;

    private static readonly Programme Programme = new(
        Bin.Parse("170240014901"), "6B06103", LocalizedText.Same("Programme"), LocalizedText.Same("Bachelor"),
        LocalizedText.Same("Field"), "0613", 6, 240, LocalizedText.Same("4 years"), LocalizedText.Same("UNT"),
        LocalizedText.Same("Outcomes"), LocalizedText.Same("Master"), LocalizedText.Same("Status"), "KZ1",
        new DateOnly(2015, 1, 1), null, "IQAA", new DateOnly(2020, 1, 1), new DateOnly(2030, 1, 1));

    private static readonly IntakeLimits Limits = new()
    {
        GraduatesFileMaxBytes = 1_000_000,
        CoursesFileMaxBytes = 1_000_000,
        WorkbookMaxBytes = 1_000_000,
        WorkbookUnpackedMaxBytes = 4_000_000,
    };

    public static readonly FuzzTarget[] All =
    [
        new(
            "csv", Csv, ";", ",", "\t", "\"", "\"\"", "\r", "\n", "\ufeff", "number", "iin", "06.02.2026", "3,00", "=1+1", Next,
            "{\"graduates\":{\"number\":\"?\"}}")
        {
            Cost = 16,
        },
        new(
            "xlsx", Xlsx, "<c r=\"XFD1\">", "<row r=\"1048577\">", "<mergeCell ref=\"A1:B2\"/>", "t=\"s\"", "<v>1</v>", "<f>1</f>",
            "<is><t>", "&#0;", "<!DOCTYPE x [<!ENTITY e \"e\">]>", "&e;", "xml:space=\"preserve\"", "Target=\"../x.xml\"", Part)
        {
            Cost = 32,
        },
        new(
            "rule-pack", Pack, "- ", ": ", "&a ", "*a", "<<: ", "!!int ", "|\n", "? ", "validFrom: 2026-13-01", "validUntil:", "[", "{",
            "confidence: low", "value:", "tag: A")
        {
            Cost = 32,
        },
    ];

    private const string Part = "\n=== ";

    private static bool Csv(byte[] bytes)
    {
        var parts = Split(bytes);
        Write("list.csv", parts[0]);
        Write("list.courses.csv", parts.Count > 1 ? parts[1] : null);
        Write("list.csv.mapping.json", parts.Count > 2 ? parts[2] : null);
        return Run("list.csv");
    }

    // PK… is a workbook as it is; else "=== path" lines and the text of each part, which the target packs.
    private static bool Xlsx(byte[] bytes)
    {
        Write("list.xlsx", bytes.AsSpan().StartsWith("PK"u8) ? bytes : Packed(Encoding.UTF8.GetString(bytes)));
        return Run("list.xlsx");
    }

    private static byte[] Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var part in ("\n" + text).Split(Part, StringSplitOptions.RemoveEmptyEntries).Take(20))
            {
                var end = part.IndexOf('\n', StringComparison.Ordinal);
                if (end is > 0 and < 100)
                {
                    using var entry = zip.CreateEntry(part[..end], CompressionLevel.NoCompression).Open();
                    entry.Write(Encoding.UTF8.GetBytes(part[(end + 1)..]));
                }
            }
        }

        return packed.ToArray();
    }

    private static bool Run(string name)
    {
        var intake = new ListIntake(
            Rules, code => code == Programme.Code ? Programme : null, new NothingIssued(), FixedTime.Instance, Limits);
        var list = new GraduationList(Path.Combine(Scratch.FullName, name)) { WritesMappingProposal = false };
        var outcome = intake.RunAsync(list, cancel: CancellationToken.None).GetAwaiter().GetResult();
        if (!outcome.TryGet(out var result, out _))
        {
            return false;
        }

        BrokenPromiseException.Unless(
            result.Errors.Concat(result.Warnings).All(f => f.Code.StartsWith("intake/", StringComparison.Ordinal)),
            "a finding without a code");
        BrokenPromiseException.Unless(
            !result.IsValid || result.ReadDiplomas().Count() == result.RowCount, "the second pass gives other rows");
        return true;
    }

    private static bool Pack(byte[] bytes) => RuleBook.Parse([new PackFile("pack.yaml", bytes)]).IsDone;

    private static List<byte[]> Split(byte[] bytes)
    {
        var parts = new List<byte[]>();
        ReadOnlySpan<byte> next = Encoding.ASCII.GetBytes(Next), rest = bytes;
        while (rest.IndexOf(next) is >= 0 and var at)
        {
            parts.Add(rest[..at].ToArray());
            rest = rest[(at + next.Length)..];
        }

        parts.Add(rest.ToArray());
        return parts;
    }

    private static void Write(string name, byte[]? bytes)
    {
        var path = Path.Combine(Scratch.FullName, name);
        if (bytes is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllBytes(path, bytes);
        }
    }
}
