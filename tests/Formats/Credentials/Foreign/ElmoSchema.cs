using System.Xml;
using System.Xml.Schema;

namespace Mortanba.Formats.Tests.Credentials;

/// <summary>The schema of ELMO 1.7, without the network: what it imports lies beside it or, for the two small ones, here.</summary>
internal static class ElmoSchema
{
    private const string Xml =
        """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/XML/1998/namespace">
          <xs:attribute name="lang" type="xs:language"/><xs:attribute name="space" type="xs:NCName"/>
        </xs:schema>
        """;

    private const string Address =
        """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="https://github.com/erasmus-without-paper/ewp-specs-types-address/tree/stable-v1">
          <xs:complexType name="FlexibleAddress"><xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded" processContents="skip"/></xs:sequence></xs:complexType>
        </xs:schema>
        """;

    public static XmlSchemaSet Load()
    {
        var set = new XmlSchemaSet { XmlResolver = null };
        Add(set, new StringReader(Xml));
        Add(set, new StringReader(Address));
        foreach (var file in (string[])["elmo-references/xmldsig-core-schema.xsd", "elmo-references/EUROPASS_ISOCountries_V1.1.xsd", "elmo-v1.xsd"])
        {
            Add(set, new StringReader(SharedVectors.Text(["schemas", .. file.Split('/')])));
        }

        set.Compile();
        return set;
    }

    public static List<string> Faults(XmlSchemaSet schemas, byte[] xml)
    {
        var faults = new List<string>();
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema, Schemas = schemas };
        settings.ValidationEventHandler += (_, e) => faults.Add(e.Message);
        using var reader = XmlReader.Create(new MemoryStream(xml), settings);
        while (reader.Read())
        {
        }

        return faults;
    }

    private static void Add(XmlSchemaSet set, TextReader schema)
    {
        using var reader = XmlReader.Create(schema, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
        set.Add(null, reader);
    }
}
