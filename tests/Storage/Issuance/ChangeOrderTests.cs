using System.Text;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Issuance.Samples;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Storage.Tests.Issuance;

/// <summary>Orders of change: who proposes, who decides, what is kept and what is destroyed.</summary>
public sealed class ChangeOrderTests
{
    private static readonly DateTimeOffset At = IssuanceSamples.Now.AddDays(3);

    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "X-13")]
    public async Task Whoever_proposed_a_change_can_neither_approve_nor_return_it(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var orders = new ChangeOrders(bed.Vault, bed.Store);
        var order = (await ProposeAsync(bed, orders, await AssetsAsync(bed, 2))).Value;

        Assert.Equal((ChangeOrderState.Proposed, 2, "Order 9"), (order.State, order.RowCount, order.Basis));
        Assert.Equal("issuance/same-person", (await ApproveAsync(bed, orders, order, "Registrar ")).Problem?.Code);
        var returned = await bed.Database.WriteAsync(t => orders.ReturnAsync(
            t, order.Institution, order.Id, order.Version, "REGISTRAR", "registrar", "no", At));
        Assert.Equal("issuance/same-person", returned.Problem?.Code);

        var approved = (await ApproveAsync(bed, orders, order, "rector")).Value;
        Assert.Equal((ChangeOrderState.Approved, "rector", 2), (approved.State, approved.DecidedBy, approved.Version));
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "X-13")]
    public async Task Replacements_count_towards_what_an_institution_may_sign_in_a_day(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var orders = new ChangeOrders(bed.Vault, bed.Store);
        var assets = await AssetsAsync(bed, 3);
        async Task<ChangeOrder> Replace(string id, params int[] which) => (await bed.Database.WriteAsync(t => orders.ProposeAsync(
            t,
            Proposal(id, []) with
            {
                Act = StateAct.Supersede,
                Changes = [.. which.Select(i => new ProposedChange(assets[i], Corrected(i)))],
            },
            IssuanceTestBed.Reasons))).Value;
        var (two, one) = (await Replace("two", 0, 1), await Replace("one", 2));
        var quota = new SigningQuota(PerDay: 2, PerList: 2, At);

        Assert.Equal(
            "issuance/quota-list", (await ApproveAsync(bed, orders, two, "rector", quota with { PerList = 1 })).Problem?.Code);
        Assert.True((await ApproveAsync(bed, orders, two, "rector", quota)).IsDone);
        Assert.Equal("issuance/quota-day", (await ApproveAsync(bed, orders, one, "rector", quota)).Problem?.Code);
        await using var connection = await bed.Database.ConnectAsync();
        Assert.Equal(2, await quota.UsedAsync(connection, one.Institution));
        Assert.Equal(0, await (quota with { DayStart = At.AddDays(1) }).UsedAsync(connection, one.Institution));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Of_two_deciders_at_once_one_counts_and_an_older_page_decides_nothing(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var orders = new ChangeOrders(bed.Vault, bed.Store);
        var order = (await ProposeAsync(bed, orders, await AssetsAsync(bed, 1))).Value;

        var both = await Task.WhenAll(
            Task.Run(() => ApproveAsync(bed, orders, order, "rector")),
            Task.Run(() => bed.Database.WriteAsync(t => orders.ReturnAsync(
                t, order.Institution, order.Id, order.Version, "dean", "dean", "Which passport?", At))),
            Task.Run(() => ApproveAsync(bed, orders, order, "vice-rector")));

        Assert.Single(both, outcome => outcome.IsDone);
        Assert.All(both.Where(o => !o.IsDone), o => Assert.Equal("issuance/change-went-on", o.Problem?.Code));
        var late = await bed.Database.WriteAsync(t => orders.WithdrawAsync(t, order.Institution, order.Id, order.Version));
        Assert.Equal("issuance/change-went-on", late.Problem?.Code);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_returned_order_is_proposed_anew_by_the_same_person_and_carries_the_note_until_then(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var orders = new ChangeOrders(bed.Vault, bed.Store);
        var assets = await AssetsAsync(bed, 2);
        var order = (await ProposeAsync(bed, orders, assets)).Value;
        var returned = (await bed.Database.WriteAsync(t => orders.ReturnAsync(
            t, order.Institution, order.Id, 1, "rector", "rector", "Only one of them.", At))).Value;
        Assert.Equal("Only one of them.", returned.Note);

        var revision = Proposal(order.Id, [assets[0]]);
        Task<Outcome<ChangeOrder>> Revise(ChangeProposal proposal) => bed.Database.WriteAsync(t => orders.ReviseAsync(
            t, returned.Version, proposal, IssuanceTestBed.Reasons));
        Assert.Equal("issuance/change-of-another", (await Revise(revision with { ProposedBy = "other" })).Problem?.Code);
        var revised = (await Revise(revision)).Value;

        Assert.Equal((ChangeOrderState.Proposed, 3, 1), (revised.State, revised.Version, revised.RowCount));
        Assert.Null(revised.Note);
        await using var connection = await bed.Database.ConnectAsync();
        Assert.Equal([assets[0]], (await orders.Rows.PageAsync(connection, order.Id, 0, 10)).Select(r => r.Asset));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task The_same_proposal_twice_is_one_order_and_a_bad_diploma_keeps_the_whole_out(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var orders = new ChangeOrders(bed.Vault, bed.Store);
        var assets = await AssetsAsync(bed, 3);
        var twice = await Task.WhenAll(
            Task.Run(() => ProposeAsync(bed, orders, [assets[0]], id: "one")), Task.Run(() => ProposeAsync(bed, orders, [assets[0]], id: "one")));
        Assert.All(twice, o => Assert.Equal("one", o.Value.Id));

        var refused = Assert.IsType<ChangesRefused>(
            (await ProposeAsync(bed, orders, [assets[1], assets[0], AssetId.NewRandom(), assets[1]], id: "two")).Problem);
        Assert.Equal(
            [(2, "issuance/change-open"), (3, "issuance/unknown-asset"), (4, "issuance/change-twice")],
            refused.Rows.Select(r => (r.Row, r.Problem.Code)));
        var foreign = await ProposeAsync(bed, orders, [assets[1]], id: "three", institution: IssuanceSamples.OperatorBin);
        Assert.Equal("issuance/unknown-asset", Assert.IsType<ChangesRefused>(foreign.Problem).Rows[0].Problem.Code);
        Assert.Equal("issuance/unknown-change", (await ProposeAsync(bed, orders, [assets[1]], id: "one", by: "thief")).Problem?.Code);
        Assert.Equal("issuance/basis-missing", (await ProposeAsync(bed, orders, [assets[1]], id: "four", basis: " ")).Problem?.Code);
        Assert.Equal("issuance/words-invisible", (await ProposeAsync(bed, orders, [assets[1]], id: "four", basis: "a\u202Eb")).Problem?.Code);
        Assert.Equal(
            "issuance/words-too-long", (await ProposeAsync(bed, orders, [assets[1]], id: "four", basis: new string('x', 10_000))).Problem?.Code);
        Assert.Equal("issuance/changes-count", (await ProposeAsync(bed, orders, [], id: "four")).Problem?.Code);

        await using var connection = await bed.Database.ConnectAsync();
        Assert.Single(await orders.OfInstitutionAsync(connection, IssuanceSamples.InitiatorBin, open: true, 0, 10));
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "DA-25")]
    public async Task A_correction_takes_a_number_that_nobody_has_and_belongs_to_the_same_holder(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var orders = new ChangeOrders(bed.Vault, bed.Store);
        var assets = await AssetsAsync(bed, 3);
        Task<Outcome<ChangeOrder>> Propose(params ProposedChange[] changes) => bed.Database.WriteAsync(t => orders.ProposeAsync(
            t, Proposal("c", []) with { Act = StateAct.Supersede, Changes = changes }, IssuanceTestBed.Reasons));
        var corrected = Corrected(0);

        Assert.Equal("issuance/correction-missing", Codes(await Propose(new ProposedChange(assets[0]))).Single());
        Assert.Equal(
            "issuance/new-number-taken",
            Codes(await Propose(new ProposedChange(assets[0], corrected with { Number = IssuanceSamples.Diploma(2, 1).Number }))).Single());
        Assert.Equal("issuance/award-exists", Codes(await Propose(new ProposedChange(assets[1], corrected))).Single());
        Assert.Equal(
            "issuance/new-number-twice",
            Codes(await Propose(new ProposedChange(assets[0], corrected), new ProposedChange(assets[1], Corrected(1) with { Number = corrected.Number }))).Single());
        Assert.Equal(
            "issuance/other-holder",
            Codes(await Propose(new ProposedChange(assets[0], corrected with { Iin = IssuanceSamples.Diploma(7, 1).Iin }))).Single());
        var order = (await Propose(new ProposedChange(assets[0], corrected), new ProposedChange(assets[1], Corrected(1)))).Value;

        await using var connection = await bed.Database.ConnectAsync();
        var rows = await orders.Rows.PageAsync(connection, order.Id, 0, 10);
        Assert.Equal("CORRECTED", rows[0].Corrected?.Name.PassportFamily);
        Assert.Contains(
            DiplomaDifferences.Between(IssuanceSamples.Diploma(0, 3), rows[0].Corrected!), d => d.Column == "passport-family" && d.New == "CORRECTED");
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "DA-19")]
    public async Task What_was_proposed_is_encrypted_and_goes_when_it_is_done_withdrawn_or_erased(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var orders = new ChangeOrders(bed.Vault, bed.Store);
        var assets = await AssetsAsync(bed, 3);
        var order = (await bed.Database.WriteAsync(t => orders.ProposeAsync(
            t,
            Proposal("c", []) with
            {
                Act = StateAct.Supersede,
                Changes = [.. Enumerable.Range(0, 3).Select(i => new ProposedChange(assets[i], Corrected(i)))],
            },
            IssuanceTestBed.Reasons))).Value;
        await using var connection = await bed.Database.ConnectAsync();
        async Task<List<byte[]?>> Proposals() => await connection.QueryAsync(
            "SELECT proposal FROM change_rows ORDER BY row_number", r => r.GetBytesOrNull(0), default);
        foreach (var proposal in await Proposals())
        {
            Assert.True(proposal!.AsSpan().IndexOf(Encoding.UTF8.GetBytes("CORRECTED")) < 0);
        }

        await EraseAsync(bed, assets[0]);
        Assert.Equal([true, false, false], (await Proposals()).Select(p => p is null));
        Assert.Null((await orders.Rows.PageAsync(connection, order.Id, 0, 1))[0].Corrected);
        Assert.Equal("Order 9", (await orders.FindAsync(connection, order.Institution, order.Id))?.Basis);
        await bed.Database.WriteAsync(t => orders.WithdrawAsync(t, order.Institution, order.Id, 1));
        Assert.All(await Proposals(), Assert.Null);

        await EraseAsync(bed, assets[1]);
        await EraseAsync(bed, assets[2]);
        Assert.Equal("", (await orders.FindAsync(connection, order.Institution, order.Id))?.Basis);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task The_register_finds_by_number_holder_batch_and_state_at_one_institution_only(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var assets = await AssetsAsync(bed, 5);
        await bed.Database.WriteAsync(t => new SuspendDiploma(bed.Store).RunAsync(
            t, bed.Append, IssuanceTestBed.Reasons, IssuanceTestBed.Request(assets[1])));
        var register = new DiplomaRegister(bed.Store);
        var (bin, sample) = (IssuanceSamples.InitiatorBin, IssuanceSamples.Diploma(3, 3));
        await using var connection = await bed.Database.ConnectAsync();

        Assert.Equal(
            [assets[3]], (await register.OfNumbersAsync(connection, bin, [(sample.Series, sample.Number)])).Select(c => c.Asset));
        Assert.Equal([assets[3]], (await register.OfHolderAsync(connection, bin, sample.Iin, ["7M01", sample.Programme.Code])).Select(c => c.Asset));
        Assert.Equal(5, (await register.OfBatchAsync(connection, bin, "batch-1")).Count);
        Assert.Empty(await register.OfNumbersAsync(connection, IssuanceSamples.OperatorBin, [(sample.Series, sample.Number)]));
        Assert.Empty(await register.OfAssetsAsync(connection, IssuanceSamples.OperatorBin, assets));

        var (suspended, count) = await register.PageAsync(connection, bin, new RegisterQuery(State: DiplomaState.Suspended), 0, 100);
        Assert.Equal((assets[1], 1), (suspended.Single().Asset, count));
        var (page, all) = await register.PageAsync(
            connection, bin,
            new RegisterQuery(Year: sample.AwardDate.Year, Kind: sample.Kind, Programme: sample.Programme.Code, Claimed: false, Sort: RegisterSort.Number), 3, 100);
        Assert.Equal((2, 5), (page.Count, all));
        Assert.Equal(0, (await register.PageAsync(connection, bin, new RegisterQuery(Claimed: true), 0, 100)).Count);
        var (byNumber, _) = await register.PageAsync(connection, bin, new RegisterQuery(Number: sample.Number), 0, 100);
        Assert.Equal([assets[3]], byNumber.Select(c => c.Asset));
    }

    private static List<string> Codes(Outcome<ChangeOrder> outcome) =>
        [.. Assert.IsType<ChangesRefused>(outcome.Problem).Rows.Select(r => r.Problem.Code).Distinct()];

    private static ValidatedDiploma Corrected(int i)
    {
        var old = IssuanceSamples.Diploma(i, 3);
        return old with { Number = $"2000000{i}", Name = old.Name with { PassportFamily = "CORRECTED" } };
    }

    private static async Task<IReadOnlyList<AssetId>> AssetsAsync(IssuanceTestBed bed, int count) =>
        [.. (await bed.IssueAsync(count)).Select(i => i.Asset)];

    private static ChangeProposal Proposal(string id, IReadOnlyList<AssetId> assets) => new(
        id, IssuanceSamples.InitiatorBin, StateAct.Suspend, "test-reason", "Order 9", "registrar", At, null,
        [.. assets.Select(a => new ProposedChange(a))]);

    private static Task<Outcome<ChangeOrder>> ProposeAsync(
        IssuanceTestBed bed, ChangeOrders orders, IReadOnlyList<AssetId> assets, string id = "order", string by = "registrar",
        string basis = "Order 9", Bin? institution = null) =>
        bed.Database.WriteAsync(t => orders.ProposeAsync(
            t, Proposal(id, assets) with { ProposedBy = by, Basis = basis, Institution = institution ?? IssuanceSamples.InitiatorBin },
            IssuanceTestBed.Reasons));

    private static Task<Outcome<ChangeOrder>> ApproveAsync(IssuanceTestBed bed, ChangeOrders orders, ChangeOrder order, string by, SigningQuota? quota = null) =>
        bed.Database.WriteAsync(t => orders.ApproveAsync(
            t, order.Institution, order.Id, order.Version, by, "rector", At, quota ?? new SigningQuota(1_000, 1_000, At)));

    private static async Task EraseAsync(IssuanceTestBed bed, AssetId asset) =>
        _ = (await bed.Database.WriteAsync(t => new EraseDiploma(bed.Store).RunAsync(
            t, bed.Append, IssuanceTestBed.Reasons, IssuanceTestBed.Request(asset), new DateOnly(2026, 7, 2), []))).Value;
}
