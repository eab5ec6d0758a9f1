package convoy.jobs.report.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * One thing against another, each point with its name where there is room for it.
 *
 * @param title what is shown, for who cannot see it
 * @param across the horizontal axis
 * @param up the vertical one
 * @param dots the points
 */
public record ScatterChart(String title, Axis across, Axis up, List<Dot> dots) {
    /**
     * One point.
     *
     * @param name written beside it; a browser shows it in any case where one points
     * @param colour from 0
     * @param at where
     * @param interval of its y, at its x
     * @param look what tells it from others
     */
    public record Dot(String name, int colour, Series.Point at, Optional<Series.Span> interval, Look look) {
        double x() {
            return at.x();
        }

        double y() {
            return at.y();
        }
    }

    /** What tells one point from others. */
    public enum Look {
        /** Like the others. */
        PLAIN,
        /** With a ring around it. */
        CHOSEN,
        /** A cross: there is a place on the axis across alone, and it stands at the lower edge. */
        FAILED
    }

    private record Box(double left, double top, double right, double bottom) {
        boolean meets(Box other) {
            return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
        }
    }

    public ScatterChart {
        dots = List.copyOf(dots);
    }

    /** {@return the picture, as SVG} */
    public String svg() {
        Svg svg = new Svg(Plane.WIDTH, Plane.HEIGHT, title);
        Scale x = across.roomy(dots.stream().mapToDouble(Dot::x));
        Scale y = up.roomy(dots.stream()
                .filter(dot -> dot.look() != Look.FAILED)
                .flatMapToDouble(dot -> DoubleStream.concat(
                        DoubleStream.of(dot.y()),
                        dot.interval().stream().flatMapToDouble(span -> DoubleStream.of(span.low(), span.high())))));
        Plane plane = Plane.draw(svg, across, x, up, y, List.of());
        List<Dot> shown = dots.stream()
                .filter(dot -> across.holds(dot.x()) && (dot.look() == Look.FAILED || up.holds(dot.y())))
                .toList();
        List<Box> taken = new ArrayList<>();
        for (Dot dot : shown) {
            double px = plane.across(dot.x());
            double py = height(plane, dot);
            taken.add(new Box(px - 5, py - 5, px + 5, py + 5));
            draw(svg, plane, dot, px, py);
        }
        for (Dot dot : shown) {
            if (!dot.name().isEmpty()) {
                label(svg, plane, dot, taken);
            }
        }
        return svg.end();
    }

    private static double height(Plane plane, Dot dot) {
        return dot.look() == Look.FAILED ? plane.bottom() - 6 : plane.up(dot.y());
    }

    private void draw(Svg svg, Plane plane, Dot dot, double px, double py) {
        String css = Series.colour(dot.colour());
        dot.interval()
                .filter(span -> up.holds(span.low()) && up.holds(span.high()) && dot.look() != Look.FAILED)
                .ifPresent(span -> svg.leaf(
                        "path",
                        "d",
                        Plane.path("M", px, plane.up(span.low())) + "V" + Svg.number(plane.up(span.high())),
                        "class",
                        "bar " + css));
        svg.open("g");
        svg.open("title").words(dot.name()).close();
        switch (dot.look()) {
            case PLAIN -> svg.leaf("circle", "cx", px, "cy", py, "r", 4.0, "class", "dot " + css);
            case CHOSEN -> {
                svg.leaf("circle", "cx", px, "cy", py, "r", 4.0, "class", "dot " + css);
                svg.leaf("circle", "cx", px, "cy", py, "r", 8.0, "class", "ring " + css);
            }
            case FAILED ->
                svg.leaf(
                        "path",
                        "d",
                        Plane.path("M", px - 4, py - 4) + "l8 8" + Plane.path("M", px + 4, py - 4) + "l-8 8",
                        "class",
                        "bar " + css);
        }
        svg.close();
    }

    /** Beside the point at the first of some places where it covers nothing; else the name is left out. */
    private static void label(Svg svg, Plane plane, Dot dot, List<Box> taken) {
        String name = Plane.shown(dot.name());
        double width = Plane.LETTER * name.length() + 2;
        double px = plane.across(dot.x());
        double py = height(plane, dot);
        List<Box> places = new ArrayList<>();
        for (double dy : new double[] {0, -12, 12, -24, 24}) {
            places.add(at(px + 8, py + dy, width));
            places.add(at(px - 8 - width, py + dy, width));
        }
        places.add(at(px - width / 2, py - 14, width));
        places.add(at(px - width / 2, py + 14, width));
        Optional<Box> free = places.stream()
                .filter(box -> box.left() >= plane.left()
                        && box.right() <= Plane.WIDTH
                        && box.top() >= plane.top() - 10
                        && box.bottom() <= plane.bottom())
                .filter(box -> taken.stream().noneMatch(box::meets))
                .findFirst();
        free.ifPresent(box -> {
            taken.add(box);
            svg.text(box.left(), box.bottom() - 3, "tick", name);
        });
    }

    private static Box at(double left, double middle, double width) {
        return new Box(left, middle - 7, left + width, middle + 7);
    }
}
