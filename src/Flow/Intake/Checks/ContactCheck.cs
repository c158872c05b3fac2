using System.Buffers;
using System.Net.Mail;
using Mortanba.Intake.Columns;

namespace Mortanba.Intake.Checks;

/// <summary>E-mail and telephone of a graduate. Both may be empty; what is there must be of use to the delivery.</summary>
internal static class ContactCheck
{
    // RFC 5321, 4.5.3.1.3: a path has 256 characters with its angle brackets.
    private const int EmailMaxLength = 254;

    // ITU-T E.164: 15 digits with the country code. Below 8 no subscriber is reached from abroad.
    private const int PhoneMinDigits = 8;
    private const int PhoneMaxDigits = 15;

    // One bare address: no display name, no list, no comment.
    private static readonly SearchValues<char> NotInAddress = SearchValues.Create(" ,;<>\"()");

    public static Contact? Read(RowContext row)
    {
        var (email, phone) = (Email(row), Phone(row));
        return email is null && phone is null ? null : new Contact(email, phone);
    }

    private static string? Email(RowContext row)
    {
        var text = row.Text(Field.Email, EmailMaxLength, required: false);
        if (text.Length == 0)
        {
            return null;
        }

        if (text.AsSpan().ContainsAny(NotInAddress) || !MailAddress.TryCreate(text, out var address)
            || address.Address != text || !address.Host.Contains('.', StringComparison.Ordinal))
        {
            row.Error(Field.Email, "intake/email-format");
            return null;
        }

        return text;
    }

    // +7 701 123-45-67, 8 (701) 1234567 and 7011234567 are one number of Kazakhstan.
    private static string? Phone(RowContext row)
    {
        var cell = row.Cell(Field.Phone);
        if (cell.IsEmpty)
        {
            return null;
        }

        Span<char> digits = stackalloc char[PhoneMaxDigits];
        var count = 0;
        var isInternational = cell[0] == '+';
        foreach (var c in isInternational ? cell[1..] : cell)
        {
            if (c is ' ' or '-' or '(' or ')' or '\u00A0')
            {
                continue;
            }

            if (!char.IsAsciiDigit(c) || count == PhoneMaxDigits)
            {
                row.Error(Field.Phone, "intake/phone-format");
                return null;
            }

            digits[count++] = c;
        }

        var number = digits[..count];
        if (!isInternational && count == 11 && number[0] == '8')
        {
            number[0] = '7';
        }

        var isNational = !isInternational && count == 10 && number[0] == '7';
        if (count < PhoneMinDigits || (!isInternational && !isNational && !(count == 11 && number[0] == '7')))
        {
            row.Error(Field.Phone, "intake/phone-format");
            return null;
        }

        return isNational ? $"+7{number}" : $"+{number}";
    }
}
