package convoy.jobs.report.chart;

import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Values with their intervals, a line for each thing that is compared.
 *
 * @param title what is shown, for who cannot see it
 * @param across the axis of the values
 * @param rows from top to bottom
 * @param reference a value that all are seen against, with a line of its own
 */
public record IntervalChart(String title, Axis across, List<Row> rows, Optional<Double> reference) {
    private static final double ROW = 26;
    private static final int MOST_LETTERS = 34;

    /**
     * One thing.
     *
     * @param name in front of the line
     * @param colour from 0
     * @param value the middle
     * @param low lower end of the interval, or no number if there is none
     * @param high upper end
     * @param single the values that it is of
     */
    public record Row(String name, int colour, double value, double low, double high, List<Double> single) {
        public Row {
            single = List.copyOf(single);
        }
    }

    public IntervalChart {
        rows = List.copyOf(rows);
    }

    /** {@return the picture, as SVG} */
    public String svg() {
        double height = ROW * rows.size() + 60;
        Svg svg = new Svg(Plane.WIDTH, height, title);
        int letters = Math.min(
                MOST_LETTERS,
                rows.stream().mapToInt(row -> row.name().length()).max().orElse(1));
        double left = 14 + Plane.LETTER * letters;
        double right = Plane.WIDTH - 14;
        double bottom = height - 44;
        Scale x = across.roomy(DoubleStream.concat(
                reference.stream().mapToDouble(one -> one),
                rows.stream()
                        .flatMapToDouble(row -> DoubleStream.concat(
                                DoubleStream.of(row.value(), row.low(), row.high()),
                                row.single().stream().mapToDouble(one -> one)))));
        StringBuilder grid = new StringBuilder();
        for (Scale.Tick tick : x.ticks(5)) {
            double at = left + x.at(tick.value()) * (right - left);
            grid.append(Plane.path("M", at, 8)).append("V" + Svg.number(bottom));
            svg.text(at, bottom + 16, "tick middle", tick.label());
        }
        svg.leaf("path", "d", grid.toString(), "class", "grid");
        svg.leaf("path", "d", Plane.path("M", left, bottom) + "H" + Svg.number(right), "class", "axis");
        svg.text((left + right) / 2, bottom + 36, "label middle", across.label());
        reference.ifPresent(value -> svg.open("g", "class", "mark")
                .leaf("path", "d", Plane.path("M", left + x.at(value) * (right - left), 8) + "V" + Svg.number(bottom))
                .close());
        for (int i = 0; i < rows.size(); i++) {
            draw(svg, rows.get(i), 8 + ROW * i + ROW / 2, left, right, x);
        }
        return svg.end();
    }

    private void draw(Svg svg, Row row, double y, double left, double right, Scale x) {
        svg.text(left - 8, y + 4, "tick end", cut(row.name()));
        String css = Series.colour(row.colour());
        for (double one : row.single()) {
            if (across.holds(one)) {
                svg.leaf(
                        "circle",
                        "cx",
                        left + x.at(one) * (right - left),
                        "cy",
                        y,
                        "r",
                        2.5,
                        "class",
                        "dot single " + css);
            }
        }
        if (across.holds(row.low()) && across.holds(row.high())) {
            double from = left + x.at(row.low()) * (right - left);
            double to = left + x.at(row.high()) * (right - left);
            String ends = Plane.path("M", from, y - 5) + "v10" + Plane.path("M", to, y - 5) + "v10";
            svg.leaf("path", "d", Plane.path("M", from, y) + "H" + Svg.number(to) + ends, "class", "bar " + css);
        }
        if (across.holds(row.value())) {
            svg.leaf(
                    "circle",
                    "cx",
                    left + x.at(row.value()) * (right - left),
                    "cy",
                    y,
                    "r",
                    4.5,
                    "class",
                    "dot " + css);
        }
    }

    private static String cut(String name) {
        return name.codePointCount(0, name.length()) <= MOST_LETTERS
                ? name
                : name.substring(0, name.offsetByCodePoints(0, MOST_LETTERS - 1)) + "…";
    }
}
