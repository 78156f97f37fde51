using System.Globalization;
using Sgasa.Trainer.Jobs;

namespace Sgasa.Trainer.Tests.Jobs;

/// <summary>
/// Trainings without a model: the "adapter" is a number that every step changes in a way that depends on all steps
/// before, so that a lost, repeated or reordered step shows.
/// </summary>
internal sealed class ScriptedSessions(int steps = 12) : ITrainingSessions
{
    /// <summary>Called on the device thread before each step, with the step's number from 1.</summary>
    public Action<int> BeforeStep { get; set; } = _ => { };

    /// <summary>The step at which each opened session stood.</summary>
    public List<int> OpenedAt { get; } = [];

    /// <summary>Sessions not disposed.</summary>
    public int Alive { get; private set; }

    public Task<string> BaseModelAsync(CancellationToken cancellationToken) => Task.FromResult(Some.BaseModel);

    public ITrainingSession Open(
        string jobId, TrainingSpecification specification, TrainingData data, string? stateFolder)
    {
        var session = new Session(this, steps, data.Examples.Count);
        if (stateFolder is not null) session.Load(stateFolder);
        OpenedAt.Add(session.Step);
        Alive++;
        return session;
    }

    private sealed class Session(ScriptedSessions owner, int steps, int examples) : ITrainingSession
    {
        private const string StateFile = "state.txt";
        private ulong _weights = 17;

        public string BaseModel => Some.BaseModel;

        public int Step { get; private set; }

        public int Steps => steps;

        public int Examples => examples;

        public int TooLong => 0;

        public double FinalLoss => 0.5;

        public TrainingStep TakeStep()
        {
            owner.BeforeStep(Step + 1);
            _weights = unchecked(_weights * 6_364_136_223_846_793_005 + (ulong)++Step);
            return new TrainingStep(1.0 / Step, 100, new Dictionary<string, double> { ["grad_norm"] = Step });
        }

        public void SaveState(string folder) =>
            File.WriteAllText(
                Path.Combine(folder, StateFile), string.Create(CultureInfo.InvariantCulture, $"{Step} {_weights}"));

        public void Load(string folder)
        {
            var parts = File.ReadAllText(Path.Combine(folder, StateFile)).Split(' ');
            Step = int.Parse(parts[0], CultureInfo.InvariantCulture);
            _weights = ulong.Parse(parts[1], CultureInfo.InvariantCulture);
        }

        public void SaveAdapter(string folder) =>
            File.WriteAllText(
                Path.Combine(folder, "adapter_model.safetensors"), _weights.ToString(CultureInfo.InvariantCulture));

        public void Dispose() => owner.Alive--;
    }
}
