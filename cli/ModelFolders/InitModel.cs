using System.Globalization;
using Sgasa.Cli.Models;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Contracts;
using Sgasa.Modeling;
using Sgasa.Modeling.Safetensors;
using Sgasa.Modeling.Training;

namespace Sgasa.Cli.ModelFolders;

/// <summary>Makes a model of random weights.</summary>
internal sealed class InitModel(ToolConsole console)
{
    private static readonly string[] TokenizerFiles =
        ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "special_tokens_map.json"];

    /// <returns>The exit code.</returns>
    public int Run(InitRequest request)
    {
        NewFolder.Require(request.Output);
        var tokenizerFolder = request.Tokenizer ?? OfConfig(request.Config) ?? ModelChoice.TinyFolder;
        var tokenizer = Tokenizer.FromPretrained(tokenizerFolder);
        var config = request.Config is { } folder ? ModelConfig.FromPretrained(folder) : Config(request, tokenizer, tokenizerFolder);
        if (config.VocabSize <= tokenizer.MaxId)
        {
            throw new UserErrorException(
                $"{tokenizerFolder}: the tokenizer has token id {tokenizer.MaxId}, and the model only {config.VocabSize} " +
                "tokens. Give --tokenizer a folder with a smaller vocabulary.");
        }

        RandomModelFolder.Write(
            request.Output,
            config,
            unchecked((ulong)request.Seed),
            request.Dtype == "float32" ? SafetensorsDtype.F32 : SafetensorsDtype.BF16,
            maxShardBytes: (long)request.ShardMebibytes << 20);
        foreach (var name in TokenizerFiles.Where(name => File.Exists(Path.Combine(tokenizerFolder, name))))
            File.Copy(Path.Combine(tokenizerFolder, name), Path.Combine(request.Output, name));

        var report = WrittenModelReport.Of(request.Output, RandomModelFolder.ParametersOf(config));
        ToolConsole.WriteLine(console.Out, request.Json
            ? ReportJson.Write(report)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Made a random {config.ModelType} of {report.Parameters:N0} parameters in {report.Output}"));
        return ExitCodes.Success;
    }

    private static string? OfConfig(string? config) =>
        config is not null && File.Exists(Path.Combine(config, TokenizerFiles[0])) ? config : null;

    private static ModelConfig Config(InitRequest request, Tokenizer tokenizer, string tokenizerFolder)
    {
        if (request.Heads % request.KeyValueHeads != 0)
            throw new UserErrorException($"--num-attention-heads {request.Heads} is no multiple of --num-key-value-heads.");
        if (request.HiddenSize % (2 * request.Heads) != 0)
            throw new UserErrorException($"--hidden-size {request.HiddenSize} is no even multiple of --num-attention-heads.");
        var config = new ModelConfig
        {
            ModelType = request.ModelType,
            VocabSize = tokenizer.MaxId + 1,
            HiddenSize = request.HiddenSize,
            IntermediateSize = request.IntermediateSize,
            NumHiddenLayers = request.Layers,
            NumAttentionHeads = request.Heads,
            NumKeyValueHeads = request.KeyValueHeads,
            HeadDim = request.HiddenSize / request.Heads,
            MaxPositionEmbeddings = request.ContextLength,
            TieWordEmbeddings = !request.Untied,
        };
        return config with { EosTokenIds = [EndToken.Find(tokenizerFolder, tokenizer, config)] };
    }
}
