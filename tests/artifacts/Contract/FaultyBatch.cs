using System.Collections;
using Sgasa.Contracts.Artifacts;

namespace Sgasa.Artifacts.Tests.Contract;

/// <summary>A batch that does something in the middle of being written: throws, unless told otherwise.</summary>
internal sealed class FaultyBatch(AttackPrompt[] prompts, int faultAfter, Action? fault = null)
    : IReadOnlyCollection<AttackPrompt>
{
    public int Count => prompts.Length;

    public IEnumerator<AttackPrompt> GetEnumerator()
    {
        for (var i = 0; i < prompts.Length; i++)
        {
            if (i == faultAfter)
                (fault ?? throw new InvalidOperationException("The writer died here.")).Invoke();
            yield return prompts[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
