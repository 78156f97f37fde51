using System.Globalization;
using Sgasa.Cli.Reports;
using Spectre.Console;

namespace Sgasa.Cli.Texts;

/// <summary>Figures as a table: each share with its 95 % interval and its n.</summary>
internal static class MethodTable
{
    // Below this the interval goes under its share.
    private const int OneLineWidth = 98;

    /// <summary>The table.</summary>
    /// <param name="methods">Its rows.</param>
    /// <param name="width">Columns of the console.</param>
    public static Table Render(IReadOnlyList<MethodReport> methods, int width)
    {
        var wide = width >= OneLineWidth;
        var table = new Table().RoundedBorder();
        table.AddColumns(
            new TableColumn("Method").NoWrap(),
            new TableColumn("Not unsafe").NoWrap(),
            new TableColumn("Not overrefuse").NoWrap(),
            new TableColumn("Average").NoWrap());
        foreach (var m in methods)
        {
            table.AddRow(
                new Text(m.Method),
                Cell(m.NotUnsafe, m.NotUnsafeInterval, m.NHarmful),
                Cell(m.NotOverrefuse, m.NotOverrefuseInterval, m.NBenign),
                Cell(m.Average, m.AverageInterval, m.NHarmful + m.NBenign));
        }

        return table;

        Paragraph Cell(double? value, IReadOnlyList<double>? ends, int n) => value is { } share && ends is [var low, var high]
            ? new Paragraph().Append(Share(share), new Style(decoration: Decoration.Bold))
                .Append(wide ? $" [{Share(low)}, {Share(high)}] n {n}" : $" n {n}\n[{Share(low)}, {Share(high)}]")
            : new Paragraph("not judged");
    }

    /// <summary><c>.303</c>, as papers print shares.</summary>
    public static string Share(double value) =>
        value.ToString("0.000", CultureInfo.InvariantCulture) is var text && text.StartsWith("0.", StringComparison.Ordinal)
            ? text[1..]
            : text;

    /// <summary><c>+.123</c> or <c>-.045</c>.</summary>
    public static string Difference(double value) => (value < 0 ? "-" : "+") + Share(Math.Abs(value));
}
