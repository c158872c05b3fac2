using System.Data.Common;
using System.Security.Cryptography;
using Mortanba.Foundation;
using Mortanba.Intake.Reading;
using Mortanba.Storage;

namespace Mortanba.Intake.Drafts;

/// <summary>What an erasure takes out of lists.</summary>
public sealed partial class DraftStore
{
    /// <summary>
    /// Destroys the content of lists that correct a diploma which is to be erased: those named, however far they are, and any other
    /// of the institution that holds one of these texts in a cell (an IIN, a number). One that waits for nobody is withdrawn with it.
    /// Gives the lists.
    /// </summary>
    public async Task<IReadOnlyList<string>> DestroyCorrectionsAsync(
        DbTransaction t, Bin institution, IReadOnlyCollection<string> named, IReadOnlyCollection<string> texts,
        CancellationToken cancel = default)
    {
        var destroyed = new List<string>();
        foreach (var draft in await t.QueryAsync(
            $"SELECT {Columns} FROM drafts WHERE institution = @bin AND purpose = @purpose AND data_key IS NOT NULL ORDER BY id", Read, cancel,
            ("bin", institution.Value), ("purpose", ListPurpose.Correct.Word())))
        {
            if (named.Contains(draft.Id) || await HoldsAsync(t, draft.Id, texts, cancel))
            {
                await DestroyAsync(t, draft.Id, cancel);
                if (draft.State == DraftState.Open)
                {
                    await t.ExecuteAsync(
                        "UPDATE drafts SET state = 'withdrawn', version = version + 1 WHERE id = @id", cancel, ("id", draft.Id));
                }

                destroyed.Add(draft.Id);
            }
        }

        return destroyed;
    }

    private async Task<bool> HoldsAsync(ReadFrom from, string id, IReadOnlyCollection<string> texts, CancellationToken cancel)
    {
        try
        {
            if (await OpenAsync(from, id, [ListPart.Graduates], cancel) is not { } opened)
            {
                return false;
            }

            // What was uploaded, too: a repaired cell is kept with its old text.
            using var now = opened.OpenSome(ListPart.Graduates, null);
            using var before = opened.OpenAsUploaded(ListPart.Graduates, null);
            return Holds(now, texts) || Holds(before, texts);
        }
        catch (Exception damage) when (damage is CryptographicException or ListChangedException or ListRefusal)
        {
            // It cannot be shown not to hold the person, and nobody can go on with it.
            return true;
        }
    }

    private static bool Holds(RowSource rows, IReadOnlyCollection<string> texts)
    {
        while (rows.Read())
        {
            for (var i = 0; i < rows.Count; i++)
            {
                var cell = string.Concat(rows[i].ToString().Where(char.IsAsciiLetterOrDigit));
                if (texts.Any(text => cell.Equals(text, StringComparison.OrdinalIgnoreCase)))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
