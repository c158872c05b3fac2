namespace Mortanba.Foundation;

/// <summary>The check digit shared by IIN and BIN (domain requirements 3.4; requirement X-12).</summary>
/// <remarks>
/// s1 = Σ i·d(i), i = 1..11, mod 11; when 10, the weights 3..11, 1, 2; when again 10 the number is never given out.
/// </remarks>
internal static class NationalNumber
{
    private const int DigitCount = 12;

    public static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.Length != DigitCount || text.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var check = Sum(text, first: 1) % 11;
        if (check == 10)
        {
            check = Sum(text, first: 3) % 11;
        }

        return check == text[11] - '0';
    }

    // Weights run first, first+1, … and wrap from 11 to 1.
    private static int Sum(ReadOnlySpan<char> text, int first)
    {
        var sum = 0;
        for (var i = 0; i < 11; i++)
        {
            sum += (((first - 1 + i) % 11) + 1) * (text[i] - '0');
        }

        return sum;
    }
}
