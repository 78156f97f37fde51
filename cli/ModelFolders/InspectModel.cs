using System.Globalization;
using Sgasa.Cli.Models;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Spectre.Console;

namespace Sgasa.Cli.ModelFolders;

/// <summary>Shows what a model folder holds.</summary>
internal sealed class InspectModel(ToolConsole console)
{
    /// <returns>The exit code.</returns>
    public int Run(string? folder, bool json)
    {
        var report = ModelReport.Of(ModelChoice.Of(folder));
        if (json) ToolConsole.WriteLine(console.Out, ReportJson.Write(report));
        else console.Out.Write(Table(report));
        return ExitCodes.Success;
    }

    private static Table Table(ModelReport report)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders();
        table.AddColumn(new TableColumn("").NoWrap()).AddColumn(new TableColumn(""));
        void Add(string name, FormattableString value) =>
            table.AddRow(new Text(name), new Text(value.ToString(CultureInfo.InvariantCulture)));
        Add("Model", $"{report.Model}");
        Add("Architecture", $"{report.ModelType}");
        Add("Parameters", $"{report.Parameters:N0}");
        Add("Layers", $"{report.Layers}, width {report.HiddenSize}, inner width {report.IntermediateSize}");
        Add("Heads", $"{report.Heads} for queries, {report.KeyValueHeads} for keys and values, each {report.HeadDim} wide");
        var head = report.TiedEmbeddings ? "head tied to the embeddings" : "head of its own";
        Add("Vocabulary", $"{report.Vocabulary:N0}, {head}");
        Add("Context", $"{report.ContextLength:N0} tokens");
        Add("Rotation", $"base {report.RopeTheta}{(report.RopeScaling is null ? "" : ", scaled: " + report.RopeScaling)}");
        foreach (var (dtype, count) in report.Dtypes) Add("Weights", $"{count} tensors of {dtype}");
        foreach (var file in report.Files) Add("File", $"{file.Name}, {file.Bytes:N0} bytes, {file.Tensors} tensors");
        Add("Tokenizer", $"{report.Tokens:N0} tokens, {report.AddedTokens} of them added; ends with {report.EndToken}");
        if (report.ChatTemplate is { } length) Add("Chat template", $"{length:N0} characters");
        else Add("Chat template", $"none");
        Add("Fingerprint", $"{report.Fingerprint}");
        return table;
    }
}
