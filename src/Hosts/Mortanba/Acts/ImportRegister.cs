using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: a file of institutions abroad, of their accreditation, or of rankings. Out: the registers as the file has them, in one transaction
/// with its record; or every value that is wrong, and nothing taken.
/// </summary>
internal sealed class ImportRegister(Installation home)
{
    /// <summary>What a file would change; nothing is written.</summary>
    public async Task<Outcome<RegisterPlan>> PreviewAsync(
        RegisterKind kind, string fileName, ReadOnlyMemory<byte> content, CancellationToken cancel = default)
    {
        if (!Read(kind, fileName, content).TryGet(out var file, out var problem))
        {
            return problem;
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        return await RegisterImport.PlanAsync(connection, file, cancel);
    }

    /// <summary>Keeps a readable file until its plan is confirmed; gives its id.</summary>
    public async Task<Outcome<string>> KeepAsync(
        Actor actor, RegisterKind kind, string fileName, byte[] content, CancellationToken cancel = default) =>
        (await PreviewAsync(kind, fileName, content, cancel)).TryGet(out _, out var problem)
            ? await home.Database.WriteAsync(
                t => RegisterUploads.AddAsync(t, kind, fileName, content, actor.Id, home.Time.GetUtcNow(), cancel), cancel)
            : problem;

    /// <param name="seen">Fingerprint of the plan that was confirmed; null at the terminal, which shows what was done.</param>
    /// <param name="upload">The kept file that this is, and that goes with it; null when none is kept.</param>
    public async Task<Outcome<ImportedRegister>> RunAsync(
        Actor actor, Role? role, RegisterKind kind, string fileName, ReadOnlyMemory<byte> content, string? seen = null, string? upload = null,
        CancellationToken cancel = default)
    {
        if (!Read(kind, fileName, content).TryGet(out var file, out var problem))
        {
            return problem;
        }

        var at = home.Time.GetUtcNow();
        var outcome = await home.Database.WriteAsync(
            async t =>
            {
                var taken = await RegisterImport.RunAsync(t, file, seen, actor.Id, at, cancel);
                if (!taken.TryGet(out var import, out _))
                {
                    return taken;
                }

                if (upload is not null)
                {
                    await RegisterUploads.RemoveAsync(t, upload, cancel);
                }

                if (import.Id.Length > 0)
                {
                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            TrailAct.Change, "recognition/register-imported", actor, new TrailSubject("register", import.Id), role,
                            Facts:
                            [
                                ("register", BasisRecord.Code(kind)), ("file", import.FileHash), ("added", $"{import.Added}"),
                                ("changed", $"{import.Changed}"), ("withdrawn", $"{import.Withdrawn}"),
                            ]),
                        cancel);
                    CrashPoint.Reach("in-register");
                }

                return taken;
            },
            cancel);
        CrashPoint.Reach("after-register");
        return outcome;
    }

    private Outcome<RegisterFile> Read(RegisterKind kind, string fileName, ReadOnlyMemory<byte> content)
    {
        var today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;
        return RegisterFile.Read(kind, fileName, content.Span, States(home.Rules, today), today);
    }

    /// <summary>States and former states of the packs.</summary>
    public static IReadOnlyList<Country> States(RuleBook rules, DateOnly day) =>
        [.. rules.Resolve(RuleKeys.Countries, day).Value.Value.All, .. rules.Resolve(RuleKeys.FormerStates, day).Value.Value.All];
}
