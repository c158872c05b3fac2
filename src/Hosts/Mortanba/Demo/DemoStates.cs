using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Rules;

namespace Mortanba.Host.Demo;

/// <summary>Makes one suspended, one annulled and one superseded diploma, once; a demonstration that has them keeps them.</summary>
internal static class DemoStates
{
    private const string Basis = "Order 2 (invented)";

    /// <param name="Genuine">One that stays in force.</param>
    public sealed record Made(AssetId Genuine);

    public static async Task<Made> MakeAsync(
        Installation home, DiplomaFlow flow, IReadOnlyList<CredentialSummary> all, CancellationToken cancel)
    {
        var active = all.Where(c => c.State == DiplomaState.Active && c.Supersedes is null).Select(c => c.Asset).ToList();
        var reasons = flow.Reasons().Value;
        var decision = TwoPersons.Of("registrar-1", "rector-1", "rector", home.Time.GetUtcNow(), Basis).Value;
        ChangeRequest Request(StateAct act, AssetId asset) => new(asset, reasons.For(act).First().Code, Basis, decision);

        if (all.All(c => c.State == DiplomaState.Active) && active.Count > 3)
        {
            _ = (await flow.ChangeAsync(
                (t, append) => new SuspendDiploma(home.Credentials).RunAsync(
                    t, append, reasons, Request(StateAct.Suspend, active[0]), cancel),
                cancel)).Value;
            _ = (await flow.ChangeAsync(
                (t, append) => new AnnulDiploma(home.Credentials).RunAsync(
                    t, append, reasons, Request(StateAct.Annul, active[1]), cancel),
                cancel)).Value;
            _ = (await flow.SupersedeAsync(
                Request(StateAct.Supersede, active[2]), old => Corrected(old, all), cancel)).Value;
        }

        return new Made(active[^1]);
    }

    // A letter as another passport would print it; a doubled one where there is none to change.
    private static string Respelled(string family) =>
        family.Contains('Y', StringComparison.Ordinal) ? family.Replace('Y', 'I') : family + family[^1];

    /// <summary>The same diploma with a corrected name, under a new number.</summary>
    private static ValidatedDiploma Corrected(ValidatedDiploma old, IReadOnlyList<CredentialSummary> all)
    {
        var taken = all.Where(c => c.Series == old.Series).Select(c => c.Number).ToHashSet(StringComparer.Ordinal);
        var free = Enumerable.Range(1, taken.Count + 1).Select(n => $"{n:D8}").First(n => !taken.Contains(n));
        return old with
        {
            Number = free,
            Name = old.Name with { PassportFamily = Respelled(old.Name.PassportFamily) },
        };
    }
}
