using System.Runtime.CompilerServices;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;

namespace Mortanba.Verification;

/// <summary>A trust bundle ready for use; made once for each bundle object.</summary>
internal sealed class ParsedTrust
{
    private static readonly ConditionalWeakTable<TrustBundle, ParsedTrust> Made = [];

    private readonly Dictionary<string, TrustedKey> keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TrustedInstitution> institutions = new(StringComparer.Ordinal);

    private ParsedTrust(TrustBundle bundle)
    {
        Bundle = bundle;
        Policy = LogPolicy.Parse(bundle.Policy, bundle.LogKey);
        foreach (var institution in bundle.Institutions)
        {
            institutions[institution.Bin] = institution;
            foreach (var key in institution.Keys)
            {
                keys[key.KeyId] = key;
            }
        }
    }

    public TrustBundle Bundle { get; }

    /// <summary>The problem is the bundle's own: its policy or log key cannot be read.</summary>
    public Outcome<LogPolicy> Policy { get; }

    public static ParsedTrust Of(TrustBundle bundle) => Made.GetValue(bundle, static b => new ParsedTrust(b));

    public TrustedKey? Key(string keyId) => keys.GetValueOrDefault(keyId);

    public TrustedInstitution? Institution(string? bin) => bin is null ? null : institutions.GetValueOrDefault(bin);

    public TrustedPermit? Permit(string number) => Bundle.Permits.FirstOrDefault(permit => permit.Number == number);

    /// <summary>True when the bundle names this contract on this chain.</summary>
    public bool KnowsAnchor(string? chain, string? genesis, string? contract) =>
        Bundle.Anchors.Any(anchor => anchor.Chain == chain && anchor.Genesis == genesis && anchor.Contract == contract);

    public TrustedInstitution? InstitutionOf(string did) =>
        Bundle.Institutions.FirstOrDefault(institution => institution.Did == did);
}
