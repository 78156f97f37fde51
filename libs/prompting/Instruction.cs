namespace Sgasa.Prompting;

/// <summary>What is said to a model, and where it came from.</summary>
/// <param name="Text">The filled text, to be sent as one user message.</param>
/// <param name="Hash">SHA-256, lower-case hexadecimal, of the template file the text was filled from.</param>
public sealed record Instruction(string Text, string Hash);
