using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Permits;

namespace Mortanba.Host;

/// <summary>How a diploma would look, before anybody decides.</summary>
public sealed partial class DiplomaFlow
{
    /// <summary>Asks the gate as an issue would, keeps nothing of the answer, and makes a specimen when it lets it pass.</summary>
    /// <param name="replaced">The diploma that it would replace.</param>
    public async Task<Outcome<Specimen>> PreviewAsync(
        Bin initiator, string decision, ValidatedDiploma diploma, ValidatedDiploma? replaced, CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        await using var connection = await home.Database.ConnectAsync(cancel);
        var asked = await CheckGateAsync(connection, new GateRequest(initiator, decision, [Award(diploma, replaced)], at), cancel);
        if (!asked.TryGet(out var verdict, out var problem) || !verdict.Permission.TryGet(out var permission, out problem))
        {
            return problem;
        }

        return Specimen.Of(permission, diploma, home.Settings.Site, at);
    }
}
