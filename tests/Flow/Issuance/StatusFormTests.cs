using Mortanba.Issuance;
using Xunit;

namespace Mortanba.Flow.Tests.Issuance;

/// <summary>The last word of a status list's address is one of three, letter for letter: it is a name on the wire.</summary>
public sealed class StatusFormTests
{
    [Fact]
    public void Each_form_has_one_word_and_the_word_leads_back_to_it()
    {
        Assert.Equal(["revocation", "suspension", "token"], Enum.GetValues<StatusForm>().Select(StatusPublisher.Word));
        Assert.All(Enum.GetValues<StatusForm>(), form => Assert.Equal(form, StatusPublisher.FormOf(StatusPublisher.Word(form))));
    }

    [Theory]
    [InlineData("Token")]
    [InlineData("TOKEN")]
    [InlineData("token ")]
    [InlineData(" token")]
    [InlineData("tokens")]
    [InlineData("0")]
    [InlineData("2")]
    [InlineData("revocation,suspension")]
    [InlineData("")]
    public void No_other_word_is_a_form(string word) => Assert.Null(StatusPublisher.FormOf(word));
}
