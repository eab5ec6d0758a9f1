package convoy.jobs.report.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Parts of a whole, one above the other, along an axis.
 *
 * @param title what is shown, for who cannot see it
 * @param across the horizontal axis
 * @param up the vertical one
 * @param names of the parts, the lowest first
 * @param columns in the order of their x
 * @param marks of what happened
 */
public record StackedChart(
        String title, Axis across, Axis up, List<String> names, List<Column> columns, List<Mark> marks) {
    /**
     * The parts at one place.
     *
     * @param x the place
     * @param parts 0 or more each
     */
    public record Column(double x, List<Double> parts) {
        public Column {
            parts = List.copyOf(parts);
        }

        double below(int count) {
            return parts.subList(0, count).stream().mapToDouble(part -> part).sum();
        }
    }

    public StackedChart {
        names = List.copyOf(names);
        columns = List.copyOf(columns);
        marks = List.copyOf(marks);
    }

    /** {@return the picture, as SVG} */
    public String svg() {
        List<Plane.Key> keys = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            keys.add(new Plane.Key(names.get(i), Series.colour(i), true, false));
        }
        Svg svg = new Svg(Plane.WIDTH, Plane.height(keys), title);
        Scale x = across.over(DoubleStream.concat(
                columns.stream().mapToDouble(Column::x), marks.stream().mapToDouble(Mark::x)));
        Scale y = up.over(columns.stream().mapToDouble(column -> column.below(names.size())));
        Plane plane = Plane.draw(svg, across, x, up, y, keys);
        for (int i = 0; i < names.size(); i++) {
            part(svg, plane, i);
        }
        for (Mark mark : marks) {
            svg.open("g", "class", mark.fault() ? "mark fault" : "mark");
            svg.open("title").words(mark.number() + ": " + mark.what()).close();
            svg.leaf(
                    "path",
                    "d",
                    Plane.path("M", plane.across(mark.x()), plane.top()) + "V" + Svg.number(plane.bottom()));
            svg.close();
        }
        return svg.end();
    }

    private void part(Svg svg, Plane plane, int index) {
        StringBuilder path = new StringBuilder();
        for (Column column : columns) {
            path.append(Plane.path(
                    path.isEmpty() ? "M" : "L", plane.across(column.x()), plane.up(column.below(index + 1))));
        }
        for (int i = columns.size() - 1; i >= 0; i--) {
            Column column = columns.get(i);
            path.append(Plane.path("L", plane.across(column.x()), plane.up(column.below(index))));
        }
        svg.leaf("path", "d", path + "Z", "class", "area " + Series.colour(index), "data-name", names.get(index));
    }
}
