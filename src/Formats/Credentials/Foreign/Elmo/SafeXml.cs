using System.Xml;

namespace Mortanba.Credentials;

/// <summary>XML from strangers: no document type, no entities but the five, no address followed, everything bounded.</summary>
internal static class SafeXml
{
    // ELMO nests about a dozen deep; whoever canonicalises walks the tree by recursion.
    private const int DepthMax = 64;
    private const int NodesMax = 500_000;
    private const int AttributesMax = 64;

    /// <summary>Null when it is not well-formed, has a DTD, or goes beyond the bounds.</summary>
    public static XmlDocument? Load(ReadOnlyMemory<byte> xml)
    {
        try
        {
            if (!IsWithinBounds(xml))
            {
                return null;
            }

            // White space is part of what is signed.
            var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
            using var reader = Reader(xml);
            document.Load(reader);
            return document;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static bool IsWithinBounds(ReadOnlyMemory<byte> xml)
    {
        using var reader = Reader(xml);
        for (var nodes = 0; reader.Read(); nodes++)
        {
            if (reader.Depth > DepthMax || reader.AttributeCount > AttributesMax || nodes > NodesMax)
            {
                return false;
            }
        }

        return true;
    }

    private static XmlReader Reader(ReadOnlyMemory<byte> xml) => XmlReader.Create(
        new MemoryStream(xml.ToArray(), writable: false),
        new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = ForeignFile.SizeMaxBytes,
            CloseInput = true,
        });
}
