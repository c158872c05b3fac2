namespace Mortanba.Journey.Tests.Abuse;

/// <summary>The same thing twice, by one person, at one moment and later from a stale page.</summary>
[Trait("Requirement", "X-13")]
public sealed class AtOnceTests(AbuseSite site) : IClassFixture<AbuseSite>
{
    [Fact]
    public async Task Any_form_sent_three_times_at_once_and_again_later_breaks_nothing()
    {
        await site.WalkAsync();
        var faults = new List<string>();
        foreach (var form in site.Forms.Where(f => !f.Route.EndsWith("/sign-out", StringComparison.Ordinal)))
        {
            var person = site.SignedIn[form.Who];
            var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => person.SendAsync(form.Path, form.Body(form.All))));
            foreach (var answer in answers.Append(await person.SendAsync(form.Path, form.Body(form.All))).Where(a => (int)a.StatusCode >= 500))
            {
                faults.Add($"{form.Route} as {form.Who}: {(int)answer.StatusCode}");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }
}
