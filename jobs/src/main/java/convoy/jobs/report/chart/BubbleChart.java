package convoy.jobs.report.chart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Circles of several areas, each with its name where that covers no other, as an SVG document of its own: it brings its colours,
 * for light and for dark, and loads nothing.
 *
 * @param title above it
 * @param note below the title: how it is to be read
 * @param across the horizontal axis
 * @param up the vertical one
 * @param bubbles what is drawn
 */
public record BubbleChart(String title, String note, Axis across, Axis up, List<Bubble> bubbles) {
    private static final double WIDTH = 1200;
    private static final double HEIGHT = 860;
    private static final double LEFT = 88;
    private static final double RIGHT = WIDTH - 24;
    private static final double TOP = 78;
    private static final double BOTTOM = HEIGHT - 62;
    private static final double LARGEST = 20;
    private static final double SMALLEST = 2.5;

    /** Of a letter of 12 pixels in a wide font. */
    private static final double LETTER = 7.3;

    /** What a name keeps free around it. */
    private static final double LINE = 14;

    private static final int DIRECTIONS = 24;

    private static final String COLOURS = """
            text{font:12px "DejaVu Sans",Verdana,Helvetica,Arial,sans-serif;fill:#1b1f24}
            .back{fill:#ffffff}.title{font-size:18px;font-weight:600}.note,.tick{fill:#59636e}
            .end{text-anchor:end}.middle{text-anchor:middle}
            .grid,.lead{fill:none;stroke:#d5dae0;stroke-width:.8}.lead{stroke:#8b949e}.axis{fill:none;stroke:#59636e}
            circle{fill-opacity:.55;stroke-width:1}
            .c0{fill:#0072b2;stroke:#0072b2}.c1{fill:#d55e00;stroke:#d55e00}.c2{fill:#009e73;stroke:#009e73}
            .c3{fill:#aa4f86;stroke:#aa4f86}.c4{fill:#b07800;stroke:#b07800}.c5{fill:#2f8fc4;stroke:#2f8fc4}
            .c6{fill:#6b7280;stroke:#6b7280}.c7{fill:#7a5c2e;stroke:#7a5c2e}
            @media (prefers-color-scheme: dark){
            text{fill:#e6e9ed}.back{fill:#14171b}.note,.tick{fill:#9aa5b1}
            .grid{stroke:#363d46}.lead{stroke:#6b7480}.axis{stroke:#9aa5b1}
            .c0{fill:#4aa8e0;stroke:#4aa8e0}.c1{fill:#f08a45;stroke:#f08a45}.c2{fill:#35c79b;stroke:#35c79b}
            .c3{fill:#dd8fc0;stroke:#dd8fc0}.c4{fill:#e6b145;stroke:#e6b145}.c5{fill:#8ecdf2;stroke:#8ecdf2}
            .c6{fill:#aab2bd;stroke:#aab2bd}.c7{fill:#cfae78;stroke:#cfae78}}
            """;

    /**
     * One circle.
     *
     * @param name written beside it
     * @param hint that a browser shows where one points
     * @param colour from 0
     * @param spot where, and how large
     */
    public record Bubble(String name, String hint, int colour, Spot spot) {}

    /**
     * Where a circle lies, and how large it is.
     *
     * @param x on the horizontal axis
     * @param y on the vertical one
     * @param area in any unit, the same for all circles; 0 or more
     */
    public record Spot(double x, double y, double area) {}

    private record Disc(Bubble bubble, double x, double y, double radius) {}

    private record Box(double left, double top, double right, double bottom) {
        boolean meets(Box other) {
            return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
        }

        boolean isInside() {
            return left >= LEFT + 2 && right <= RIGHT && top >= TOP && bottom <= BOTTOM;
        }
    }

    public BubbleChart {
        bubbles = List.copyOf(bubbles);
    }

    /** {@return the document} */
    public String svg() {
        List<Bubble> shown = bubbles.stream()
                .filter(bubble -> across.holds(bubble.spot().x())
                        && up.holds(bubble.spot().y()))
                .toList();
        Scale x = wide(
                across.roomy(shown.stream().mapToDouble(bubble -> bubble.spot().x())));
        Scale y =
                wide(up.roomy(shown.stream().mapToDouble(bubble -> bubble.spot().y())));
        Svg svg = Svg.document(WIDTH, HEIGHT, title);
        svg.open("style").words(COLOURS.replace("\n", " ")).close();
        svg.leaf("rect", "width", WIDTH, "height", HEIGHT, "class", "back");
        svg.text(16.0, 30.0, "title", title);
        svg.text(16.0, 52.0, "note", note);
        axes(svg, x, y);
        double most =
                shown.stream().mapToDouble(bubble -> bubble.spot().area()).max().orElse(1);
        List<Disc> discs = shown.stream()
                .map(bubble -> new Disc(
                        bubble,
                        LEFT + x.at(bubble.spot().x()) * (RIGHT - LEFT),
                        BOTTOM - y.at(bubble.spot().y()) * (BOTTOM - TOP),
                        Math.max(SMALLEST, LARGEST * Math.sqrt(bubble.spot().area() / most))))
                // The large ones behind.
                .sorted(Comparator.comparingDouble(Disc::radius).reversed())
                .toList();
        for (Disc disc : discs) {
            svg.open("g");
            svg.open("title").words(disc.bubble().hint()).close();
            svg.leaf(
                    "circle",
                    "cx",
                    disc.x(),
                    "cy",
                    disc.y(),
                    "r",
                    disc.radius(),
                    "class",
                    Series.colour(disc.bubble().colour()));
            svg.close();
        }
        names(svg, discs);
        return svg.end();
    }

    /** Room for the circles at the outermost values. */
    private static Scale wide(Scale scale) {
        return scale instanceof Scale.Logarithmic log
                ? new Scale.Logarithmic(log.low() / 1.6, log.high() * 1.6)
                : scale instanceof Scale.Linear linear ? linear.padded(0.06) : scale;
    }

    private void axes(Svg svg, Scale x, Scale y) {
        List<Scale.Tick> columns = x.ticks(10);
        List<Scale.Tick> rows = y.ticks(8);
        for (Scale.Tick tick : columns) {
            double at = LEFT + x.at(tick.value()) * (RIGHT - LEFT);
            svg.leaf("path", "d", Plane.path("M", at, TOP) + "V" + Svg.number(BOTTOM), "class", "grid");
            svg.text(at, BOTTOM + 20, "tick middle", tick.label());
        }
        for (Scale.Tick tick : rows) {
            double at = BOTTOM - y.at(tick.value()) * (BOTTOM - TOP);
            svg.leaf("path", "d", Plane.path("M", LEFT, at) + "H" + Svg.number(RIGHT), "class", "grid");
            svg.text(LEFT - 8, at + 4, "tick end", tick.label());
        }
        svg.leaf(
                "path",
                "d",
                Plane.path("M", LEFT, TOP) + "V" + Svg.number(BOTTOM) + "H" + Svg.number(RIGHT),
                "class",
                "axis");
        svg.text((LEFT + RIGHT) / 2, HEIGHT - 18, "middle", across.label());
        svg.open(
                        "text",
                        "transform",
                        "translate(18 " + Svg.number((TOP + BOTTOM) / 2) + ") rotate(-90)",
                        "class",
                        "middle")
                .words(up.label())
                .close();
    }

    /** The small ones first, which have nothing else to be known by. */
    private static void names(Svg svg, List<Disc> discs) {
        List<Box> taken = new ArrayList<>();
        for (Disc disc : discs) {
            double core = Math.min(disc.radius(), 8);
            taken.add(new Box(disc.x() - core, disc.y() - core, disc.x() + core, disc.y() + core));
        }
        for (Disc disc :
                discs.stream().sorted(Comparator.comparingDouble(Disc::radius)).toList()) {
            double width = LETTER * Plane.shown(disc.bubble().name()).length() + 2;
            Optional<Box> free = places(disc, width)
                    .filter(Box::isInside)
                    .filter(box -> taken.stream().noneMatch(box::meets))
                    .findFirst();
            free.ifPresent(box -> {
                taken.add(box);
                lead(svg, disc, box);
                svg.text(
                        box.left() + 1,
                        box.bottom() - 3,
                        "name",
                        Plane.shown(disc.bubble().name()));
            });
        }
    }

    /** Places for a name, those nearest to its circle first. */
    private static Stream<Box> places(Disc disc, double width) {
        List<Box> places = new ArrayList<>();
        for (double away = 3; away <= 250; away += 11) {
            for (int i = 0; i < DIRECTIONS; i++) {
                double angle = 2 * StrictMath.PI * i / DIRECTIONS;
                double dx = StrictMath.cos(angle);
                double dy = StrictMath.sin(angle);
                double centreX = disc.x() + dx * (disc.radius() + away + width / 2);
                double centreY = disc.y() + dy * (disc.radius() + away + LINE / 2);
                places.add(new Box(centreX - width / 2, centreY - LINE / 2, centreX + width / 2, centreY + LINE / 2));
            }
        }
        return places.stream();
    }

    /** A line to a name that lies apart from its circle. */
    private static void lead(Svg svg, Disc disc, Box box) {
        double x = Math.max(box.left(), Math.min(disc.x(), box.right()));
        double y = Math.max(box.top(), Math.min(disc.y(), box.bottom()));
        double dx = x - disc.x();
        double dy = y - disc.y();
        double distance = Math.hypot(dx, dy);
        if (distance > disc.radius() + 8) {
            double from = disc.radius() / distance;
            svg.leaf(
                    "path",
                    "d",
                    Plane.path("M", disc.x() + from * dx, disc.y() + from * dy) + Plane.path("L", x, y),
                    "class",
                    "lead");
        }
    }
}
