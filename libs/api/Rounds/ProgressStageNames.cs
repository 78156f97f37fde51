namespace Sgasa.Api.Rounds;

/// <summary>How stages are shown.</summary>
public static class ProgressStageNames
{
    /// <summary>The stage's name for people.</summary>
    public static string DisplayName(this ProgressStage stage) => stage switch
    {
        ProgressStage.Guidelines => "Guidelines",
        ProgressStage.Prompts => "Prompts",
        ProgressStage.SftPairs => "SFT pairs",
        ProgressStage.Sft => "SFT",
        ProgressStage.DpoPairs => "DPO pairs",
        ProgressStage.Dpo => "DPO",
        ProgressStage.Evaluation => "Evaluation",
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "Unknown stage."),
    };
}
