using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>States and territories by code: ISO 3166-1 alpha-2, and ISO 3166-3 for states that no longer exist.</summary>
public sealed record Countries(IReadOnlyList<Country> All)
{
    public Country? Find(string code) => All.FirstOrDefault(c => c.Code == code);

    internal static Countries Read(PackNode node) => new(node["countries"].List(n =>
        new Country(n["code"].Text, n["name"].Localized, n.Find("until")?.Date)));
}

/// <param name="Until">Last day of a state that no longer exists; null for one that does.</param>
public sealed record Country(string Code, LocalizedText Name, DateOnly? Until);
