using CsCheck;
using Sgasa.Modeling.Tests.Support;
using Sgasa.Modeling.Training;
using Sgasa.Modeling.Training.Metrics;
using Tensorboard;

namespace Sgasa.Modeling.Tests.Training.Metrics;

public sealed class MetricsWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "metrics.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_JsonLines_NamesAsTrlLogsThem()
    {
        using (var writer = JsonLinesMetricsWriter.Open(File))
        {
            writer.Write(Entry(1, ("loss", 0.5), ("rewards/chosen", double.NaN)));
            writer.Flush();
        }

        System.IO.File.ReadAllText(File).ShouldBe("""{"loss":0.5,"rewards/chosen":null,"epoch":0.1,"step":1}""" + "\n");
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void Open_JsonLinesContinued_DropsLaterStepsAndWhatIsHalfWritten(int from)
    {
        Write(1, 3);
        System.IO.File.AppendAllText(File, """{"loss":0.1,"st""");

        using (var writer = JsonLinesMetricsWriter.Open(File, from))
        {
            for (var step = from + 1; step <= 4; step++) writer.Write(Entry(step, ("loss", step)));
        }

        var expected = System.IO.File.ReadAllText(File);
        Write(1, 4);
        expected.ShouldBe(System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void Open_JsonLinesOfAnything_StaysReadable() => Gen.Byte.Array[0, 200].Sample(
        bytes =>
        {
            System.IO.File.WriteAllBytes(File, bytes);

            using var writer = JsonLinesMetricsWriter.Open(File, continuedFrom: 5);

            writer.Write(Entry(6, ("loss", 1)));
        },
        threads: 1);

    // Read with the protocol buffer classes that TensorBoard's own definition generated.
    [Fact]
    public void Write_TensorBoard_IsReadByTensorFlowsOwnMessages()
    {
        using (var writer = TensorBoardWriter.Open(_folder.Path))
        {
            writer.Write(Entry(10, ("loss", 0.5), ("eval_loss", 0.25), ("rewards/chosen", -1)));
        }

        var events = Events();
        events[0].FileVersion.ShouldBe("brain.Event:2");
        events[0].WallTime.ShouldBeGreaterThan(1.7e9);
        events[1].Step.ShouldBe(10);
        events[1].Summary.Value.Select(value => (value.Tag, value.SimpleValue)).ShouldBe(
            [("train/loss", 0.5f), ("eval/loss", 0.25f), ("train/rewards/chosen", -1f), ("train/epoch", 1f)]);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void Open_TensorBoardContinued_HasEveryStepOnceInOneFile(int from)
    {
        using (var writer = TensorBoardWriter.Open(_folder.Path))
            for (var step = 1; step <= 3; step++) writer.Write(Entry(step, ("loss", step)));
        var path = Directory.GetFiles(_folder.Path).Single();
        using (var torn = new FileStream(path, FileMode.Open)) torn.SetLength(torn.Length - 3);

        using (var writer = TensorBoardWriter.Open(_folder.Path, from))
            for (var step = from + 1; step <= 4; step++) writer.Write(Entry(step, ("loss", step)));

        Events().Skip(1).Select(entry => entry.Step).ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public void Open_TensorBoardBegunAnew_RemovesTheOldFile()
    {
        using (var writer = TensorBoardWriter.Open(_folder.Path)) writer.Write(Entry(1, ("loss", 1)));

        TensorBoardWriter.Open(_folder.Path).Dispose();

        Events().Count.ShouldBe(1);
    }

    [Fact]
    public void StepOf_AnyBytes_IsAStepOrNothing() =>
        Gen.Byte.Array[0, 60].Sample(bytes => Should.NotThrow(() => TensorBoardEvent.StepOf(bytes)));

    private List<Event> Events() =>
        [.. TensorBoardWriter.Events(Directory.GetFiles(_folder.Path).Single()).Select(Event.Parser.ParseFrom)];

    private void Write(int first, int last)
    {
        using var writer = JsonLinesMetricsWriter.Open(File);
        for (var step = first; step <= last; step++) writer.Write(Entry(step, ("loss", step)));
    }

    private static MetricsEntry Entry(int step, params (string Name, double Value)[] values) =>
        new(step, step / 10.0, values.ToDictionary(value => value.Name, value => value.Value));
}
