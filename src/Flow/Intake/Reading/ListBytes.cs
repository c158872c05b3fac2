namespace Mortanba.Intake;

/// <summary>
/// Port: where the bytes of one file of a list lie. Opened several times, also side by side; the bytes must not change
/// in between, and are compared block by block.
/// </summary>
/// <param name="name">What the sender called it; shown in messages, never used as a path.</param>
public abstract class ListBytes(string name)
{
    public string Name { get; } = name;

    /// <summary>Size in bytes; null when there is no such file.</summary>
    public abstract long? LengthBytes { get; }

    /// <summary>A stream that can seek; the caller disposes it.</summary>
    public abstract Stream Open();

    public static ListBytes OfFile(string path) => new FileBytes(path);

    public static ListBytes OfMemory(string name, byte[] content) => new MemoryBytes(name, content);

    private sealed class FileBytes(string path) : ListBytes(Path.GetFileName(path))
    {
        public override long? LengthBytes => new FileInfo(path) is { Exists: true } file ? file.Length : null;

        public override Stream Open() => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
    }

    private sealed class MemoryBytes(string name, byte[] content) : ListBytes(name)
    {
        public override long? LengthBytes => content.Length;

        public override Stream Open() => new MemoryStream(content, writable: false);
    }
}
