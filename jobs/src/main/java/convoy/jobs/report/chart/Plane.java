package convoy.jobs.report.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * The place where a chart draws: legend above it, axes and a thin grid around it, and where a value lies in it. The path of the axes says what
 * lies at their ends, by which the page's script reads values back from what is drawn.
 */
final class Plane {
    static final double WIDTH = 480;
    static final double HEIGHT = 300;

    /** Of a letter of 12 pixels, about. */
    static final double LETTER = 6.4;

    /** Of a letter of the legend and beside an axis where a narrow screen has it larger, in a wide font. */
    private static final double WIDE_LETTER = 8.6;

    private static final double LINE = 18;

    /** As many letters as have room beside a legend's line. */
    private static final int MOST_LETTERS = 48;

    private static final int LAST_LETTERS = 20;

    private final Svg svg;
    private final Scale x;
    private final Scale y;
    private final double left;
    private final double right;
    private final double top;
    private final double bottom;

    /** An entry of a legend. */
    record Key(String name, String css, boolean area, boolean dashed) {}

    private Plane(Svg svg, Scale x, Scale y, double left, double top, double height) {
        this.svg = svg;
        this.x = x;
        this.y = y;
        this.left = left;
        this.right = WIDTH - 14;
        this.top = top;
        this.bottom = height - 44;
    }

    /**
     * Draws the legend, the axes and the grid.
     *
     * @param keys of the legend, which is left out if there is none
     */
    static Plane draw(Svg svg, Axis across, Scale x, Axis up, Scale y, List<Key> keys) {
        double below = legend(svg, keys);
        List<Scale.Tick> rows = y.ticks(5);
        int widest = rows.stream().mapToInt(tick -> tick.label().length()).max().orElse(1);
        Plane plane = new Plane(svg, x, y, 26 + WIDE_LETTER * widest, below + 12, HEIGHT + below);
        plane.grid(rows, x.ticks(6));
        plane.labels(across.label(), up.label());
        return plane;
    }

    /** How high a picture is with a legend of these. */
    static double height(List<Key> keys) {
        return HEIGHT + lay(keys).height();
    }

    private record Laid(List<Double> xs, List<Double> ys, double height) {}

    private static Laid lay(List<Key> keys) {
        List<Double> xs = new ArrayList<>();
        List<Double> ys = new ArrayList<>();
        double x = 8;
        double y = 0;
        for (Key key : keys) {
            double width = 30 + WIDE_LETTER * shown(key.name()).length() + 14;
            if (x > 8 && x + width > WIDTH) {
                x = 8;
                y += LINE;
            }
            xs.add(x);
            ys.add(y);
            x += width;
        }
        return new Laid(xs, ys, keys.isEmpty() ? 0 : y + LINE);
    }

    /** How high a legend of these is. */
    static double legendHeight(List<Key> keys) {
        return lay(keys).height();
    }

    /** Draws a legend, and gives its height. */
    static double legend(Svg svg, List<Key> keys) {
        Laid laid = lay(keys);
        for (int i = 0; i < keys.size(); i++) {
            Key key = keys.get(i);
            double x = laid.xs().get(i);
            double y = laid.ys().get(i) + 10;
            if (key.area()) {
                svg.leaf("rect", "x", x, "y", y - 6, "width", 22.0, "height", 12.0, "class", "area " + key.css());
            } else {
                svg.leaf(
                        "path",
                        "d",
                        "M" + Svg.number(x) + " " + Svg.number(y) + "h22",
                        "class",
                        "line " + key.css() + (key.dashed() ? " dashed" : ""));
            }
            svg.text(x + 28, y + 4, "tick", shown(key.name()));
        }
        return laid.height();
    }

    /** A name with no more letters than there is room for: its beginning and its end, by which long names differ. */
    static String shown(String name) {
        return name.codePointCount(0, name.length()) <= MOST_LETTERS
                ? name
                : name.substring(0, name.offsetByCodePoints(0, MOST_LETTERS - LAST_LETTERS - 1)) + "…"
                        + name.substring(name.offsetByCodePoints(name.length(), -LAST_LETTERS));
    }

    private void grid(List<Scale.Tick> rows, List<Scale.Tick> columns) {
        StringBuilder lines = new StringBuilder();
        rows.forEach(tick -> lines.append(path("M", left, up(tick.value()))).append("H" + Svg.number(right)));
        columns.forEach(
                tick -> lines.append(path("M", across(tick.value()), top)).append("V" + Svg.number(bottom)));
        svg.leaf("path", "d", lines.toString(), "class", "grid");
        svg.leaf(
                "path",
                "d",
                path("M", left, top) + "V" + Svg.number(bottom) + "H" + Svg.number(right),
                "class",
                "axis",
                "data-across",
                x.text(),
                "data-up",
                y.text());
        rows.forEach(tick -> svg.text(left - 6, up(tick.value()) + 4, "tick end", tick.label()));
        double free = 0;
        for (Scale.Tick tick : columns) {
            double half = LETTER * tick.label().length() / 2;
            double at = Math.min(across(tick.value()), WIDTH - half);
            if (at - half >= free) {
                svg.text(at, bottom + 16, "tick middle", tick.label());
                free = at + half + 6;
            }
        }
    }

    private void labels(String acrossLabel, String upLabel) {
        svg.text((left + right) / 2, bottom + 36, "label middle", acrossLabel);
        double middle = (top + bottom) / 2;
        svg.open("text", "transform", "translate(12 " + Svg.number(middle) + ") rotate(-90)", "class", "label middle")
                .words(upLabel)
                .close();
    }

    double across(double value) {
        return left + x.at(value) * (right - left);
    }

    double up(double value) {
        return bottom - y.at(value) * (bottom - top);
    }

    double left() {
        return left;
    }

    double right() {
        return right;
    }

    double top() {
        return top;
    }

    double bottom() {
        return bottom;
    }

    /** A stroke of a path to a place of the picture. */
    static String path(String stroke, double x, double y) {
        return stroke + Svg.number(x) + " " + Svg.number(y);
    }
}
