using Sgasa.Contracts;
using Sgasa.Modeling;

namespace Sgasa.Trainer.Model;

/// <summary>A model folder or an adapter that can't be used; the message says in one line where and why.</summary>
public sealed class ModelUnusableException(ModelFormatException fault)
    : UserErrorException(fault?.Message ?? "", fault!)
{
    /// <summary>The file or folder, and the field or tensor within it.</summary>
    public string Where { get; } = fault?.Where ?? "";
}
