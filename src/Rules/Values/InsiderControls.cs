namespace Mortanba.Rules;

/// <summary>Whether a paper must be there, or binds only where it is.</summary>
public enum Demanded
{
    Required,
    WhenThere,
}

/// <summary>What may still be registered under a decision that names no order, from before orders were demanded.</summary>
public enum WithoutOrder
{
    Issue,

    /// <summary>Only what replaces a diploma of the same person in the same programme.</summary>
    Replace,
}

/// <summary>Which papers an issue is reconciled with (requirement DA-8): graduation order, enrolment, licensed intake.</summary>
/// <param name="Order">Taken on the day the decision on issue was published; the others on the day of the issue.</param>
public sealed record Reconciliation(Demanded Order, Demanded Enrolment, Demanded Intake, WithoutOrder WithoutOrder)
{
    internal static Reconciliation Read(PackNode node) => new(
        node["order"].OneOf<Demanded>(), node["enrolment"].OneOf<Demanded>(), node["intake"].OneOf<Demanded>(),
        node["withoutOrder"].OneOf<WithoutOrder>());
}

/// <summary>When signing is unusual enough that a person should look. It proposes; nothing is stopped by it .</summary>
/// <param name="NightFrom">Hour of the civil day from which on it is night, 0 to 23.</param>
/// <param name="NightUntil">First hour that is day again.</param>
/// <param name="RestDays">True: weekends and public holidays are unusual.</param>
/// <param name="VolumeFactor">A day is unusual above so many times the usual day's diplomas.</param>
/// <param name="VolumeAtLeast">Below so many diplomas a day no volume is unusual.</param>
/// <param name="UsualDays">The usual day is the median of the days with any diploma among so many days before.</param>
public sealed record UnusualSigning(
    int NightFrom, int NightUntil, bool RestDays, int VolumeFactor, int VolumeAtLeast, int UsualDays)
{
    public bool IsNight(int hour) => NightFrom > NightUntil
        ? hour >= NightFrom || hour < NightUntil
        : hour >= NightFrom && hour < NightUntil;

    internal static UnusualSigning Read(PackNode node) => new(
        Hour(node["nightFrom"]), Hour(node["nightUntil"]), node["restDays"].Boolean, Positive(node["volumeFactor"]),
        Positive(node["volumeAtLeast"]), Positive(node["usualDays"]));

    private static int Hour(PackNode node) =>
        node.Integer is >= 0 and <= 23 and var hour ? hour : throw node.Wrong("an hour is 0 to 23");

    private static int Positive(PackNode node) =>
        node.Integer is > 0 and var number ? number : throw node.Wrong("it must be above 0");
}
