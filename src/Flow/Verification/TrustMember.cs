using System.Globalization;
using System.Text.Json;

namespace Mortanba.Verification;

/// <summary>Carries the place of the member of a trust bundle that cannot be read.</summary>
internal sealed class TrustMalformedException(string where) : Exception(where);

/// <summary>One JSON value and its place, so that a refusal can name it.</summary>
internal readonly struct TrustMember(JsonElement value, string place)
{
    public TrustMember this[string name] =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member)
            ? new TrustMember(member, $"{place}.{name}")
            : throw new TrustMalformedException($"{place}.{name}");

    public void Only(params string[] names)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new TrustMalformedException(place);
        }

        foreach (var member in value.EnumerateObject())
        {
            if (!names.Contains(member.Name))
            {
                throw new TrustMalformedException(place);
            }
        }
    }

    public string Text() => TextOrNull() ?? throw new TrustMalformedException(place);

    public string? TextOrNull() => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        _ => throw new TrustMalformedException(place),
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
                : throw new TrustMalformedException(place);
    }

    public void Is(string text)
    {
        if (TextOrNull() != text)
        {
            throw new TrustMalformedException(place);
        }
    }

    public long Number(long least, long most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most
            ? number
            : throw new TrustMalformedException(place);

    public DateOnly Day() =>
        DateOnly.TryParseExact(Text(), TrustBundleFile.DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new TrustMalformedException(place);

    public DateTimeOffset Time() => TimeOrNull() ?? throw new TrustMalformedException(place);

    public DateTimeOffset? TimeOrNull() => TextOrNull() is not { } text ? null
        : DateTimeOffset.TryParseExact(
            text, TrustBundleFile.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new TrustMalformedException(place);

    public List<T> Items<T>(Func<TrustMember, T> read)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw new TrustMalformedException(place);
        }

        var items = new List<T>();
        foreach (var item in value.EnumerateArray())
        {
            items.Add(read(new TrustMember(item, $"{place}[{items.Count}]")));
        }

        return items;
    }
}
