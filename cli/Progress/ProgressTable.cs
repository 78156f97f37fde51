using Sgasa.Api.Rounds;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sgasa.Cli.Progress;

/// <summary>Progress as a table with bars, for a terminal.</summary>
internal static class ProgressTable
{
    private const int BarWidth = 24;

    /// <summary>The table as it stands.</summary>
    public static IRenderable Render(IReadOnlyList<ProgressRow> rows, TimeSpan elapsed)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders();
        table.AddColumns(Column(), Column(), Figure(), Figure(), Figure(), Figure());
        foreach (var row in rows)
        {
            var style = row.State == ProgressState.Waiting ? Color.Grey : Color.Default;
            table.AddRow(
                new Text($"{Mark(row.State)} {row.Name}", style),
                Bar(row),
                new Text(row.State == ProgressState.Waiting ? "" : ProgressTexts.Count(row), style),
                new Text(ProgressTexts.Pace(row), style),
                new Text(ProgressTexts.Loss(row), style),
                new Text(row.State == ProgressState.Running ? ProgressTexts.Left(row) : "", style));
        }

        return new Rows(table, new Text($"  {ProgressTexts.Time(elapsed)} elapsed", Color.Grey));
    }

    private static TableColumn Column() => new TableColumn("").NoWrap().PadLeft(0).PadRight(2);

    private static TableColumn Figure() => Column().RightAligned();

    private static string Mark(ProgressState state) => state switch
    {
        ProgressState.Done => "✓",
        ProgressState.Running => "●",
        _ => "·",
    };

    private static Paragraph Bar(ProgressRow row)
    {
        var share = row.State == ProgressState.Done ? 1 : row.Total > 0 ? Math.Clamp((double)row.Done / row.Total, 0, 1) : 0;
        var full = (int)(share * BarWidth);
        return new Paragraph()
            .Append(new string('━', full), row.State == ProgressState.Done ? Color.Green : Color.Yellow)
            .Append(new string('─', BarWidth - full), Color.Grey);
    }
}
