using Sgasa.Contracts;

namespace Sgasa.AttackLogs;

/// <summary>A prompt as an attack log, or an evaluation file, gives it.</summary>
/// <param name="LogId">The id that the log gives it; its line number where it gives none.</param>
/// <param name="Text">The prompt, as logged.</param>
/// <param name="Label">Harmful or benign, as logged.</param>
/// <param name="Family">Attack family; empty where the log names none.</param>
/// <param name="Source">Where it was seen; empty where the log does not say.</param>
/// <param name="Line">The line it starts on, from 1.</param>
public sealed record LoggedPrompt(string LogId, string Text, Label Label, string Family, string Source, int Line);
