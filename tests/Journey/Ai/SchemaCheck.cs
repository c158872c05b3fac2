using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>
/// Checks JSON against the words of JSON Schema that our own schemas use: type, enum, const, required, properties, additionalProperties, items,
/// minItems, minimum, maximum, oneOf, $ref to $defs. A schema with another word fails: it would not be checked.
/// </summary>
internal static class SchemaCheck
{
    private static readonly string[] Silent = ["$schema", "$id", "$defs", "title", "description"];
    private static readonly string[] Known =
    [
        "type", "enum", "const", "required", "properties", "additionalProperties", "items", "minItems", "minimum", "maximum", "oneOf", "$ref",
    ];

    /// <returns>What is wrong and where; empty when the value fits.</returns>
    public static IReadOnlyList<string> Faults(JsonNode schema, JsonNode? value)
    {
        var faults = new List<string>();
        Check(schema.AsObject(), schema.AsObject(), value, "$", faults);
        return faults;
    }

    private static void Check(JsonObject root, JsonObject schema, JsonNode? value, string at, List<string> faults)
    {
        faults.AddRange(schema.Select(s => s.Key).Where(k => !Silent.Contains(k) && !Known.Contains(k)).Select(k => $"{at}: the schema says {k}"));
        if ((string?)schema["$ref"] is { } name)
        {
            Check(root, root["$defs"]![name["#/$defs/".Length..]]!.AsObject(), value, at, faults);
            return;
        }

        if (schema["type"] is { } type && !Types(type).Contains(TypeOf(value)))
        {
            faults.Add($"{at}: {TypeOf(value)} is not {type.ToJsonString()}");
            return;
        }

        if (schema["oneOf"] is JsonArray ways)
        {
            var each = ways.Select(way => Inner(root, way!.AsObject(), value, at)).ToList();
            faults.AddRange(each.Count(e => e.Count == 0) == 1 ? [] : each.SelectMany(e => e).Append($"{at}: not one of the ways"));
        }

        if (schema.TryGetPropertyValue("const", out var only) && !JsonNode.DeepEquals(only, value))
        {
            faults.Add($"{at}: {value?.ToJsonString()} is not {only?.ToJsonString()}");
        }

        if (value is JsonValue number
            && ((schema["minimum"] is { } least && (double)number < (double)least) || (schema["maximum"] is { } most && (double)number > (double)most)))
        {
            faults.Add($"{at}: {value.ToJsonString()} is out of range");
        }

        if (schema["enum"] is JsonArray words && !words.Any(w => JsonNode.DeepEquals(w, value)))
        {
            faults.Add($"{at}: {value?.ToJsonString()} is none of its words");
        }

        if (value is JsonObject has)
        {
            var properties = schema["properties"]?.AsObject();
            faults.AddRange((schema["required"]?.AsArray() ?? []).Where(r => !has.ContainsKey((string)r!)).Select(r => $"{at}: no {r}"));
            foreach (var (member, inner) in has)
            {
                if (properties?[member] is JsonObject own)
                {
                    Check(root, own, inner, $"{at}.{member}", faults);
                }
                else if (schema["additionalProperties"] is JsonObject others)
                {
                    Check(root, others, inner, $"{at}.{member}", faults);
                }
                else if (schema["additionalProperties"]?.GetValueKind() == JsonValueKind.False)
                {
                    faults.Add($"{at}: {member} is not in the schema");
                }
            }
        }

        if (value is JsonArray { Count: var count } && schema["minItems"] is { } few && count < (int)few)
        {
            faults.Add($"{at}: too few");
        }

        if (value is JsonArray list && schema["items"] is JsonObject items)
        {
            for (var i = 0; i < list.Count; i++)
            {
                Check(root, items, list[i], $"{at}[{i}]", faults);
            }
        }
    }

    private static List<string> Inner(JsonObject root, JsonObject schema, JsonNode? value, string at)
    {
        var faults = new List<string>();
        Check(root, schema, value, at, faults);
        return faults;
    }

    private static IEnumerable<string> Types(JsonNode type) => type is JsonArray some ? some.Select(t => (string)t!) : [(string)type!];

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => value.AsValue().TryGetValue<long>(out var _) ? "integer" : "number",
    };
}
