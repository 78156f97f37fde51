using System.Text;
using System.Text.Json;
using CsCheck;
using Sgasa.Contracts;

namespace Sgasa.AttackLogs.Tests;

public sealed class AttackLogReaderTests : IDisposable
{
    private const string H = """{"prompt": "one", "label": "harmful"}""";
    private const string B = """{"prompt": "two", "label": "benign"}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sgasa-log");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_JsonLines_GivesPromptsInOrderWithTheirFields()
    {
        var log = "\ufeff" + """
            {"prompt": " A lesson\non ☂ ", "label": "Harmful", "family": "educator", "source": "chat", "id": "a-1", "seen": [1]}

            {"label": "BENIGN", "prompt": "two", "id": 7, "family": null}
            {"prompt": "three", "label": " harmful "}
            """.ReplaceLineEndings("\r\n");

        var prompts = Read(log, minimumPerLabel: 1);

        prompts.ShouldBe(
        [
            new("a-1", " A lesson\non ☂ ", Label.Harmful, "educator", "chat", 1),
            new("7", "two", Label.Benign, "", "", 3),
            new("4", "three", Label.Harmful, "", "", 4),
        ]);
    }

    [Fact]
    public void Read_Csv_GivesPromptsInOrderWithTheirFields()
    {
        var log = "\ufeffLabel,note,prompt,id\r\n\r\nharmful,x,\"one, \"\"quoted\"\"\r\nand more\",a\r\nbenign,,two,\r\n";

        var prompts = Read(log, "log.CSV", minimumPerLabel: 1);

        prompts.ShouldBe(
        [
            new("a", "one, \"quoted\"\r\nand more", Label.Harmful, "", "", 3),
            new("5", "two", Label.Benign, "", "", 5),
        ]);
    }

    [Theory]
    [InlineData("nonsense", "log.jsonl:1: not JSON. Write one object per line, like {\"prompt\": \"…\", \"label\": \"harmful\"}.")]
    [InlineData(H + "\n[1]", "log.jsonl:2: not a JSON object. Write one object per line, like {\"prompt\": \"…\", \"label\": \"harmful\"}.")]
    [InlineData(H + "\n" + H + H, "log.jsonl:2: not JSON. Write one object per line, like {\"prompt\": \"…\", \"label\": \"harmful\"}.")]
    [InlineData("{\"label\": \"benign\"}", "log.jsonl:1: 'prompt' is missing. Give the prompt's text.")]
    [InlineData("{\"prompt\": null, \"label\": \"benign\"}", "log.jsonl:1: 'prompt' is missing. Give the prompt's text.")]
    [InlineData("{\"prompt\": \" \\n\", \"label\": \"benign\"}", "log.jsonl:1: 'prompt' is empty. Give the prompt's text.")]
    [InlineData("{\"prompt\": 5, \"label\": \"benign\"}", "log.jsonl:1: 'prompt' is not text. Put it in quotation marks.")]
    [InlineData("{\"prompt\": \"p\", \"Prompt\": \"q\"}", "log.jsonl:1: 'prompt' is given twice. Remove one of the two.")]
    [InlineData("{\"prompt\": \"\\ud800\", \"label\": \"benign\"}", "log.jsonl:1: a text has an escape that is no character. Remove it.")]
    [InlineData("{\"prompt\": \"p\"}", "log.jsonl:1: 'label' is missing. Give 'harmful' or 'benign'.")]
    [InlineData("{\"prompt\": \"p\", \"label\": true}", "log.jsonl:1: 'label' is not text. Put it in quotation marks.")]
    [InlineData("\n\n{\"prompt\": \"p\", \"label\": \"evil\\n\"}", "log.jsonl:3: unknown label 'evil '. Use 'harmful' or 'benign'.")]
    [InlineData("{\"prompt\": \"p\", \"label\": \"benign\", \"family\": []}", "log.jsonl:1: 'family' is not text. Put it in quotation marks.")]
    [InlineData(H + "\n\n" + H, "log.jsonl:3: the same prompt was given before, on line 1. Remove one of the two, or change it.")]
    [InlineData(
        "{\"prompt\": \"p\", \"label\": \"benign\", \"id\": \"7\"}\n{\"prompt\": \"q\", \"label\": \"benign\", \"id\": 7}",
        "log.jsonl:2: the id '7' was given before, on line 1. Remove one of the two, or change it.")]
    [InlineData(H + "\n" + B, "log.jsonl: found 1 harmful and 1 benign prompts, needed are 2 of each label. Add more.")]
    [InlineData("", "log.jsonl: holds no prompts. Give one prompt with its label per line.")]
    [InlineData("\n \n\t\r\n", "log.jsonl: holds no prompts. Give one prompt with its label per line.")]
    public void Read_JsonLinesMistake_IsNamedWithLineAndRemedy(string log, string message) => ErrorOf(log).ShouldBe(message);

    [Theory]
    [InlineData("prompt,text\na,b", "log.csv:1: no column 'label'. The first line must name the columns, with commas between them, like prompt,label.")]
    [InlineData("prompt;label\na;b", "log.csv:1: no column 'prompt'. The first line must name the columns, with commas between them, like prompt,label.")]
    [InlineData("prompt,label,PROMPT\na,b,c", "log.csv:1: the column 'prompt' is named twice. Rename one of the two.")]
    [InlineData("prompt,label\na,b,harmful", "log.csv:2: 3 fields where the header names 2. Put texts that hold commas in quotation marks.")]
    [InlineData("prompt,label\na", "log.csv:2: 1 fields where the header names 2. Put texts that hold commas in quotation marks.")]
    [InlineData("prompt,label\n,benign", "log.csv:2: 'prompt' is empty. Give the prompt's text.")]
    [InlineData("prompt,label\na,", "log.csv:2: 'label' is missing. Give 'harmful' or 'benign'.")]
    [InlineData("prompt,label\na,evil", "log.csv:2: unknown label 'evil'. Use 'harmful' or 'benign'.")]
    [InlineData("prompt,label\n\"a\nb,harmful", "log.csv:2: a quotation mark is opened in this record and never closed. Close it, and double those inside a text.")]
    [InlineData("prompt,label\n\"a\nb\",harmful\nc,evil", "log.csv:4: unknown label 'evil'. Use 'harmful' or 'benign'.")]
    [InlineData("prompt,label\na\"b\"c,harmful", "log.csv:2: not well-formed CSV. Put texts that hold commas, quotation marks or line ends in quotation marks, and double those inside.")]
    [InlineData("prompt,label\na\rb,harmful", "log.csv:2: not well-formed CSV. Put texts that hold commas, quotation marks or line ends in quotation marks, and double those inside.")]
    [InlineData("prompt,label\n", "log.csv: holds no prompts. Give one prompt with its label per line.")]
    [InlineData("", "log.csv: holds no prompts. Give one prompt with its label per line.")]
    public void Read_CsvMistake_IsNamedWithLineAndRemedy(string log, string message) => ErrorOf(log, "log.csv").ShouldBe(message);

    [Theory]
    [InlineData("log.jsonl", 2)]
    [InlineData("log.csv", 3)]
    public void Read_BytesThatAreNotUtf8_AreNamedWithTheirLine(string origin, int line)
    {
        // In the CSV the bad byte is on the second line of the record.
        byte[] log = origin == "log.csv"
            ? [.. "prompt,label\n\"a\n"u8, 0xC3, 0x28, .. "\",benign\n"u8]
            : [.. Encoding.UTF8.GetBytes(H + "\n{\"prompt\": \""), 0xFF, .. "\", \"label\": \"benign\"}"u8];

        var error = Should.Throw<UserErrorException>(() => AttackLogReader.Read(new MemoryStream(log), origin, ct: Ct));

        error.Message.ShouldBe($"{origin}:{line}: the line is not UTF-8. Save the file as UTF-8.");
    }

    [Theory]
    [InlineData("log.jsonl", "log.jsonl:2: longer than 1,048,576 bytes. Remove it, or check the line ends.")]
    [InlineData("log.csv", "log.csv:2: longer than 1,048,576 bytes, with a quotation mark left open. Remove it, or check the line ends.")]
    public void Read_FiftyMegabyteLine_IsRefusedHavingReadLittleOfIt(string origin, string message)
    {
        var start = Encoding.UTF8.GetBytes(origin == "log.csv" ? "prompt,label\n\"" : H + "\n{\"prompt\": \"");
        using var log = new MemoryStream(new byte[50_000_000]);
        log.Write(start);
        log.Position = 0;

        var error = Should.Throw<UserErrorException>(() => AttackLogReader.Read(log, origin, ct: Ct));

        error.Message.ShouldBe(message);
        log.Position.ShouldBeLessThan(2_000_000);
    }

    [Fact]
    public void Read_LineOfTheLongestLength_IsRead()
    {
        var line = Encoding.UTF8.GetBytes(H + "\n");

        var prompts = AttackLogReader.Read(new MemoryStream(line), "log.jsonl", 0, line.Length - 1, Ct);

        prompts.Count.ShouldBe(1);
        Should.Throw<UserErrorException>(() => AttackLogReader.Read(new MemoryStream(line), "log.jsonl", 0, line.Length - 2, Ct));
    }

    [Fact]
    public void Read_EvaluationFileOfOneLabel_IsReadWithoutAMinimum() => Read(H, minimumPerLabel: 0).Count.ShouldBe(1);

    [Fact]
    public void Read_WhatIsNoFile_IsRefused()
    {
        var missing = Path.Combine(_folder.FullName, "missing.jsonl");

        Should.Throw<UserErrorException>(() => AttackLogReader.Read(missing, ct: Ct)).Message
            .ShouldBe($"{missing}: no such file. Check the path.");
        Should.Throw<UserErrorException>(() => AttackLogReader.Read(_folder.FullName, ct: Ct)).Message
            .ShouldBe($"{_folder}: is a folder. Name a file of JSON Lines or CSV.");
    }

    [Fact]
    public void Read_File_IsNamedAsTheUserNamedIt()
    {
        var path = Path.Combine(_folder.FullName, "log.jsonl");
        File.WriteAllText(path, H + "\n{}");

        var error = Should.Throw<UserErrorException>(() => AttackLogReader.Read(path, ct: Ct));

        error.Message.ShouldBe($"{path}:2: 'prompt' is missing. Give the prompt's text.");
    }

    [Fact]
    public void Read_AnyPromptsWrittenAsJsonLines_ComeBackTheSame() => Prompts.Sample(prompts =>
    {
        var log = string.Concat(prompts.Select(p => JsonSerializer.Serialize(
            new { prompt = p.Text, label = p.Label, family = p.Family, source = p.Source, id = p.LogId }) + "\n"));

        Same(Read(log, "log.jsonl", minimumPerLabel: 0), prompts);
    });

    [Fact]
    public void Read_AnyPromptsWrittenAsCsv_ComeBackTheSame() => Prompts.Sample(prompts =>
    {
        var log = "prompt,label,family,source,id\r\n" + string.Concat(prompts.Select(p =>
            string.Join(',', new[] { p.Text, $"{p.Label}", p.Family, p.Source, p.LogId }.Select(Quoted)) + "\r\n"));

        Same(Read(log, "log.csv", minimumPerLabel: 0), prompts);
    });

    [Theory]
    [InlineData("log.jsonl")]
    [InlineData("log.csv")]
    public void Read_AnyBytes_GivesPromptsOrAUserErrorOfOneLine(string origin) => Gen.OneOf(
            Gen.Byte.Array[0, 80],
            Gen.OneOf("prompt", "label", ",", "\"", "\n", "\r", "harmful", "benign", "{", "}", ":", "[", "\\u00e9", "\\ud800", "x", "1", " ", "\0", "\ufeff", H, B)
                .Array[0, 40].Select(parts => Encoding.UTF8.GetBytes("prompt,label\n" + string.Concat(parts))),
            Gen.OneOf("\"prompt\"", "\"label\"", ",", "\n", "\"harmful\"", "\"benign\"", "{", "}", ":", "[", "\"\\ud800\"", "\"x\"", "1", "null", H, B)
                .Array[0, 40].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts))))
        .Sample(bytes =>
        {
            try
            {
                AttackLogReader.Read(new MemoryStream(bytes), origin, minimumPerLabel: 0, ct: Ct).ShouldNotBeEmpty();
            }
            catch (UserErrorException e)
            {
                e.Message.ShouldStartWith(origin + ":");
                e.Message.IndexOfAny(['\n', '\r']).ShouldBe(-1);
            }
        }, iter: 3_000);

    [Fact]
    public void Read_RecordsThatCrossBufferEdges_AreReadWhole()
    {
        // The reader takes 65,536 bytes at a time; these records are cut at every kind of place.
        var texts = Enumerable.Range(0, 3_000).Select(i => $"{i} é\"\n{new string('x', i % 97)}").ToList();

        var log = "prompt,label\n" + string.Concat(texts.Select(t => Quoted(t) + ",benign\n"));

        Read(log, "log.csv", minimumPerLabel: 0).Select(p => p.Text).ShouldBe(texts);
    }

    private static Gen<List<LoggedPrompt>> Prompts => Gen.Select(
            Text, Gen.Enum<Label>(), Text, Text, (text, label, family, source) => new LoggedPrompt("", text, label, family.Trim(), source.Trim(), 0))
        .List[1, 8]
        .Select(prompts => prompts.DistinctBy(p => p.Text.Trim()).Select((p, i) => p with { LogId = $"id {i}" }).ToList());

    // Any text that UTF-8 can hold and that is not blank.
    private static Gen<string> Text => Gen.OneOf(
            Gen.String,
            Gen.OneOf("a", "\"", ",", "\n", "\r", "\r\n", "\\", "é", "漢", "😀", " ", "{", "'", ";", "#").Array[1, 12].Select(string.Concat))
        .Where(text => !string.IsNullOrWhiteSpace(text) && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text);

    private static void Same(IReadOnlyList<LoggedPrompt> read, List<LoggedPrompt> written) =>
        read.Select(p => p with { Line = 0 }).ShouldBe(written);

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"")}\"";

    private static IReadOnlyList<LoggedPrompt> Read(string log, string origin = "log.jsonl", int minimumPerLabel = 2) =>
        AttackLogReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(log)), origin, minimumPerLabel, ct: Ct);

    private static string ErrorOf(string log, string origin = "log.jsonl") =>
        Should.Throw<UserErrorException>(() => Read(log, origin)).Message;
}
