namespace Mortanba.Rules;

/// <summary>Which personal data must not go to AI tools of others, and who may never let it pass all the same (requirement AI-10).</summary>
/// <param name="Forbidden">Kinds of data: iin, phone, email, card, address, birth-date, document, name.</param>
/// <param name="NoOverride">Roles for which the mask cannot be lifted.</param>
public sealed record PersonalDataToTools(IReadOnlyList<string> Forbidden, IReadOnlyList<string> NoOverride)
{
    internal static PersonalDataToTools Read(PackNode node) => new(
        node["forbidden"].List(n => n.Text), node["noOverride"].List(n => n.Text));
}
