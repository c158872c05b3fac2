using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

namespace Mortanba.Sbom;

/// <summary>
/// The software bill of materials, CycloneDX 1.5 JSON: every package of every lock file once. The same lock files give
/// the same bytes: no time, no random serial number.
/// </summary>
public static class BillOfMaterials
{
    private const string Product = "mortanba";

    /// <param name="root">The checkout.</param>
    /// <param name="packages">Folder of restored NuGet packages, where their licences stand; one that is absent tells none.</param>
    public static byte[] Write(string root, string packages)
    {
        var components = new SortedDictionary<string, (LockedPackage Package, bool IsShipped)>(StringComparer.Ordinal);
        foreach (var (file, isShipped) in LockedPackage.LockFiles(root))
        {
            foreach (var package in LockedPackage.Read(file))
            {
                var known = components.GetValueOrDefault(package.Purl);
                if (known.Package is { } other && !other.Sha512.AsSpan().SequenceEqual(package.Sha512))
                {
                    throw new InvalidDataException($"Two lock files give {package.Purl} two hashes.");
                }

                components[package.Purl] = (package, (isShipped && !package.IsForDevelopment) || known.IsShipped);
            }
        }

        var version = XDocument.Load(Path.Combine(root, "Directory.Build.props")).Descendants("Version").Single().Value;
        return Write(version, components.Values, packages);
    }

    private static byte[] Write(string version, ICollection<(LockedPackage Package, bool IsShipped)> components, string packages)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "http://cyclonedx.org/schema/bom-1.5.schema.json");
            json.WriteString("bomFormat", "CycloneDX");
            json.WriteString("specVersion", "1.5");
            json.WriteString("serialNumber", SerialNumber(version, components.Select(c => c.Package)));
            json.WriteNumber("version", 1);
            json.WriteStartObject("metadata");
            json.WriteStartObject("component");
            json.WriteString("type", "application");
            json.WriteString("bom-ref", Product);
            json.WriteString("name", Product);
            json.WriteString("version", version);
            WriteLicence(json, "Apache-2.0");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartArray("components");
            foreach (var (package, isShipped) in components)
            {
                WriteComponent(json, package, isShipped, package.Licence ?? LicenceOf(package, packages));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return [.. output.WrittenSpan, (byte)'\n'];
    }

    private static void WriteComponent(Utf8JsonWriter json, LockedPackage package, bool isShipped, string? licence)
    {
        json.WriteStartObject();
        json.WriteString("type", "library");
        json.WriteString("bom-ref", package.Purl);
        json.WriteString("name", package.Name);
        json.WriteString("version", package.Version);
        // CycloneDX: excluded is what tests and builds use and the product does not carry.
        json.WriteString("scope", isShipped ? "required" : "excluded");
        json.WriteStartArray("hashes");
        json.WriteStartObject();
        json.WriteString("alg", "SHA-512");
        json.WriteString("content", Convert.ToHexStringLower(package.Sha512));
        json.WriteEndObject();
        json.WriteEndArray();
        if (licence is not null)
        {
            WriteLicence(json, licence);
        }

        json.WriteString("purl", package.Purl);
        json.WriteEndObject();
    }

    private static void WriteLicence(Utf8JsonWriter json, string licence)
    {
        json.WriteStartArray("licenses");
        json.WriteStartObject();
        if (licence.Contains(' ', StringComparison.Ordinal))
        {
            json.WriteString("expression", licence);
        }
        else
        {
            json.WriteStartObject("license");
            json.WriteString("id", licence);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }

    // Only an SPDX expression is a statement; a link or a file in the package would have to be read by a person.
    private static string? LicenceOf(LockedPackage package, string packages)
    {
        var name = package.Name.ToLowerInvariant();
        var file = Path.Combine(packages, name, package.Version.ToLowerInvariant(), name + ".nuspec");
        return File.Exists(file)
            ? XDocument.Load(file).Descendants()
                .FirstOrDefault(e => e.Name.LocalName == "license" && (string?)e.Attribute("type") == "expression")?.Value
            : null;
    }

    // RFC 9562 version 8: a UUID of one's own making, here of the content's hash.
    private static string SerialNumber(string version, IEnumerable<LockedPackage> packages)
    {
        var content = string.Join('\n', packages.Select(p => $"{p.Purl} {Convert.ToHexString(p.Sha512)}").Prepend(version));
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(content))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return "urn:uuid:" + new Guid(bytes, bigEndian: true);
    }
}
