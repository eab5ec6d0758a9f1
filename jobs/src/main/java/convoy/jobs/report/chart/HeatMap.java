package convoy.jobs.report.chart;

import java.util.List;

/**
 * Counts by row and column, shaded by their share of the row: what is on the diagonal in another colour than what is not.
 *
 * @param title what is shown, for who cannot see it
 * @param rowLabel what the rows are
 * @param columnLabel what the columns are
 * @param names of rows and columns, the same for both
 * @param counts {@code [names, names]}
 * @param totals of each row, which may be more than its counts that are shown
 */
public record HeatMap(
        String title,
        String rowLabel,
        String columnLabel,
        List<String> names,
        List<List<Long>> counts,
        List<Long> totals) {
    private static final int MOST_LETTERS = 18;
    private static final int WITH_NUMBERS = 12;

    public HeatMap {
        names = List.copyOf(names);
        counts = counts.stream().map(List::copyOf).toList();
        totals = List.copyOf(totals);
    }

    /** {@return the picture, as SVG} */
    public String svg() {
        int size = names.size();
        int letters = Math.min(
                MOST_LETTERS, names.stream().mapToInt(String::length).max().orElse(1));
        double room = 12 + Plane.LETTER * letters;
        double left = room + 18;
        double top = room * 0.75 + 22;
        double cell = Math.min(34, (Plane.WIDTH - left - 22) / size);
        double extent = cell * size;
        Svg svg = new Svg(Plane.WIDTH, top + extent + 8, title);
        svg.text(left + extent / 2, 14, "label middle", columnLabel);
        svg.open(
                        "text",
                        "transform",
                        "translate(12 " + Svg.number(top + extent / 2) + ") rotate(-90)",
                        "class",
                        "label middle")
                .words(rowLabel)
                .close();
        for (int i = 0; i < size; i++) {
            double middle = (i + 0.5) * cell;
            String css = cell < 12 ? "tick small" : "tick";
            svg.text(left - 5, top + middle + 4, css + " end", cut(names.get(i)));
            svg.open(
                            "text",
                            "transform",
                            "translate(" + Svg.number(left + middle + 3) + " " + Svg.number(top - 5) + ") rotate(-45)",
                            "class",
                            css)
                    .words(cut(names.get(i)))
                    .close();
        }
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                cell(svg, row, column, left + column * cell, top + row * cell, cell);
            }
        }
        svg.leaf("rect", "x", left, "y", top, "width", extent, "height", extent, "class", "frame");
        return svg.end();
    }

    private void cell(Svg svg, int row, int column, double x, double y, double cell) {
        long count = counts.get(row).get(column);
        if (count == 0) {
            return;
        }
        double share = (double) count / Math.max(1, totals.get(row));
        // Steps of one in a hundred; the faintest can still be seen.
        String opacity = Double.toString(Math.round(100 * (0.08 + 0.92 * share)) / 100.0);
        svg.open("g");
        svg.open("title")
                .words(names.get(row) + " → " + names.get(column) + ": " + count + " of " + totals.get(row))
                .close();
        svg.leaf(
                "rect",
                "x",
                x,
                "y",
                y,
                "width",
                cell,
                "height",
                cell,
                "class",
                row == column ? "heat right" : "heat wrong",
                "fill-opacity",
                opacity);
        if (names.size() <= WITH_NUMBERS) {
            String number = Long.toString(count);
            String css = number.length() * Plane.LETTER > cell - 2 ? "tick small middle" : "tick middle";
            svg.text(x + cell / 2, y + cell / 2 + 4, css + (share > 0.55 ? " over" : ""), number);
        }
        svg.close();
    }

    private static String cut(String name) {
        return name.codePointCount(0, name.length()) <= MOST_LETTERS
                ? name
                : name.substring(0, name.offsetByCodePoints(0, MOST_LETTERS - 1)) + "…";
    }
}
