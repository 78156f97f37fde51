namespace Sgasa.Modeling.Training;

/// <summary>How the learning rate goes on after the warm-up; names as in transformers.</summary>
public enum LrSchedulerType
{
    /// <summary>Half a cosine down to zero.</summary>
    Cosine,

    /// <summary>A straight line down to zero.</summary>
    Linear,

    /// <summary>It stays at its peak from the first step on; a warm-up is not used.</summary>
    Constant,

    /// <summary>It stays at its peak after the warm-up.</summary>
    ConstantWithWarmup,
}
