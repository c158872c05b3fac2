using Mortanba.Tests;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>One <c>serve</c> process of an installation on a port of its own.</summary>
internal sealed class Node : IDisposable
{
    private readonly Program program;

    private Node(Program program, string address) => (this.program, Address) = (program, address);

    public string Address { get; }

    /// <summary>Null when the process was killed before the site was open: it goes on with what was left at its start.</summary>
    public static async Task<Node?> StartToBeKilledAsync(World world, string step)
    {
        var address = $"http://127.0.0.1:{Ports.Free()}";
        var program = Program.Start(world.Data, ["serve", "--urls", address], ("MORTANBA_CRASH_AT", step));
        if (await program.SaidAsync("The site is open"))
        {
            return new Node(program, address);
        }

        using (program)
        {
            Assert.Equal(Ended.Killed, (await program.EndAsync()).Exit);
            return null;
        }
    }

    public static async Task<Node> StartAsync(World world, params (string Name, string Value)[] environment)
    {
        var address = $"http://127.0.0.1:{Ports.Free()}";
        var program = Program.Start(world.Data, ["serve", "--urls", address], environment);
        if (!await program.SaidAsync("The site is open"))
        {
            Assert.Fail((await program.EndAsync()).Error);
        }

        return new Node(program, address);
    }

    /// <summary>Completes when the process ended by itself or was killed.</summary>
    public Task<Ended> EndedAsync() => program.EndAsync();

    /// <summary>kill -9.</summary>
    public Task KillAsync()
    {
        program.Kill();
        return program.EndAsync();
    }

    public void Dispose() => program.Dispose();
}
