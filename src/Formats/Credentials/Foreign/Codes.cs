using System.Collections.Frozen;
using System.Globalization;

namespace Mortanba.Credentials;

/// <summary>Codes of countries and languages as the EU Publications Office writes them (three letters) and as the world does (two).</summary>
internal static class Codes
{
    // ISO 3166-1: alpha-3, then alpha-2.
    private const string CountryTable =
        "ABWAWAFGAFAGOAOAIAAIALAAXALBALANDADAREAEARGARARMAMASMASATAAQATFTFATGAGAUSAUAUTATAZEAZBDIBIBELBEBENBJBESBQBFABF"
        + "BGDBDBGRBGBHRBHBHSBSBIHBABLMBLBLRBYBLZBZBMUBMBOLBOBRABRBRBBBBRNBNBTNBTBVTBVBWABWCAFCFCANCACCKCCCHECHCHLCLCHNCN"
        + "CIVCICMRCMCODCDCOGCGCOKCKCOLCOCOMKMCPVCVCRICRCUBCUCUWCWCXRCXCYMKYCYPCYCZECZDEUDEDJIDJDMADMDNKDKDOMDODZADZECUEC"
        + "EGYEGERIERESHEHESPESESTEEETHETFINFIFJIFJFLKFKFRAFRFROFOFSMFMGABGAGBRGBGEOGEGGYGGGHAGHGIBGIGINGNGLPGPGMBGMGNBGW"
        + "GNQGQGRCGRGRDGDGRLGLGTMGTGUFGFGUMGUGUYGYHKGHKHMDHMHNDHNHRVHRHTIHTHUNHUIDNIDIMNIMINDINIOTIOIRLIEIRNIRIRQIQISLIS"
        + "ISRILITAITJAMJMJEYJEJORJOJPNJPKAZKZKENKEKGZKGKHMKHKIRKIKNAKNKORKRKWTKWLAOLALBNLBLBRLRLBYLYLCALCLIELILKALKLSOLS"
        + "LTULTLUXLULVALVMACMOMAFMFMARMAMCOMCMDAMDMDGMGMDVMVMEXMXMHLMHMKDMKMLIMLMLTMTMMRMMMNEMEMNGMNMNPMPMOZMZMRTMRMSRMS"
        + "MTQMQMUSMUMWIMWMYSMYMYTYTNAMNANCLNCNERNENFKNFNGANGNICNINIUNUNLDNLNORNONPLNPNRUNRNZLNZOMNOMPAKPKPANPAPCNPNPERPE"
        + "PHLPHPLWPWPNGPGPOLPLPRIPRPRKKPPRTPTPRYPYPSEPSPYFPFQATQAREUREROURORUSRURWARWSAUSASDNSDSENSNSGPSGSGSGSSHNSHSJMSJ"
        + "SLBSBSLESLSLVSVSMRSMSOMSOSPMPMSRBRSSSDSSSTPSTSURSRSVKSKSVNSISWESESWZSZSXMSXSYCSCSYRSYTCATCTCDTDTGOTGTHATHTJKTJ"
        + "TKLTKTKMTMTLSTLTONTOTTOTTTUNTNTURTRTUVTVTWNTWTZATZUGAUGUKRUAUMIUMURYUYUSAUSUZBUZVATVAVCTVCVENVEVGBVGVIRVIVNMVN"
        + "VUTVUWLFWFWSMWSYEMYEZAFZAZMBZMZWEZW";

    // ISO 639-3 in capitals, then ISO 639-1.
    private const string LanguageTable =
        "AARaaABKabAFRafAKAakAMHamARAarARGanASMasAVAavAVEaeAYMayAZEazBAKbaBAMbmBELbeBENbnBISbiBODboBOSbsBREbrBULbgCATca"
        + "CEScsCHAchCHEceCHUcuCHVcvCORkwCOScoCREcrCYMcyDANdaDEUdeDIVdvDZOdzELLelENGenEPOeoESTetEUSeuEWEeeFAOfoFASfaFIJfj"
        + "FINfiFRAfrFRYfyFULffGLAgdGLEgaGLGglGLVgvGRNgnGUJguHAThtHAUhaHBSshHEBheHERhzHINhiHMOhoHRVhrHUNhuHYEhyIBOigIDOio"
        + "IIIiiIKUiuILEieINAiaINDidIPKikISLisITAitJAVjvJPNjaKALklKANknKASksKATkaKAUkrKAZkkKHMkmKIKkiKINrwKIRkyKOMkvKONkg"
        + "KORkoKUAkjKURkuLAOloLATlaLAVlvLIMliLINlnLITltLTZlbLUBluLUGlgMAHmhMALmlMARmrMKDmkMLGmgMLTmtMONmnMRImiMSAmsMYAmy"
        + "NAUnaNAVnvNBLnrNDEndNDOngNEPneNLDnlNNOnnNOBnbNORnoNYAnyOCIocOJIojORIorORMomOSSosPANpaPLIpiPOLplPORptPUSpsQUEqu"
        + "ROHrmRONroRUNrnRUSruSAGsgSANsaSINsiSLKskSLVslSMEseSMOsmSNAsnSNDsdSOMsoSOTstSPAesSQIsqSRDscSRPsrSSWssSUNsuSWAsw"
        + "SWEsvTAHtyTAMtaTATttTELteTGKtgTGLtlTHAthTIRtiTONtoTSNtnTSOtsTUKtkTURtrTWItwUIGugUKRukURDurUZBuzVENveVIEviVOLvo"
        + "WLNwaWOLwoXHOxhYIDyiYORyoZHAzaZHOzhZULzu";

    private static readonly FrozenDictionary<string, string> CountriesByThree = Read(CountryTable);
    private static readonly FrozenDictionary<string, string> LanguagesByThree = Read(LanguageTable);
    private static readonly FrozenSet<string> CountriesOfTwo = CountriesByThree.Values.ToFrozenSet();
    private static readonly FrozenDictionary<string, string> CountriesByTwo =
        CountriesByThree.ToFrozenDictionary(c => c.Value, c => c.Key);

    private static readonly FrozenDictionary<string, string> ThreeByLanguage =
        LanguagesByThree.ToFrozenDictionary(l => l.Value, l => l.Key);

    /// <summary>Alpha-2 of a code or of an address that ends in one; else the text as it is; null for nothing.</summary>
    public static string? Country(string? text)
    {
        var code = Last(text);
        var upper = code.ToUpperInvariant();
        return code.Length == 0 ? null
            : CountriesOfTwo.Contains(upper) ? upper
            : CountriesByThree.GetValueOrDefault(upper) ?? code;
    }

    /// <summary>ISO 639-1 of a code or of an address that ends in one; else the text as it is.</summary>
    public static string? Language(string? text)
    {
        var code = Last(text);
        return code.Length == 0 ? null : LanguagesByThree.GetValueOrDefault(code.ToUpperInvariant()) ?? code;
    }

    public static string CountryOfThree(string two) => CountriesByTwo.GetValueOrDefault(two, two);

    public static string LanguageOfThree(string two) => ThreeByLanguage.GetValueOrDefault(two, two);

    /// <summary><c>ECTS</c> for its names; else as written.</summary>
    public static string? CreditScheme(string? text)
    {
        var name = ReadText.Clean(text);
        return name.Length == 0 ? null
            : name.Equals("ECTS", StringComparison.OrdinalIgnoreCase)
                || name.Contains("European Credit Transfer", StringComparison.OrdinalIgnoreCase) ? "ECTS"
            : name;
    }

    /// <summary>A day at the start of an ISO 8601 date or instant, as it stands there: no time zone moves it. Null when it is none.</summary>
    public static DateOnly? Day(string? text) =>
        text?.Trim() is { Length: >= 10 } day
            && DateOnly.TryParseExact(day[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read)
                ? read
                : null;

    /// <summary>A number of credits with point or comma; null when it is none or beyond sense.</summary>
    public static decimal? Number(string? text) =>
        decimal.TryParse(
            text?.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var read) && read <= 100_000
            ? read / 1.000000000000000000000000000000m
            : null;

    private static string Last(string? text)
    {
        var clean = ReadText.Clean(text);
        return clean.Contains("://", StringComparison.Ordinal) ? clean[(clean.LastIndexOf('/') + 1)..] : clean;
    }

    private static FrozenDictionary<string, string> Read(string table) =>
        Enumerable.Range(0, table.Length / 5).ToFrozenDictionary(i => table.Substring(i * 5, 3), i => table.Substring((i * 5) + 3, 2));
}
