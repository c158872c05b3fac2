using System.Security.Cryptography;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;

namespace Mortanba.Host.Acts;

/// <summary>A school connects a learning platform, or ends a connection: the register of platforms and its row of the record, together.</summary>
internal sealed class ConnectPlatforms(Installation home)
{
    private const int IdSizeBytes = 8;

    public async Task<Outcome<LtiPlatform>> AddAsync(Actor by, Role? role, Bin school, LtiPlatformForm form, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        if (!ConnectPlatform.Of("lti-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdSizeBytes)), school, form).TryGet(out var platform, out var problem))
        {
            return problem;
        }

        return await home.Database.WriteAsync(
            async t =>
            {
                var added = await LtiStore.AddAsync(t, platform, by.Id, at, cancel);
                if (added.IsDone)
                {
                    await AuditTrail.AppendAsync(
                        t, at, new TrailEvent(TrailAct.Change, "connections/platform-added", by, new TrailSubject("lti-platform", platform.Id), role, school), cancel);
                }

                return added;
            },
            cancel);
    }

    public Task<Outcome<LtiPlatform>> EndAsync(Actor by, Role? role, Bin school, string id, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        return home.Database.WriteAsync(
            async t =>
            {
                var ended = await LtiStore.EndAsync(t, school, id, at, cancel);
                if (ended.IsDone)
                {
                    await AuditTrail.AppendAsync(
                        t, at, new TrailEvent(TrailAct.Block, "connections/platform-ended", by, new TrailSubject("lti-platform", id), role, school), cancel);
                }

                return ended;
            },
            cancel);
    }

    /// <summary>Scores that failed go once more, from the first pause on.</summary>
    public Task SendAgainAsync(Actor by, Role? role, Bin school, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        return home.Database.WriteAsync(
            async t =>
            {
                var count = await LtiScores.AgainAsync(t, school, at, cancel);
                if (count > 0)
                {
                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            TrailAct.Change, "connections/scores-again", by, new TrailSubject("school", school.Value), role, school,
                            Facts: [("count", $"{count}")]),
                        cancel);
                }
            },
            cancel);
    }
}
