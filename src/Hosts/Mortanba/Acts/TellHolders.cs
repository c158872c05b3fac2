using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: an order that was carried out. Out: one message to each holder, however many of their diplomas it changed, saying what
/// happened and why, and nothing of what stands in the diploma. After a kill nobody is written to twice.
/// </summary>
internal sealed class TellHolders(Installation home, MailQueue mail, Texts texts)
{
    public const string MailSubject = "change";

    private const int PeopleOfTransaction = 100;
    private static readonly StringComparer SameAddress = StringComparer.OrdinalIgnoreCase;

    public async Task RunAsync(ChangeOrder order, CancellationToken cancel)
    {
        while (await PassAsync(order, cancel))
        {
            // An address changed hands, or was erased, after it had been read: those holders' messages are made anew.
        }
    }

    /// <summary>True when a message did not go out because its address is no longer the holder's.</summary>
    private async Task<bool> PassAsync(ChangeOrder order, CancellationToken cancel)
    {
        var (letters, without, institution) = await PrepareAsync(order, cancel);
        var isOutdated = false;
        foreach (var part in letters.Chunk(PeopleOfTransaction))
        {
            // Protected before the transaction: a new key of the session ring would wait for it.
            var messages = part.Select(p => (Letter: p, Message: Message(order, institution, p))).ToList();
            isOutdated |= await home.Database.WriteAsync(
                async t =>
                {
                    var (told, outdated) = (0, false);
                    foreach (var (letter, message) in messages)
                    {
                        if (await IsToldAsync(t, order, letter.Rows[0].Row, cancel))
                        {
                            continue;
                        }

                        // Erasing takes the same lock: what it destroyed before is not written to, what is written it finds.
                        if (!await IsStillAsync(t, letter, cancel))
                        {
                            outdated = true;
                            continue;
                        }

                        var id = await mail.AddAsync(t, MailSubject, order.Id, message, cancel);
                        await SetAsync(t, order, letter.Rows, id, cancel);
                        told++;
                    }

                    if (told > 0)
                    {
                        await AuditTrail.AppendAsync(
                            t, home.Time.GetUtcNow(),
                            new TrailEvent(
                                TrailAct.Transfer, "changes/told", new Actor(ActorKind.Service, "changes", "changes", []),
                                new TrailSubject("change", order.Id), null, order.Institution, Facts: [("count", $"{told}")]),
                            cancel);
                    }

                    CrashPoint.Reach("in-change-messages");
                    return outdated;
                },
                cancel);
            CrashPoint.Reach("between-change-messages");
        }

        await home.Database.WriteAsync(t => SetAsync(t, order, without, null, cancel), cancel);
        return isOutdated;
    }

    /// <summary>Says that a request to correct was answered, and where the reasons stand; null when there is no address.</summary>
    public async Task<ProtectedMessage?> AnswerAsync(Bin institution, string id, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (await new HolderRequests(home.Vault).FindAsync(connection, id, cancel) is not { } request || request.Institution != institution
            || await HolderContacts.OfAsync(home, connection, request.Credential, cancel) is not var (email, language))
        {
            return null;
        }

        var name = (await PermitRegister.FindOrganisationAsync(connection, institution, cancel))!.Name;
        var own = language ?? Language.Kk;
        return mail.Protect(
            email, texts.Get(own, "changes/mail.answer.title", ("institution", name.In(own))),
            texts.Get(own, "changes/mail.answer", ("institution", name.In(own)), ("link", $"{home.Settings.Site}/{own.Tag()}/me")));
    }

    private static async Task<bool> IsToldAsync(
        DbTransaction transaction, ChangeOrder order, int row, CancellationToken cancel)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        return await ChangeRows.IsToldAsync(transaction, order.Id, row, cancel);
    }

    private static async Task SetAsync(
        DbTransaction transaction, ChangeOrder order, IEnumerable<ChangeRow> rows, string? message, CancellationToken cancel)
    {
        foreach (var row in rows)
        {
            await ChangeRows.SetToldAsync(transaction, order.Id, row.Row, message, cancel);
        }
    }

    private async Task<bool> IsStillAsync(DbTransaction transaction, Letter letter, CancellationToken cancel)
    {
        foreach (var row in letter.Rows)
        {
            if (await ContactAsync(transaction, row, cancel) is not var (email, _) || !SameAddress.Equals(email, letter.Email))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The address of what nobody claimed went on to the replacement.</summary>
    private async Task<(string Email, Language? Language)?> ContactAsync(ReadFrom from, ChangeRow row, CancellationToken cancel) =>
        await HolderContacts.OfAsync(home, from, row.Asset, cancel)
            ?? (row.Replacement is { } by ? await HolderContacts.OfAsync(home, from, by, cancel) : null);

    private async Task<(IReadOnlyList<Letter> Letters, IReadOnlyList<ChangeRow> Without, LocalizedText Institution)> PrepareAsync(
        ChangeOrder order, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var letters = new Dictionary<string, Letter>(SameAddress);
        var without = new List<ChangeRow>();
        foreach (var row in await home.ChangeOrders.Rows.UntoldAsync(connection, order.Id, cancel))
        {
            if (await ContactAsync(connection, row, cancel) is not var (email, language))
            {
                without.Add(row);
            }
            else if (letters.TryGetValue(email, out var letter))
            {
                letter.Rows.Add(row);
            }
            else
            {
                letters.Add(email, new Letter(email, language, [row]));
            }
        }

        var name = (await PermitRegister.FindOrganisationAsync(connection, order.Institution, cancel))!.Name;
        return ([.. letters.Values], without, name);
    }

    private ProtectedMessage Message(ChangeOrder order, LocalizedText institution, Letter letter)
    {
        var act = $"{order.Act}".ToLowerInvariant();
        var reason = new DiplomaFlow(home).Reasons().Value.Find(order.Act, order.ReasonCode)?.Title ?? LocalizedText.Same(order.ReasonCode);
        var languages = letter.Language is { } own ? [own] : Languages.All;
        var bodies = languages.Select(language => texts.Get(
            language, "changes/mail." + act,
            ("institution", institution.In(language)), ("reason", reason.In(language)), ("count", letter.Rows.Count),
            ("link", $"{home.Settings.Site}/{language.Tag()}/me")));
        return mail.Protect(
            letter.Email, texts.Get(languages[0], "changes/mail.title", ("institution", institution.In(languages[0]))),
            string.Join("\n\n– – –\n\n", bodies));
    }

    private sealed record Letter(string Email, Language? Language, List<ChangeRow> Rows);
}
