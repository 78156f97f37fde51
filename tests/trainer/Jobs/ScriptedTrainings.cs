using System.Globalization;
using Sgasa.Modeling.Training;
using Sgasa.Trainer.Specifications;
using Sgasa.Trainer.Trainings;

namespace Sgasa.Trainer.Tests.Jobs;

/// <summary>
/// Trainings without a model: the "adapter" is a number that every step changes in a way that depends on all steps
/// before, so that a lost, repeated or reordered step shows.
/// </summary>
internal sealed class ScriptedTrainings(int steps = 12) : ITrainings
{
    /// <summary>Called on the device thread before each step, with the step's number from 1.</summary>
    public Action<int> BeforeStep { get; set; } = _ => { };

    /// <summary>The step at which each opened run stood.</summary>
    public List<int> OpenedAt { get; } = [];

    /// <summary>What each opened run was to do.</summary>
    public List<TrainingSpecification> Opened { get; } = [];

    /// <summary>Runs not disposed.</summary>
    public int Alive { get; private set; }

    public Task<string> BaseModelAsync(CancellationToken cancellationToken) => Task.FromResult(Some.BaseModel);

    public Task<TrainingSets> EncodeAsync(
        TrainingSpecification specification, TrainingData data, CancellationToken cancellationToken) =>
        Task.FromResult(TrainingSets.Of(Array.Empty<SftExample>()));

    public IFineTuningRun Open(
        string jobId, TrainingSpecification specification, TrainingData data, TrainingSets sets, string folder)
    {
        var run = new Run(this, steps, specification.Arguments.SaveSteps!.Value, folder);
        OpenedAt.Add(run.GlobalStep);
        Opened.Add(specification);
        Alive++;
        return run;
    }

    private sealed class Run : IFineTuningRun
    {
        private const string StateFile = "state.txt";

        private readonly ScriptedTrainings _owner;
        private readonly int _saveSteps;
        private readonly string _folder;
        private ulong _weights = 17;

        public Run(ScriptedTrainings owner, int steps, int saveSteps, string folder)
        {
            (_owner, MaxSteps, _saveSteps, _folder) = (owner, steps, saveSteps, folder);
            Directory.CreateDirectory(folder);
            if (RunCheckpoints.In(folder) is not [var newest, ..]) return;
            var state = File.ReadAllText(Path.Combine(folder, RunCheckpoints.NameOf(newest), StateFile));
            (GlobalStep, CheckpointStep, _weights) = (newest, newest, ulong.Parse(state, CultureInfo.InvariantCulture));
        }

        public int GlobalStep { get; private set; }

        public int MaxSteps { get; }

        public int ExampleCount => 1;

        public int Dropped => 0;

        public int CheckpointStep { get; private set; }

        public bool IsOver => GlobalStep == MaxSteps;

        public StepMetrics Step(CancellationToken cancellationToken = default)
        {
            _owner.BeforeStep(GlobalStep + 1);
            _weights = unchecked(_weights * 6_364_136_223_846_793_005 + (ulong)++GlobalStep);
            if (GlobalStep % _saveSteps == 0 && !IsOver) Checkpoint();
            return new StepMetrics
            {
                Step = GlobalStep,
                Epoch = 1,
                Loss = 1.0 / GlobalStep,
                GradNorm = GlobalStep,
                LearningRate = 1,
                Tokens = 50,
                InputTokens = 100,
            };
        }

        public void Checkpoint()
        {
            if (GlobalStep == CheckpointStep) return;
            var checkpoint = Directory.CreateDirectory(Path.Combine(_folder, RunCheckpoints.NameOf(GlobalStep)));
            File.WriteAllText(Path.Combine(checkpoint.FullName, StateFile), Adapter);
            if (CheckpointStep > 0) Directory.Delete(Path.Combine(_folder, RunCheckpoints.NameOf(CheckpointStep)), recursive: true);
            CheckpointStep = GlobalStep;
        }

        public FineTuningResult Finish()
        {
            File.WriteAllText(Path.Combine(_folder, "adapter_config.json"), "{}");
            File.WriteAllText(Path.Combine(_folder, "adapter_model.safetensors"), Adapter);
            File.WriteAllText(Path.Combine(_folder, "train_results.json"), "{}");
            return new FineTuningResult
            {
                Run = "scripted",
                ExampleCount = ExampleCount,
                GlobalStep = GlobalStep,
                Epoch = 1,
                TrainLoss = 0.5,
                FinalLoss = 0.5,
                NumTokens = 100,
                AdapterStep = GlobalStep,
            };
        }

        public void Dispose() => _owner.Alive--;

        private string Adapter => _weights.ToString(CultureInfo.InvariantCulture);
    }
}
