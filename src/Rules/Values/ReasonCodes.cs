using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>The acts on an issued diploma that need a reason code (requirement DA-13).</summary>
public enum StateAct
{
    Suspend,
    Reinstate,
    Annul,
    Supersede,
    Erase,
}

/// <summary>Reasons allowed for each act. The code stands on the public ledger: it says nothing about the
/// person.</summary>
public sealed record ReasonCodes(IReadOnlyList<ReasonCode> Codes)
{
    public IEnumerable<ReasonCode> For(StateAct act) => Codes.Where(c => c.Act == act);

    public ReasonCode? Find(StateAct act, string code) => Codes.FirstOrDefault(c => c.Act == act && c.Code == code);

    internal static ReasonCodes Read(PackNode node) => new(node["codes"].List(n =>
        new ReasonCode(n["act"].OneOf<StateAct>(), n["code"].Text, n["title"].Localized)));
}

public sealed record ReasonCode(StateAct Act, string Code, LocalizedText Title);
