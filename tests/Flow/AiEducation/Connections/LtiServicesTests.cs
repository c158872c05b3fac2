using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Mortanba.AiEducation;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation.Connections;

/// <summary>What is asked of a platform after a launch: who is in the course, and a grade into its gradebook.</summary>
public sealed class LtiServicesTests
{
    private static readonly Uri Course = new(MoodleMessages.Issuer + "/mod/lti/services.php/CourseSection/2/bindings/1/memberships");

    [Fact]
    [Trait("Requirement", "AI-14")]
    public void A_score_goes_to_the_platform_only_as_a_teachers_recorded_decision()
    {
        var column = new Uri(MoodleMessages.Issuer + "/mod/lti/services.php/2/lineitems/9/lineitem?type_id=1");
        var grade = new TeachersGrade("t-1", "teacher-1", MoodleMessages.Now.AddMinutes(-1), 7.5m, 10);
        var message = LtiScore.Of(grade, column, "5", MoodleMessages.Now).Value;
        Assert.Equal(MoodleMessages.Issuer + "/mod/lti/services.php/2/lineitems/9/lineitem/scores?type_id=1", message.Address.AbsoluteUri);
        Assert.Equal("application/vnd.ims.lis.v1.score+json", message.MediaType);
        Assert.Equal(
            """{"timestamp":"2026-11-23T05:59:00.000000Z","scoreGiven":7.5,"scoreMaximum":10,"activityProgress":"Completed","gradingProgress":"FullyGraded","userId":"5"}""",
            message.Body);

        string? Refusal(TeachersGrade wrong) => LtiScore.Of(wrong, column, "5", MoodleMessages.Now).Problem?.Code;
        Assert.Equal("connections/no-teacher", Refusal(grade with { Teacher = AiSystem.Program }));
        Assert.Equal("connections/no-teacher", Refusal(grade with { Teacher = "" }));
        Assert.Equal("connections/grade-ahead", Refusal(grade with { At = MoodleMessages.Now.AddSeconds(1) }));
        Assert.Equal("connections/grade-points", Refusal(grade with { Points = 10.5m }));
        Assert.Equal("connections/grade-points", Refusal(grade with { Points = -1 }));
        Assert.Equal("connections/grade-points", Refusal(grade with { PointsMax = 0, Points = 0 }));
    }

    [Fact]
    public void A_task_gets_a_column_of_its_link()
    {
        using var body = JsonDocument.Parse(LtiScore.Column(new Uri(MoodleMessages.Issuer + "/lineitems"), "t-1", new string('я', 300), 10, "3").Body);
        Assert.Equal(("t-1", "3", 250), (
            body.RootElement.GetProperty("resourceId").GetString(), body.RootElement.GetProperty("resourceLinkId").GetString(),
            body.RootElement.GetProperty("label").GetString()!.Length));
    }

    [Fact]
    public async Task The_list_of_a_course_is_read_page_by_page_without_names_and_without_who_left()
    {
        var asked = new List<Uri>();
        var members = (await LtiMembers.ReadAllAsync(Course, (at, _) =>
        {
            asked.Add(at);
            return Task.FromResult(at.Query.Length == 0
                ? (Page("4", "membership#Instructor"), $"<{Course}?differences>; rel=\"differences\", <{Course}?page=2>; rel=\"next\"")
                : (Page("5", "membership#Learner", ("6", "Inactive")), (string?)null));
        })).Value;
        Assert.Equal([Course, new Uri(Course + "?page=2")], asked);
        Assert.Equal([("4", LtiRole.Teacher), ("5", LtiRole.Learner)], members.Select(m => (m.Subject, m.Roles.Single())));
    }

    [Fact]
    public async Task A_list_that_leads_elsewhere_or_in_a_circle_or_nowhere_is_refused()
    {
        async Task<string?> RefusalAsync(ReadOnlyMemory<byte> body, string? link) =>
            (await LtiMembers.ReadAllAsync(Course, (_, _) => Task.FromResult((body, link)))).Problem?.Code;
        Assert.Equal("connections/members-elsewhere", await RefusalAsync(Page("4", "x"), "<https://other.example/memberships>; rel=next"));
        Assert.Equal("connections/members-elsewhere", await RefusalAsync(Page("4", "x"), $"<http://moodle.school.example/memberships>; rel=\"next\""));
        Assert.Equal("connections/members-endless", await RefusalAsync(Page("4", "x"), $"<{Course}>; rel=\"next\""));
        Assert.Equal("connections/members-unreadable", await RefusalAsync("[]"u8.ToArray(), null));
        Assert.Equal("connections/members-unreadable", await RefusalAsync("""{"members":[{"roles":[]}]}"""u8.ToArray(), null));
        Assert.Equal("connections/members-unreadable", await RefusalAsync("<html>"u8.ToArray(), null));
    }

    [Fact]
    public async Task A_token_for_services_is_asked_for_with_our_own_signature()
    {
        using var key = LtiToolKey.New();
        using var again = LtiToolKey.Import(key.Export());
        Assert.Equal(key.Jwks(), again.Jwks());
        Assert.DoesNotContain("\"d\"", key.Jwks(), StringComparison.Ordinal);

        var form = again.AskToken(MoodleMessages.Platform, [LtiScore.ScoreScope, LtiMembers.Scope], MoodleMessages.Now);
        Assert.Equal(("client_credentials", $"{LtiScore.ScoreScope} {LtiMembers.Scope}"), (form["grant_type"], form["scope"]));
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(form["client_assertion"], new TokenValidationParameters
        {
            ValidIssuer = MoodleMessages.ClientId,
            ValidAudience = MoodleMessages.Issuer + "/mod/lti/token.php",
            IssuerSigningKeys = new JsonWebKeySet(key.Jwks()).GetSigningKeys(),
            ValidAlgorithms = ["RS256"],
            LifetimeValidator = (_, until, _, _) => until == MoodleMessages.Now.AddMinutes(2).UtcDateTime,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        var token = (JsonWebToken)result.SecurityToken;
        Assert.Equal((MoodleMessages.ClientId, key.Id), (token.Subject, token.Kid));
        Assert.NotEqual(
            token.Id, new JsonWebToken(again.AskToken(MoodleMessages.Platform, [], MoodleMessages.Now)["client_assertion"]).Id);
    }

    [Fact]
    public void A_platforms_token_is_taken_with_all_that_was_asked_for_and_for_its_term()
    {
        string[] scopes = [LtiScore.ScoreScope];
        var answer = """{"access_token":"abc","token_type":"Bearer","expires_in":3600,"scope":"https://purl.imsglobal.org/spec/lti-ags/scope/score"}""";
        var token = LtiToolKey.ReadToken(Encoding.UTF8.GetBytes(answer), scopes, MoodleMessages.Now).Value;
        Assert.Equal(("abc", MoodleMessages.Now.AddSeconds(3570)), (token.Value, token.Until));

        string? Refusal(string body) => LtiToolKey.ReadToken(Encoding.UTF8.GetBytes(body), scopes, MoodleMessages.Now).Problem?.Code;
        Assert.Equal("connections/lti-scope", Refusal(answer.Replace("scope/score", "scope/lineitem.readonly", StringComparison.Ordinal)));
        Assert.Equal("connections/lti-token-refused", Refusal(answer.Replace("Bearer", "mac", StringComparison.Ordinal)));
        Assert.Equal("connections/lti-token-refused", Refusal("""{"error":"invalid_client"}"""));
        Assert.Equal("connections/lti-token-refused", Refusal("no"));
    }

    private static ReadOnlyMemory<byte> Page(string subject, string role, params (string Subject, string Status)[] others)
    {
        var more = string.Concat(others.Select(o => ",{\"status\":\"" + o.Status + "\",\"roles\":[],\"user_id\":\"" + o.Subject + "\"}"));
        return Encoding.UTF8.GetBytes(
            $$"""
            {"id":"{{Course}}","context":{"id":"2","label":"INF-8","title":"Информатика 8"},"members":[
              {"status":"Active","roles":["http://purl.imsglobal.org/vocab/lis/v2/{{role}}"],"user_id":"{{subject}}","name":"Invented","email":"a@b.example"}
              {{more}}]}
            """);
    }
}
