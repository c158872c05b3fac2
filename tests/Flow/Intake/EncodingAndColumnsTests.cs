using System.Text;
using System.Text.Json;
using Mortanba.Intake.Columns;
using Mortanba.Intake.Reading;
using Xunit;

namespace Mortanba.Flow.Tests.Intake;

public class EncodingAndColumnsTests
{
    private static readonly string[] Kk =
    [
        "Диплом нөмірі", "ЖСН", "Тегі", "Аты", "Әкесінің аты", "Тегі (орысша)", "Аты (орысша)", "Әкесінің аты (орысша)",
        "Тегі (ағылшынша)", "Аты (ағылшынша)", "Әкесінің аты (ағылшынша)", "Паспорттағы тегі", "Паспорттағы аты",
        "Туған күні", "Студент нөмірі", "Бағдарлама коды", "Құжат түрі", "Оқу түрі", "Оқыту тілі", "Хаттама нөмірі",
        "Хаттама күні", "Берілген күні", "Оқуға түскен күні", "Оқуды бітірген күні", "Үздік", "Кредиттер", "GPA",
    ];

    private static readonly string[] Ru =
    [
        "Серия и номер диплома", "ИИН", "Фамилия (каз.)", "Имя (каз.)", "Отчество (каз.)", "Фамилия", "Имя", "Отчество",
        "Фамилия (англ.)", "Имя (англ.)", "Отчество (англ.)", "Фамилия в паспорте", "Имя в паспорте", "Дата рождения",
        "Номер зачётной книжки", "Код ОП", "Вид документа", "Форма обучения", "Язык обучения", "№ протокола",
        "Дата протокола", "Дата выдачи", "Дата поступления", "Дата окончания", "С отличием", "Кредиты", "Средний балл",
    ];

    public static TheoryData<string> Languages => ["kk", "ru"];

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Headers_in_the_languages_of_the_country_are_understood(string language)
    {
        using var list = new SampleList { HeaderRow = [.. language == "kk" ? Kk : Ru] };
        var result = (await list.WriteCsv().ReadAsync()).Value;
        Assert.Empty(result.Warnings);
        Assert.Empty(result.Errors);
        Assert.Equal(SampleList.Headers, result.Columns.Graduates.Select(column => column.Choice));
    }

    [Theory]
    [InlineData(';')]
    [InlineData(',')]
    [InlineData('\t')]
    public async Task The_delimiter_is_guessed(char delimiter)
    {
        using var list = new SampleList().Set("minutes-number", "14;a,b");
        var result = (await list.WriteCsv(delimiter: delimiter).ReadAsync()).Value;
        Assert.Empty(result.Errors);
        Assert.Equal("14;a,b", result.ReadDiplomas().First().MinutesNumber);
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16", false)]
    public async Task Unicode_is_read_with_and_without_a_mark(string name, bool mark)
    {
        Encoding encoding = name switch
        {
            "utf-8" => new UTF8Encoding(mark),
            "utf-16" => new UnicodeEncoding(false, mark),
            _ => new UnicodeEncoding(true, mark),
        };
        using var list = new SampleList().WriteCsv(encoding);
        var result = (await list.ReadAsync()).Value;
        Assert.Equal("Айгерім", result.ReadDiplomas().First().Name.Given.Kk);
    }

    [Fact]
    public async Task Windows_1251_is_read_as_such()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        using var list = BadFilesTests.WithRussianLettersOnly();
        list.HeaderRow = [.. Ru];
        var result = (await list.WriteCsv(Encoding.GetEncoding(1251)).ReadAsync()).Value;
        Assert.Empty(result.Warnings);
        Assert.Equal("Пётр", Assert.Single(result.ReadDiplomas()).Name.Given.Ru);
    }

    [Fact]
    public async Task The_Kazakh_variant_of_Windows_1251_is_read_with_a_warning()
    {
        using var list = new SampleList { HeaderRow = [.. Kk] };
        var result = (await list.WriteCsv(new Kz1048Encoding(true)).ReadAsync()).Value;
        Assert.Equal("intake/read-as-kz1048", Assert.Single(result.Warnings).Code);
        Assert.Equal("Әбдірахманова", result.ReadDiplomas().First().Name.Family.Kk);
    }

    [Fact]
    public async Task A_slip_in_a_header_is_guessed_and_said()
    {
        using var list = new SampleList();
        list.HeaderRow[13] = "Дата рожедния";
        var result = (await list.WriteCsv().ReadAsync()).Value;
        var warning = Assert.Single(result.Warnings);
        Assert.Equal(("intake/column-guessed", "birth-date"), (warning.Code, warning.Args["field"]));
    }

    [Fact]
    public async Task An_unknown_column_is_passed_over_and_said()
    {
        using var list = new SampleList();
        list.HeaderRow.Add("Телефон матери");
        list.Graduates.ForEach(row => row.Add("secret"));
        var result = (await list.WriteCsv().ReadAsync()).Value;
        Assert.True(result.IsValid);
        Assert.Equal("intake/column-passed-over", Assert.Single(result.Warnings).Code);
    }

    [Fact]
    public async Task A_missing_column_is_refused_with_a_mapping_to_fill_in_that_then_is_obeyed()
    {
        using var list = new SampleList();
        list.HeaderRow[1] = "Код 7";
        var problem = await list.WriteCsv().RefusalAsync();
        Assert.Equal(("intake/columns-undecided", "iin"), (problem.Code, problem.Args["missing"]));

        var mapping = list.Csv + ".mapping.json";
        var text = File.ReadAllText(mapping);
        Assert.Contains("\"Код 7\": \"skip\"", text, StringComparison.Ordinal);
        File.WriteAllText(mapping, text.Replace("\"Код 7\": \"skip\"", "\"Код 7\": \"iin\"", StringComparison.Ordinal));
        var result = (await list.ReadAsync()).Value;
        Assert.True(result.IsValid);
        Assert.Equal(ColumnCertainty.Confirmed, result.Columns.Graduates[1].Certainty);
    }

    [Fact]
    public async Task Two_columns_for_one_field_are_never_decided_silently()
    {
        using var list = new SampleList();
        list.HeaderRow.Add("ИИН");
        list.Graduates.ForEach(row => row.Add(row[1]));
        var problem = await list.WriteCsv().RefusalAsync();
        Assert.Equal("iin, ИИН", problem.Args["ambiguous"]);
    }

    [Theory]
    [InlineData("{", "intake/mapping-unreadable")]
    [InlineData("""{"graduates":{"iin":"nonsense"}}""", "intake/mapping-unknown-field")]
    [InlineData("""{"graduates":{"absent":"iin"}}""", "intake/mapping-unknown-header")]
    public async Task A_bad_mapping_is_refused(string json, string code)
    {
        using var list = new SampleList().WriteCsv();
        File.WriteAllText(list.Csv + ".mapping.json", json);
        Assert.Equal(code, (await list.RefusalAsync()).Code);
    }

    [Fact]
    public void Every_rule_code_has_a_message_and_a_remedy_in_three_languages()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Mortanba.slnx")))
        {
            root = root.Parent;
        }

        Assert.SkipUnless(root is not null, "The source tree is not beside the tests.");
        var codes = Directory.EnumerateFiles(Path.Combine(root.FullName, "src/Flow/Intake"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(file), "\"(intake/[a-z0-9-]+)\""))
            .Select(match => match.Groups[1].Value).Distinct().SelectMany(code => new[] { code, code + "/remedy" }).ToList();
        foreach (var language in (string[])["kk", "ru", "en"])
        {
            var texts = JsonSerializer.Deserialize<Dictionary<string, string>>(
                File.ReadAllText(Path.Combine(root.FullName, $"src/Hosts/Mortanba/Locales/intake/{language}.json")))!;
            Assert.All(codes, code => Assert.Contains(code, texts.Keys));
        }
    }
}
