using System.Text;
using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.Recognition;

public sealed class RegisterFileTests
{
    private static readonly Country[] States = [new("GE", LocalizedText.Same("Georgia"), null)];

    [Fact]
    public void Every_wrong_value_is_named_by_row_and_field()
    {
        var problem = Read(
            RegisterKind.Institutions,
            """
            id,country,name,aliases,founded,closed,successors,source,read
            ge-one,GE,First,"a | b",1950-01-01,,,https://r.example,2026-11-01
            GE-TWO,XX,,,1950-13-01,,,paper,2026-11-01
            ge-one,GE,Again,,,,,paper,2026-11-01
            ge-four,GE,Four,,1990-01-01,1980-01-01,ge-four,paper,2027-01-01
            ge-five,GE,A‮B,,,,,paper,2026-11-01,more
            """).Problem;

        Assert.Equal(
            [
                "3 id recognition/register-not-an-id", "3 country recognition/unknown-country", "3 name recognition/register-missing",
                "3 founded recognition/register-not-a-day", "4  recognition/register-row-twice", "5 closed recognition/register-days-turned",
                "5 read recognition/register-day-ahead", "5 successors recognition/register-own-kin", "6  recognition/register-cells",
            ],
            Assert.IsType<RegisterHasErrors>(problem).Findings.Select(f => $"{f.Row} {f.Field} {f.Problem.Code}"));
    }

    [Fact]
    public void A_column_that_is_missing_unknown_or_there_twice_stops_the_file() => Assert.Equal(
        ["source recognition/register-column-missing", "instituton recognition/register-column-unknown", "read recognition/register-column-twice"],
        Assert.IsType<RegisterHasErrors>(Read(RegisterKind.Rankings, "system,edition,published,institution,instituton,position,read,read\nqs,1,2,3,4,5,6,7").Problem)
            .Findings.Select(f => $"{f.Field} {f.Problem.Code}"));

    [Theory]
    [InlineData("7", 7)]
    [InlineData("=7", 7)]
    [InlineData("801-1000", 1000)]
    [InlineData("801–1000", 1000)]
    [InlineData("0", null)]
    [InlineData("seventh", null)]
    [Trait("Requirement", "RQ-10")]
    public void Of_a_band_of_places_the_last_counts(string cell, int? place)
    {
        var file = Read(RegisterKind.Rankings, $"system;edition;published;institution;position;source;read\nqs;2025;2024-06-01;ge-one;{cell};paper;2026-11-01");

        Assert.Equal(place is { } number ? (long)number : null, file.IsDone ? file.Value.Lines[0].Values[4] : null);
    }

    [Fact]
    [Trait("Requirement", "RQ-10")]
    public void An_edition_has_one_day_of_publication() => Assert.Equal(
        ["4 published recognition/register-edition-day 2024-06-01"],
        Assert.IsType<RegisterHasErrors>(Read(
            RegisterKind.Rankings,
            """
            system,edition,published,institution,position,source,read,withdrawn
            qs,2025,2024-06-01,ge-one,1,paper,2026-11-01,
            qs,2026,2025-06-01,ge-one,1,paper,2026-11-01,
            qs,2025,2024-06-02,ge-two,2,paper,2026-11-01,
            the,2025,2024-10-01,ge-two,2,paper,2026-11-01,
            qs,2025,2024-06-03,ge-three,3,paper,2026-11-01,yes
            """).Problem).Findings.Select(f => $"{f.Row} {f.Field} {f.Problem.Code} {f.Problem.Args.Single(a => a.Key == "day").Value}"));

    [Fact]
    public void What_is_no_such_file_is_refused()
    {
        Assert.Equal("recognition/register-not-utf8", RegisterFile.Read(RegisterKind.Rankings, "a", [0xff, 0xfe, 0x41], States, default).Problem?.Code);
        Assert.Equal("recognition/register-quote", Read(RegisterKind.Rankings, "a,b\n\"c,d").Problem?.Code);
        Assert.Equal("recognition/register-empty", Read(RegisterKind.Rankings, "").Problem?.Code);
        Assert.Equal(
            "recognition/register-too-large",
            RegisterFile.Read(RegisterKind.Rankings, "a", new byte[RegisterFile.SizeMaxBytes + 1], States, default).Problem?.Code);
    }

    private static Outcome<RegisterFile> Read(RegisterKind kind, string text) =>
        RegisterFile.Read(kind, "a.csv", Encoding.UTF8.GetBytes(text), States, new DateOnly(2026, 11, 22));
}
