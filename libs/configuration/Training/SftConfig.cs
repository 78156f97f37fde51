namespace Sgasa.Modeling.Training;

/// <summary>Supervised fine-tuning on completions; names as in TRL.</summary>
public sealed record SftConfig : TrainingArguments
{
    /// <summary>TRL's defaults, with the learning rate that it recommends for LoRA: ten times its own.</summary>
    public SftConfig() => LearningRate = 2e-4;
}
