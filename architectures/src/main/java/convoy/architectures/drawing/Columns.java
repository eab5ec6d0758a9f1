package convoy.architectures.drawing;

import convoy.architectures.drawing.Layout.Curve;
import convoy.architectures.drawing.Layout.Frame;
import convoy.architectures.drawing.Layout.Placed;
import convoy.architectures.drawing.Layout.Port;
import convoy.architectures.drawing.Ranks.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * A tall picture cut into columns, read one after the other. It is cut where few arrows pass and nothing stands; each arrow that
 * is cut ends at a number and goes on from the same number in the next column. Frames that are as tall as a column themselves are
 * cut too and say that they go on; all others stay whole.
 */
final class Columns {
    /** What is taller than this times its width is cut, into columns that together are at most as tall. */
    private static final double TALL = 1.8;

    /** A page's height: what is lower stays as it is. */
    static final double PAGE = 1000;

    private static final double TALL_AFTERWARDS = 1.25;
    private static final int MOST_COLUMNS = 12;

    /** More arrows than these would be a puzzle. */
    private static final int MOST_CUT_ARROWS = 3;

    /** Frames of more than this share of a column may be cut. */
    private static final double TALL_FRAME = 0.5;

    /** How far off, as a share of a column, a cut may be for an arrow less. */
    private static final double DETOUR = 0.1;

    private static final double LEAST_GAP = 16;
    private static final double TITLE = 24;
    private static final double PORT = 36;
    private static final double BETWEEN = 48;

    private final Layout whole;

    private Columns(Layout whole) {
        this.whole = whole;
    }

    /** The picture in as many columns as make it about as wide as tall; as it is if it is not tall or cannot be cut. */
    static Layout of(Layout whole) {
        if (whole.height() <= Math.max(PAGE, TALL * whole.width())) {
            return whole;
        }
        Columns columns = new Columns(whole);
        Layout best = whole;
        for (int count = 2; count <= MOST_COLUMNS && best.height() > TALL_AFTERWARDS * best.width(); count++) {
            Layout cut = columns.cut(columns.places(count));
            if (cut.height() / cut.width() < best.height() / best.width()) {
                best = cut;
            }
        }
        return best;
    }

    /** Where to cut for so many columns: of all places that are possible the nearest to an even cut, rather with one arrow. */
    private List<Double> places(int count) {
        double column = whole.height() / count;
        List<Double> possible = possible(TALL_FRAME * column);
        List<Double> places = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            double even = i * column;
            possible.stream()
                    .min(Comparator.comparingDouble(y -> Math.abs(y - even) + DETOUR * column * passing(y)))
                    .filter(y -> places.isEmpty() || y > places.get(places.size() - 1))
                    .ifPresent(places::add);
        }
        return places;
    }

    /** The middles of all gaps between boxes and frames that must stay whole, through which few arrows pass. */
    private List<Double> possible(double tallFrame) {
        TreeMap<Double, Double> stretches = new TreeMap<>();
        for (Placed box : whole.boxes()) {
            stretches.merge(box.y(), box.y() + box.height(), Math::max);
        }
        for (Frame frame : whole.frames()) {
            if (frame.height() <= tallFrame) {
                stretches.merge(frame.y(), frame.y() + frame.height(), Math::max);
            } else {
                stretches.merge(frame.y(), frame.y() + TITLE, Math::max);
            }
        }
        List<Double> possible = new ArrayList<>();
        double end = Double.POSITIVE_INFINITY;
        for (var stretch : stretches.entrySet()) {
            double middle = (end + stretch.getKey()) / 2;
            if (stretch.getKey() - end >= LEAST_GAP && passing(middle) <= MOST_CUT_ARROWS) {
                possible.add(middle);
            }
            end = end == Double.POSITIVE_INFINITY ? stretch.getValue() : Math.max(end, stretch.getValue());
        }
        return possible;
    }

    private long passing(double y) {
        return whole.curves().stream().filter(curve -> passes(curve, y)).count();
    }

    private static boolean passes(Curve curve, double y) {
        List<Point> points = curve.points();
        return points.get(0).y() < y && points.get(points.size() - 1).y() > y;
    }

    private Layout cut(List<Double> places) {
        List<Double> edges = new ArrayList<>(places);
        edges.add(0, 0.0);
        edges.add(whole.height());
        List<Frame> frames = new ArrayList<>();
        List<Placed> boxes = new ArrayList<>();
        List<Curve> curves = new ArrayList<>();
        List<Port> ports = new ArrayList<>();
        double x = 0;
        double height = 0;
        int number = 1;
        for (int i = 0; i + 1 < edges.size(); i++) {
            Column column = new Column(edges.get(i), edges.get(i + 1), number);
            double right = x - column.left;
            column.frames.forEach(frame -> frames.add(frame.moved(right, 0)));
            column.boxes.forEach(box -> boxes.add(box.moved(right, 0)));
            column.curves.forEach(curve -> curves.add(curve.moved(right, 0)));
            column.ports.forEach(port -> ports.add(port.moved(right, 0)));
            x += column.right - column.left + BETWEEN;
            height = Math.max(height, column.height);
            number += crossings(edges.get(i)).size();
        }
        return new Layout(x - BETWEEN, height, frames, boxes, curves, ports);
    }

    /** Where arrows pass a cut, from left to right; those that pass at one place are one. */
    private List<Double> crossings(double y) {
        return whole.curves().stream()
                .filter(curve -> passes(curve, y))
                .map(curve -> at(curve, y))
                .distinct()
                .sorted()
                .toList();
    }

    /** Where a curve passes a height, to a tenth. */
    private static double at(Curve curve, double y) {
        List<Point> points = curve.points();
        int next = 1;
        while (points.get(next).y() <= y) {
            next++;
        }
        Point from = points.get(next - 1);
        Point to = points.get(next);
        double share = (y - from.y()) / (to.y() - from.y());
        return Math.rint(10 * (from.x() + share * (to.x() - from.x()))) / 10;
    }

    /** What stands between two cuts, moved to the top. */
    private final class Column {
        private final double top;
        private final double bottom;
        /** How far everything is moved. */
        private final double down;

        private final double height;
        private final List<Frame> frames = new ArrayList<>();
        private final List<Placed> boxes = new ArrayList<>();
        private final List<Curve> curves = new ArrayList<>();
        private final List<Port> ports = new ArrayList<>();
        private double left = Double.POSITIVE_INFINITY;
        private double right = Double.NEGATIVE_INFINITY;

        /** @param number of the first arrow that is cut above */
        Column(double top, double bottom, int number) {
            this.top = top;
            this.bottom = bottom;
            long goingOn = whole.frames().stream().filter(this::goesOn).count();
            this.down = (top > 0 ? PORT + TITLE * goingOn : 0) - top;
            this.height = bottom + down + (bottom < whole.height() ? PORT : 0);
            whole.frames().forEach(this::add);
            whole.boxes().forEach(this::add);
            whole.curves().forEach(this::add);
            List<Double> in = crossings(top);
            in.forEach(x -> ports.add(new Port(x, Port.RADIUS, number + in.indexOf(x))));
            List<Double> out = crossings(bottom);
            out.forEach(x -> ports.add(new Port(x, height - Port.RADIUS, number + in.size() + out.indexOf(x))));
        }

        private boolean goesOn(Frame frame) {
            return frame.y() < top && frame.y() + frame.height() > top;
        }

        private void add(Frame frame) {
            double end = frame.y() + frame.height();
            if (frame.y() >= bottom || end <= top) {
                return;
            }
            boolean goesOn = goesOn(frame);
            double from = goesOn ? PORT + TITLE * frames.size() : frame.y() + down;
            String title = goesOn ? frame.title() + ", going on" : frame.title();
            frames.add(LayoutFrameBuilder.builder()
                    .x(frame.x())
                    .y(from)
                    .width(frame.width())
                    .height(Math.min(end, bottom) + down - from)
                    .title(title)
                    .path(frame.path())
                    .depth(frame.depth())
                    .build());
            reach(frame.x(), frame.x() + frame.width());
        }

        private void add(Placed box) {
            if (box.y() >= top && box.y() < bottom) {
                boxes.add(box.moved(0, down));
                reach(box.x(), box.x() + box.width());
            }
        }

        private void add(Curve curve) {
            List<Point> points = new ArrayList<>();
            if (passes(curve, top)) {
                points.add(new Point(at(curve, top), 2 * Port.RADIUS));
                points.add(new Point(at(curve, top), top + down));
            }
            for (Point point : curve.points()) {
                if (point.y() >= top && point.y() <= bottom) {
                    points.add(new Point(point.x(), point.y() + down));
                }
            }
            if (passes(curve, bottom)) {
                points.add(new Point(at(curve, bottom), bottom + down));
                points.add(new Point(at(curve, bottom), height - 2 * Port.RADIUS));
            }
            if (points.size() > 1) {
                curves.add(new Curve(points, curve.arrow() || passes(curve, bottom)));
                points.forEach(point -> reach(point.x() - Port.RADIUS, point.x() + Port.RADIUS));
            }
        }

        private void reach(double from, double to) {
            left = Math.min(left, from);
            right = Math.max(right, to);
        }
    }
}
