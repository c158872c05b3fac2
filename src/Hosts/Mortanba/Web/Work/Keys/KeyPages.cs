using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Commands;
using Mortanba.Host.Web.Work.Changes;
using Mortanba.Host.Web.Work.Keys;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>
/// The keys of an institution and their ceremonies in four steps: what and why, what falls and what stands, a second person, done
/// (requirement X-13). The same acts as <c>mortanba key</c>.
/// </summary>
internal static class KeyPages
{
    public const int RowsOnPage = 100;

    public static void Map(RouteGroupBuilder pages)
    {
        var keys = pages.MapWork("/console/{bin}/keys");
        keys.MapGet("", ListAsync).Needs(Right.ViewKeys);
        keys.MapGet("/new", (HttpContext context) => NewAsync(context, KeyForm.Of(context.Request.Query), [], isSeen: false)).Needs(Right.ProposeKeys);
        keys.MapPost("/new", ProposeAsync).Needs(Right.ProposeKeys);
        keys.MapGet("/{id:guid}", (HttpContext context, Guid id) => OrderAsync(context, $"{id:D}", [])).Needs(Right.ViewKeys);
        keys.MapPost("/{id:guid}/confirm", ConfirmAsync).Needs(Right.Approve).WithMetadata(new NeverKept());
        keys.MapPost("/{id:guid}/withdraw", WithdrawAsync).Needs(Right.ViewKeys).WithMetadata(new NeverKept());
    }

    private static string Address(HttpContext context, string rest) =>
        $"/{Readers.LanguageOf(context.Request).Tag()}/console/{context.Visit().Institution}/keys{rest}";

    private static async Task ListAsync(HttpContext context, Installation home)
    {
        var (bin, cancel) = (context.Visit().Institution!.Value, context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var keys = new List<KeyView>();
        var now = home.Time.GetUtcNow();
        var all = await PermitRegister.KeysAsync(connection, bin, cancel);
        foreach (var key in all)
        {
            var reach = await AuthorityEntries.KeySpanAsync(connection, bin, key.Kid, cancel) is { } span
                ? await SignedByKey.ReachAsync(connection, bin, span, key.Compromised ? await ProposeKeyOrder.LossAsync(connection, span, key.Ended!.Value, cancel) : KeyLoss.None, cancel)
                : null;
            var decisions = key.Compromised ? await ProposeKeyOrder.FallenDecisionsAsync(connection, bin, key.Kid, key.Ended!.Value, cancel) : [];
            keys.Add(new KeyView(key, key == InstitutionKey.Signing(all, now), reach, decisions.Count));
        }

        var orders = await home.KeyOrders.OfInstitutionAsync(connection, bin, cancel);
        await SitePages.Write<KeyListPage>(
            context, context.RequestServices.GetRequiredService<PageWriter>(),
            (nameof(KeyListPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(KeyListPage.Keys), keys), (nameof(KeyListPage.Orders), orders),
            (nameof(KeyListPage.InToken), home.Settings.Keys?.Pkcs11 is not null),
            (nameof(KeyListPage.Names), await AccountNames.OfAsync(connection, orders.SelectMany(o => new[] { o.ProposedBy, o.DecidedBy ?? "" }), cancel)));
    }

    private static async Task ProposeAsync(HttpContext context, Installation home)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (typed, visit, now) = (KeyForm.Of(form), context.Visit(), home.Time.GetUtcNow());
        var problems = new List<(string, Problem)>();
        if (!TrySince(home, typed, out var since, out var problem))
        {
            problems.Add(("since", problem!));
        }

        if (FreeWords.Check(typed.Basis, "issuance/basis-missing") is { } wrong)
        {
            problems.Add(("basis", wrong));
        }

        if (problems.Count > 0 || form["step"] != "propose")
        {
            await NewAsync(context, typed, problems, isSeen: problems.Count == 0);
            return;
        }

        var outcome = await new ProposeKeyOrder(home).RunAsync(
            visit.Actor, visit.Role,
            new KeyProposal(typed.Id, visit.Institution!.Value, typed.Act, typed.Kid, since, typed.Numbers, typed.Basis, visit.Actor.Id, now)
            {
                Decisions = typed.Decisions,
            },
            context.RequestAborted);
        if (outcome.TryGet(out var order, out problem))
        {
            context.Response.Redirect(Address(context, "/" + order.Id));
            return;
        }

        var field = problem.Code is "keys/series-missing" or "keys/first-numbers" ? "numbers" : problem.Code == "issuance/key-since" ? "since"
            : problem.Code == "keys/decisions-unchosen" ? "decisions" : "key";
        await NewAsync(context, typed, [(field, problem)], isSeen: false);
    }

    /// <summary>The form; once it is filled, with what would happen under it.</summary>
    private static async Task NewAsync(HttpContext context, KeyForm typed, List<(string, Problem)> problems, bool isSeen)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var (bin, cancel) = (context.Visit().Institution!.Value, context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var keys = await PermitRegister.KeysAsync(connection, bin, cancel);
        var fitting = keys.Where(k => typed.Act switch
        {
            KeyAct.Compromise => !k.Compromised,
            KeyAct.Reissue or KeyAct.Decisions => k.Compromised,
            KeyAct.Rotate or KeyAct.Retire => k.Ended is null,
        }).Reverse().ToList();
        KeyReach? reach = null;
        IReadOnlyList<CredentialSummary> rows = [];
        IReadOnlyList<string> decisions = [];
        var since = TrySince(home, typed, out var at, out _) ? at : null;
        if (fitting.Find(k => k.Kid == typed.Kid) is { } chosen)
        {
            since = typed.Act is KeyAct.Reissue or KeyAct.Decisions ? chosen.Ended : since;
            if (isSeen && typed.Act is KeyAct.Compromise or KeyAct.Reissue
                && await AuthorityEntries.KeySpanAsync(connection, bin, typed.Kid, cancel) is { } span)
            {
                var from = since ?? home.Time.GetUtcNow();
                var loss = await ProposeKeyOrder.LossAsync(connection, span, from, cancel);
                reach = await SignedByKey.ReachAsync(connection, bin, span, loss, cancel);
                rows = await new SignedByKey(home.Credentials).PageAsync(connection, bin, span, loss, fallen: true, 0, RowsOnPage, cancel);
                decisions = await ProposeKeyOrder.FallenDecisionsAsync(connection, bin, typed.Kid, from, cancel);
            }
        }

        if (typed.Act == KeyAct.Decisions)
        {
            var all = new List<string>();
            foreach (var key in fitting)
            {
                all.AddRange(await ProposeKeyOrder.FallenDecisionsAsync(connection, bin, key.Kid, key.Ended!.Value, cancel));
            }

            decisions = all;
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<NewKeyOrderPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(NewKeyOrderPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(NewKeyOrderPage.Typed), typed), (nameof(NewKeyOrderPage.Keys), fitting), (nameof(NewKeyOrderPage.Refused), problems),
            (nameof(NewKeyOrderPage.IsSeen), isSeen), (nameof(NewKeyOrderPage.Reach), reach), (nameof(NewKeyOrderPage.Rows), rows),
            (nameof(NewKeyOrderPage.Decisions), decisions));
    }

    private static async Task OrderAsync(HttpContext context, string id, IReadOnlyList<(string, Problem)> problems)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var (bin, cancel) = (context.Visit().Institution!.Value, context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (await home.KeyOrders.FindAsync(connection, id, cancel) is not { } order || order.Institution != bin)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var reach = await ProposeKeyOrder.ReachAsync(connection, order, cancel);
        var stood = context.Request.Query["of"] == "stood";
        var count = reach is null ? 0 : stood ? reach.Stood : reach.Fell;
        var last = Math.Max(1, (count + RowsOnPage - 1) / RowsOnPage);
        var page = int.TryParse(context.Request.Query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, last) : 1;
        var rows = reach is not null && await AuthorityEntries.KeySpanAsync(connection, bin, order.Kid, cancel) is { } span
            ? await new SignedByKey(home.Credentials).PageAsync(
                connection, bin, span, await ProposeKeyOrder.LossAsync(connection, span, order.Since, cancel), fallen: !stood, (page - 1) * RowsOnPage, RowsOnPage, cancel)
            : [];
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<KeyOrderPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(KeyOrderPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)), (nameof(KeyOrderPage.Order), order),
            (nameof(KeyOrderPage.Reach), reach), (nameof(KeyOrderPage.Rows), rows), (nameof(KeyOrderPage.Stood), stood),
            (nameof(KeyOrderPage.PageNumber), page), (nameof(KeyOrderPage.Wrong), problems),
            (nameof(KeyOrderPage.AsksPassword), !await Sessions.IsFreshAsync(context)),
            (nameof(KeyOrderPage.Decisions), order.State == KeyOrderState.Proposed && reach is not null
                ? await ProposeKeyOrder.FallenDecisionsAsync(connection, bin, order.Kid, order.Since, cancel) : []),
            (nameof(KeyOrderPage.Changes), await home.ChangeOrders.OfOriginAsync(connection, bin, order.Origin, cancel)),
            (nameof(KeyOrderPage.Names), await AccountNames.OfAsync(connection, [order.ProposedBy, order.DecidedBy ?? ""], cancel)));
    }

    private static async Task ConfirmAsync(HttpContext context, Installation home, ChangeWorker worker, SignInManager<Account> signIn, Guid id)
    {
        var (visit, form) = (context.Visit(), await context.Request.ReadFormAsync(context.RequestAborted));
        if (await FreshSignIn.RefusalAsync(context, signIn, form["password"].ToString()) is { } wrong)
        {
            await OrderAsync(context, $"{id:D}", [("password", wrong)]);
            return;
        }

        var outcome = await new DecideKeyOrder(home).ConfirmAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, $"{id:D}", VersionOf(form), visit.Role!.Value.Word(), context.RequestAborted);
        if (outcome.IsDone)
        {
            worker.Ring();
        }

        await AnswerAsync(context, outcome, id);
    }

    /// <summary>Whoever may propose takes it back, whoever may confirm refuses it; others may only look.</summary>
    private static async Task WithdrawAsync(HttpContext context, Installation home, Guid id)
    {
        var (visit, form) = (context.Visit(), await context.Request.ReadFormAsync(context.RequestAborted));
        var bin = visit.Institution!.Value;
        if (!visit.Actor.May(Right.ProposeKeys, bin) && !visit.Actor.May(Right.Approve, bin))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await AnswerAsync(
            context, await new DecideKeyOrder(home).WithdrawAsync(visit.Actor, visit.Role, bin, $"{id:D}", VersionOf(form), context.RequestAborted), id);
    }

    private static async Task AnswerAsync(HttpContext context, Outcome<KeyOrder> outcome, Guid id)
    {
        if (outcome.TryGet(out _, out var refused))
        {
            context.Response.Redirect(Address(context, $"/{id:D}"));
        }
        else if (refused.Code == "issuance/unknown-key-order")
        {
            await Problems.NotFoundAsync(context);
        }
        else
        {
            await OrderAsync(context, $"{id:D}", [("decide", refused)]);
        }
    }

    private static bool TrySince(Installation home, KeyForm typed, out DateTimeOffset? since, out Problem? problem)
    {
        (since, problem) = (null, null);
        if (typed.Since.Length == 0 || typed.Act is KeyAct.Reissue or KeyAct.Decisions)
        {
            // A compromise without a time would make nothing fall: the time is the first thing to be known.
            problem = typed.Act == KeyAct.Compromise ? new Problem("keys/no-time", "This is no time.", ("value", "")) : null;
            return problem is null;
        }

        if (new WorkingCalendar(home.Rules).TimeAt(home.Time.GetUtcNow()).TryGet(out var civil, out problem)
            && KeyTimes.TryRead(typed.Since, civil, out var at))
        {
            since = at;
            return true;
        }

        problem ??= new Problem("keys/no-time", "This is no time.", ("value", typed.Since));
        return false;
    }

    private static int VersionOf(IFormCollection form) =>
        int.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
}

/// <param name="Reach">What it signed; of a compromised one, what stands and what fell.</param>
/// <param name="Decisions">How many decisions on issue fell with it and are not confirmed.</param>
public sealed record KeyView(InstitutionKey Key, bool Signs, KeyReach? Reach, int Decisions);

/// <summary>What was typed, so that a refused form comes back filled.</summary>
/// <param name="Since">As typed, by the clocks of Kazakhstan.</param>
public sealed record KeyForm(string Id, KeyAct Act, string Kid, string Since, string Numbers, string Basis)
{
    /// <summary>The chosen ones, with commas between them.</summary>
    public string Decisions { get; init; } = "";

    public static KeyForm Of(IQueryCollection query) =>
        new(FormValues.NewId(), ActOf(query["act"].ToString()), Kept(query["key"].ToString()), "", "", "");

    public static KeyForm Of(IFormCollection form) => new(
        FormValues.IdOf(form), ActOf(form["act"].ToString()), Kept(form["key"].ToString()), FormValues.Short(form["since"]),
        Kept(form["numbers"].ToString()), form["basis"].ToString())
    {
        Decisions = string.Join(", ", form["decision"].Take(100).Select(d => d!.Length > 100 ? d[..100] : d)),
    };

    private static KeyAct ActOf(string word) =>
        Enum.TryParse<KeyAct>(word, ignoreCase: true, out var act) && Enum.IsDefined(act) ? act : KeyAct.Rotate;

    private static string Kept(string text) => text.Length > 400 ? text[..400] : text;
}
