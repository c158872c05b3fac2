using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>The trust bundle as a file (<c>mortanba trust</c>, <c>verify --trust</c>): JSON, version 1.</summary>
/// <remarks>
/// Whoever holds it decides whom to believe, so it carries no signature: it comes over a way the verifier trusts. Unknown
/// members are refused, because a bundle that says more than is understood may say "except …".
/// </remarks>
public static class TrustBundleFile
{
    private const string Type = "MortanbaTrust";
    private const int Version = 1;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static byte[] Write(TrustBundle bundle)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteString("type", Type);
            json.WriteString("madeAt", Time(bundle.MadeAt));
            json.WriteString("logKey", bundle.LogKey);
            json.WriteString("policy", bundle.Policy);
            json.WriteString("site", bundle.Site);
            json.WriteString("operator", bundle.Operator);
            json.WriteStartArray("witnesses");
            foreach (var witness in bundle.Witnesses)
            {
                json.WriteStartObject();
                json.WriteString("name", witness.Name);
                json.WriteString("organisation", witness.Organisation);
                json.WriteString("jurisdiction", witness.Jurisdiction);
                json.WriteString("hosting", witness.Hosting);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("institutions");
            foreach (var institution in bundle.Institutions)
            {
                Write(json, institution);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    /// <summary>Reads a bundle; <c>verification/trust-malformed</c> with the member that is wrong.</summary>
    public static Outcome<TrustBundle> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (!StrictJson.Parse(bytes).TryGet(out var document, out var problem))
        {
            return new Problem("verification/trust-malformed", problem.Detail, ("member", "$"));
        }

        using (document)
        {
            try
            {
                return Read(new Member(document.RootElement, "$"));
            }
            catch (MalformedException malformed)
            {
                return new Problem(
                    "verification/trust-malformed",
                    $"The trust bundle cannot be read at {malformed.Message}.",
                    ("member", malformed.Message));
            }
        }
    }

    private static void Write(Utf8JsonWriter json, TrustedInstitution institution)
    {
        json.WriteStartObject();
        json.WriteString("bin", institution.Bin);
        json.WriteString("did", institution.Did);
        json.WriteStartObject("name");
        json.WriteString("kk", institution.Name.Kk);
        json.WriteString("ru", institution.Name.Ru);
        json.WriteString("en", institution.Name.En);
        json.WriteEndObject();
        json.WriteStartArray("keys");
        foreach (var key in institution.Keys)
        {
            json.WriteStartObject();
            json.WriteString("kid", key.KeyId);
            json.WriteString("publicKeyMultibase", key.PublicKeyMultibase);
            json.WriteString("since", Time(key.Since));
            json.WriteString("until", key.Until is { } until ? Time(until) : null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static TrustBundle Read(Member root)
    {
        root.Only("v", "type", "madeAt", "logKey", "policy", "site", "operator", "witnesses", "institutions");
        if (root["type"].Text() != Type)
        {
            throw new MalformedException("$.type");
        }

        if (root["v"].Number() != Version)
        {
            throw new MalformedException("$.v");
        }

        return new TrustBundle(
            root["madeAt"].Time(),
            root["logKey"].Text(),
            root["policy"].Text(),
            root["site"].SiteOrNull(),
            root["operator"].Text(),
            root["witnesses"].Items(ReadWitness),
            root["institutions"].Items(ReadInstitution));
    }

    private static TrustedWitness ReadWitness(Member item)
    {
        item.Only("name", "organisation", "jurisdiction", "hosting");
        return new TrustedWitness(item["name"].Text(), item["organisation"].Text(), item["jurisdiction"].Text(), item["hosting"].Text());
    }

    private static TrustedInstitution ReadInstitution(Member item)
    {
        item.Only("bin", "did", "name", "keys");
        var name = item["name"];
        name.Only("kk", "ru", "en");
        return new TrustedInstitution(
            item["bin"].Text(),
            item["did"].Text(),
            new LocalizedText(name["kk"].Text(), name["ru"].Text(), name["en"].Text()),
            item["keys"].Items(ReadKey));
    }

    private static TrustedKey ReadKey(Member item)
    {
        item.Only("kid", "publicKeyMultibase", "since", "until");
        return new TrustedKey(
            item["kid"].Text(), item["publicKeyMultibase"].Text(), item["since"].Time(), item["until"].TimeOrNull());
    }

    private static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString(TimeFormat, CultureInfo.InvariantCulture);

    private sealed class MalformedException(string where) : Exception(where);

    /// <summary>One JSON value and its place, so that a refusal can name it.</summary>
    private readonly struct Member(JsonElement value, string place)
    {
        public Member this[string name] =>
            value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member)
                ? new Member(member, $"{place}.{name}")
                : throw new MalformedException($"{place}.{name}");

        public void Only(params string[] names)
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                throw new MalformedException(place);
            }

            foreach (var member in value.EnumerateObject())
            {
                if (!names.Contains(member.Name))
                {
                    throw new MalformedException(place);
                }
            }
        }

        public string Text() => TextOrNull() ?? throw new MalformedException(place);

        public string? TextOrNull() => value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Null => null,
            _ => throw new MalformedException(place),
        };

        /// <summary>An origin, as a browser writes it: https, or http on this machine; nothing behind the host.</summary>
        public string? SiteOrNull()
        {
            if (TextOrNull() is not { } text)
            {
                return null;
            }

            return Uri.TryCreate(text, UriKind.Absolute, out var address)
                && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
                && address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) == text
                    ? text
                    : throw new MalformedException(place);
        }

        public int Number() =>
            value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
                ? number
                : throw new MalformedException(place);

        public DateTimeOffset Time() => TimeOrNull() ?? throw new MalformedException(place);

        public DateTimeOffset? TimeOrNull() => TextOrNull() is not { } text ? null
            : DateTimeOffset.TryParseExact(
                text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time
                : throw new MalformedException(place);

        public List<T> Items<T>(Func<Member, T> read)
        {
            if (value.ValueKind != JsonValueKind.Array)
            {
                throw new MalformedException(place);
            }

            var items = new List<T>();
            foreach (var item in value.EnumerateArray())
            {
                items.Add(read(new Member(item, $"{place}[{items.Count}]")));
            }

            return items;
        }
    }
}
