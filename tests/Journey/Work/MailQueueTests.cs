using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.DataProtection;
using Mortanba.Host.Mail;
using Mortanba.Storage;
using Mortanba.Journey.Tests.Live;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Mail that goes wrong: none of it stops the rest, is sent for ever, or writes into a header.</summary>
public sealed class MailQueueTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("mortanba-mail-").FullName;
    private readonly ManualTime time = new();
    private readonly List<Message> sent = [];
    private Database database = null!;
    private MailQueue queue = null!;

    public async ValueTask InitializeAsync()
    {
        database = Database.At("sqlite:" + Path.Combine(folder, "mail.db"));
        database.Seals = new RowSeals(row => System.Security.Cryptography.SHA256.HashData(row), MailQueue.Sealed);
        await database.MigrateAsync([.. MailQueue.Migrations, RowSeals.Migration]);
        queue = new MailQueue(new EphemeralDataProtectionProvider(), time);
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_is_given_up_and_the_next_one_goes()
    {
        var foreign = new MailQueue(new EphemeralDataProtectionProvider(), time);
        var lost = await AddAsync(foreign, "a@one.example");
        await AddAsync(queue, "b@one.example");

        Assert.Equal(1, await SendAsync(_ => null));

        Assert.Equal("b@one.example", Assert.Single(sent).To);
        Assert.Equal("unreadable", await StateAsync(lost));
    }

    [Fact]
    public async Task A_row_changed_past_the_program_is_never_sent()
    {
        await AddAsync(queue, "a@one.example");
        var other = queue.Protect("thief@one.example", "t", "b");
        await using (var connection = await database.ConnectAsync())
        {
            await connection.ExecuteAsync("UPDATE mail_queue SET recipient = @to", default, ("to", other.To));
        }

        Assert.Equal(0, await SendAsync(_ => null));
        Assert.Empty(sent);
    }

    [Fact]
    public async Task A_message_nobody_takes_bounces_keeps_no_text_and_can_be_sent_anew()
    {
        var id = await AddAsync(queue, "a@one.example");
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal("waiting", await StateAsync(id));
            Assert.Equal(0, await SendAsync(_ => new TimeoutException()));
            time.Pass(TimeSpan.FromHours(2));
        }

        Assert.Equal("bounced", await StateAsync(id));
        await using (var connection = await database.ConnectAsync())
        {
            Assert.Equal([""], await connection.QueryAsync("SELECT recipient || title || body FROM mail_queue", r => r.GetString(0), default));
        }

        var again = queue.Protect("a@one.example", "Title", "Body");
        Assert.True(await database.WriteAsync(t => queue.ResendAsync(t, id, again)));
        Assert.False(await database.WriteAsync(t => queue.ResendAsync(t, id, again)));
        Assert.Equal(1, await SendAsync(_ => null));
    }

    [Fact]
    public async Task Two_nodes_at_once_send_each_message_once()
    {
        for (var i = 0; i < 20; i++)
        {
            await AddAsync(queue, $"{i}@one.example");
        }

        var counts = await Task.WhenAll(SendAsync(_ => null), SendAsync(_ => null), SendAsync(_ => null));

        Assert.Equal(20, counts.Sum());
        Assert.Equal(20, sent.Count);
    }

    [Fact]
    public async Task A_message_whose_sender_was_killed_is_sent_by_the_next_one_when_its_time_is_over()
    {
        await AddAsync(queue, "a@one.example");
        using var killed = new CancellationTokenSource();
        await Assert.ThrowsAsync<OperationCanceledException>(() => queue.SendDueAsync(
            database,
            new Mailer(this, _ =>
            {
                killed.Cancel();
                return new OperationCanceledException();
            }),
            _ => { }, killed.Token));

        Assert.Equal(0, await SendAsync(_ => null));
        time.Pass(TimeSpan.FromMinutes(3));
        Assert.Equal(1, await SendAsync(_ => null));
    }

    [Fact]
    public async Task A_mail_server_that_says_nothing_is_given_up()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var mailer = new SmtpMailer(
            new MailSettings("no-reply@one.example", "127.0.0.1", ((IPEndPoint)server.LocalEndpoint).Port), null, time);

        var sending = mailer.SendAsync(new Message("1", "a@one.example", "Title", "Body"), default);
        using var connected = await server.AcceptTcpClientAsync();
        time.Pass(TimeSpan.FromSeconds(31));

        await Assert.ThrowsAsync<TimeoutException>(() => sending);
    }

    [Theory]
    [InlineData("a@one.example\r\nBcc: b@one.example", "Title")]
    [InlineData("a@one.example", "Title\nBcc: b@one.example")]
    public void A_second_line_in_an_address_or_a_title_is_refused(string to, string title) =>
        Assert.Throws<ArgumentException>(() => queue.Protect(to, title, "Body"));

    private Task<string> AddAsync(MailQueue through, string to)
    {
        var message = through.Protect(to, "Title", "Body");
        return database.WriteAsync(t => through.AddAsync(t, "test", "1", message));
    }

    private Task<int> SendAsync(Func<Message, Exception?> fault) => queue.SendDueAsync(database, new Mailer(this, fault), _ => { }, default);

    private async Task<string> StateAsync(string id)
    {
        await using var connection = await database.ConnectAsync();
        return (await connection.QueryAsync("SELECT state FROM mail_queue WHERE id = @id", r => r.GetString(0), default, ("id", id))).Single();
    }

    private sealed class Mailer(MailQueueTests test, Func<Message, Exception?> fault) : IMailer
    {
        public Task SendAsync(Message message, CancellationToken cancel)
        {
            if (fault(message) is { } refused)
            {
                throw refused;
            }

            lock (test.sent)
            {
                test.sent.Add(message);
            }

            return Task.CompletedTask;
        }
    }
}
