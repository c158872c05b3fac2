using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;

namespace Mortanba.Host.Acts;

/// <summary>A new way to reach one graduate. Links that went the old way stop working; the next message goes the new one.</summary>
public sealed class ChangeContact(Installation home)
{
    private const int PhoneDigitsMin = 8;
    private const int PhoneDigitsMax = 15;

    public async Task<Outcome<AssetId>> RunAsync(
        Actor by, Bin institution, AssetId asset, string email, string phone, CancellationToken cancel = default)
    {
        if (!Read(email, phone).TryGet(out var contact, out var refused))
        {
            return refused;
        }

        var at = home.Time.GetUtcNow();
        Language? language;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            language = (await home.Credentials.LoadAsync(connection, asset, cancel))?.Record.Content.Instruction;
        }

        return await home.Database.WriteAsync<Outcome<AssetId>>(
            async t =>
            {
                if (await NotErased.RefusalAsync(home, t, asset, cancel) is { } erased)
                {
                    return erased;
                }

                if (language is not { } taught
                    || (await DeliveryTable.OfAssetsAsync(t, institution, [asset], cancel)).SingleOrDefault() is not { } line)
                {
                    return new Problem("delivery/unknown", "There is no such delivery here.");
                }

                if (line.State == DeliveryState.Claimed)
                {
                    return new Problem("delivery/nothing-to-send", "The diploma was claimed.");
                }

                if (await DataBlocks.FindAsync(t, asset, cancel) is not null)
                {
                    return BlockData.Blocked;
                }

                var row = await Deliveries.OpenAsync(t, asset, institution, at, cancel);
                await home.Deliveries.SetRecipientAsync(t, row, new Recipient(contact.Email, contact.Phone, taught), cancel);
                await AuditTrail.AppendAsync(
                    t, at,
                    new TrailEvent(
                        TrailAct.Change, "delivery/contact-changed", by, new TrailSubject("diploma", asset.ToString()),
                        by.RoleFor(Right.Deliver, institution), institution),
                    cancel);
                return asset;
            },
            cancel);
    }

    private static Outcome<(string? Email, string? Phone)> Read(string email, string phone)
    {
        var digits = string.Concat(phone.Where(c => c is not (' ' or '-' or '(' or ')')));
        if (email.Trim().Length == 0 && digits.Length == 0)
        {
            return new Problem("delivery/no-contact", "Give an e-mail address or a telephone.");
        }

        string? address = null;
        if (email.Trim().Length > 0 && !EmailAddress.TryParse(email.Trim(), out address))
        {
            return new Problem("delivery/bad-email", "This is not one e-mail address.");
        }

        if (digits.Length > 0
            && (digits[0] != '+' || digits.Length - 1 is < PhoneDigitsMin or > PhoneDigitsMax || !digits.Skip(1).All(char.IsAsciiDigit)))
        {
            return new Problem("delivery/bad-phone", "A telephone number begins with + and has 8 to 15 digits.");
        }

        return (address, digits.Length > 0 ? digits : null);
    }
}
