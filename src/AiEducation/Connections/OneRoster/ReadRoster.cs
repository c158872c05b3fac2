using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>
/// Reads a OneRoster export (1EdTech OneRoster 1.1 and 1.2, CSV binding): manifest, organisations, users, classes, enrolments, sessions and,
/// of 1.2, roles; births and sexes where <c>demographics.csv</c> is there; parents and guardians with their learners
/// (<see cref="RosterFamilies"/>). Of an export of several schools nothing of the others counts, and nothing that is marked as deleted or
/// switched off (<see cref="RosterTable.IsThere"/>). Everything is read before anything is taken; one value wrong and nothing is. Exports of
/// changes only (delta) are not taken: from a whole one it can be seen who left.
/// </summary>
public static class ReadRoster
{
    private const string Manifest = "manifest.csv";
    private const int GradeMax = 12;

    /// <summary>What an export of either version has to hold.</summary>
    private static readonly string[] Needed = ["orgs", "users", "classes", "enrollments", "academicSessions"];

    private static readonly string[] UserRoles =
    [
        "administrator", "aide", "counselor", "districtAdministrator", "guardian", "parent", "principal", "proctor", "relative", "siteAdministrator",
        "student", "systemAdministrator", "teacher",
    ];

    /// <param name="files">By names in small letters (<see cref="RosterFiles.Open"/>).</param>
    /// <param name="school">Whose people are taken: the organisation whose identifier is this BIN.</param>
    /// <param name="today">Nobody is born after it.</param>
    /// <returns>The roster, or <see cref="RosterHasFaults"/> with what is wrong by file, row and field.</returns>
    public static Outcome<Roster> Of(IReadOnlyDictionary<string, byte[]> files, Bin school, DateOnly today)
    {
        var faults = new List<RosterFault>();
        var version = VersionOf(files, faults);
        if (faults.Count > 0)
        {
            return RosterHasFaults.Of(faults);
        }

        var reading = new Reading(files, school, today, version == "1.2", faults);
        var people = reading.People();
        var guardians = reading.Guardians(people);
        return faults.Count > 0
            ? RosterHasFaults.Of(faults)
            : new Roster(
                "OneRoster " + version, school, [.. people.OrderBy(p => p.SourceId, StringComparer.Ordinal)],
                reading.UserCount - people.Select(p => p.SourceId).Union(guardians.Select(g => g.SourceId)).Count())
            { Guardians = guardians };
    }

    private static string VersionOf(IReadOnlyDictionary<string, byte[]> files, List<RosterFault> faults)
    {
        if (!files.TryGetValue(Manifest, out var bytes))
        {
            faults.Add(new RosterFault(Manifest, 0, "", FileMissing));
            return "";
        }

        var manifest = RosterTable.Read(Manifest, bytes, faults, "propertyName", "value").Index("propertyName");
        if (faults.Count > 0)
        {
            return "";
        }

        string Value(string property) => manifest.ById.TryGetValue(property, out var row) ? manifest.Cell(row, "value") : "";
        var version = Value("oneroster.version");
        if (version is not ("1.1" or "1.2"))
        {
            faults.Add(new RosterFault(Manifest, 0, "oneroster.version", new Problem("connections/roster-version", "OneRoster 1.1 or 1.2 is read here.")));
        }

        foreach (var name in version == "1.2" ? Needed.Append("roles") : Needed)
        {
            var (file, said) = (name.ToLowerInvariant() + ".csv", Value("file." + name));
            if (said == "delta")
            {
                faults.Add(new RosterFault(Manifest, 0, "file." + name, new Problem(
                    "connections/roster-delta", "This holds changes only. Export everything (bulk): only so it can be seen who left.")));
            }
            else if (said != "bulk" || !files.ContainsKey(file))
            {
                faults.Add(new RosterFault(name + ".csv", 0, "", FileMissing));
            }
        }

        return version;
    }

    private static Problem FileMissing { get; } = new("connections/roster-file-missing", "The file is not in the archive, or the manifest does not name it.");

    /// <summary>One export under way.</summary>
    private sealed class Reading
    {
        private readonly DateOnly today;
        private readonly bool hasRolesApart;
        private readonly RosterTable orgs;
        private readonly RosterTable sessions;
        private readonly RosterTable classes;
        private readonly RosterTable users;
        private readonly RosterTable enrolments;
        private readonly RosterTable roles;
        private readonly RosterTable demographics;
        private readonly string? ours;

        public Reading(IReadOnlyDictionary<string, byte[]> files, Bin school, DateOnly today, bool hasRolesApart, List<RosterFault> faults)
        {
            (this.today, this.hasRolesApart) = (today, hasRolesApart);
            RosterTable Table(string name, params string[] required) =>
                RosterTable.Read(name + ".csv", files.GetValueOrDefault(name.ToLowerInvariant() + ".csv"), faults, required);
            orgs = Table("orgs", "sourcedId", "name", "type", "identifier").Index();
            sessions = Table("academicSessions", "sourcedId", "title", "type", "startDate", "endDate").Index();
            classes = Table("classes", "sourcedId", "title", "classType", "schoolSourcedId", "termSourcedIds").Index();
            users = (hasRolesApart
                ? Table("users", "sourcedId", "givenName", "familyName")
                : Table("users", "sourcedId", "givenName", "familyName", "orgSourcedIds", "role")).Index();
            enrolments = Table("enrollments", "sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role").Index();
            roles = hasRolesApart ? Table("roles", "sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId").Index() : Table("roles");
            demographics = Table("demographics", files.ContainsKey("demographics.csv") ? ["sourcedId", "birthDate"] : []).Index();
            ours = orgs.ById.Where(o => orgs.Cell(o.Value, "identifier") == school.Value).Select(o => o.Key).FirstOrDefault();
            if (ours is null && faults.Count == 0)
            {
                faults.Add(new RosterFault("orgs.csv", 0, "identifier", new Problem(
                    "connections/roster-no-school", "No organisation of the roster has the BIN of this school as its identifier.", ("bin", school.Value))));
            }
        }

        public int UserCount => users.ById.Count;

        public List<RosterPerson> People()
        {
            CheckOrganisations();
            CheckSessions();
            var titles = Classes();
            var (learns, teaches) = Enrolments(titles);
            var given = hasRolesApart ? RolesApart() : RolesOfUsers();
            var people = new List<RosterPerson>();
            foreach (var (id, row) in users.ById.Where(u => given.ContainsKey(u.Key) && users.IsThere(u.Value)))
            {
                people.Add(Person(id, row, given[id], learns.GetValueOrDefault(id, ""), teaches.GetValueOrDefault(id) ?? []));
            }

            return people;
        }

        public IReadOnlyList<RosterGuardian> Guardians(IEnumerable<RosterPerson> people)
        {
            var given = hasRolesApart
                ? roles.Rows.Where(r => roles.IsThere(r) && RosterFamilies.IsGuardian(roles.Cell(r, "role"))).Select(r => roles.Cell(r, "userSourcedId"))
                : users.ById.Where(u => RosterFamilies.IsGuardian(users.Cell(u.Value, "role"))).Select(u => u.Key);
            return RosterFamilies.Of(
                users, people.Where(p => p.Kind == SchoolPersonKind.Learner).Select(p => p.SourceId).ToHashSet(StringComparer.Ordinal),
                given.Where(id => users.ById.TryGetValue(id, out var row) && users.IsThere(row)).ToHashSet(StringComparer.Ordinal));
        }

        private RosterPerson Person(string id, CsvRow row, SchoolPersonKind kind, string learns, IReadOnlyCollection<string> teaches)
        {
            var isLearner = kind == SchoolPersonKind.Learner;
            var about = isLearner ? demographics.ById.GetValueOrDefault(id) : null;
            return new RosterPerson(
                id, kind, RosterFamilies.NameOf(users, row), isLearner ? learns : "", isLearner ? [] : [.. teaches],
                isLearner ? Grade(row) : 0, about is null ? null : Born(about), about is null ? "" : SexOf(about))
            {
                Email = RosterFamilies.EmailOf(users, row),
            };
        }

        private DateOnly? Born(CsvRow row)
        {
            var born = demographics.Day(row, "birthDate");
            if (born > today)
            {
                demographics.Bad(row, "birthDate", new Problem("connections/roster-day-ahead", "The day lies in the future."));
            }

            return born;
        }

        private string SexOf(CsvRow row) => demographics.Cell(row, "sex").ToLowerInvariant() switch
        {
            "female" => "female",
            "male" => "male",
            _ => "",
        };

        // Of the first that is named; grades of the standard: 01 to 12, and words for the time before school.
        private int Grade(CsvRow row)
        {
            var first = users.Cell(row, "grades").Split(',')[0].Trim();
            switch (first)
            {
                case "" or "IT" or "PR" or "PK" or "TK" or "KG":
                    return 0;
                default:
                    if (first.Length <= 2 && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var grade) && grade <= GradeMax)
                    {
                        return grade;
                    }

                    users.Bad(row, "grades", new Problem("connections/roster-grade", "A grade is a number from 01 to 12, or KG.", ("value", first.Length > 20 ? first[..20] : first)));
                    return 0;
            }
        }

        private void CheckOrganisations()
        {
            foreach (var row in orgs.Rows)
            {
                orgs.Text(row, "name");
                orgs.Word(row, "type", "department", "school", "district", "local", "state", "national");
                orgs.Ids(row, "parentSourcedId", orgs);
            }
        }

        private void CheckSessions()
        {
            foreach (var row in sessions.Rows)
            {
                sessions.Text(row, "title");
                sessions.Word(row, "type", "gradingPeriod", "semester", "schoolYear", "term");
                var (from, to) = (sessions.Day(row, "startDate"), sessions.Day(row, "endDate"));
                if (from > to)
                {
                    sessions.Bad(row, "endDate", new Problem("connections/roster-days-turned", "The last day lies before the first."));
                }

                sessions.Ids(row, "parentSourcedId", sessions);
            }
        }

        // Titles of this school's classes by id. The directory keeps several in one text with spaces between: within a title they become
        // spaces that do not part.
        private Dictionary<string, string> Classes()
        {
            var titles = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (id, row) in classes.ById)
            {
                var title = classes.Text(row, "title").Replace(' ', '\u00A0');
                classes.Word(row, "classType", "homeroom", "scheduled");
                classes.Ids(row, "termSourcedIds", sessions);
                if (IsOurs(classes, row) && classes.IsThere(row))
                {
                    titles[id] = title;
                }
            }

            return titles;
        }

        private bool IsOurs(RosterTable table, CsvRow row)
        {
            const string field = "schoolSourcedId";
            var schools = table.Ids(row, field, orgs);
            if (table.Cell(row, field).Length == 0)
            {
                table.Bad(row, field, RosterTable.Missing);
            }

            return schools.Contains(ours ?? "");
        }

        // The class of each learner: the homeroom, else the primary one, else the first by its id. The classes of each teacher.
        private (Dictionary<string, string> Learns, Dictionary<string, SortedSet<string>> Teaches) Enrolments(Dictionary<string, string> titles)
        {
            var best = new Dictionary<string, (int Rank, string Class)>(StringComparer.Ordinal);
            var teaches = new Dictionary<string, SortedSet<string>>(StringComparer.Ordinal);
            foreach (var row in enrolments.Rows)
            {
                var (inClass, who) = (enrolments.Ids(row, "classSourcedId", classes), enrolments.Ids(row, "userSourcedId", users));
                var counts = IsOurs(enrolments, row) && enrolments.IsThere(row);
                var role = enrolments.Word(row, "role", "administrator", "proctor", "student", "teacher", "aide");
                if (inClass.Count != 1 || who.Count != 1)
                {
                    enrolments.Bad(row, inClass.Count != 1 ? "classSourcedId" : "userSourcedId", RosterTable.Missing);
                }
                else if (!counts || !titles.TryGetValue(inClass[0], out var title))
                {
                    continue;
                }
                else if (role == "teacher")
                {
                    (teaches.TryGetValue(who[0], out var those) ? those : teaches[who[0]] = new SortedSet<string>(StringComparer.Ordinal)).Add(title);
                }
                else if (role == "student")
                {
                    var rank = classes.Cell(classes.ById[inClass[0]], "classType").Equals("homeroom", StringComparison.OrdinalIgnoreCase) ? 0
                        : enrolments.Cell(row, "primary").Equals("true", StringComparison.OrdinalIgnoreCase) ? 1 : 2;
                    if (!best.TryGetValue(who[0], out var before)
                        || rank < before.Rank || (rank == before.Rank && string.CompareOrdinal(inClass[0], before.Class) < 0))
                    {
                        best[who[0]] = (rank, inClass[0]);
                    }
                }
            }

            return (best.ToDictionary(b => b.Key, b => titles[b.Value.Class], StringComparer.Ordinal), teaches);
        }

        // 1.1: a user has one role, at each of their organisations.
        private Dictionary<string, SchoolPersonKind> RolesOfUsers()
        {
            var given = new Dictionary<string, SchoolPersonKind>(StringComparer.Ordinal);
            foreach (var (id, row) in users.ById)
            {
                var role = Taken(users.Word(row, "role", UserRoles));
                if (users.Ids(row, "orgSourcedIds", orgs).Contains(ours ?? "") && role is { } taken)
                {
                    given[id] = taken;
                }
            }

            return given;
        }

        // 1.2: several, each at an organisation; the primary one counts, else the one that comes first.
        private Dictionary<string, SchoolPersonKind> RolesApart()
        {
            var given = new Dictionary<string, (bool IsPrimary, SchoolPersonKind Role)>(StringComparer.Ordinal);
            foreach (var row in roles.Rows)
            {
                var who = roles.Ids(row, "userSourcedId", users);
                var isPrimary = roles.Word(row, "roleType", "primary", "secondary") == "primary";
                var role = Taken(roles.Word(row, "role", UserRoles));
                if (roles.Ids(row, "orgSourcedId", orgs).Contains(ours ?? "") && role is { } taken && who is [var id] && roles.IsThere(row)
                    && (!given.TryGetValue(id, out var before) || (isPrimary && !before.IsPrimary)))
                {
                    given[id] = (isPrimary, taken);
                }
            }

            return given.ToDictionary(g => g.Key, g => g.Value.Role, StringComparer.Ordinal);
        }

        private static SchoolPersonKind? Taken(string? word) => word switch
        {
            "student" => SchoolPersonKind.Learner,
            "teacher" => SchoolPersonKind.Teacher,
            _ => null,
        };
    }
}
