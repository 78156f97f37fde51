using Sgasa.Contracts;

namespace Sgasa.Trainer.Specifications;

/// <summary>
/// A training that cannot succeed, however often it is tried; the message says in one sentence why and what to do.
/// </summary>
public sealed class TrainingFailedException : UserErrorException
{
    /// <summary>Makes the failure with its reason.</summary>
    public TrainingFailedException(string reason) : base(reason)
    {
    }

    /// <summary>Makes the failure with its reason and the fault behind it.</summary>
    public TrainingFailedException(string reason, Exception innerException) : base(reason, innerException)
    {
    }
}
