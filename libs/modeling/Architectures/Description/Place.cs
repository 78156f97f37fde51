namespace Sgasa.Modeling.Architectures.Description;

/// <summary>Where a decoder layer uses a weight, in the order of the forward pass.</summary>
internal enum Place
{
    /// <summary>The norm before attention.</summary>
    InputNorm,

    /// <summary>Queries, keys and values of the normalised input.</summary>
    QueryKeyValue,

    /// <summary>The norm of queries before they are rotated.</summary>
    QueryNorm,

    /// <summary>The norm of keys before they are rotated.</summary>
    KeyNorm,

    /// <summary>From the heads back to the residual stream.</summary>
    AttentionOutput,

    /// <summary>The norm before the feed-forward block.</summary>
    FeedForwardNorm,

    /// <summary>Gate and up of the feed-forward block.</summary>
    GateUp,

    /// <summary>From its inner width back to the residual stream.</summary>
    Down,
}
