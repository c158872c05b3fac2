using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>
/// What a learner is told before the first use of a system (Law "On Artificial Intelligence", articles 7, 15(2)(5), 16(1)(6), 21; requirement
/// AI-12): that it is AI, which, what for, its limits, which data go in, the agreement, and the equal way without it.
/// </summary>
/// <param name="System">Id in the register.</param>
/// <param name="Agreement">Address of the user agreement; null when nobody gave it.</param>
/// <param name="Contact">Where one asks and objects.</param>
/// <param name="WithoutAi">How the same is done without AI, in the school's words.</param>
public sealed record UseNotice(
    string System, string Name, LocalizedText? Purpose, LocalizedText? Data, IReadOnlyList<LocalizedText> Limits, string? Agreement, string? Contact,
    string WithoutAi)
{
    private const int EditionLength = 16;

    /// <summary>Changes with every word of the notice: who read another edition has not read this one.</summary>
    public string Edition => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Lines()))))[..EditionLength];

    public static UseNotice Of(AiSystem system, AllowedTool tool, AiNotice rules) => new(
        system.Id, system.Description.Name, system.Description.Purpose, system.Description.Data,
        system.Description.IsGenerative == false ? rules.Limits : [.. rules.Limits, .. rules.GenerativeLimits],
        system.Description.Agreement, system.Description.Contact, tool.WithoutAi);

    private IEnumerable<string> Lines() =>
    [
        System, Name, .. Of(Purpose), .. Of(Data), .. Limits.SelectMany(Of), Agreement ?? "", Contact ?? "", WithoutAi,
    ];

    private static string[] Of(LocalizedText? text) => text is null ? ["", "", ""] : [text.Kk, text.Ru, text.En];
}
