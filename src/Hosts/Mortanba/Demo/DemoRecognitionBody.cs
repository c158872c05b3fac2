using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Registering;
using Mortanba.Permits;

namespace Mortanba.Host.Demo;

/// <summary>The recognition body of the demonstration, invented: it signs certificates of decisions. Entered once.</summary>
internal static class DemoRecognitionBody
{
    public static Bin Bin { get; } = Bin.Parse("050740009097");

    public static async Task EnterAsync(Installation home, DiplomaFlow flow, CancellationToken cancel) =>
        // What stands on the register already is passed over.
        _ = (await new RegisterAuthorities(home, flow, Actor.AtConsole("demo")).RunAsync(
            new RegisterFile
            {
                Organisations =
                [
                    new OrganisationItem(
                        Bin.Value, OrganisationRole.RecognitionBody,
                        new("Біліктілікті тану орталығы (ойдан шығарылған)", "Центр признания квалификаций (вымышленный)", "Centre for the Recognition of Qualifications (invented)"),
                        new("Астана", "Астана", "Astana"),
                        new("Директор", "Директор", "Director"),
                        new("Ұлттық ақпарат орталығы", "Национальный информационный центр", "National information centre")),
                ],
            },
            cancel)).Value;
}
