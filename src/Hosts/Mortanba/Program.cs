using Mortanba.Host.Acts;
using Mortanba.Host.Commands;

// The reader of a stranger's PDF is this program again: it needs none of what the rest begins with.
return args is [PdfText.Argument] ? PdfText.Run(Console.OpenStandardInput(), Console.OpenStandardOutput()) : await CommandLine.RunAsync(args);
