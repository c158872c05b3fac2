using System.IO.Compression;
using System.Xml;

namespace Mortanba.Intake.Reading;

/// <summary>
/// An XLSX archive after its gate: sizes, ratio, no macros, no links outside. Only the parts that a list needs are
/// read, with DTDs forbidden and nothing resolved.
/// </summary>
internal sealed class Workbook : IDisposable
{
    private const string Relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private readonly ZipArchive zip;
    private readonly IntakeLimits limits;
    private readonly string fileName;

    private Workbook(ZipArchive zip, IntakeLimits limits, string fileName)
    {
        this.zip = zip;
        this.limits = limits;
        this.fileName = fileName;
    }

    /// <summary>In the order of the tabs: name and path of the part.</summary>
    public IReadOnlyList<(string Name, string Path)> Sheets { get; private set; } = [];

    public string[] SharedStrings { get; private set; } = [];

    public bool CountsDaysFrom1904 { get; private set; }

    public static Workbook Open(ListFile file, IntakeLimits limits)
    {
        var name = file.Name;
        ZipArchive zip;
        try
        {
            zip = new ZipArchive(file.Open(), ZipArchiveMode.Read, leaveOpen: false);
        }
        catch (Exception broken) when (broken is InvalidDataException or ArgumentException)
        {
            // A file shorter than the end of a directory makes the framework's search for it fail on its own arguments.
            throw Damaged(name, "the archive has no directory");
        }

        var workbook = new Workbook(zip, limits, name);
        try
        {
            workbook.PassGate();
            workbook.ReadDirectory();
            return workbook;
        }
        catch (Exception broken) when (broken is XmlException or InvalidDataException)
        {
            workbook.Dispose();
            throw Damaged(name, "a part is no well-formed XML");
        }
        catch
        {
            workbook.Dispose();
            throw;
        }
    }

    public static ListRefusal Damaged(string fileName, string why) => new(
        "intake/workbook-damaged", $"The workbook cannot be read: {why}.", ("file", fileName));

    public XmlReader OpenPart(string path)
    {
        var entry = zip.GetEntry(path.TrimStart('/')) ?? throw Damaged(fileName, "a part is missing");
        try
        {
            return XmlReader.Create(
                new LimitedStream(entry.Open(), limits.WorkbookUnpackedMaxBytes, Bomb),
                new XmlReaderSettings
                {
                    DtdProcessing = DtdProcessing.Prohibit,
                    XmlResolver = null,
                    IgnoreComments = true,
                    IgnoreProcessingInstructions = true,
                    CloseInput = true,
                });
        }
        catch (Exception broken) when (broken is XmlException or InvalidDataException)
        {
            // Opening already reads the first bytes: a method that is not known, a length that is not so.
            throw Damaged(fileName, "a part does not unpack");
        }
    }

    public void Dispose() => zip.Dispose();

    // Everything here is decided from the archive's directory, before anything is unpacked.
    private void PassGate()
    {
        long unpacked = 0;
        if (zip.Entries.Count > limits.WorkbookEntriesMax)
        {
            throw Bomb();
        }

        foreach (var entry in zip.Entries)
        {
            unpacked += entry.Length;
            if (unpacked > limits.WorkbookUnpackedMaxBytes
                || (entry.Length > 1 << 20 && entry.Length / limits.WorkbookRatioMax > entry.CompressedLength))
            {
                throw Bomb();
            }

            if (entry.FullName.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase))
            {
                throw new ListRefusal("intake/workbook-macros", "The workbook holds macros.", ("file", fileName));
            }

            if (entry.FullName.Contains("externalLinks/", StringComparison.OrdinalIgnoreCase))
            {
                throw new ListRefusal(
                    "intake/workbook-links", "The workbook takes values from other files.", ("file", fileName));
            }
        }

        if (zip.GetEntry("xl/workbook.xml") is null)
        {
            throw new ListRefusal("intake/not-a-list", "A ZIP archive that is no workbook.", ("file", fileName));
        }
    }

    private void ReadDirectory()
    {
        var targets = new Dictionary<string, string>(StringComparer.Ordinal);
        using (var rels = OpenPart("xl/_rels/workbook.xml.rels"))
        {
            while (rels.ReadToFollowing("Relationship"))
            {
                var target = rels.GetAttribute("Target") ?? "";
                targets[rels.GetAttribute("Id") ?? ""] = target.StartsWith('/') ? target[1..] : "xl/" + target;
            }
        }

        var sheets = new List<(string, string)>();
        using (var book = OpenPart("xl/workbook.xml"))
        {
            while (book.Read())
            {
                if (book is { NodeType: XmlNodeType.Element, LocalName: "workbookPr" })
                {
                    CountsDaysFrom1904 = book.GetAttribute("date1904") is "1" or "true";
                }
                else if (book is { NodeType: XmlNodeType.Element, LocalName: "sheet" }
                    && targets.TryGetValue(book.GetAttribute("id", Relationships) ?? "", out var path))
                {
                    sheets.Add((book.GetAttribute("name") ?? "", path));
                }
            }
        }

        Sheets = sheets;
        if (zip.GetEntry("xl/sharedStrings.xml") is not null)
        {
            SharedStrings = ReadSharedStrings();
        }
    }

    private string[] ReadSharedStrings()
    {
        var strings = new List<string>();
        using var part = OpenPart("xl/sharedStrings.xml");
        while (part.ReadToFollowing("si"))
        {
            using var item = part.ReadSubtree();
            strings.Add(ReadText(item));
        }

        return [.. strings];
    }

    /// <summary>Joins the runs of a rich text; phonetic hints are no part of the text.</summary>
    public static string ReadText(XmlReader item)
    {
        var text = "";
        while (item.Read())
        {
            if (item is { NodeType: XmlNodeType.Element, LocalName: "rPh" })
            {
                item.Skip();
            }

            if (item is { NodeType: XmlNodeType.Element, LocalName: "t", IsEmptyElement: false })
            {
                var run = item.ReadString();
                text = text.Length == 0 ? run : text + run;
            }
        }

        return text;
    }

    private ListRefusal Bomb() => new(
        "intake/workbook-bomb", "The archive unpacks to far more than a list needs.",
        ("file", fileName), ("maxMb", $"{limits.WorkbookUnpackedMaxBytes / 1_000_000}"));

    /// <summary>Declared sizes can lie: what comes out is counted too.</summary>
    private sealed class LimitedStream(Stream inner, long maxBytes, Func<ListRefusal> refusal) : Stream
    {
        private long count;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => count; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int length)
        {
            var read = inner.Read(buffer, offset, length);
            count += read;
            return count > maxBytes ? throw refusal() : read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int length) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
