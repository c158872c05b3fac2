using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation.Connections;

/// <summary>What is asked of a platform after a launch: who is in the course, and a grade into its gradebook.</summary>
public sealed class LtiServicesTests
{
    private static readonly AssessmentTask Task = AssessmentTask.Of(
        "t-1",
        [
            new TaskSet(
                MoodleMessages.Now, "teacher-1", MoodleMessages.School.Value,
                new TaskTerms("Railway essay", "Write.", "8A", 2, [], 80, false, 10, MoodleMessages.Now.AddDays(7)), "rule"),
        ]);

    private static readonly Uri Course = new(MoodleMessages.Issuer + "/mod/lti/services.php/CourseSection/2/bindings/1/memberships");

    [Fact]
    [Trait("Requirement", "AI-14")]
    public void A_score_goes_to_the_platform_only_as_a_decision_of_a_named_person()
    {
        var column = new Uri(MoodleMessages.Issuer + "/mod/lti/services.php/2/lineitems/9/lineitem?type_id=1");
        var at = MoodleMessages.Now.AddMinutes(-1);
        var decided = new GradeDecided(at, "teacher-1", true, "teacher", 7, "Clear.", ["w-1"], "rule");
        var grade = TeachersGrade.Of(Task, decided).Value;
        var message = LtiScore.Of(grade, column, "5", MoodleMessages.Now).Value;
        Assert.Equal(MoodleMessages.Issuer + "/mod/lti/services.php/2/lineitems/9/lineitem/scores?type_id=1", message.Address.AbsoluteUri);
        Assert.Equal("application/vnd.ims.lis.v1.score+json", message.MediaType);
        Assert.Equal(
            """{"timestamp":"2026-11-23T05:59:00.000000Z","scoreGiven":7,"scoreMaximum":10,"activityProgress":"Completed","gradingProgress":"FullyGraded","userId":"5"}""",
            message.Body);

        string? Refusal(WorkEvent happened) => TeachersGrade.Of(Task, happened).Problem?.Code;
        Assert.Equal("connections/no-teacher", Refusal(decided with { By = AiSystem.Program }));
        Assert.Equal("connections/no-teacher", Refusal(decided with { By = "" }));
        Assert.Equal("connections/no-teacher", Refusal(decided with { IsPerson = false }));
        Assert.Equal("connections/no-teacher", Refusal(new GradeProposed(at, "client", new GradeProposal(9, "system-1", "1", "Good.", ["The text"]))));
        Assert.Equal("connections/grade-points", Refusal(decided with { Score = 11 }));
        Assert.Equal("connections/grade-points", Refusal(decided with { Score = -1 }));
        Assert.Equal("connections/grade-ahead", LtiScore.Of(grade, column, "5", at.AddSeconds(-1)).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-14")]
    [Trait("Requirement", "AI-15")]
    public void The_grade_that_stands_is_the_last_decision_and_an_objection_that_changes_it_counts()
    {
        var at = MoodleMessages.Now;
        var handed = new WorkHandedIn(at, "learner", "t-1", Task.School, "p-1", 2, new WorkDraft("Text", null), [], []);
        var proposed = new GradeProposed(at, "client", new GradeProposal(9, "system-1", "1", "Good.", ["The text"]));
        var decided = new GradeDecided(at.AddMinutes(1), "teacher-1", true, "teacher", 7, "Clear.", ["w-1"], "rule");
        var explained = new ObjectionAnswered(at.AddMinutes(2), "head", true, "head", ObjectionKind.Explanation, "So.", "The text", null, true);
        var changed = explained with { At = at.AddMinutes(3), To = ObjectionKind.Objection, Score = 8 };
        Assert.Null(TeachersGrade.Standing(Task, [handed, proposed]));
        Assert.Equal((7m, "teacher-1"), Standing(handed, proposed, decided));
        Assert.Equal((7m, "teacher-1"), Standing(handed, proposed, decided, explained));
        Assert.Equal((8m, "head"), Standing(handed, proposed, decided, explained, changed));

        (decimal, string) Standing(params WorkEvent[] events) => TeachersGrade.Standing(Task, events) is { } g ? (g.Points, g.Teacher) : default;
    }

    [Fact]
    public async Task A_choice_of_a_task_goes_back_signed_as_one_link_with_a_column()
    {
        using var key = LtiToolKey.New();
        var jwt = LtiPlacing.Write(
            key, MoodleMessages.Platform, "1", "opaque", Task, new Uri(MoodleMessages.Site + "/kk/me/ai/tasks/t-1"), MoodleMessages.Now);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(jwt, new TokenValidationParameters
        {
            ValidIssuer = MoodleMessages.ClientId,
            ValidAudience = MoodleMessages.Issuer,
            IssuerSigningKeys = new JsonWebKeySet(key.Jwks()).GetSigningKeys(),
            ValidAlgorithms = ["RS256"],
            LifetimeValidator = (_, until, _, _) => until == MoodleMessages.Now.AddMinutes(5).UtcDateTime,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        using var claims = JsonDocument.Parse(Base64UrlEncoder.Decode(((JsonWebToken)result.SecurityToken).EncodedPayload));
        var root = claims.RootElement;
        const string Claim = "https://purl.imsglobal.org/spec/lti/claim/";
        const string DeepLink = "https://purl.imsglobal.org/spec/lti-dl/claim/";
        Assert.Equal(("LtiDeepLinkingResponse", "1.3.0", "1"), (Text(Claim + "message_type"), Text(Claim + "version"), Text(Claim + "deployment_id")));
        Assert.Equal("opaque", Text(DeepLink + "data"));
        var item = Assert.Single(root.GetProperty(DeepLink + "content_items").EnumerateArray());
        Assert.Equal(
            ("ltiResourceLink", MoodleMessages.Site + "/kk/me/ai/tasks/t-1", 10, "t-1"),
            (item.GetProperty("type").GetString(), item.GetProperty("url").GetString(), item.GetProperty("lineItem").GetProperty("scoreMaximum").GetInt32(),
                item.GetProperty("lineItem").GetProperty("resourceId").GetString()));

        string? Text(string name) => root.GetProperty(name).GetString();
    }

    [Fact]
    public void The_column_of_a_link_is_looked_for_by_task_and_link_and_read_only_where_it_is_safe()
    {
        Assert.Equal(
            "https://m.example/lineitems?type_id=1&resource_link_id=3&resource_id=t-1",
            LtiScore.ColumnsOf(new Uri("https://m.example/lineitems?type_id=1"), "t-1", "3").AbsoluteUri);
        Assert.Equal("https://m.example/9", LtiScore.ColumnIn("""[{"id":"https://m.example/9"},{"id":"https://m.example/10"}]"""u8.ToArray())?.AbsoluteUri);
        Assert.Equal("https://m.example/9", LtiScore.ColumnIn("""{"id":"https://m.example/9"}"""u8.ToArray())?.AbsoluteUri);
        Assert.Null(LtiScore.ColumnIn("[]"u8.ToArray()));
        Assert.Null(LtiScore.ColumnIn("""{"id":"http://m.example/9"}"""u8.ToArray()));
        Assert.Null(LtiScore.ColumnIn("<html>"u8.ToArray()));
    }

    [Fact]
    public void The_list_of_a_course_adds_people_and_classes_and_takes_nothing_away()
    {
        var course = new LtiCourse("lti-1", "2", "INF 8", "Информатика 8", Course, MoodleMessages.Now);
        var list = CourseRoster.Of(
            MoodleMessages.School, course,
            [
                new LtiMember("4", [LtiRole.Teacher], "Ахметов Дәурен", "t-1"), new LtiMember("5", [LtiRole.Learner], "Ли Виктор"),
                new LtiMember("6", [LtiRole.Learner], null, "l-1"), new LtiMember("7", [LtiRole.Learner]), new LtiMember("8", [LtiRole.Mentor], "Parent"),
            ]);
        var kept = CourseRoster.Read(CourseRoster.Write(list))!;
        Assert.Null(CourseRoster.Read("PK"u8));
        var teacher = new RosterPerson("t-1", SchoolPersonKind.Teacher, "Ахметов Дәурен", "", ["8\u00A0А"], 0, null, "");
        var learner = new RosterPerson("l-1", SchoolPersonKind.Learner, "Қасымова Айша", "8\u00A0А", [], 8, new DateOnly(2013, 2, 28), "female");
        var other = learner with { SourceId = "l-2", Name = "Not in the course" };
        RosterPerson[] known = [teacher, learner, other];
        var plan = RosterPlan.Of(kept.Beside(known.ToDictionary(p => p.SourceId)), known);
        Assert.Equal(
            [(RosterChangeKind.Added, "lti:lti-1:5", "INF\u00A08"), (RosterChangeKind.Changed, "t-1", "8\u00A0А|INF\u00A08")],
            plan.Changes.Select(c => (c.Kind, c.Person.SourceId, c.Person.Class + string.Join('|', c.Person.Classes))));
        // The learner whom the roster knows stays as they are; a mentor, and who has no name anywhere, are passed over.
        Assert.Equal((1, 2), (plan.Unchanged, plan.PassedOver));
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
    public async Task The_list_of_a_course_is_read_page_by_page_without_addresses_and_without_who_left()
    {
        var asked = new List<Uri>();
        var members = (await LtiMembers.ReadAllAsync(Course, (at, _) =>
        {
            asked.Add(at);
            return Answer(at.Query.Length == 0
                ? (Page("4", "membership#Instructor"), $"<{Course}?differences>; rel=\"differences\", <{Course}?page=2>; rel=\"next\"")
                : (Page("5", "membership#Learner", ("6", "Inactive")), (string?)null));
        })).Value;
        Assert.Equal([Course, new Uri(Course + "?page=2")], asked);
        Assert.Equal([("4", LtiRole.Teacher, "Invented"), ("5", LtiRole.Learner, "Invented")], members.Select(m => (m.Subject, m.Role, m.Name)));
        Assert.DoesNotContain("a@b.example", string.Join(' ', members), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_leads_elsewhere_or_in_a_circle_or_nowhere_is_refused()
    {
        async Task<string?> RefusalAsync(ReadOnlyMemory<byte> body, string? link) =>
            (await LtiMembers.ReadAllAsync(Course, (_, _) => Answer((body, link)))).Problem?.Code;
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

    private static Task<Outcome<(ReadOnlyMemory<byte>, string?)>> Answer((ReadOnlyMemory<byte> Body, string? Link) page) =>
        System.Threading.Tasks.Task.FromResult(Outcome<(ReadOnlyMemory<byte>, string?)>.From(page));

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
