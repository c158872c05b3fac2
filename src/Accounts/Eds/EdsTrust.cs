using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mortanba.Accounts;

/// <summary>Whose certificates count: roots, authorities between, and revocation lists, all from files; no network.</summary>
public sealed class EdsTrust
{
    public EdsTrust(
        X509Certificate2Collection roots, X509Certificate2Collection? between = null, IReadOnlyList<RevocationList>? lists = null)
    {
        Roots = roots;
        Between = between ?? [];
        Lists = lists ?? [];
    }

    public static EdsTrust None { get; } = new([]);

    public X509Certificate2Collection Roots { get; }

    public X509Certificate2Collection Between { get; }

    public IReadOnlyList<RevocationList> Lists { get; }

    /// <summary>False: signing in by EDS is not offered.</summary>
    public bool IsConfigured => Roots.Count > 0;

    /// <summary>
    /// Reads a folder: <c>*.cer</c>, <c>*.crt</c>, <c>*.pem</c> (DER or PEM; self-issued ones are roots, others stand between)
    /// and <c>*.crl</c>. Throws <see cref="InvalidDataException"/> naming the file that cannot be read, or when no root is there.
    /// </summary>
    public static EdsTrust Load(string folder)
    {
        var (roots, between, lists) = (new X509Certificate2Collection(), new X509Certificate2Collection(), new List<RevocationList>());
        foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            try
            {
                switch (Path.GetExtension(file))
                {
                    case ".cer" or ".crt" or ".pem":
                        foreach (var certificate in Certificates(file))
                        {
                            var isRoot = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
                            (isRoot ? roots : between).Add(certificate);
                        }

                        break;
                    case ".crl":
                        lists.Add(RevocationList.Parse(Unarmoured(File.ReadAllBytes(file))));
                        break;
                }
            }
            catch (CryptographicException fault)
            {
                throw new InvalidDataException($"{file} is not a certificate or a revocation list.", fault);
            }
        }

        return roots.Count > 0
            ? new EdsTrust(roots, between, lists)
            : throw new InvalidDataException($"{folder} holds no root certificate (*.cer, *.crt, *.pem).");
    }

    private static X509Certificate2Collection Certificates(string file)
    {
        var all = new X509Certificate2Collection();
        var bytes = File.ReadAllBytes(file);
        if (bytes.AsSpan().IndexOf("-----BEGIN "u8) >= 0)
        {
            all.ImportFromPem(System.Text.Encoding.ASCII.GetString(bytes));
            return all;
        }

        all.Add(X509CertificateLoader.LoadCertificate(bytes));
        return all;
    }

    private static byte[] Unarmoured(byte[] bytes)
    {
        if (bytes.AsSpan().IndexOf("-----BEGIN "u8) < 0)
        {
            return bytes;
        }

        var text = System.Text.Encoding.ASCII.GetString(bytes);
        return PemEncoding.TryFind(text, out var found)
            ? Convert.FromBase64String(text[found.Base64Data])
            : throw new CryptographicException("Not PEM.");
    }
}
