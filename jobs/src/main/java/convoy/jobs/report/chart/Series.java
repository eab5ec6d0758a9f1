package convoy.jobs.report.chart;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * One line of a chart.
 *
 * @param name of it; empty if it has none
 * @param colour from 0: which of the page's colours, with its dashes
 * @param look how it is drawn
 * @param points in the order of their x; what is no number leaves a gap
 * @param band around the line, drawn lightly; empty if there is none
 * @param isListed whether it is in the legend; else its name is seen where one zooms alone
 */
public record Series(String name, int colour, Look look, List<Point> points, List<Span> band, boolean isListed) {
    /** Colours that the page has. */
    static final int COLOURS = 8;

    /** How a line is drawn. */
    public enum Look {
        /** As it is. */
        LINE,
        /** Lightly, behind the others. */
        FAINT,
        /** With a dot at each point. */
        DOTTED,
        /** With dashes whatever its colour, and a dot at each point. */
        DASHED
    }

    /**
     * A point of a line.
     *
     * @param x on the horizontal axis
     * @param y on the vertical one; no number leaves a gap
     */
    public record Point(double x, double y) {}

    /**
     * Between which values something lies at a place.
     *
     * @param x the place
     * @param low lower end
     * @param high upper end
     */
    public record Span(double x, double low, double high) {}

    public Series {
        points = List.copyOf(points);
        band = List.copyOf(band);
    }

    /**
     * Makes a line without a band.
     *
     * @param name in the legend; empty if it is in none
     * @param colour from 0: which of the page's colours, with its dashes
     * @param look how it is drawn
     * @param points in the order of their x; what is no number leaves a gap
     */
    public Series(String name, int colour, Look look, List<Point> points) {
        this(name, colour, look, points, List.of(), true);
    }

    /**
     * {@return a line with a band}
     *
     * @param around the line, drawn lightly
     */
    public Series withBand(List<Span> around) {
        return new Series(name, colour, look, points, around, isListed);
    }

    /** {@return the same line in no legend} */
    public Series unlisted() {
        return new Series(name, colour, look, points, band, false);
    }

    DoubleStream xs() {
        return DoubleStream.concat(
                points.stream().mapToDouble(Point::x), band.stream().mapToDouble(Span::x));
    }

    DoubleStream ys() {
        return DoubleStream.concat(
                points.stream().mapToDouble(Point::y),
                band.stream().flatMapToDouble(span -> DoubleStream.of(span.low(), span.high())));
    }

    /** The class of its colour. */
    String css() {
        return colour(colour);
    }

    static String colour(int index) {
        return "c" + index % COLOURS;
    }
}
