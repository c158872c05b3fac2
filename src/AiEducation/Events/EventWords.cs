using System.Text.Json;

namespace Mortanba.AiEducation;

/// <summary>Stable words of the database, the addresses and the API for values of enumerations: <c>SentBack</c> is <c>sent-back</c>.</summary>
public static class EventWords
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>Null for what is no word of it.</summary>
    public static T? Parse<T>(string? word)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Of(value) == word)
            {
                return value;
            }
        }

        return null;
    }
}
