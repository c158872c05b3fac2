using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Foundation;

namespace Mortanba.Permits;

/// <summary>The public record of an organisation as canonical JSON: what its ledger entry commits to.</summary>
internal static class PublicRecord
{
    public static byte[] Write(Organisation organisation) => Jcs.Canonicalize(new JsonObject
    {
        ["bin"] = organisation.Bin.Value,
        ["did"] = organisation.Did,
        ["role"] = RoleText(organisation.Role),
        ["name"] = Json(organisation.Name),
        ["city"] = Json(organisation.City),
        ["headTitle"] = Json(organisation.HeadTitle),
        ["status"] = Json(organisation.Status),
    });

    public static Organisation Read(byte[] record)
    {
        using var document = JsonDocument.Parse(record);
        var root = document.RootElement;
        return new Organisation(
            Bin.Parse(root.GetProperty("bin").GetString()!),
            root.GetProperty("did").GetString()!,
            Enum.GetValues<OrganisationRole>().First(r => RoleText(r) == root.GetProperty("role").GetString()),
            Text(root.GetProperty("name")),
            Text(root.GetProperty("city")),
            Text(root.GetProperty("headTitle")),
            Text(root.GetProperty("status")));
    }

    /// <summary>The role as ledger entries carry it.</summary>
    public static string RoleText(OrganisationRole role) => role switch
    {
        OrganisationRole.Initiator => "initiator",
        OrganisationRole.IssuerOperator => "issuer-operator",
        OrganisationRole.Regulator => "regulator",
        OrganisationRole.Witness => "witness",
        OrganisationRole.RecognitionBody => "recognition-body",
    };

    public static JsonObject Json(LocalizedText text) => new() { ["kk"] = text.Kk, ["ru"] = text.Ru, ["en"] = text.En };

    public static LocalizedText Text(JsonElement text) => new(
        text.GetProperty("kk").GetString()!, text.GetProperty("ru").GetString()!, text.GetProperty("en").GetString()!);
}
