using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Somebody asks for a system to be admitted. Only the name has to be there: blanks are shown as blanks.</summary>
public static class ProposeSystem
{
    public static Outcome<AiSystemEvent> Of(string by, SystemDescription description, DateTimeOffset at) =>
        DescribeSystem.Check(description).TryGet(out var whole, out var problem) ? new SystemProposed(at, by, whole) : problem;

    /// <summary>Takes up what a vendor offered; its answers stay.</summary>
    /// <param name="school">Whose coordinators go on with it; null for the ministry.</param>
    public static Outcome<AiSystemEvent> Of(AiSystem now, string by, SystemDescription description, DateTimeOffset at, Bin? school = null) =>
        now.State != AiSystemState.Offered ? RegisterRefusals.OtherState(now)
        : now.VendorAccount == by ? new Problem("ai/vendor-is-self", "Somebody else than the vendor proposes a system.")
        : DescribeSystem.Check(description).TryGet(out var whole, out var problem) ? new SystemProposed(at, by, whole, school?.Value)
        : problem;
}

/// <summary>
/// Says more of a system, or says it anew; of an offer its vendor alone has spoken, until somebody proposes it. While it is in
/// use nobody takes back that it makes texts or pictures: every school's guard for children hangs on that.
/// </summary>
public static class DescribeSystem
{
    private const int NameLengthMax = 200;
    private const int LineLengthMax = 500;

    public static Outcome<AiSystemEvent> Of(AiSystem now, string by, SystemDescription description, DateTimeOffset at) =>
        RegisterRefusals.NotOpen(now) is { } closed ? closed
        : now.IsAllowed && now.IsLess(description) ? RegisterRefusals.SuspendFirst
        : Check(description).TryGet(out var whole, out var problem) ? new SystemDescribed(at, by, whole)
        : problem;

    /// <summary>The description trimmed, blanks as null; or what cannot stand in a public register.</summary>
    internal static Outcome<SystemDescription> Check(SystemDescription said)
    {
        if (!RegisterRefusals.Words(said.Name, NameLengthMax).TryGet(out var name, out var problem)
            || !Localized(said.Purpose).TryGet(out var purpose, out problem)
            || !Localized(said.Data).TryGet(out var data, out problem)
            || !RegisterRefusals.Blank(said.Owner, LineLengthMax).TryGet(out var owner, out problem)
            || !RegisterRefusals.Blank(said.Objection).TryGet(out var objection, out problem)
            || !RegisterRefusals.Blank(said.Contract, LineLengthMax).TryGet(out var contract, out problem))
        {
            return problem;
        }

        // An organisation's contact is an address, a page or a phone.
        var (contact, agreement) = (Trimmed(said.Contact), Trimmed(said.Agreement));
        if (contact?.Length > LineLengthMax || agreement?.Length > LineLengthMax)
        {
            return new Problem("ai/too-long", $"At most {LineLengthMax} characters.", ("max", $"{LineLengthMax}"));
        }

        foreach (var (field, reason) in said.Withheld)
        {
            if (!SystemDescription.MayBeWithheld.Contains(field))
            {
                return new Problem("ai/not-withheld", $"'{field}' cannot be withheld from the public.", ("field", field));
            }

            if (!RegisterRefusals.Words(reason).TryGet(out _, out problem))
            {
                return problem;
            }
        }

        return said with
        {
            Name = name,
            Purpose = purpose,
            Owner = owner,
            Contact = contact,
            Objection = objection,
            Data = data,
            Agreement = agreement,
            Contract = contract,
            Withheld = [.. said.Withheld.Select(w => w with { Reason = w.Reason.Trim() })],
        };
    }

    // A language in which nothing was said reads the text of another one.
    private static Outcome<LocalizedText?> Localized(LocalizedText? text)
    {
        if (text is null || Languages.All.All(l => string.IsNullOrWhiteSpace(text.In(l))))
        {
            return Outcome<LocalizedText?>.From((LocalizedText?)null);
        }

        var some = Languages.All.Select(text.In).First(t => !string.IsNullOrWhiteSpace(t));
        string Of(Language language) => string.IsNullOrWhiteSpace(text.In(language)) ? some : text.In(language);
        return RegisterRefusals.Words(Of(Language.Kk)).TryGet(out var kk, out var problem)
            && RegisterRefusals.Words(Of(Language.Ru)).TryGet(out var ru, out problem)
            && RegisterRefusals.Words(Of(Language.En)).TryGet(out var en, out problem)
                ? new LocalizedText(kk, ru, en)
                : problem;
    }

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
