using System.CommandLine;
using Sgasa.TinyModel;

// Makes the tiny model: `tokenizer`, then `pretrain`; `measure` states its figures, `samples` writes the attack logs.
return await TinyModelCommands.Root().Parse(args).InvokeAsync();
