using Mortanba.Host.Commands;

return await CommandLine.RunAsync(args);
