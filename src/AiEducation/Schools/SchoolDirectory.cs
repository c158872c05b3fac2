using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>
/// Places of learning and who is there. In: what a directory says (<see cref="School"/>, <see cref="SchoolPerson"/>). Out: the same, and the
/// facts that indicators count people by. Safe to share.
/// </summary>
public sealed class SchoolDirectory(IKeyVault vault)
{
    private const int IdSizeBytes = 8;
    internal const string SchoolColumns = "bin, name_kk, name_ru, name_en, region, district, kind, setting, languages, connectivity, department";

    private static readonly string[] PersonColumns =
        ["id", "school", "kind", "class", "classes", "grade", "language", "sex", "disability", "account", "source_id", "words", "joined_at", "left_at"];

    /// <summary>A new pseudonym.</summary>
    public static string NewPersonId() => "p-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdSizeBytes));

    /// <inheritdoc cref="PutAsync(DbTransaction, IEnumerable{School}, DateTimeOffset, CancellationToken)"/>
    public Task PutAsync(DbTransaction transaction, School school, DateTimeOffset at, CancellationToken cancel = default) =>
        PutAsync(transaction, [school], at, cancel);

    /// <summary>Adds places, or writes what is known of them anew; with the fact of each place of learning that is new.</summary>
    public async Task PutAsync(DbTransaction transaction, IEnumerable<School> schools, DateTimeOffset at, CancellationToken cancel = default)
    {
        var facts = new List<KeptFact>();
        foreach (var school in schools)
        {
            if (await FindAsync(transaction, school.Bin, cancel) is null && !school.IsDepartment)
            {
                facts.Add(Fact(school.Bin, school.Bin.Value, at, new EventFact("school.registered", school.Bin.Value), 1));
            }

            await WriteAsync(transaction, school, cancel);
        }

        await FactLog.AppendAsync(transaction, vault, facts, cancel);
    }

    private async Task WriteAsync(DbTransaction transaction, School school, CancellationToken cancel)
    {
        await transaction.TouchAsync("ai_schools", cancel, school.Bin.Value);
        await transaction.ExecuteAsync(
            """
            INSERT INTO ai_schools (bin, name_kk, name_ru, name_en, region, district, kind, setting, languages, connectivity, department, search,
                order_kk, order_ru, order_en, data_key)
            VALUES (@bin, @kk, @ru, @en, @region, @district, @kind, @setting, @languages, @connectivity, @department, @search, @order_kk, @order_ru,
                @order_en, @key)
            ON CONFLICT (bin) DO UPDATE SET name_kk = @kk, name_ru = @ru, name_en = @en, region = @region, district = @district, kind = @kind,
                setting = @setting, languages = @languages, connectivity = @connectivity, department = @department, search = @search,
                order_kk = @order_kk, order_ru = @order_ru, order_en = @order_en
            """,
            cancel, ("bin", school.Bin.Value), ("kk", school.Name.Kk), ("ru", school.Name.Ru), ("en", school.Name.En), ("region", school.Region),
            ("district", school.District), ("kind", Word(school.Kind)), ("setting", Word(school.Setting)),
            ("languages", string.Join(' ', school.Languages)), ("connectivity", Word(school.Connectivity)),
            ("department", school.IsDepartment ? 1 : 0), ("search", SchoolSearch.TextOf(school)),
            ("order_kk", SearchText.Fold(school.Name.Kk)), ("order_ru", SearchText.Fold(school.Name.Ru)), ("order_en", SearchText.Fold(school.Name.En)),
            ("key", vault.Wrap(RandomNumberGenerator.GetBytes(SealedBox.KeySizeBytes), Context(school.Bin))));
    }

    /// <summary>A place of learning; null when the directory has none of this number.</summary>
    public static async Task<School?> FindAsync(ReadFrom from, Bin bin, CancellationToken cancel = default) =>
        (await from.QueryAsync($"SELECT {SchoolColumns} FROM ai_schools WHERE bin = @bin", ReadSchool, cancel, ("bin", bin.Value))).SingleOrDefault();

    /// <summary>All places, departments too, by region and number.</summary>
    /// <param name="region">Null for the whole country.</param>
    public static async Task<IReadOnlyList<School>> AllAsync(ReadFrom from, string? region = null, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"SELECT {SchoolColumns} FROM ai_schools {(region is null ? "" : "WHERE region = @region ")}ORDER BY region, bin", ReadSchool, cancel,
            ("region", region));

    /// <summary>Adds people of one school, with the facts that they came.</summary>
    /// <param name="sourceIds">Id of each in the directory that was imported, so that it is found again; null for none.</param>
    public async Task AddAsync(
        DbTransaction transaction, Bin school, IReadOnlyList<SchoolPerson> people, IReadOnlyList<string>? sourceIds, CancellationToken cancel = default)
    {
        var key = await KeyAsync(transaction, school, cancel) ?? throw new ArgumentException($"The directory has no place {school}.", nameof(school));
        await transaction.TouchManyAsync("ai_people", people.Select(p => new object[] { p.Id }), cancel);
        await transaction.BulkInsertAsync(
            "ai_people", PersonColumns,
            people.Select((p, i) => new object?[]
            {
                p.Id, school.Value, Word(p.Kind), p.Class, string.Join(' ', p.Classes), p.Grade, p.Language, p.Sex, Bit(p.Disability), p.Account,
                sourceIds?[i], p.Words is { } words ? Sealed(key, p.Id, words) : null, LedgerEntry.Time(p.Joined),
                p.Left is { } left ? LedgerEntry.Time(left) : null,
            }),
            cancel);
        foreach (var person in people.Where(p => p.Guardians.Count > 0))
        {
            foreach (var guardian in person.Guardians)
            {
                await AddGuardianAsync(transaction, person.Id, guardian, cancel);
            }
        }

        await FactLog.AppendAsync(transaction, vault, [.. people.Select(p => Fact(school, p.Id, p.Joined, DirectoryFacts.Came(p), 1))], cancel);
    }

    /// <summary>Says who signs in as a person.</summary>
    /// <param name="account">Null for nobody any more.</param>
    public static async Task LinkAsync(DbTransaction transaction, string person, string? account, CancellationToken cancel = default)
    {
        await transaction.TouchAsync("ai_people", cancel, person);
        await transaction.ExecuteAsync("UPDATE ai_people SET account = @account WHERE id = @id", cancel, ("id", person), ("account", account));
    }

    /// <summary>Says who is a legal representative of a learner.</summary>
    public static async Task AddGuardianAsync(DbTransaction transaction, string person, string account, CancellationToken cancel = default)
    {
        await transaction.TouchAsync("ai_guardians", cancel, person, account);
        await transaction.ExecuteAsync(
            "INSERT INTO ai_guardians (person, account) VALUES (@person, @account) ON CONFLICT (person, account) DO NOTHING", cancel,
            ("person", person), ("account", account));
    }

    /// <summary>Somebody is no legal representative of a learner any more.</summary>
    public static async Task EndGuardianAsync(DbTransaction transaction, string person, string account, CancellationToken cancel = default)
    {
        await transaction.TouchAsync("ai_guardians", cancel, person, account);
        await transaction.ExecuteAsync(
            "DELETE FROM ai_guardians WHERE person = @person AND account = @account", cancel, ("person", person), ("account", account));
    }

    /// <summary>
    /// Writes anew what is known of somebody, with the facts of what changed: who had left is back; a learner who became a teacher, or a teacher
    /// a learner, left as the one and came as the other; a learner of another grade or group is enrolled anew.
    /// </summary>
    /// <param name="person">With the pseudonym, the school and the guardians they have; <see cref="SchoolPerson.Left"/> is not read.</param>
    /// <param name="before">As the directory has them.</param>
    public async Task ChangeAsync(
        DbTransaction transaction, SchoolPerson person, SchoolPerson before, DateTimeOffset at, CancellationToken cancel = default)
    {
        var key = await KeyAsync(transaction, person.School, cancel) ?? throw new ArgumentException("The directory has no such place.", nameof(person));
        await transaction.TouchAsync("ai_people", cancel, person.Id);
        await transaction.ExecuteAsync(
            """
            UPDATE ai_people SET kind = @kind, class = @class, classes = @classes, grade = @grade, language = @language, sex = @sex,
                disability = @disability, words = @words, left_at = NULL
            WHERE id = @id AND school = @school
            """,
            cancel, ("id", person.Id), ("school", person.School.Value), ("kind", Word(person.Kind)), ("class", person.Class),
            ("classes", string.Join(' ', person.Classes)), ("grade", person.Grade), ("language", person.Language), ("sex", person.Sex),
            ("disability", Bit(person.Disability)), ("words", person.Words is { } words ? Sealed(key, person.Id, words) : null));
        await TellAsync(transaction, person, DirectoryFacts.Of(before, person), at, cancel);
    }

    /// <summary>Somebody left a school; nothing when they had left already.</summary>
    public async Task LeaveAsync(DbTransaction transaction, SchoolPerson person, DateTimeOffset at, CancellationToken cancel = default)
    {
        await transaction.TouchAsync("ai_people", cancel, person.Id);
        if (await transaction.ExecuteAsync(
            "UPDATE ai_people SET left_at = @at WHERE id = @id AND left_at IS NULL", cancel, ("id", person.Id), ("at", LedgerEntry.Time(at))) > 0)
        {
            await TellAsync(transaction, person, [DirectoryFacts.Left(person)], at, cancel);
        }
    }

    /// <summary>People of a school, those who left too, by class and pseudonym.</summary>
    /// <param name="inClass">Null for all classes.</param>
    public Task<IReadOnlyList<SchoolPerson>> PeopleAsync(
        ReadFrom from, Bin school, SchoolPersonKind kind, string? inClass = null, CancellationToken cancel = default) => ReadAsync(
            from, $"p.school = @school AND p.kind = @kind{(inClass is null ? "" : " AND p.class = @class")} ORDER BY p.class, p.id", cancel,
            ("school", school.Value), ("kind", Word(kind)), ("class", inClass));

    /// <summary>The person of this pseudonym; null when there is none.</summary>
    public async Task<SchoolPerson?> PersonAsync(ReadFrom from, string id, CancellationToken cancel = default) =>
        (await ReadAsync(from, "p.id = @id", cancel, ("id", id))).SingleOrDefault();

    /// <summary>Whoever this account signs in as, at every school.</summary>
    public Task<IReadOnlyList<SchoolPerson>> OfAccountAsync(ReadFrom from, string account, CancellationToken cancel = default) =>
        ReadAsync(from, "p.account = @account AND p.left_at IS NULL ORDER BY p.id", cancel, ("account", account));

    /// <summary>The learners whom this account represents.</summary>
    public Task<IReadOnlyList<SchoolPerson>> ChildrenAsync(ReadFrom from, string account, CancellationToken cancel = default) => ReadAsync(
        from, "p.left_at IS NULL AND p.id IN (SELECT person FROM ai_guardians WHERE account = @account) ORDER BY p.id", cancel, ("account", account));

    /// <summary>By the id they have in the directory that was imported.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> SourceIdsAsync(ReadFrom from, Bin school, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT source_id, id FROM ai_people WHERE school = @school AND source_id IS NOT NULL", r => (r.GetString(0), r.GetString(1)), cancel,
            ("school", school.Value))).ToDictionary(p => p.Item1, p => p.Item2, StringComparer.Ordinal);

    // Each fact of a person has a number of its own, counted in their row: no two are taken for one.
    private async Task TellAsync(
        DbTransaction transaction, SchoolPerson person, IReadOnlyList<EventFact> facts, DateTimeOffset at, CancellationToken cancel)
    {
        if (facts.Count == 0)
        {
            return;
        }

        await transaction.ExecuteAsync("UPDATE ai_people SET facts = facts + @count WHERE id = @id", cancel, ("id", person.Id), ("count", facts.Count));
        var last = (await transaction.QueryAsync("SELECT facts FROM ai_people WHERE id = @id", r => r.GetInt32(0), cancel, ("id", person.Id))).Single();
        await FactLog.AppendAsync(
            transaction, vault, [.. facts.Select((f, i) => Fact(person.School, person.Id, at, f, last - facts.Count + 1 + i))], cancel);
    }

    private static KeptFact Fact(Bin school, string stream, DateTimeOffset at, EventFact fact, int number) =>
        new(0, at, school.Value, fact, stream, number);

    private async Task<IReadOnlyList<SchoolPerson>> ReadAsync(
        ReadFrom from, string where, CancellationToken cancel, params (string Name, object? Value)[] args)
    {
        var keys = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var rows = await from.QueryAsync(
            $"SELECT {string.Join(", ", PersonColumns.Select(c => "p." + c))}, s.data_key FROM ai_people p JOIN ai_schools s ON s.bin = p.school WHERE {where}",
            r =>
            {
                var (id, school) = (r.GetString(0), Bin.Parse(r.GetString(1)));
                if (!keys.TryGetValue(school.Value, out var key))
                {
                    keys.Add(school.Value, key = vault.Unwrap(r.GetBytes(14), Context(school)));
                }

                return new SchoolPerson(
                    id, school, r.GetString(2) == "teacher" ? SchoolPersonKind.Teacher : SchoolPersonKind.Learner, r.GetString(3),
                    Words(r.GetString(4)), r.GetInt32(5), r.GetString(6), r.GetString(7), r.IsDBNull(8) ? null : r.GetInt32(8) == 1, r.IsDBNull(9) ? null : r.GetString(9), [],
                    r.GetBytesOrNull(11) is { } words
                        ? JsonSerializer.Deserialize<PersonWords>(SealedBox.Decrypt(key, PersonContext(id), words))
                        : null,
                    LedgerEntry.TimeOf(r.GetString(12)), r.IsDBNull(13) ? null : LedgerEntry.TimeOf(r.GetString(13)));
            },
            cancel, args);
        if (rows.Count != 1)
        {
            return rows;
        }

        var guardians = await from.QueryAsync(
            "SELECT account FROM ai_guardians WHERE person = @id ORDER BY account", r => r.GetString(0), cancel, ("id", rows[0].Id));
        return [rows[0] with { Guardians = guardians }];
    }

    private async Task<byte[]?> KeyAsync(ReadFrom from, Bin school, CancellationToken cancel) =>
        await from.QueryAsync("SELECT data_key FROM ai_schools WHERE bin = @bin", r => r.GetBytes(0), cancel, ("bin", school.Value)) is [var wrapped]
            ? vault.Unwrap(wrapped, Context(school))
            : null;

    private static byte[] Sealed(byte[] key, string id, PersonWords words) =>
        SealedBox.Encrypt(key, PersonContext(id), JsonSerializer.SerializeToUtf8Bytes(words));

    internal static School ReadSchool(DbDataReader r) => new(
        Bin.Parse(r.GetString(0)), new LocalizedText(r.GetString(1), r.GetString(2), r.GetString(3)), r.GetString(4), r.GetString(5),
        Enum.Parse<SchoolKind>(r.GetString(6), ignoreCase: true), Enum.Parse<Setting>(r.GetString(7), ignoreCase: true), Words(r.GetString(8)),
        Enum.Parse<Connectivity>(r.GetString(9), ignoreCase: true))
    {
        IsDepartment = r.GetInt32(10) == 1,
    };

    private static int? Bit(bool? value) => value is { } known ? known ? 1 : 0 : null;

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Word<T>(T value)
        where T : struct, Enum => EventWords.Of(value);

    private static byte[] Context(Bin school) => Encoding.UTF8.GetBytes("ai/school/" + school.Value);

    private static byte[] PersonContext(string id) => Encoding.UTF8.GetBytes("ai/person/" + id);
}
