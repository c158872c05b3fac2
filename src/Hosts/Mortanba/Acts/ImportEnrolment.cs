using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: the enrolment register of an institution as a file. Out: its learners recognised from now on, or the rows that are bad and
/// nothing taken. An act of the platform's operator: who prepares lists does not say who is enrolled.
/// </summary>
internal static class ImportEnrolment
{
    public static async Task<Outcome<EnrolmentImport>> RunAsync(
        Installation home, Actor actor, Role? role, Bin institution, ListBytes file, CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        var today = new WorkingCalendar(home.Rules).DateOf(at).Value;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if (await PermitRegister.FindOrganisationAsync(connection, institution, cancel) is not { Role: OrganisationRole.Initiator })
            {
                return new Problem("permits/unknown-institution", "No institution of this BIN is registered.", ("bin", institution.Value));
            }
        }

        if (!LearnerFile.Read(file, today.Year).TryGet(out var learners, out var problem))
        {
            return problem;
        }

        var outcome = await home.Database.WriteAsync(
            async t =>
            {
                var taken = await home.Enrolments.ImportAsync(t, institution, learners.Rows, learners.Hash, actor.Id, at, cancel);
                if (taken.TryGet(out var import, out _))
                {
                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            TrailAct.Access, "permits/enrolment-imported", actor, new TrailSubject("enrolment", import.Id), role, institution,
                            Facts: [("rows", $"{import.Rows}"), ("added", $"{import.Added}"), ("changed", $"{import.Changed}")]),
                        cancel);
                    CrashPoint.Reach("in-enrolment");
                }

                return taken;
            },
            cancel);
        CrashPoint.Reach("after-enrolment");
        return outcome;
    }
}
