using System.Text;
using CsCheck;
using Parquet;
using Parquet.Serialization;
using Sgasa.Modeling.Data;
using Sgasa.Modeling.Training;

namespace Sgasa.Modeling.Tests.Data;

public sealed class DatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LoadSftAsync_TheSameRowsAsJsonLinesAndParquet_AreTheSameExamples()
    {
        var jsonLines = Write("data.jsonl", """
            {"prompt": [{"role": "user", "content": "Hi"}], "completion": [{"role": "assistant", "content": "Yo"}], "id": 1}

            {"prompt": [{"role": "user", "content": "Why?"}], "completion": [{"role": "assistant", "content": "So é"}], "id": 2}
            """);
        var parquet = await WriteParquetAsync(
            [
                new() { prompt = [new("user", "Hi")], completion = [new("assistant", "Yo")], score = 1 },
                new() { prompt = [new("user", "Why?")], completion = [new("assistant", "So é")] },
            ]);

        var fromJson = await Dataset.LoadSftAsync([jsonLines], Encoder(), Token);
        var fromParquet = await Dataset.LoadSftAsync([parquet], Encoder(), Token);

        fromParquet.Count.ShouldBe(2);
        for (var i = 0; i < 2; i++)
        {
            fromParquet[i].PromptIds.ShouldBe(fromJson[i].PromptIds);
            fromParquet[i].CompletionIds.ShouldBe(fromJson[i].CompletionIds);
        }
    }

    [Fact]
    public async Task LoadSftAsync_ParquetInSeveralRowGroups_CountsRowsThroughAll()
    {
        var parquet = await WriteParquetAsync(
            [
                .. Enumerable.Range(0, 5).Select(i => new Row
                {
                    prompt = [new("user", "Hi")],
                    completion = i == 4 ? null : [new("assistant", "Yo")],
                }),
            ],
            rowGroupSize: 2);

        var error = await Should.ThrowAsync<DatasetException>(() => Dataset.LoadSftAsync([parquet], Encoder(), Token));

        error.Message.ShouldStartWith(parquet + ", row 5: there is no column 'completion'.");
    }

    [Theory]
    [InlineData("{\"prompt\": \"a\", \"completion\": \"b\"}\nnot json\n", ":2: is not valid JSON. Write one object a line.")]
    [InlineData("[1]\n", ":1: is no JSON object.")]
    [InlineData("{\"prompt\": \"a\", \"prompt\": \"b\"}\n", ":1: is not valid JSON.")]
    [InlineData("\n \n", ": holds no rows.")]
    [InlineData("", ": holds no rows.")]
    public async Task LoadSftAsync_WrongFile_NamesTheLine(string content, string fault)
    {
        var path = Write("data.jsonl", content);

        var error = await Should.ThrowAsync<DatasetException>(() => Dataset.LoadSftAsync([path], Encoder(), Token));

        error.Message.ShouldStartWith(path + fault);
    }

    [Fact]
    public async Task LoadSftAsync_NoSuchFile_SaysSo()
    {
        var path = _folder.Path + "/none";

        var error = await Should.ThrowAsync<DatasetException>(() => Dataset.LoadSftAsync([path], Encoder(), Token));

        error.Message.ShouldContain("there is no such file");
    }

    [Fact]
    public async Task LoadSftAsync_InvalidUtf8_NamesTheLine()
    {
        var path = Write("data.jsonl", "{\"prompt\": \"a\", \"completion\": \"b\"}\n");
        await File.AppendAllTextAsync(path, "{\"prompt\": \"\u00ff\"}\n", Encoding.Latin1, Token);

        var error = await Should.ThrowAsync<DatasetException>(() => Dataset.LoadSftAsync([path], Encoder(), Token));

        error.Message.ShouldStartWith(path + ":2: is not valid UTF-8.");
    }

    [Fact]
    public async Task LoadSftAsync_LineOfFiftyMegabytes_IsRefusedBeforeItIsRead()
    {
        var path = Write("data.jsonl", "{\"prompt\": \"" + new string('a', 50 << 20));

        var error = await Should.ThrowAsync<DatasetException>(() => Dataset.LoadSftAsync([path], Encoder(), Token));

        error.Message.ShouldStartWith(path + ":1: is longer than 16 MiB.");
    }

    [Fact]
    public async Task LoadSftAsync_ByteOrderMarkAndWindowsLineEnds_AreNoFault()
    {
        const string row = """{"prompt": "a", "completion": "b"}""";
        var path = Write("data.jsonl", "\uFEFF" + row + "\r\n" + row);

        (await Dataset.LoadSftAsync([path], Encoder(), Token)).Count.ShouldBe(2);
    }

    [Fact]
    public void Read_JsonLinesOfAnyLengths_GivesEveryLine() => Gen.Int[0, 70_000].Array[1, 8].Sample(
        lengths =>
        {
            var path = Write("any.jsonl", string.Join('\n', lengths.Select(n => "{\"prompt\": \"" + new string('x', n) + "\"}")));

            var read = JsonLinesRows.Read(path, Token).Select(row => row.Columns.GetProperty("prompt").GetString()!.Length);

            read.ShouldBe(lengths);
        },
        iter: 30,
        threads: 1);

    [Fact]
    public async Task ReadAsync_DamagedParquet_IsADatasetError()
    {
        var whole = await File.ReadAllBytesAsync(
            await WriteParquetAsync([new() { prompt = [new("user", "Hi")], completion = [new("assistant", "Yo")] }]), Token);

        for (var place = 4; place < whole.Length; place += 7)
        {
            var path = Path.Combine(_folder.Path, "damaged.parquet");
            byte[] bytes = [.. whole];
            bytes[place] ^= (byte)(1 << place % 8);
            await File.WriteAllBytesAsync(path, bytes, Token);
            try
            {
                await foreach (var row in DatasetFile.ReadAsync(path, Token)) row.Where.ShouldContain("row");
            }
            catch (DatasetException error)
            {
                error.Message.ShouldStartWith(path);
            }
        }
    }

    [Fact]
    public void Split_Share_IsSetApartOnceAndForAll()
    {
        int[] examples = [.. Enumerable.Range(0, 10)];

        var (train, eval) = Dataset.Split(examples, 0.25, seed: 1);
        var again = Dataset.Split(examples, 0.25, seed: 1);

        eval.Count.ShouldBe(3);
        train.Concat(eval).Order().ShouldBe(examples);
        again.Eval.ShouldBe(eval);
        Dataset.Split(examples, 0.25, seed: 2).Eval.ShouldNotBe(eval);
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, content);
        return path;
    }

    private async Task<string> WriteParquetAsync(Row[] rows, int? rowGroupSize = null)
    {
        var path = Path.Combine(_folder.Path, "data.parquet");
        await using var file = File.Create(path);
        var options = rowGroupSize is { } size ? new ParquetOptions { RowGroupSize = size } : new ParquetOptions();
        await ParquetSerializer.SerializeAsync(rows, file, options, cancellationToken: Token);
        return path;
    }

    private static ExampleEncoder Encoder()
    {
        using var folder = ModelFolder.Open(Parity.PathOf("qwen3", "model"));
        var end = EndToken.Find(folder.Path, folder.Tokenizer, folder.Config);
        return new ExampleEncoder(folder.Tokenizer, ChatTemplate.FromPretrained(folder.Path), end);
    }

    /// <summary>Columns as data sets name them.</summary>
    private sealed class Row
    {
        public List<Turn>? prompt { get; set; }

        public List<Turn>? completion { get; set; }

        public double score { get; set; }
    }

    private sealed class Turn
    {
        public Turn()
        {
        }

        public Turn(string role, string content) => (this.role, this.content) = (role, content);

        public string? role { get; set; }

        public string? content { get; set; }
    }
}
