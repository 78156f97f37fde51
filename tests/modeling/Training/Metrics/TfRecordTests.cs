using System.Text;
using CsCheck;
using Sgasa.Modeling.Training.Metrics;

namespace Sgasa.Modeling.Tests.Training.Metrics;

public sealed class TfRecordTests
{
    // CRC-32C of "123456789" is e3069283, the check value of the polynomial; rotated right by 15 bits and with a282ead8 added
    // that is the masked checksum of the format.
    [Fact]
    public void Checksum_CheckValue_IsMasked() =>
        TfRecord.Checksum(Encoding.ASCII.GetBytes("123456789")).ShouldBe(unchecked(RotatedRight15(0xe3069283) + 0xa282ead8));

    [Fact]
    public void Read_WrittenRecords_GivesThemBack() => Gen.Byte.Array[0, 300].Array[0, 8].Sample(records =>
    {
        using var stream = Written(records);

        ReadAll(stream).ShouldBe(records, new Bytes());
    });

    [Fact]
    public void Read_OneBitFlipped_NeverGivesAWrongRecord() =>
        Gen.Select(Gen.Byte.Array[0, 40].Array[1, 4], Gen.Int[0, int.MaxValue], Gen.Int[0, 7]).Sample((records, place, bit) =>
        {
            var bytes = Written(records).ToArray();
            bytes[place % bytes.Length] ^= (byte)(1 << bit);

            var read = ReadAll(new MemoryStream(bytes));

            read.Count.ShouldBeLessThan(records.Length);
            read.ShouldBe(records.Take(read.Count), new Bytes());
        });

    [Fact]
    public void Read_CutShort_GivesWhatIsWhole() =>
        Gen.Select(Gen.Byte.Array[0, 40].Array[1, 4], Gen.Int[0, int.MaxValue]).Sample((records, place) =>
        {
            var bytes = Written(records).ToArray();
            var length = place % bytes.Length;

            var read = ReadAll(new MemoryStream(bytes, 0, length));

            read.Sum(record => record.Length + 16).ShouldBeLessThanOrEqualTo(length);
            read.ShouldBe(records.Take(read.Count), new Bytes());
        });

    private static uint RotatedRight15(uint value) => (value >> 15) | (value << 17);

    private static MemoryStream Written(IEnumerable<byte[]> records)
    {
        var stream = new MemoryStream();
        foreach (var record in records) TfRecord.Write(stream, record);
        stream.Position = 0;
        return stream;
    }

    private static List<byte[]> ReadAll(Stream stream)
    {
        List<byte[]> records = [];
        while (TfRecord.Read(stream) is { } record) records.Add(record);
        return records;
    }

    private sealed class Bytes : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes) => bytes.Length;
    }
}
