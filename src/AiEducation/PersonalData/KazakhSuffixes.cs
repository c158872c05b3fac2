namespace Mortanba.AiEducation.PersonalData;

/// <summary>Endings that Kazakh puts to a name or noun: cases, possession, plural, "I am"; and the same in Latin letters.</summary>
internal static class KazakhSuffixes
{
    private static readonly Dictionary<char, string[]> ByLastLetter =
        """
        ның нің дың дің тың тің ға ге қа ке на не ны ні ды ді ты ті да де та те нда нде дан ден тан тен нан нен мен бен пен
        лар лер дар дер тар тер ым ім сы сі ы і н жан жаным тай еке
        мын мін пын пін бын бін сың сің дағы дегі тағы тегі дікі тікі нікі мыз міз
        сынан сінен сында сінде сына сіне сын сін сының сінің ында інде ына іне ын ін ының інің ынан інен ымен імен
        лары лері дары дері тары тері
        nyn nin dyn din tyn tin ga ge ka ke qa na ny ni dy di ty ti da de ta te dan den tan ten nan nen men ben pen
        """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        .OrderByDescending(s => s.Length).GroupBy(s => s[^1]).ToDictionary(g => g.Key, g => g.ToArray());

    /// <summary>The endings whose last letter this is, the longest first.</summary>
    public static string[] Of(char lastLetter) => ByLastLetter.GetValueOrDefault(lastLetter) ?? [];
}
