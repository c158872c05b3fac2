namespace Mortanba.Issuance;

/// <summary>The two bits of one credential in the Token Status List (draft-ietf-oauth-status-list section 7.1).</summary>
public enum StatusValue
{
    Valid = 0,

    /// <summary>Annulled, superseded or erased: for ever.</summary>
    Invalid = 1,
    Suspended = 2,
}
