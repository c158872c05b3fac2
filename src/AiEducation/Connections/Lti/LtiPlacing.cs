using System.Buffers.Text;
using System.Security.Cryptography;

namespace Mortanba.AiEducation;

/// <summary>
/// The teacher's choice of a task for a link in a course (Deep Linking 2.0, 3.4.2): one link to the task, the same for every learner, with a
/// column for its grades.
/// </summary>
public static class LtiPlacing
{
    private const string Claim = "https://purl.imsglobal.org/spec/lti/claim/";
    private const string DeepLinkClaim = "https://purl.imsglobal.org/spec/lti-dl/claim/";
    private static readonly TimeSpan Term = TimeSpan.FromMinutes(5);

    /// <param name="deployment">The one the platform asked from.</param>
    /// <param name="data">As the platform sent it.</param>
    /// <param name="address">Of the task on this site.</param>
    /// <returns>Value of the field <c>JWT</c> of the form that the browser brings back to the platform.</returns>
    public static string Write(
        LtiToolKey key, LtiPlatform platform, string deployment, string? data, AssessmentTask task, Uri address, DateTimeOffset at)
    {
        var claims = new Dictionary<string, object>
        {
            ["nonce"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)),
            [Claim + "message_type"] = "LtiDeepLinkingResponse",
            [Claim + "version"] = "1.3.0",
            [Claim + "deployment_id"] = deployment,
            [DeepLinkClaim + "content_items"] = new object[]
            {
                new Dictionary<string, object>
                {
                    ["type"] = "ltiResourceLink",
                    ["title"] = task.Terms.Title,
                    ["url"] = address.AbsoluteUri,
                    ["window"] = new Dictionary<string, object> { ["targetName"] = "_blank" },
                    ["lineItem"] = new Dictionary<string, object>
                    {
                        ["scoreMaximum"] = task.Terms.MaxScore,
                        ["label"] = task.Terms.Title,
                        ["resourceId"] = task.Id,
                        ["tag"] = "grade",
                    },
                },
            },
        };
        if (data is not null)
        {
            claims[DeepLinkClaim + "data"] = data;
        }

        return key.Sign(platform, platform.Issuer, at, Term, claims);
    }
}
