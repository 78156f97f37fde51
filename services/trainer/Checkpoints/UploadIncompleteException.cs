using Sgasa.Contracts;

namespace Sgasa.Trainer.Checkpoints;

/// <summary>A job's files are not all here as they were sent: what is missing is to be sent again.</summary>
public sealed class UploadIncompleteException(string message) : UserErrorException(message);
