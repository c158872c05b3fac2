using Mortanba.Delivery;
using Mortanba.Formats.Tests.Documents;
using Xunit;

namespace Mortanba.Flow.Tests.Delivery;

public sealed class OutboxTests
{
    [Fact]
    public void Files_are_named_by_number_alone_and_nothing_unfinished_is_left()
    {
        using var folder = new ScratchFolder();
        var outbox = new Outbox(folder.File("outbox"), TimeProvider.System);
        outbox.Write("BD 00412867", [1], [2]);
        outbox.Write("BD 00412867", [3], [4]);

        var names = Directory.GetFiles(folder.File("outbox")).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(["BD-00412867.diploma.json", "BD-00412867.pdf"], names);
        Assert.Equal([3], File.ReadAllBytes(Path.Combine(folder.File("outbox"), "BD-00412867.pdf")));
    }

    [Fact]
    public void What_a_crash_left_unfinished_is_cleared_a_day_later()
    {
        using var folder = new ScratchFolder();
        Directory.CreateDirectory(folder.File("outbox"));
        var left = Path.Combine(folder.File("outbox"), "BD-1.pdf.0011.part");
        File.WriteAllBytes(left, [1]);
        _ = new Outbox(folder.File("outbox"), TimeProvider.System);
        Assert.True(File.Exists(left));
        File.SetLastWriteTimeUtc(left, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));
        _ = new Outbox(folder.File("outbox"), TimeProvider.System);
        Assert.False(File.Exists(left));
    }

    [Theory]
    [InlineData("../etc/passwd")]
    [InlineData("BD/1")]
    [InlineData("")]
    [InlineData("Сәрсенова")]
    public void Another_name_than_a_number_is_a_bug(string name) =>
        Assert.Throws<ArgumentException>(() => Outbox.Name(name));
}
