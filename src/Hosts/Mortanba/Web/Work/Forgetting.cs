using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>Deletes, while the site runs, what was kept for a while only: forms that nobody came back for, lists that were issued.</summary>
internal sealed partial class Forgetting(UnsentForms forms, Installation home, Database database, TimeProvider time, ILogger<Forgetting> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await database.WriteAsync(t => forms.ForgetAsync(t, stoppingToken), stoppingToken);
                await Acts.DestroyOldLists.RunAsync(home, stoppingToken);
            }
#pragma warning disable CA1031 // The database may be away for a while: the next round deletes it.
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFault(fault);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What was kept for a while could not be deleted")]
    private partial void LogFault(Exception fault);
}
