package convoy.jobs.report.chart;

import java.util.List;
import java.util.Locale;

/**
 * Two shares of each of several things, one bar below the other.
 *
 * @param title what is shown, for who cannot see it
 * @param first what the upper bars are of
 * @param second what the lower ones are of
 * @param rows from top to bottom
 */
public record PairedBars(String title, String first, String second, List<Row> rows) {
    private static final double ROW = 40;
    private static final double BAR = 15;
    private static final int MOST_LETTERS = 22;

    /** Room for the figure behind the longest bar. */
    private static final double FIGURE = 52;

    /**
     * One thing.
     *
     * @param name in front of the bars
     * @param first share in [0, 1]
     * @param second likewise
     */
    public record Row(String name, double first, double second) {}

    public PairedBars {
        rows = List.copyOf(rows);
    }

    /** {@return the picture, as SVG} */
    public String svg() {
        List<Plane.Key> keys = List.of(
                new Plane.Key(first, Series.colour(0), true, false),
                new Plane.Key(second, Series.colour(1) + " light", true, false));
        double top = Plane.legendHeight(keys) + 8;
        Svg svg = new Svg(Plane.WIDTH, top + ROW * rows.size() + 4, title);
        Plane.legend(svg, keys);
        int letters = Math.min(
                MOST_LETTERS,
                rows.stream().mapToInt(row -> row.name().length()).max().orElse(1));
        double left = 14 + Plane.LETTER * letters;
        double longest = rows.stream()
                .mapToDouble(row -> Math.max(row.first(), row.second()))
                .max()
                .orElse(1);
        double perShare = (Plane.WIDTH - FIGURE - left) / (longest > 0 ? longest : 1);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            double y = top + ROW * i;
            svg.text(left - 8, y + 5 + BAR + 4, "tick end", cut(row.name()));
            bar(svg, left, y + 4, row.first() * perShare, keys.get(0), row.first());
            bar(svg, left, y + 5 + BAR, row.second() * perShare, keys.get(1), row.second());
        }
        svg.leaf("path", "d", Plane.path("M", left, top) + "V" + Svg.number(top + ROW * rows.size()), "class", "axis");
        return svg.end();
    }

    private static void bar(Svg svg, double x, double y, double width, Plane.Key key, double share) {
        svg.leaf("rect", "x", x, "y", y, "width", width, "height", BAR, "class", "area " + key.css());
        svg.text(x + width + 6, y + BAR - 3, "tick", String.format(Locale.ROOT, "%.1f %%", 100 * share));
    }

    private static String cut(String name) {
        return name.codePointCount(0, name.length()) <= MOST_LETTERS
                ? name
                : name.substring(0, name.offsetByCodePoints(0, MOST_LETTERS - 1)) + "…";
    }
}
