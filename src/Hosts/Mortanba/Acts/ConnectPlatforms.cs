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
                if (added.TryGet(out var stands, out _))
                {
                    var what = stands.Id == platform.Id ? "connections/platform-added" : "connections/platform-renewed";
                    await AuditTrail.AppendAsync(
                        t, at, new TrailEvent(TrailAct.Change, what, by, new TrailSubject("lti-platform", stands.Id), role, school), cancel);
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

    /// <summary>Nobody of the school's platforms opens this account any more, until its person binds them anew.</summary>
    /// <param name="account">Null for an address that nobody has.</param>
    /// <returns>Refusal: <c>connections/not-bound</c>.</returns>
    public Task<Outcome<int>> UnbindAsync(Actor by, Role? role, Bin school, string? account, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        return home.Database.WriteAsync<Outcome<int>>(
            async t =>
            {
                var bound = account is null ? [] : (await LtiStore.BindingsAsync(t, account, cancel)).Where(b => b.School == school).ToList();
                if (bound.Count == 0)
                {
                    return new Problem("connections/not-bound", "No platform of this school opens an account of this address.");
                }

                foreach (var one in bound)
                {
                    await LtiStore.UnbindAsync(t, one.Platform, one.Subject, account!, cancel);
                }

                await AuditTrail.AppendAsync(
                    t, at, new TrailEvent(TrailAct.Change, "accounts/lti-unbound", by, new TrailSubject("account", account!), role, school), cancel);
                return bound.Count;
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
