namespace Sgasa.Modeling.Training;

/// <summary>Supervised fine-tuning on completions.</summary>
public sealed record SftConfig : TrainingArguments;
