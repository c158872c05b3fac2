using System.IO.Compression;
using System.Text;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation.Connections;

/// <summary>Rosters in OneRoster CSV: what is read, that one wrong value keeps everything out, and what a roster changes.</summary>
public sealed class RosterTests
{
    private static readonly Bin School = Bin.Parse("940540002029");
    private static readonly DateOnly Today = new(2026, 11, 23);

    /// <summary>Each spoils one thing, and names file, row, field and refusal.</summary>
    public static TheoryData<string, string, string, string, int, string, string> Wrong => new()
    {
        { "manifest.csv", "oneroster.version,1.1", "oneroster.version,1.0", "manifest.csv", 0, "oneroster.version", "connections/roster-version" },
        { "manifest.csv", "file.users,bulk", "file.users,delta", "manifest.csv", 0, "file.users", "connections/roster-delta" },
        { "manifest.csv", "file.users,bulk", "file.users,absent", "users.csv", 0, "", "connections/roster-file-missing" },
        { "orgs.csv", "940540002029", "940540002030", "orgs.csv", 0, "identifier", "connections/roster-no-school" },
        { "orgs.csv", "sourcedId,", "id,", "orgs.csv", 1, "sourcedId", "connections/roster-column-missing" },
        { "orgs.csv", "school,", "castle,", "orgs.csv", 2, "type", "connections/roster-word" },
        { "academicSessions.csv", "2026-09-01", "01.09.2026", "academicSessions.csv", 2, "startDate", "connections/roster-day" },
        { "academicSessions.csv", "2027-05-25", "2026-05-25", "academicSessions.csv", 2, "endDate", "connections/roster-days-turned" },
        { "classes.csv", "s-1,", "s-2,", "classes.csv", 2, "termSourcedIds", "connections/roster-unknown" },
        { "users.csv", "l-2,", "l-1,", "users.csv", 4, "sourcedId", "connections/roster-twice" },
        { "users.csv", ",Айша,", ",,", "users.csv", 3, "givenName", "connections/roster-missing" },
        { "users.csv", "student,Қасымова", "pupil,Қасымова", "users.csv", 3, "role", "connections/roster-word" },
        { "users.csv", ",08", ",14", "users.csv", 3, "grades", "connections/roster-grade" },
        { "users.csv", "Қасымова", "\"Қасымова", "users.csv", 0, "", "connections/roster-quote" },
        { "users.csv", "Қасымова", "Қасы\u202Eмова", "users.csv", 3, "familyName", "connections/roster-control" },
        { "users.csv", "erlan@example.kz,l-1", "erlan@example.kz,l-7", "users.csv", 5, "agentSourcedIds", "connections/roster-unknown" },
        { "users.csv", "aisha@example.kz,g-1", "aisha@example.kz,l-1", "users.csv", 3, "agentSourcedIds", "connections/roster-own-guardian" },
        { "users.csv", "erlan@example.kz", "Erlan <erlan@example.kz>", "users.csv", 5, "email", "connections/roster-email" },
        { "enrollments.csv", "c-1,o-1,l-1", "c-9,o-1,l-1", "enrollments.csv", 2, "classSourcedId", "connections/roster-unknown" },
        { "enrollments.csv", "c-1,o-1,l-1", "c-1,o-1,", "enrollments.csv", 2, "userSourcedId", "connections/roster-missing" },
        { "demographics.csv", "2013-02-28", "2027-02-28", "demographics.csv", 2, "birthDate", "connections/roster-day-ahead" },
        { "demographics.csv", "2013-02-28", "2013-02-29", "demographics.csv", 2, "birthDate", "connections/roster-day" },
    };

    [Fact]
    public void A_roster_of_version_1_1_gives_the_learners_and_teachers_of_the_school()
    {
        var roster = ReadRoster.Of(Files(), School, Today).Value;
        Assert.Equal(
            [
                ("l-1", SchoolPersonKind.Learner, "Қасымова Айша Ерланқызы", "8\u00A0А", 8, new DateOnly(2013, 2, 28), "female"),
                ("l-2", SchoolPersonKind.Learner, "Ли Виктор", "8\u00A0А", 8, null, ""),
                ("t-1", SchoolPersonKind.Teacher, "Ахметов Дәурен", "", 0, (DateOnly?)null, ""),
            ],
            roster.People.Select(p => (p.SourceId, p.Kind, p.Name, p.Class, p.Grade, p.BirthDate, p.Sex)));
        Assert.Equal(["8\u00A0А", "Информатика"], roster.People[2].Classes);
        // The head, and a learner of another school.
        Assert.Equal(2, roster.PassedOver);
        var guardian = Assert.Single(roster.Guardians);
        Assert.Equal(("g-1", "Қасымов Ерлан", "erlan@example.kz", "l-1"), (guardian.SourceId, guardian.Name, guardian.Email, guardian.Learners.Single()));
    }

    [Fact]
    [Trait("Requirement", "AI-32")]
    public void Of_an_export_of_several_schools_nothing_of_the_others_counts()
    {
        var files = Files();
        files["classes.csv"] = [.. files["classes.csv"], .. Bytes("\nc-7,,,7 А,07,,7A,homeroom,,o-2,s-1,,,")];
        // One who teaches at both, a learner who takes a course there, and a class of ours that is enrolled for the other school.
        files["enrollments.csv"] = [.. files["enrollments.csv"], .. Bytes("\ne-7,,,c-7,o-2,t-1,teacher,,,\ne-8,,,c-7,o-2,l-2,student,true,,\ne-9,,,c-7,o-1,t-1,teacher,,,")];
        var people = ReadRoster.Of(files, School, Today).Value.People;
        Assert.Equal(["8\u00A0А", "Информатика"], people.Single(p => p.SourceId == "t-1").Classes);
        Assert.Equal("8\u00A0А", people.Single(p => p.SourceId == "l-2").Class);

        files["orgs.csv"] = Bytes(Text(files["orgs.csv"]).Replace("940540002029", "", StringComparison.Ordinal)
            .Replace("School 2 (invented),school,,", "School 2 (invented),school,940540002029,", StringComparison.Ordinal));
        Assert.Equal(["7\u00A0А"], ReadRoster.Of(files, School, Today).Value.People.Single(p => p.SourceId == "t-1").Classes);
    }

    [Theory]
    [InlineData("users.csv", "l-2,,,true", "l-2,tobedeleted,,true", "l-1 t-1")]
    [InlineData("users.csv", "l-2,,,true", "l-2,,,false", "l-1 t-1")]
    [InlineData("users.csv", "l-2,,,true", "l-2,active,,", "l-1 l-2 t-1")]
    [InlineData("enrollments.csv", "e-5,,", "e-5,tobedeleted,", "l-1 l-2 t-1:8\u00A0А")]
    [InlineData("classes.csv", "c-0,,", "c-0,tobedeleted,", "l-1 l-2 t-1:8\u00A0А")]
    [Trait("Requirement", "AI-32")]
    public void Who_is_deleted_or_switched_off_is_not_there(string file, string from, string to, string there)
    {
        var files = Files();
        files[file] = Bytes(Text(files[file]).Replace(from, to, StringComparison.Ordinal));
        var people = ReadRoster.Of(files, School, Today).Value.People;
        Assert.Equal(there, string.Join(' ', people.Select(p => p.SourceId)) + (people[^1].Classes is [var only] ? ":" + only : ""));
    }

    [Fact]
    public void A_class_says_its_school()
    {
        var files = Files();
        files["classes.csv"] = Bytes(Text(files["classes.csv"]).Replace(",o-1,s-1", ",,s-1", StringComparison.Ordinal));
        Assert.Contains(
            Assert.IsType<RosterHasFaults>(ReadRoster.Of(files, School, Today).Problem).Faults,
            f => (f.File, f.Row, f.Field, f.Problem.Code) == ("classes.csv", 2, "schoolSourcedId", "connections/roster-missing"));
    }

    [Fact]
    public void An_address_is_read_of_whoever_signs_in_and_is_part_of_what_is_confirmed()
    {
        var first = ReadRoster.Of(Files(), School, Today).Value;
        Assert.Equal(["aisha@example.kz", "", ""], first.People.Select(p => p.Email));
        var files = Files();
        files["users.csv"] = Bytes(Text(files["users.csv"]).Replace("aisha@example.kz", "other@example.kz", StringComparison.Ordinal));
        var next = RosterPlan.Of(ReadRoster.Of(files, School, Today).Value, first.People, first.Guardians);
        Assert.Equal(["email"], Assert.Single(next.Changes).Fields);
        Assert.NotEqual(RosterPlan.Of(first, []).Fingerprint, RosterPlan.Of(ReadRoster.Of(files, School, Today).Value, []).Fingerprint);
    }

    [Theory]
    [InlineData("parent", "l-1", "g-1", 1)]
    [InlineData("guardian", "l-1", "", 1)]
    [InlineData("guardian", "", "g-1", 1)]
    [InlineData("relative", "l-1", "g-1", 0)]
    [InlineData("teacher", "l-1", "g-1", 0)]
    [InlineData("parent", "t-1", "", 0)]
    [InlineData("parent", "l-9", "", 0)]
    [InlineData("parent", "", "", 0)]
    public void A_guardian_is_who_has_the_role_and_is_named_with_a_learner_of_the_school_from_either_side(string role, string names, string named, int count)
    {
        var files = Files();
        files["users.csv"] = Bytes(Text(files["users.csv"]).Replace("o-1,parent", "o-1," + role, StringComparison.Ordinal)
            .Replace("aisha@example.kz,g-1", "aisha@example.kz," + named, StringComparison.Ordinal)
            .Replace("erlan@example.kz,l-1", "erlan@example.kz," + names, StringComparison.Ordinal));
        Assert.Equal(count, ReadRoster.Of(files, School, Today).Value.Guardians.Count);
    }

    [Fact]
    public void What_changes_of_guardians_is_part_of_the_plan_and_of_what_is_confirmed()
    {
        var first = ReadRoster.Of(Files(), School, Today).Value;
        var plan = RosterPlan.Of(first, []);
        Assert.Equal([(RosterChangeKind.Added, "g-1")], plan.Guardians.Select(g => (g.Kind, g.Guardian.SourceId)));
        Assert.Empty(RosterPlan.Of(first, first.People, first.Guardians).Guardians);

        var files = Files();
        files["users.csv"] = Bytes(Text(files["users.csv"]).Replace("erlan@example.kz", "other@example.kz", StringComparison.Ordinal));
        var next = RosterPlan.Of(ReadRoster.Of(files, School, Today).Value, first.People, first.Guardians);
        Assert.Equal([(RosterChangeKind.Changed, "email")], next.Guardians.Select(g => (g.Kind, g.Fields.Single())));
        var ended = RosterPlan.Of(first with { Guardians = [] }, first.People, first.Guardians);
        Assert.Equal([RosterChangeKind.Ended], ended.Guardians.Select(g => g.Kind));
        Assert.Equal(3, new[] { plan.Fingerprint, next.Fingerprint, ended.Fingerprint }.Distinct().Count());
    }

    [Fact]
    public void Version_1_2_has_roles_in_a_file_of_their_own_and_says_the_same()
    {
        var files = Files();
        files["manifest.csv"] = Bytes(Text(files["manifest.csv"]).Replace("oneroster.version,1.1", "oneroster.version,1.2", StringComparison.Ordinal) + "file.roles,bulk\n");
        files["users.csv"] = Bytes(
            """
            sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,middleName,email,agentSourcedIds,grades
            l-1,,,true,a,Айша,Қасымова,Ерланқызы,aisha@example.kz,g-1,08
            l-2,,,true,b,Виктор,Ли,,,,08
            t-1,,,true,c,Дәурен,Ахметов,,,,
            g-1,,,true,d,Ерлан,Қасымов,,erlan@example.kz,,
            h-1,,,true,e,Head,Invented,,,,
            l-9,,,true,f,Other,Invented,,,,05
            """);
        files["roles.csv"] = Bytes(
            """
            sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId
            r-1,,,l-1,primary,student,,,o-1
            r-2,,,l-2,primary,student,,,o-1
            r-3,,,t-1,secondary,student,,,o-1
            r-4,,,t-1,primary,teacher,,,o-1
            r-5,,,g-1,primary,parent,,,o-1
            r-6,,,h-1,primary,principal,,,o-1
            r-7,,,l-9,primary,student,,,o-2
            """);
        var before = ReadRoster.Of(Files(), School, Today).Value;
        var plan = RosterPlan.Of(ReadRoster.Of(files, School, Today).Value, before.People, before.Guardians);
        Assert.Empty(plan.Changes);
        Assert.Empty(plan.Guardians);
        Assert.Equal(4, plan.Unchanged);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void One_wrong_value_keeps_everything_out_and_is_named_by_file_row_and_field(
        string spoilt, string from, string to, string file, int row, string field, string code)
    {
        var files = Files();
        var text = Text(files[spoilt]);
        files[spoilt] = Bytes(string.Concat(text.AsSpan(0, text.IndexOf(from, StringComparison.Ordinal)), to, text.AsSpan(text.IndexOf(from, StringComparison.Ordinal) + from.Length)));
        var faults = Assert.IsType<RosterHasFaults>(ReadRoster.Of(files, School, Today).Problem).Faults;
        Assert.Contains(faults, f => (f.File, f.Row, f.Field, f.Problem.Code) == (file, row, field, code));
    }

    [Fact]
    public void Every_fault_is_told_at_once_the_first_two_hundred_with_their_places()
    {
        var files = Files();
        files["enrollments.csv"] = Bytes(
            "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\n" + string.Concat(Enumerable.Range(1, 300).Select(i => $"e-{i},c-1,o-1,nobody-{i},student\n")));
        var all = Assert.IsType<RosterHasFaults>(ReadRoster.Of(files, School, Today).Problem);
        Assert.Equal((300, 200, 2, 201), (all.Count, all.Faults.Count, all.Faults[0].Row, all.Faults[^1].Row));
    }

    [Fact]
    public void The_same_roster_again_changes_nothing_and_another_says_who_came_changed_and_left()
    {
        var first = ReadRoster.Of(Files(), School, Today).Value;
        var plan = RosterPlan.Of(first, []);
        Assert.Equal((4, 0), (plan.Count(RosterChangeKind.Added), plan.Unchanged));
        Assert.Empty(RosterPlan.Of(first, first.People).Changes);
        Assert.Equal(RosterPlan.Of(first, []).Fingerprint, plan.Fingerprint);

        var files = Files();
        files["users.csv"] = Bytes(Text(files["users.csv"]).Replace("l-2,", "l-3,", StringComparison.Ordinal).Replace("Ахметов", "Ахмет", StringComparison.Ordinal));
        files["enrollments.csv"] = Bytes(Text(files["enrollments.csv"]).Replace("l-2", "l-3", StringComparison.Ordinal));
        var next = RosterPlan.Of(ReadRoster.Of(files, School, Today).Value, first.People);
        Assert.Equal(
            [(RosterChangeKind.Added, "l-3", ""), (RosterChangeKind.Changed, "t-1", "name"), (RosterChangeKind.Ended, "l-2", "")],
            next.Changes.Select(c => (c.Kind, c.Person.SourceId, string.Join(' ', c.Fields))));
        Assert.NotEqual(plan.Fingerprint, next.Fingerprint);
    }

    [Fact]
    public void An_archive_is_read_and_one_that_unpacks_without_end_is_not()
    {
        Assert.Equal(3, ReadRoster.Of(RosterFiles.Open(Zip(Files())).Value, School, Today).Value.People.Count);
        Assert.Equal("connections/roster-no-archive", RosterFiles.Open(new MemoryStream([1, 2, 3])).Problem?.Code);
        var bomb = Zip(new Dictionary<string, byte[]> { ["users.csv"] = new byte[RosterFiles.SizeMaxBytes + 1] });
        Assert.InRange(bomb.Length, 1, RosterFiles.SizeMaxBytes / 100);
        Assert.Equal("connections/roster-too-large", RosterFiles.Open(bomb).Problem?.Code);
    }

    internal static MemoryStream Zip(IReadOnlyDictionary<string, byte[]> files)
    {
        var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in files)
            {
                using var entry = zip.CreateEntry(name == "academicSessions.csv" ? name : "export/" + name).Open();
                entry.Write(bytes);
            }
        }

        archive.Position = 0;
        return archive;
    }

    internal static Dictionary<string, byte[]> Files() => new(StringComparer.OrdinalIgnoreCase)
    {
        ["manifest.csv"] = Bytes(
            """
            propertyName,value
            manifest.version,1.0
            oneroster.version,1.1
            file.academicSessions,bulk
            file.classes,bulk
            file.courses,absent
            file.demographics,bulk
            file.enrollments,bulk
            file.orgs,bulk
            file.users,bulk

            """),
        ["orgs.csv"] = Bytes(
            """
            sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
            o-1,,,Gymnasium 1 (invented),school,940540002029,o-0
            o-2,,,School 2 (invented),school,,o-0
            o-0,,,District (invented),district,,
            """),
        ["academicSessions.csv"] = Bytes(
            """
            sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear
            s-1,,,2026/27,schoolYear,2026-09-01,2027-05-25,,2027
            """),
        ["classes.csv"] = Bytes(
            """
            sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods
            c-1,,,8 А,08,,8A,homeroom,,o-1,s-1,,,
            c-0,,,Информатика,08,,INF,scheduled,,o-1,s-1,,,
            """),
        ["users.csv"] = Bytes(
            """
            sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,familyName,givenName,middleName,username,identifier,email,agentSourcedIds,grades
            t-1,,,true,"o-1,o-2",teacher,Ахметов,Дәурен,,t1,,,,
            l-1,,,true,o-1,student,Қасымова,Айша,Ерланқызы,l1,130228650011,aisha@example.kz,g-1,08
            l-2,,,true,o-1,student,Ли,Виктор,,l2,,,,08
            g-1,,,true,o-1,parent,Қасымов,Ерлан,,g1,,erlan@example.kz,l-1,
            h-1,,,true,o-1,administrator,Invented,Head,,h1,,,,
            l-9,,,true,o-2,student,Invented,Other,,l9,,,,05
            """),
        ["enrollments.csv"] = Bytes(
            """
            sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
            e-1,,,c-1,o-1,l-1,student,true,,
            e-2,,,c-0,o-1,l-1,student,true,,
            e-3,,,c-1,o-1,l-2,student,,,
            e-4,,,c-1,o-1,t-1,teacher,true,,
            e-5,,,c-0,o-1,t-1,teacher,,,
            """),
        ["demographics.csv"] = Bytes(
            """
            sourcedId,status,dateLastModified,birthDate,sex
            l-1,,,2013-02-28,Female
            """),
    };

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
