using System.Text.Json;
using System.Text.Json.Serialization;
using Mortanba.Foundation;
using Mortanba.Permits;

namespace Mortanba.Host.Registering;

/// <summary>
/// Who may issue what, as the operator enters it: organisations, permits, programmes, decisions on issue. Format:
/// <c>docs/formats/register-file.md</c>. Each part may be absent.
/// </summary>
public sealed record RegisterFile
{
    public IReadOnlyList<OrganisationItem> Organisations { get; init; } = [];

    public IReadOnlyList<PermitItem> Permits { get; init; } = [];

    public IReadOnlyList<ProgrammeItem> Programmes { get; init; } = [];

    public IReadOnlyList<DecisionItem> Decisions { get; init; } = [];

    public IReadOnlyList<IntakeItem> Intakes { get; init; } = [];

    /// <summary>A member with another name, of another kind, or missing, is refused with its place.</summary>
    public static Outcome<RegisterFile> Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            // A list that is absent comes as null here, whatever the members say.
            return JsonSerializer.Deserialize(json, RegisterJson.Default.RegisterFile) is { } file
                ? new RegisterFile
                {
                    Organisations = file.Organisations ?? [],
                    Permits = file.Permits ?? [],
                    Programmes = file.Programmes ?? [],
                    Decisions = file.Decisions ?? [],
                    Intakes = file.Intakes ?? [],
                }
                : new Problem("host/register-unreadable", "The file is empty.", ("reason", "null"));
        }
        catch (JsonException fault)
        {
            return new Problem("host/register-unreadable", fault.Message, ("reason", fault.Message));
        }
    }
}

/// <summary>One organisation; its DID follows from the site and the BIN.</summary>
public sealed record OrganisationItem(
    string Bin, OrganisationRole Role, LocalizedText Name, LocalizedText City, LocalizedText HeadTitle, LocalizedText Status);

/// <summary>A permit as the regulator granted it, with the person who decided (requirement X-15).</summary>
public sealed record PermitItem(
    string Number, string Bin, DateOnly From, string DecidedBy, string Role, IReadOnlyList<string> Evidence, string Reason);

/// <summary>A period of a programme: see <see cref="Programme"/> for each member.</summary>
public sealed record ProgrammeItem(
    string Initiator, string Code, LocalizedText Name, LocalizedText Qualification, LocalizedText Field, string IscedField,
    int NqfLevel, int Credits, LocalizedText Duration, LocalizedText AccessRequirements, LocalizedText LearningOutcomes,
    LocalizedText FurtherStudy, LocalizedText ProfessionalStatus, string Licence, DateOnly LicensedFrom, string Accreditor,
    DateOnly AccreditedFrom, DateOnly AccreditedUntil)
{
    public DateOnly? LicensedUntil { get; init; }
}

/// <summary>A decision on issue; it is signed with the initiator's key when it is entered.</summary>
/// <param name="TypeCode">A code of the rule <c>recognised-types</c>.</param>
/// <param name="Scope">Kind and scope of the rights (Law on Digital Assets, article 6(7)).</param>
public sealed record DecisionItem(
    string Id, string Initiator, string Operator, string TypeCode, LocalizedText Text, LocalizedText Scope)
{
    /// <summary>The graduation order it rests on; null only where the rule <c>reconciliation</c> asks for none.</summary>
    public OrderItem? Order { get; init; }
}

/// <param name="Programmes">Graduates of the order by programme code.</param>
public sealed record OrderItem(string Number, DateOnly Date, IReadOnlyDictionary<string, int> Programmes);

/// <summary>How many a licence lets into a programme in one year of entry.</summary>
/// <param name="Basis">Annex to the licence or order that says so.</param>
public sealed record IntakeItem(string Initiator, string Programme, int Year, int Places, string Basis);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(RegisterFile))]
internal sealed partial class RegisterJson : JsonSerializerContext;
