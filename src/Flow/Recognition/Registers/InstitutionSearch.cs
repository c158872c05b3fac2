using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>What a search of the register of institutions abroad looks through.</summary>
internal static class InstitutionSearch
{
    /// <summary>Id and all names of an institution.</summary>
    public static string TextOf(IEnumerable<(RegisterField Field, object? Value)> values) => SearchText.Fold(string.Join(
        ' ', values.Where(v => v.Field.Kind is FieldKind.Text or FieldKind.Texts || v.Field.Name == "id").Select(v => v.Value as string)));
}
