using System.Buffers;
using System.Security.Cryptography;

namespace Mortanba.Delivery;

/// <summary>The folder of finished diplomas: <c>NUMBER.pdf</c> and <c>NUMBER.diploma.json</c>, named by number alone.</summary>
/// <remarks>
/// A file appears whole or not at all: it is written under another name and renamed. Nothing is flushed to the disk first,
/// because after a crash every file can be rendered again from the store. Safe to call from several threads and processes.
/// </remarks>
public sealed class Outbox
{
    private const string Unfinished = ".part";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    private readonly string directory;

    /// <param name="directory">Made when it is not there. Unfinished files older than a day are cleared away.</param>
    public Outbox(string directory, TimeProvider time)
    {
        this.directory = Directory.CreateDirectory(directory).FullName;
        var old = time.GetUtcNow().UtcDateTime.AddDays(-1);
        foreach (var file in Directory.EnumerateFiles(this.directory, "*" + Unfinished))
        {
            if (File.GetLastWriteTimeUtc(file) < old)
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Writes both files, over older ones of the same number.</summary>
    /// <param name="fullNumber">Series and number: <c>BD 00412867</c>.</param>
    public (string Pdf, string DiplomaFile) Write(string fullNumber, byte[] pdf, byte[] diplomaFile)
    {
        var file = WriteFile(fullNumber, diplomaFile);
        return (WritePdf(fullNumber, pdf), file);
    }

    public string WriteFile(string fullNumber, byte[] diplomaFile) =>
        Put(Path.Combine(directory, Name(fullNumber) + ".diploma.json"), diplomaFile);

    public string WritePdf(string fullNumber, byte[] pdf) => Put(Path.Combine(directory, Name(fullNumber) + ".pdf"), pdf);

    /// <summary>File name without ending: <c>BD-00412867</c>. Throws for anything but capitals, digits and hyphens.</summary>
    public static string Name(string fullNumber)
    {
        var name = fullNumber.Replace(' ', '-');
        return name.Length > 0 && !name.AsSpan().ContainsAnyExcept(NameCharacters)
            ? name
            : throw new ArgumentException("A diploma number has capitals, digits and hyphens only.", nameof(fullNumber));
    }

    private static string Put(string path, byte[] content)
    {
        var unfinished = $"{path}.{RandomNumberGenerator.GetHexString(8)}{Unfinished}";
        File.WriteAllBytes(unfinished, content);
        File.Move(unfinished, path, overwrite: true);
        return path;
    }

    /// <summary>Takes the files of an erased diploma out of the folder; nothing when there are none.</summary>
    public static void Delete(string folder, string number)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        var name = Path.Combine(folder, Name(number));
#pragma warning disable CA3003 // The name holds capitals, digits and hyphens, or it is refused; it comes from the store.
        File.Delete(name + ".pdf");
        File.Delete(name + ".diploma.json");
#pragma warning restore CA3003
    }
}
