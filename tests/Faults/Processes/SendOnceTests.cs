using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Mail;
using Mortanba.Host.Webhooks;
using Mortanba.Issuance;
using Mortanba.Storage;
using Mortanba.Storage.Tests;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>Two nodes on one database: what waits to be sent goes out once.</summary>
public sealed class SendOnceTests : IDisposable
{
    private const int Count = 25;
    private static readonly Bin Uni = Bin.Parse("940540002029");

    private readonly string folder = Directory.CreateTempSubdirectory("mortanba-once-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, InlineData(Dialect.Sqlite), InlineData(Dialect.Postgres)]
    public async Task A_message_goes_out_once(Dialect dialect)
    {
        await using var one = await NodeAsync(dialect, null);
        await using var two = await NodeAsync(dialect, one.Address);
        var queue = new MailQueue(new EphemeralDataProtectionProvider(), TimeProvider.System);
        for (var i = 0; i < Count; i++)
        {
            var message = queue.Protect($"{i}@one.example", "Title", "Body");
            await one.Database.WriteAsync(t => queue.AddAsync(t, "test", "1", message));
        }

        var mailer = new Mailer();

        var counts = await Task.WhenAll(
            new[] { one, two, one, two }.Select(n => queue.SendDueAsync(n.Database, mailer, fault => Assert.Fail(fault.Message), default)));

        Assert.Equal(Count, counts.Sum());
        Assert.Equal(Count, mailer.Sent.Distinct().Count());
        Assert.Equal(Count, mailer.Sent.Count);
        await AgreesAsync(one);
    }

    [Theory, InlineData(Dialect.Sqlite), InlineData(Dialect.Postgres)]
    public async Task An_announcement_goes_out_once(Dialect dialect)
    {
        await using var one = await NodeAsync(dialect, null);
        await using var two = await NodeAsync(dialect, one.Address);
        using var vault = EncryptedFileVault.Open(Path.Combine(folder, "vault.bin"), "a passphrase of a test").Value;
        var at = TimeProvider.System.GetUtcNow();
        await one.Database.WriteAsync(async t => (await WebhookEndpoints.AddAsync(
            t, vault, Actor.AtConsole("test"), Uni, "https://sis.example/hook", [WebhookQueue.BatchIssued], at)).Value);
        for (var i = 0; i < Count; i++)
        {
            await one.Database.WriteAsync(t => WebhookQueue.AddAsync(t, at, Uni, WebhookQueue.BatchIssued, $"{i}"));
        }

        var receiver = new Receiver();
        using var http = new HttpMessageInvoker(receiver);

        // A round takes the first few of an address: three are enough for all.
        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(new[] { one, two, one, two }.Select(
                n => new WebhookDispatch(n.Database, vault, http, TimeProvider.System).SendDueAsync()));
        }

        Assert.Equal(Count, receiver.Events.Distinct().Count());
        Assert.Equal(Count, receiver.Events.Count);
        await AgreesAsync(one);
    }

    private async Task<Node> NodeAsync(Dialect dialect, string? address)
    {
        Assert.SkipUnless(dialect == Dialect.Sqlite || PostgresCluster.IsPresent, "PostgreSQL's binaries are missing.");
        var there = address ?? (dialect == Dialect.Sqlite ? "sqlite:" + Path.Combine(folder, "once.db") : PostgresCluster.NewDatabase());
        var database = Database.At(there);
        database.Seals = new RowSeals(row => SHA256.HashData(row), [.. AccountsSchema.Sealed, .. MailQueue.Sealed, .. WebhookSchema.Sealed]);
        await database.MigrateAsync([.. AccountsSchema.Migrations, .. MailQueue.Migrations, .. WebhookSchema.Migrations, RowSeals.Migration]);
        return new Node(there, database);
    }

    private static async Task AgreesAsync(Node node)
    {
        await using var connection = await node.Database.ConnectAsync();
        Assert.Empty(await node.Database.Seals!.AuditAsync(connection));
    }

    private sealed record Node(string Address, Database Database) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }

    private sealed class Mailer : IMailer
    {
        public ConcurrentBag<string> Sent { get; } = [];

        public Task SendAsync(Message message, CancellationToken cancel)
        {
            Sent.Add(message.Id);
            return Task.CompletedTask;
        }
    }

    private sealed class Receiver : HttpMessageHandler
    {
        public ConcurrentBag<string> Events { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Events.Add(request.Headers.GetValues(WebhookSignature.IdHeader).Single());
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NoContent));
        }
    }
}
