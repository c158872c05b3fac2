using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Mortanba.Delivery;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Host.Anchoring;
using Mortanba.Host.Availability;
using Mortanba.Host.Explorer;
using Mortanba.Host.Reconciling;
using Mortanba.Host.Web;
using Mortanba.Issuance;
using Mortanba.Ledger.Anchoring;
using Mortanba.Permits;
using Mortanba.Rules;
using Mortanba.TransparencyLog;
using Mortanba.Verification;

namespace Mortanba.Host;

/// <summary>What the site of an installation shows, read from its own stores. Holds no state but caches of public data.</summary>
public sealed class OwnRegistry : IPublicRegistry
{
    private readonly Installation home;
    private readonly Evidence evidence;
    private readonly IReadOnlyDictionary<string, (SampleView View, string Path)> samples;
    private readonly DeliverDiplomas delivery;
    private TrustBundle trust;

    private OwnRegistry(Installation home, TrustBundle trust, IEnumerable<(SampleView View, string Path)> samples)
    {
        this.home = home;
        this.trust = trust;
        evidence = new Evidence(home);
        delivery = new DeliverDiplomas(home);
        this.samples = samples.ToDictionary(s => s.View.Id, StringComparer.Ordinal);
        Live = new OwnLiveSource(home, evidence);
    }

    public TrustBundle Trust => trust;

    public ILiveSource Live { get; }

    public LegalClassView LegalClass
    {
        get
        {
            var today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;
            var rule = home.Rules.Resolve(RuleKeys.LegalClass, today).Value;
            return new LegalClassView(
                JsonNamingPolicy.KebabCaseLower.ConvertName($"{rule.Value.Class}"),
                $"{rule.Reference.Pack}@{rule.Reference.Version}",
                rule.Value.Status == AssetClassStatus.Confirmed && !rule.Reference.Unconfirmed);
        }
    }

    public LocalizedText? ReasonTitle(string code)
    {
        var today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;
        return home.Rules.Resolve(RuleKeys.ReasonCodes, today).Value.Value.Codes.FirstOrDefault(c => c.Code == code)?.Title;
    }

    public IReadOnlyList<SampleView> Samples => [.. samples.Values.Select(s => s.View)];

    public static async Task<OwnRegistry> OpenAsync(Installation home, CancellationToken cancel = default) =>
        new(home, await TrustBundles.CurrentAsync(home, cancel), DemoSamples.Find(home));

    public async Task<NumberView?> FindByNumberAsync(string number, CancellationToken cancel)
    {
        var plain = new string([.. TypedNumber.InLatin(number).Where(char.IsAsciiLetterOrDigit)]);
        var digits = plain.Length - plain.AsSpan().TrimEnd("0123456789").Length;
        if (digits is 0 || digits == plain.Length)
        {
            return null;
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        var found = await home.Credentials.FindByNumberAsync(connection, plain[..^digits], plain[^digits..], cancel);
        if (found is not [var one])
        {
            return found.Count == 0 ? await new CertificateLookup(home).FindAsync(connection, $"{plain[..^digits]} {plain[^digits..]}", cancel) : null;
        }

        var issuer = await PermitRegister.FindOrganisationAsync(connection, one.Initiator, cancel);
        var programme = (await PermitRegister.ProgrammesAsync(connection, one.Initiator, cancel)).Last(p => p.Code == one.Programme);
        return new NumberView(
            $"{one.Series} {one.Number}",
            one.Asset,
            one.Initiator.Value,
            issuer!.Name,
            programme.Name,
            one.AwardDate,
            one.State == DiplomaState.Active ? "in-force" : one.State.Word(),
            one.State == DiplomaState.Active ? null : one.StateAt,
            one.Reason)
        {
            ReplacedBy = one.SupersededBy is { } newer ? await NumberOfReplacementAsync(connection, newer, cancel) : null,
        };
    }

    public async Task<string?> NumberOfReplacementAsync(string asset, CancellationToken cancel)
    {
        if (!AssetId.TryParse(asset, out var id))
        {
            return null;
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        return await NumberOfReplacementAsync(connection, id, cancel);
    }

    private async Task<string?> NumberOfReplacementAsync(DbConnection connection, AssetId id, CancellationToken cancel) =>
        await home.Credentials.FindAsync(connection, id, cancel) is { Supersedes: not null } newer ? $"{newer.Series} {newer.Number}"
        : await home.Certificates.FindAsync(connection, id, cancel) is { Replaces: not null } certificate ? certificate.Number
        : null;

    public async Task<PaperView?> PaperAsync(string capability, CancellationToken cancel) =>
        await PaperOfAsync(capability, cancel) is { } paper
            ? new PaperView(paper.Diploma.Record.Content.FullNumber, paper.File.Write())
            : await new CertificateLookup(home).OnPaperAsync(evidence, capability, cancel);

    public async Task<PaperView?> PaperPdfAsync(string capability, CancellationToken cancel) =>
        await PaperOfAsync(capability, cancel) is { } paper
            ? new PaperView(
                paper.Diploma.Record.Content.FullNumber, PaperCopy.PdfOf(paper.Diploma, paper.File, delivery.Wording(paper.Diploma.Record.IssuedAt)))
            : null;

    public async Task<bool> IsBlockedAsync(string capability, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await home.Credentials.FindByCapabilityAsync(connection, capability, cancel) is { } credential
            && await DataBlocks.FindAsync(connection, credential.Asset, cancel) is not null;
    }

    private async Task<(StoredDiploma Diploma, DiplomaFile File)?> PaperOfAsync(string capability, CancellationToken cancel)
    {
        var diploma = await FindAsync();
        return diploma is not null && await evidence.OfAsync(diploma.Record.Asset, cancel) is { } proven ? (diploma, PaperCopy.FileOf(diploma, proven)) : null;

        async Task<StoredDiploma?> FindAsync()
        {
            await using var connection = await home.Database.ConnectAsync(cancel);
            return await home.Credentials.FindByCapabilityAsync(connection, capability, cancel) is { } credential
                && await DataBlocks.FindAsync(connection, credential.Asset, cancel) is null
                ? await home.Credentials.LoadAsync(connection, credential.Asset, cancel) : null;
        }
    }

    public async Task<IReadOnlyList<InstitutionView>> InstitutionsAsync(CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var entries = (await AuthorityEntries.AllAsync(connection, cancel))
            .Where(e => e.Type == LedgerEntryTypes.InstitutionRegistered)
            .ToDictionary(e => LedgerEntry.Parse(e.Bytes).Value.Text("bin")!, e => e.Index!.Value, StringComparer.Ordinal);
        var now = home.Time.GetUtcNow();
        var today = new WorkingCalendar(home.Rules).DateOf(now).Value;
        var views = new List<InstitutionView>();
        foreach (var organisation in await PermitRegister.OrganisationsAsync(connection, cancel))
        {
            var keys = await PermitRegister.KeysAsync(connection, organisation.Bin, cancel);
            var permits = await PermitRegister.PermitsOfAsync(connection, organisation.Bin, cancel);
            views.Add(new InstitutionView(
                organisation.Bin,
                organisation.Did,
                JsonNamingPolicy.KebabCaseLower.ConvertName($"{organisation.Role}"),
                organisation.Name,
                organisation.City,
                [.. keys.Select(k => k.Kid)],
                entries[organisation.Bin.Value])
            {
                Permits =
                [
                    .. permits.Select(p => new PermitView(
                        p.Number, p.From, p.Until, p.StatusAt(now, today)?.ToString().ToLowerInvariant(), p.Rule)),
                ],
            });
        }

        return views;
    }

    public async Task<byte[]?> DidDocumentAsync(Bin bin, CancellationToken cancel)
    {
        var (organisation, keys) = await KeysOfAsync(bin, cancel);
        if (organisation is null)
        {
            return null;
        }

        var methods = keys.Select(k => new VerificationMethod(
            k.Kid, organisation.Did, PublicKey.FromMultibase(k.Multibase).Value, k.Ended, null)).ToList();
        string[] ids = [.. methods.Select(m => m.Id)];
        return new DidDocument(organisation.Did, methods, ids, ids).ToJson();
    }

    public async Task<byte[]?> IssuerMetadataAsync(Bin bin, CancellationToken cancel)
    {
        var (organisation, keys) = await KeysOfAsync(bin, cancel);
        if (organisation is null)
        {
            return null;
        }

        var jwks = new JsonArray();
        foreach (var key in keys)
        {
            var jwk = JsonNode.Parse(PublicKey.FromMultibase(key.Multibase).Value.ToJwk())!;
            jwk["kid"] = key.Kid;
            jwks.Add(jwk);
        }

        return Jcs.Canonicalize(new JsonObject
        {
            ["issuer"] = $"{home.Settings.Site}/institutions/{bin.Value}",
            ["jwks"] = new JsonObject { ["keys"] = jwks },
        });
    }

    public async Task<IReadOnlyList<DecisionView>> DecisionsAsync(CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var names = (await PermitRegister.OrganisationsAsync(connection, cancel)).ToDictionary(o => o.Bin, o => o.Name);
        return [.. (await IssueDecisions.ListAsync(connection, cancel)).Select(d => View(d, names))];
    }

    public async Task<DecisionView?> DecisionAsync(string id, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var names = (await PermitRegister.OrganisationsAsync(connection, cancel)).ToDictionary(o => o.Bin, o => o.Name);
        return await IssueDecisions.FindAsync(connection, id, cancel) is { } decision ? View(decision, names) : null;
    }

    public async Task<LedgerView> LedgerAsync(int latest, CancellationToken cancel)
    {
        var witnesses = await WitnessesAsync(cancel);
        var waiting = home.Cosigners is null ? null : await home.Log.QuorumProblemAsync(cancel);
        var quorum = home.Settings.Witnesses?.Quorum ?? 0;
        var head = (await home.LogReader.CheckpointsAsync(long.MaxValue, 1, cancel)).SingleOrDefault();
        var first = Math.Max(0, (head?.Size ?? 0) - latest);
        var entries = head is null ? [] : await home.LogReader.EntriesAsync(first, (int)(head.Size - first), cancel);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var anchor = await AnchorStore.LastAsync(connection, cancel);
        if (head is null)
        {
            return new LedgerView(home.Settings.Origin, 0, "", null, 0, witnesses, []) { Quorum = quorum, Waiting = waiting, Anchor = anchor };
        }

        return new LedgerView(
            home.Settings.Origin,
            head.Size,
            head.Note,
            head.SignedAt,
            await EntryCounts.OfKindAsync(connection, LedgerEntryTypes.AssetRegistered, cancel),
            witnesses,
            [.. entries.Select((e, i) => new EntryView(first + i, LedgerEntry.Parse(e).Value, [])).Reverse()])
        {
            Quorum = quorum,
            Waiting = waiting,
            Anchor = anchor,
        };
    }

    public async Task<EntryView?> EntryAsync(long index, CancellationToken cancel)
    {
        if (index < 0 || await HeadAsync(cancel) is not { } head || index >= head.Size)
        {
            return null;
        }

        var bytes = (await home.LogReader.EntriesAsync(index, 1, cancel))[0];
        var proof = await home.LogReader.InclusionProofAsync(index, head.Size, cancel);
        var steps = InclusionProof.Steps(
            MerkleTree.Leaf(bytes.Span), index, head.Size, [.. proof.Select(hash => new TreeHash(hash.Span))]).Value;
        var around = index - (index % EntryView.AroundCount);
        return new EntryView(index, LedgerEntry.Parse(bytes).Value, proof)
        {
            Way = new EntryProof(steps, head.Root, head.Size),
            Around = around + EntryView.AroundCount > head.Size
                ? []
                : [.. (await home.LogReader.EntriesAsync(around, EntryView.AroundCount, cancel)).Select(e => MerkleTree.Leaf(e.Span))],
        };
    }

    public async Task<IReadOnlyList<EntryView>> EntriesAsync(long before, int count, CancellationToken cancel)
    {
        var end = Math.Min(before, (await HeadAsync(cancel))?.Size ?? 0);
        var first = Math.Max(0, end - count);
        var entries = await home.LogReader.EntriesAsync(first, (int)Math.Max(0, end - first), cancel);
        return [.. entries.Select((e, i) => new EntryView(first + i, LedgerEntry.Parse(e).Value, [])).Reverse()];
    }

    public async Task<long?> FindEntryAsync(AssetId asset, CancellationToken cancel)
    {
        var size = (await HeadAsync(cancel))?.Size ?? 0;
        await using var connection = await home.Database.ConnectAsync(cancel);
        return (await CredentialStore.EntriesOfAsync(connection, asset, cancel))
            .Where(e => e.Index < size).Select(e => (long?)e.Index).Min();
    }

    public async Task<LedgerFigures> FiguresAsync(int days, int lately, CancellationToken cancel)
    {
        var today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;
        await using var connection = await home.Database.ConnectAsync(cancel);
        var (counted, kinds, found) = await EntryCounts.ReadAsync(connection, today.AddDays(1 - days), today.AddDays(1 - lately), cancel);
        return new LedgerFigures(
            counted, [.. Enumerable.Range(1 - days, days).Select(n => today.AddDays(n)).Select(day => (day, found.GetValueOrDefault(day)))], kinds);
    }

    public async Task<IReadOnlyList<AnchorRow>> AnchorsAsync(int latest, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await AnchorStore.NewestAsync(connection, latest, cancel);
    }

    public async Task<ReconciliationReport?> ReconciliationAsync(CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await StoreReconciliation.ReadAsync(connection, cancel);
    }

    public bool HasTokens => home.Tokens is not null;

    public Task<TokenView?> TokenAsync(AssetId asset, CancellationToken cancel) =>
        home.Tokens?.LookAsync(asset, cancel) ?? Task.FromResult<TokenView?>(null);

    public async Task<IReadOnlyList<CheckpointView>> CheckpointsAsync(long below, int count, CancellationToken cancel)
    {
        // One more, from which the oldest of the page grew.
        var found = await home.LogReader.CheckpointsAsync(below, count + 1, cancel);
        return
        [
            .. found.Take(count).Select((c, i) => new CheckpointView(
                c, c.Size - (i + 1 < found.Count ? found[i + 1].Size : 0),
                home.Cosigners?.Policy.Evaluate(c.Note).TryGet(out var evidence, out _) == true ? [.. evidence.Cosignatures.Select(w => w.Witness)] : [])),
        ];
    }

    public async Task<IReadOnlyList<PartSummary>> AvailabilityAsync(int days, CancellationToken cancel)
    {
        var now = home.Time.GetUtcNow();
        var clock = new WorkingCalendar(home.Rules).TimeAt(now).Value.ClockOf(now);
        var first = DateOnly.FromDateTime(clock).AddDays(1 - days);
        await using var connection = await home.Database.ConnectAsync(cancel);
        return AvailabilitySummary.Of(await AvailabilityLog.SinceAsync(connection, first, cancel), first, clock);
    }

    public async Task<PublishedStatusList?> StatusListAsync(string listId, StatusListKind kind, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var form = kind switch
        {
            StatusListKind.Revocation => StatusForm.Revocation,
            StatusListKind.Suspension => StatusForm.Suspension,
            StatusListKind.Token => StatusForm.Token,
        };
        if (await StatusPublisher.FindAsync(connection, listId, form, cancel) is not { } publication)
        {
            return null;
        }

        var left = publication.DueAt - home.Time.GetUtcNow();
        return new PublishedStatusList(publication.Document, left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    public async Task<byte[]?> SampleAsync(string id, CancellationToken cancel) =>
        samples.TryGetValue(id, out var sample) ? await File.ReadAllBytesAsync(sample.Path, cancel) : null;

    /// <summary>Takes up keys and institutions that were registered since.</summary>
    public async Task RefreshAsync(CancellationToken cancel) => trust = await TrustBundles.CurrentAsync(home, cancel);

    private async Task<IReadOnlyList<WitnessView>> WitnessesAsync(CancellationToken cancel)
    {
        if (home.Cosigners is not { } cosigners)
        {
            return [];
        }

        var standings = await home.LogReader.StandingsAsync(cosigners.Policy, cancel);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var names = (await PermitRegister.OrganisationsAsync(connection, cancel)).ToDictionary(o => o.Bin.Value, o => o.Name);
        return
        [
            .. home.Settings.Witnesses!.Nodes.Zip(standings, (node, standing) => new WitnessView(
                node.Name, names.GetValueOrDefault(node.Organisation) ?? LocalizedText.Same(node.Organisation), node.Jurisdiction, node.Hosting,
                node.Organisation != home.Settings.OperatorBin, standing.Size, standing.At)),
        ];
    }

    private async Task<Checkpoint?> HeadAsync(CancellationToken cancel) =>
        await home.LogReader.CheckpointAsync(cancel) is { } note
            ? home.Opened(note)
            : null;

    private async Task<(Organisation? Organisation, IReadOnlyList<InstitutionKey> Keys)> KeysOfAsync(Bin bin, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await PermitRegister.FindOrganisationAsync(connection, bin, cancel) is { } organisation
            ? (organisation, await PermitRegister.KeysAsync(connection, bin, cancel))
            : (null, []);
    }

    private static DecisionView View(IssueDecision decision, Dictionary<Bin, LocalizedText> names) => new(
        decision.Document.Id,
        decision.Document.Initiator.Value,
        names[decision.Document.Initiator],
        names[decision.Document.Operator],
        decision.PublishedAt,
        decision.ClosedAt,
        decision.Document.TypeCode,
        System.Text.Encoding.UTF8.GetString(decision.Bytes.Span),
        decision.Commitment.ToString(),
        decision.LedgerIndex ?? throw new InvalidOperationException("A published decision has no ledger index."));
}
