namespace Sgasa.Integration.Tests.Wire;

/// <summary>
/// One connection's protocol: cuts the bytes of each direction into passages. The two directions are read by one thread
/// each; what they share is the conversation's to protect.
/// </summary>
internal interface IConversation
{
    /// <summary>What it says that the server has ended the connection.</summary>
    Passage End { get; }

    /// <summary>Takes the next bytes that the replica sent.</summary>
    IEnumerable<Unit> FromReplica(ReadOnlyMemory<byte> bytes);

    /// <summary>Takes the next bytes that the server sent.</summary>
    IEnumerable<Unit> FromServer(ReadOnlyMemory<byte> bytes);
}

/// <summary>Bytes that are sent on together.</summary>
/// <param name="Passage">What they say.</param>
/// <param name="Bytes">The bytes.</param>
/// <param name="Passed">What is done when they have been sent on.</param>
internal sealed record Unit(Passage Passage, ReadOnlyMemory<byte> Bytes, Action? Passed = null);
