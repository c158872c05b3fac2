using System.IO.Compression;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Storage;

namespace Mortanba.Host.Archives;

/// <summary>
/// The backup file: a ZIP with <c>settings.json</c>, <c>database</c> (the layout of <see cref="Backup"/>), the installation's own
/// <c>rules/</c> and, when asked for, <c>vault.bin</c>. Personal data in it stays encrypted under keys that only the vault can unwrap.
/// </summary>
internal static class BackupFile
{
    private const string DatabaseName = "database";
    private const int SettingsMaxBytes = 64 * 1024;
    private const int VaultMaxBytes = 16 * 1024 * 1024;
    private const int RulesMaxBytes = 1024 * 1024;
    private const string RulesPrefix = Installation.OwnRulesFolder + "/";

    /// <summary>Writes the file whole or not at all, readable by its owner alone; gives the number of rows.</summary>
    public static async Task<long> WriteAsync(Installation home, string path, bool withVault, CancellationToken cancel)
    {
        var unfinished = path + ".part";
        long rows;
        try
        {
            await using (var file = new FileStream(unfinished, ForOwner(FileMode.Create)))
            {
                await using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
                {
                    await CopyAsync(zip, Path.Combine(home.Directory, Settings.FileName), Settings.FileName, cancel);
                    await using (var database = await zip.CreateEntry(DatabaseName, CompressionLevel.Fastest).OpenAsync(cancel))
                    {
                        rows = await Backup.WriteAsync(home.Database, database, cancel);
                    }

                    var rules = Path.Combine(home.Directory, Installation.OwnRulesFolder);
                    foreach (var pack in Directory.Exists(rules) ? Directory.GetFiles(rules, "*.yaml") : [])
                    {
                        await CopyAsync(zip, pack, RulesPrefix + Path.GetFileName(pack), cancel);
                    }

                    if (withVault)
                    {
                        await CopyAsync(zip, home.VaultFile, Installation.VaultFileName, cancel);
                    }
                }

#pragma warning disable CA1849 // only the synchronous call reaches the disk
                file.Flush(flushToDisk: true);
#pragma warning restore CA1849
            }

            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }

        return rows;
    }

    /// <summary>
    /// Makes an empty folder an installation again. The settings are written last: a restore that was refused or killed
    /// leaves no installation. Gives the number of rows.
    /// </summary>
    /// <param name="database">Database address; null: that of the settings. It must be empty.</param>
    /// <param name="vault">The vault's file; null: the one in the backup.</param>
    public static async Task<Outcome<long>> RestoreAsync(
        string path, string directory, string? database, string? vault, CancellationToken cancel)
    {
        var isNew = !Directory.Exists(directory);
        if (!isNew && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            return new Problem("host/restore-not-empty", $"'{directory}' is not empty.", ("directory", directory));
        }

        try
        {
            await using var zip = await ZipFile.OpenReadAsync(path, cancel);
            if (zip.GetEntry(Settings.FileName) is not { } settingsEntry
                || zip.GetEntry(DatabaseName) is not { } rowsEntry
                || JsonSerializer.Deserialize(
                    await ReadAsync(settingsEntry, SettingsMaxBytes, cancel), SettingsJson.Default.Settings) is not { } settings)
            {
                return Damaged();
            }

            var vaultEntry = zip.GetEntry(Installation.VaultFileName);
            if (vault is null && vaultEntry is null)
            {
                return new Problem("host/restore-without-vault", "The backup holds no vault; name its file with --vault.");
            }

            var vaultBytes = vault is null
                ? await ReadAsync(vaultEntry!, VaultMaxBytes, cancel)
                : await File.ReadAllBytesAsync(vault, cancel);
            Settings.CreateDirectory(directory);
            var isDone = false;
            try
            {
                foreach (var pack in zip.Entries.Where(e => e.FullName == RulesPrefix + e.Name && e.Name.EndsWith(".yaml", StringComparison.Ordinal)))
                {
                    var rules = Directory.CreateDirectory(Path.Combine(directory, Installation.OwnRulesFolder)).FullName;
                    await File.WriteAllBytesAsync(Path.Combine(rules, pack.Name), await ReadAsync(pack, RulesMaxBytes, cancel), cancel);
                }

                var outcome = await FillAsync(
                    settings with { Database = database ?? settings.Database }, directory, rowsEntry, vaultBytes, cancel);
                isDone = outcome.IsDone;
                return outcome;
            }
            finally
            {
                if (!isDone)
                {
                    // The folder was empty, so all that is in it was written here.
                    Clear(directory, isNew);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            return Damaged();
        }
    }

    private static async Task<Outcome<long>> FillAsync(
        Settings settings, string directory, ZipArchiveEntry rowsEntry, byte[] vault, CancellationToken cancel)
    {
        var vaultPath = Path.Combine(directory, Installation.VaultFileName);
        await using (var file = new FileStream(vaultPath, ForOwner(FileMode.CreateNew)))
        {
            await file.WriteAsync(vault, cancel);
        }

        if (!settings.VaultPassphrase(directory).TryGet(out var phrase, out var problem)
            || !EncryptedFileVault.Open(vaultPath, phrase).TryGet(out var opened, out problem))
        {
            return problem;
        }

        opened.Dispose();
        await using var database = Database.At(settings.DatabaseAddress(directory));
        await database.MigrateAsync(Installation.Migrations, cancel);
        Outcome<long> restored;
        await using (var rows = await rowsEntry.OpenAsync(cancel))
        {
            restored = await Backup.RestoreAsync(database, rows, cancel);
        }

        if (restored.IsDone)
        {
            settings.Save(directory);
        }

        return restored;
    }

    private static void Clear(string directory, bool isNew)
    {
        foreach (var file in Directory.EnumerateFiles(directory))
        {
            File.Delete(file);
        }

        var rules = Path.Combine(directory, Installation.OwnRulesFolder);
        if (Directory.Exists(rules))
        {
            Directory.Delete(rules, recursive: true);
        }

        if (isNew)
        {
            Directory.Delete(directory);
        }
    }

    private static async Task CopyAsync(ZipArchive zip, string path, string name, CancellationToken cancel)
    {
        await using var source = File.OpenRead(path);
        await using var entry = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancel);
        await source.CopyToAsync(entry, cancel);
    }

    private static async Task<byte[]> ReadAsync(ZipArchiveEntry entry, int sizeMaxBytes, CancellationToken cancel)
    {
        if (entry.Length > sizeMaxBytes)
        {
            throw new InvalidDataException($"{entry.Name} is too large.");
        }

        // The stated length may be a lie: never more than it is read.
        await using var stream = await entry.OpenAsync(cancel);
        var bytes = new byte[entry.Length];
        await stream.ReadExactlyAsync(bytes, cancel);
        return bytes;
    }

    private static FileStreamOptions ForOwner(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static Problem Damaged() => new("storage/backup-damaged", "The backup file is damaged, cut short, or not one.");
}
