using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Host.Demo;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Rules;

namespace Mortanba.Host.Commands;

/// <summary>
/// <c>demo</c>: sets up sample institutions, issues and delivers their lists, makes good and bad samples, serves the
/// site. On a folder that holds a demonstration already it goes on where that was left.
/// </summary>
internal static class DemoCommand
{
    private const int GraduatesDefault = 500;
    private const int NodesMax = 8;
    private const string SiteDefault = "http://localhost:5080";

    private static readonly Option<int?> Count = new("--count");

    private static readonly Option<FileInfo?> Graduates = new("--graduates");

    private static readonly Option<bool> NoServe = new("--no-serve");

    private static readonly Option<string> Site = new("--site")
    {
        DefaultValueFactory = _ => SiteDefault,
    };

    private static readonly Option<string?> Db = new("--db");

    private static readonly Option<int> Nodes = new("--nodes");
    private static readonly Option<bool> WithChain = new("--chain");

    public static Command Create()
    {
        Nodes.Validators.Add(result =>
        {
            if (result.GetValue(Nodes) is < 0 or > NodesMax)
            {
                result.AddError($"--nodes: 0–{NodesMax}");
            }
        });
        var command = new Command("demo")
        {
            Count, Graduates, NoServe, Site, Db, Nodes, WithChain,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var speaker = new Speaker(CommandLine.LanguageOf(parsed));
        var directory = parsed.GetValue(CommandLine.Data)!;
        var asJson = parsed.GetValue(CommandLine.Json);
        // Progress goes to standard error, so that --json stays one object.
        void Tell(string key, params ReadOnlySpan<(string, object?)> args) => Console.Error.WriteLine(speaker.Text(key, args));

        if (!CountOf(directory, parsed.GetValue(Count)).TryGet(out var count, out var problem))
        {
            return speaker.Refuse(problem);
        }

        if (!Settings.Exists(directory))
        {
            Tell("host/demo.set-up", ("directory", directory));
            CreateSettings(directory, parsed.GetValue(Site)!.TrimEnd('/'), parsed.GetValue(Db));
        }

        DemoTerms.Write(directory);
        if (parsed.GetValue(Nodes) > 0 && await DemoNodes.SetUpAsync(directory, parsed.GetValue(Nodes), cancel) is { } unready)
        {
            return speaker.Refuse(unready);
        }

        DemoChain? started = null;
        if (parsed.GetValue(WithChain) && !(await DemoChain.StartAsync(directory, cancel)).TryGet(out started, out problem))
        {
            return speaker.Refuse(problem);
        }

        await using var chain = started;
        if (!(await Installation.OpenAsync(directory, TimeProvider.System, cancel)).TryGet(out var opened, out problem))
        {
            return speaker.Refuse(problem);
        }

        await using var home = opened;
        if (!parsed.GetValue(NoServe))
        {
            // Before the work, not after it.
            ListenAddress.Try(ServeCommand.AddressOf(home.Settings.Site));
        }

        await using var nodes = new DemoNodes();
        if (home.Settings.Witnesses is { } witnesses)
        {
            Tell("host/demo.nodes", ("count", witnesses.Nodes.Count), ("quorum", witnesses.Quorum));
            await nodes.StartAsync(home, cancel);
        }

        var flow = new DiplomaFlow(home);
        var invented = InventedLists(home);
        await new DemoSetup(home, flow)
        {
            Ordered = bin => bin == DemoLists.Registered ? DemoRegister.Ordered(invented, count) : DemoSetup.Plenty(bin),
            Intakes = DemoRegister.Intakes(invented, count),
        }.RunAsync(cancel);

        await DemoRecognitionBody.EnterAsync(home, flow, cancel);
        await DemoPeople.CreateAsync(home, count >= DemoAi.FromCount ? DemoAi.People : [], cancel);
        if (count >= DemoAi.FromCount)
        {
            await DemoAi.MakeAsync(home, flow, cancel);
        }

        var lists = ListsOf(home, count, parsed.GetValue(Graduates));
        await DemoRegister.ImportAsync(home, invented, count, cancel);
        await DemoRecognitionRegisters.ImportAsync(home, cancel);
        await DemoRecognition.MakeAsync(home, count, cancel);
        await new DemoRecognitionDecisions(home, flow).RunAsync(cancel);
        foreach (var list in lists)
        {
            var file = Path.GetFileName(list.GraduatesFile);
            var request = Request(list) with
            {
                GatePassed = () =>
                {
                    Tell("host/demo.issue", ("file", file), ("count", list.Count));
                    return Task.CompletedTask;
                },
            };
            if (!(await flow.IssueAsync(request, cancel: cancel)).TryGet(out var issued, out problem))
            {
                return IssueCommand.Refuse(speaker, problem);
            }

            if (issued.Issued == 0)
            {
                Tell("host/demo.issued-before", ("file", file));
            }
        }

        await DemoDrafts.CreateAsync(home, flow, InventedLists(home), cancel);
        if (count >= DemoApprovals.FromCount && parsed.GetValue(Graduates) is null)
        {
            await DemoApprovals.CreateAsync(home, flow, cancel);
        }

        await flow.PublishAsync(cancel: cancel);
        var deliveries = new DemoDeliveries(home, flow);
        if (!deliveries.AreMade)
        {
            await TransferAsync(home, flow, cancel);
        }

        await deliveries.MakeAsync(cancel);
        var samples = await MakeSamplesAsync(home, flow, speaker, cancel);
        await DemoHolders.MakeAsync(home, cancel);
        await DemoChanges.MakeAsync(home, flow, cancel);
        await DemoRegister.AlarmAsync(home, cancel);
        if (chain is not null)
        {
            var one = (await AllAsync(home, cancel)).First(c => c is { State: DiplomaState.Active, TransferredAt: not null });
            if (!(await chain.AnchorAsync(home, flow, one.Asset, cancel)).TryGet(out var anchored, out problem))
            {
                return speaker.Refuse(problem);
            }

            // Its file was written before the anchor: now it carries it.
            await new DeliverDiplomas(home).RunAsync([one.Asset], cancel: cancel);
            Tell("host/demo.chain", ("size", anchored.Size), ("holder", anchored.Holder));
        }

        await TrustBundles.WriteAsync(home, cancel);
        if (home.Settings.Witnesses is not null)
        {
            var (refused, evidence) = await DemoNodes.ForkAsync(home, cancel);
            Tell("host/demo.fork", ("count", refused), ("file", evidence), ("trust", home.TrustFile));
        }

        if (asJson)
        {
            WriteJson(home, samples);
        }
        else
        {
            Console.WriteLine(speaker.Text(
                "host/demo.done", ("outbox", home.Outbox), ("trust", home.TrustFile), ("size", await home.LogReader.SizeAsync(cancel))));
            if (deliveries.Open is var (link, code))
            {
                Console.WriteLine(speaker.Text("host/demo.claim", ("link", link), ("code", code)));
            }
        }

        await nodes.HandOverAsync();
        return parsed.GetValue(NoServe) ? 0 : await ServeCommand.ServeAsync(home, flow, speaker, cancel);
    }

    /// <summary>How many graduates the lists have: a later start means those of the first, which the ledger holds.</summary>
    private static Outcome<int> CountOf(string directory, int? asked)
    {
        var file = Path.Combine(directory, "lists", "count.txt");
        if (File.Exists(file))
        {
            var made = int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
            return asked is null || asked == made ? made
                : new Problem(
                    "host/demo.other-count", $"{directory} holds a demonstration of {made} graduates.",
                    ("directory", directory), ("count", made.ToString(CultureInfo.InvariantCulture)));
        }

        var count = asked ?? GraduatesDefault;
        Settings.CreateDirectory(directory);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file + ".part", count.ToString(CultureInfo.InvariantCulture));
        File.Move(file + ".part", file, overwrite: true);
        return count;
    }

    private static void CreateSettings(string directory, string site, string? database)
    {
        new Settings(
            "demo",
            "KZ",
            database ?? "sqlite:mortanba.db",
            site,
            new Uri(site).Authority + "/log",
            DemoLists.Organisations(site).Single(o => o.Role == Permits.OrganisationRole.IssuerOperator).Bin.Value)
        {
            InformationCentres = DemoRecognitionRegisters.Centres,
        }.Save(directory);
    }

    private static DemoLists InventedLists(Installation home)
    {
        var today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;
        return new DemoLists(IntakeRules.For(home.Rules, today).Value, today);
    }

    private static IReadOnlyList<DemoList> ListsOf(Installation home, int count, FileInfo? own)
    {
        var lists = InventedLists(home);
        var folder = Path.Combine(home.Directory, "lists");
        var written = lists.WriteAll(folder, count);
        lists.WriteBad(Path.Combine(folder, "bad-list.csv"));
        return own is null ? written : [written[0] with { GraduatesFile = own.FullName }];
    }

    private static IssueRequest Request(DemoList list) => new(
        new GraduationList(list.GraduatesFile),
        list.Initiator,
        DemoSetup.DecisionOf(list.Initiator),
        PreparedBy: "registrar-1",
        ApprovedBy: "rector-1",
        ApprovedAs: "rector",
        Reason: "Order 1 (invented)");

    /// <summary>
    /// Records the transfer to the holder for every diploma but a handful that wait for their claim: here rights arise (DA-11).
    /// </summary>
    private static async Task TransferAsync(Installation home, DiplomaFlow flow, CancellationToken cancel)
    {
        var transfer = new TransferDiploma(home.Credentials);
        var all = await AllAsync(home, cancel);
        var waiting = DemoDeliveries.Waiting(all);
        var assets = all
            .Where(c => !waiting.Contains(c.Asset) && c is { TransferredAt: null, State: DiplomaState.Active })
            .Select(c => c.Asset);
        foreach (var chunk in assets.Chunk(1000))
        {
            await flow.ChangeAsync(
                async (transaction, append) =>
                {
                    Outcome<LedgerEntry> last = default;
                    foreach (var asset in chunk)
                    {
                        last = await transfer.RunAsync(transaction, append, asset, home.Time.GetUtcNow(), cancel);
                        if (!last.IsDone)
                        {
                            break;
                        }
                    }

                    return last;
                },
                cancel);
        }
    }

    private static async Task<Dictionary<string, List<string>>> MakeSamplesAsync(
        Installation home, DiplomaFlow flow, Speaker speaker, CancellationToken cancel)
    {
        var active = (await AllAsync(home, cancel)).ToList();
        var changed = await DemoStates.MakeAsync(home, flow, active, cancel);
        await flow.PublishAsync(allStatusLists: true, cancel);

        var all = (await AllAsync(home, cancel)).Where(c => c.State != DiplomaState.Erased).ToList();
        Console.Error.WriteLine(speaker.Text("host/demo.deliver", ("count", all.Count)));
        var delivered = (await new DeliverDiplomas(home).RunAsync([.. all.Select(c => c.Asset)], cancel: cancel))
            .ToDictionary(d => d.Asset);
        var samples = new Dictionary<string, List<string>>(StringComparer.Ordinal)
        {
            [DemoSamples.Genuine] = [],
            [DemoSamples.Suspended] = [],
            [DemoSamples.Annulled] = [],
            [DemoSamples.Superseded] = [],
        };
        foreach (var credential in all)
        {
            var kind = credential.State == DiplomaState.Active ? DemoSamples.Genuine : credential.State.Word();
            samples[kind].AddRange([delivered[credential.Asset].DiplomaFile, delivered[credential.Asset].Pdf]);
        }

        samples[DemoSamples.Tampered] = await DemoSamples.TamperAsync(home, changed.Genuine, cancel);
        DemoSamples.Save(home, samples);
        return samples;
    }

    private static async Task<IReadOnlyList<CredentialSummary>> AllAsync(Installation home, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await home.Credentials.ListAsync(connection, 0, int.MaxValue, cancel);
    }

    private static void WriteJson(Installation home, Dictionary<string, List<string>> samples)
    {
        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("site", home.Settings.Site);
            json.WriteString("log", home.Settings.Site + "/log");
            json.WriteString("logKey", home.Log.Key.ToVkey());
            json.WriteStartArray("witnessKeys");
            foreach (var witness in home.Settings.Witnesses?.Nodes ?? [])
            {
                json.WriteStringValue(witness.Key);
            }

            json.WriteEndArray();
            json.WriteString("trust", home.TrustFile);
            json.WriteStartObject("samples");
            foreach (var (kind, files) in samples)
            {
                json.WriteStartArray(kind);
                files.ForEach(json.WriteStringValue);
                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
