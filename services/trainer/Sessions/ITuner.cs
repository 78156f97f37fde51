using Sgasa.Modeling.Training;

namespace Sgasa.Trainer.Sessions;

/// <summary>What the trainers of both stages have in common; for the device thread only.</summary>
internal interface ITuner : IDisposable
{
    int Steps { get; }

    int CurrentStep { get; }

    StepMetrics Step();

    void SaveState(string folder);

    void LoadState(string folder);
}

/// <summary>SFT behind the common face.</summary>
internal sealed class SftTuner(SftTrainer trainer) : ITuner
{
    public int Steps => trainer.Steps;

    public int CurrentStep => trainer.CurrentStep;

    public StepMetrics Step() => trainer.Step();

    public void SaveState(string folder) => trainer.SaveState(folder);

    public void LoadState(string folder) => trainer.LoadState(folder);

    public void Dispose() => trainer.Dispose();
}

/// <summary>DPO behind the common face.</summary>
internal sealed class DpoTuner(DpoTrainer trainer) : ITuner
{
    public int Steps => trainer.Steps;

    public int CurrentStep => trainer.CurrentStep;

    public StepMetrics Step() => trainer.Step();

    public void SaveState(string folder) => trainer.SaveState(folder);

    public void LoadState(string folder) => trainer.LoadState(folder);

    public void Dispose() => trainer.Dispose();
}
