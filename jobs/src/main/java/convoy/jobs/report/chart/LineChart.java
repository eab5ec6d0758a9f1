package convoy.jobs.report.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Lines over an axis, with bands around them and marks of what happened.
 *
 * @param title what is shown, for who cannot see it
 * @param across the horizontal axis
 * @param up the vertical one
 * @param series the lines, the first one drawn first
 * @param marks of what happened
 */
public record LineChart(String title, Axis across, Axis up, List<Series> series, List<Mark> marks) {
    private static final int MOST_MARKS = 300;

    public LineChart {
        series = List.copyOf(series);
        marks = List.copyOf(marks);
    }

    /** {@return whether there is anything to draw} */
    public boolean isEmpty() {
        return series.stream()
                .allMatch(
                        one -> one.points().stream().noneMatch(point -> up.holds(point.y()) && across.holds(point.x()))
                                && one.band().isEmpty());
    }

    /** {@return the picture, as SVG} */
    public String svg() {
        List<Plane.Key> keys = series.stream()
                .filter(one -> one.isListed() && !one.name().isEmpty())
                .map(one -> new Plane.Key(one.name(), one.css(), false, one.look() == Series.Look.DASHED))
                .toList();
        List<Plane.Key> legend = keys.size() > 1 ? keys : List.of();
        Svg svg = new Svg(Plane.WIDTH, Plane.height(legend), title);
        Scale x = across.over(DoubleStream.concat(
                series.stream().flatMapToDouble(Series::xs), marks.stream().mapToDouble(Mark::x)));
        Scale y = up.roomy(series.stream().flatMapToDouble(Series::ys));
        Plane plane = Plane.draw(svg, across, x, up, y, legend);
        series.forEach(one -> band(svg, plane, one));
        drawMarks(svg, plane);
        series.forEach(one -> line(svg, plane, one));
        return svg.end();
    }

    private void band(Svg svg, Plane plane, Series one) {
        List<Series.Span> spans = one.band().stream()
                .filter(span -> up.holds(span.low()) && up.holds(span.high()))
                .toList();
        if (spans.size() < 2) {
            return;
        }
        StringBuilder path = new StringBuilder();
        for (Series.Span span : spans) {
            path.append(Plane.path(path.isEmpty() ? "M" : "L", plane.across(span.x()), plane.up(span.high())));
        }
        for (int i = spans.size() - 1; i >= 0; i--) {
            path.append(Plane.path(
                    "L", plane.across(spans.get(i).x()), plane.up(spans.get(i).low())));
        }
        svg.leaf("path", "d", path + "Z", "class", "band " + one.css(), "data-name", one.name());
    }

    private void drawMarks(Svg svg, Plane plane) {
        double free = 0;
        for (Mark mark : marks.subList(0, Math.min(MOST_MARKS, marks.size()))) {
            double x = plane.across(mark.x());
            svg.open("g", "class", mark.fault() ? "mark fault" : "mark");
            svg.open("title").words(mark.number() + ": " + mark.what()).close();
            svg.leaf("path", "d", Plane.path("M", x, plane.top()) + "V" + Svg.number(plane.bottom()));
            if (x >= free) {
                svg.text(x, plane.top() - 2, "tick middle", Integer.toString(mark.number()));
                free = x + 16;
            }
            svg.close();
        }
    }

    private void line(Svg svg, Plane plane, Series one) {
        StringBuilder path = new StringBuilder();
        List<Series.Point> dots = new ArrayList<>();
        boolean isUp = true;
        for (Series.Point point : one.points()) {
            if (!up.holds(point.y()) || !across.holds(point.x())) {
                isUp = true;
                continue;
            }
            path.append(Plane.path(isUp ? "M" : "L", plane.across(point.x()), plane.up(point.y())));
            isUp = false;
            dots.add(point);
        }
        if (dots.isEmpty()) {
            return;
        }
        svg.leaf(
                "path", "d", path.toString(), "class", "line " + one.css() + look(one.look()), "data-name", one.name());
        boolean dotted = one.look() == Series.Look.DOTTED || one.look() == Series.Look.DASHED;
        if ((dotted && dots.size() <= 100) || dots.size() == 1) {
            for (Series.Point dot : dots) {
                svg.leaf(
                        "circle",
                        "cx",
                        plane.across(dot.x()),
                        "cy",
                        plane.up(dot.y()),
                        "r",
                        2.5,
                        "class",
                        "dot " + one.css());
            }
        }
    }

    private static String look(Series.Look look) {
        return switch (look) {
            case LINE, DOTTED -> "";
            case FAINT -> " faint";
            case DASHED -> " dashed";
        };
    }
}
