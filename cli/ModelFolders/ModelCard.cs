using System.Globalization;
using System.Text;
using Sgasa.Cli.Models;
using Sgasa.Cli.Reports;
using Sgasa.Cli.Terminal;
using Sgasa.Contracts;
using Sgasa.Modeling;
using Sgasa.Modeling.Training;

namespace Sgasa.Cli.ModelFolders;

/// <summary>Writes a model card: what is known from the files, and places for what only people know.</summary>
internal sealed class ModelCard(ToolConsole console)
{
    /// <returns>The exit code.</returns>
    public int Run(string folder, bool force)
    {
        var path = Path.Combine(folder, "README.md");
        if (File.Exists(path) && !force) throw new UserErrorException($"{path}: is there already. Give --force to replace it.");
        var card = File.Exists(Path.Combine(folder, "adapter_config.json"))
            ? OfAdapter(PeftAdapter.Inspect(folder), FineTuningResult.Find(folder))
            : OfModel(ModelReport.Of(ModelChoice.Of(folder)));
        File.WriteAllText(path, card);
        ToolConsole.WriteLine(console.Out, $"Wrote {path}");
        return ExitCodes.Success;
    }

    private static string OfAdapter(PeftAdapterInfo adapter, FineTuningResult? result)
    {
        var card = new StringBuilder("---\n");
        var name = OneLine(adapter.BaseModel ?? "unknown");
        card.Append(CultureInfo.InvariantCulture, $"base_model: {Quoted(name)}\n");
        card.Append("library_name: peft\npipeline_tag: text-generation\ntags:\n- lora\n---\n\n");
        card.Append(CultureInfo.InvariantCulture, $"# LoRA adapter for {name}\n\n");
        card.Append("What it was trained for, and on which data: *to be written*.\n\n## Adapter\n\n| | |\n| --- | --- |\n");
        Row(card, "Rank", adapter.Lora.R);
        Row(card, "Alpha", adapter.Lora.LoraAlpha);
        Row(card, "Scaling", adapter.Lora.UseRslora ? "alpha / sqrt(rank)" : "alpha / rank");
        Row(card, "Projections", OneLine(adapter.Lora.TargetPattern ?? string.Join(", ", adapter.Lora.TargetModules)));
        if (adapter.Fingerprint is { } fingerprint) Row(card, "Base model's fingerprint", OneLine(fingerprint));
        if (result is not null) Training(card, result);
        card.Append("\n## Use\n\nWith PEFT:\n\n```python\nfrom peft import AutoPeftModelForCausalLM\n\n");
        card.Append("model = AutoPeftModelForCausalLM.from_pretrained(\"path/to/this/folder\")\n```\n\n");
        card.Append("With this tool:\n\n```\nsgasa generate \"...\" --model path/to/base --adapter path/to/this/folder\n```\n");
        return card.Append(Limits).ToString();
    }

    private static void Training(StringBuilder card, FineTuningResult result)
    {
        card.Append("\n## Training\n\n| | |\n| --- | --- |\n");
        Row(card, "Steps", result.GlobalStep);
        Row(card, "Passes over the data", result.Epoch);
        Row(card, "Tokens", result.NumTokens);
        Row(card, "Mean training loss", result.TrainLoss);
        if (result.StoppedEarly) Row(card, "Stopped early", "yes");
        if (result.AdapterStep != result.GlobalStep) Row(card, "Adapter of step", result.AdapterStep);
        foreach (var (metric, value) in result.LastEvaluation ?? new Dictionary<string, double>())
            Row(card, OneLine(metric), value);
    }

    private static string OfModel(ModelReport model)
    {
        var card = new StringBuilder("---\nlibrary_name: transformers\npipeline_tag: text-generation\n---\n\n");
        card.Append(CultureInfo.InvariantCulture, $"# {OneLine(model.Model)}\n\n");
        card.Append("What it is for, and what it was trained on: *to be written*.\n\n## Model\n\n| | |\n| --- | --- |\n");
        Row(card, "Architecture", model.ModelType);
        Row(card, "Parameters", model.Parameters.ToString("N0", CultureInfo.InvariantCulture));
        Row(card, "Layers", model.Layers);
        Row(card, "Width", model.HiddenSize);
        Row(card, "Heads", $"{model.Heads}, {model.KeyValueHeads} for keys and values");
        Row(card, "Vocabulary", model.Vocabulary);
        Row(card, "Context", $"{model.ContextLength} tokens");
        Row(card, "Stored as", string.Join(", ", model.Dtypes.Keys));
        Row(card, "Fingerprint", model.Fingerprint);
        return card.Append(Limits).ToString();
    }

    private const string Limits = "\n## Limits\n\nWhat it should not be used for, and how it was evaluated: *to be written*.\n";

    private static void Row(StringBuilder card, string name, object value) =>
        card.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");

    private static string Quoted(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    /// <summary>What a file says of itself can't break the table or the page.</summary>
    private static string OneLine(string text) =>
        string.Concat(text.Where(c => !char.IsControl(c))).Replace("|", "\\|", StringComparison.Ordinal);
}
