using CsCheck;

namespace Sgasa.Contracts.Tests;

public sealed class SeedsTests
{
    // From Python: struct.unpack("<q", sha256(struct.pack("<q", seed) + id.encode()).digest()[:8])[0] & (2**63 - 1)
    [Theory]
    [InlineData(0, "", 8_794_265_229_978_523_055)]
    [InlineData(42, "r1/guideline/00000-00000", 3_561_296_575_146_213_084)]
    [InlineData(-1, "é😀", 1_101_137_307_174_594_270)]
    public void Derive_SeedAndId_IsTheHashOfBoth(long roundSeed, string id, long expected)
    {
        var seed = Seeds.Derive(roundSeed, id);

        seed.ShouldBe(expected);
    }

    [Fact]
    public void Derive_AnySeedAndId_IsNotNegative()
    {
        Gen.Select(Gen.Long, Gen.String).Sample((roundSeed, id) => Seeds.Derive(roundSeed, id) >= 0);
    }
}
