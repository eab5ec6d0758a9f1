package convoy.architectures.drawing;

import convoy.architectures.drawing.Ranks.Point;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * Where everything is drawn.
 *
 * @param width of the picture
 * @param height of the picture
 * @param frames outer before inner
 * @param boxes with their places
 * @param curves the pieces of the arrows
 * @param ports where arrows go on elsewhere
 */
record Layout(
        double width, double height, List<Frame> frames, List<Placed> boxes, List<Curve> curves, List<Port> ports) {
    /** A frame's rectangle; {@code path} is the common prefix of its boxes, {@code depth} is 0 for the outermost. */
    @RecordBuilder
    record Frame(double x, double y, double width, double height, String title, String path, int depth) {
        Frame moved(double right, double down) {
            return LayoutFrameBuilder.builder()
                    .x(x + right)
                    .y(y + down)
                    .width(width)
                    .height(height)
                    .title(title)
                    .path(path)
                    .depth(depth)
                    .build();
        }
    }

    /** A box's rectangle; {@code caption} is its small line at the foot. */
    record Placed(double x, double y, double width, double height, Box box, String caption) {
        Placed moved(double right, double down) {
            return new Placed(x + right, y + down, width, height, box, caption);
        }
    }

    /** A line through points; {@code arrow} if it ends at a box and not at a frame. */
    record Curve(List<Point> points, boolean arrow) {
        Curve moved(double right, double down) {
            return new Curve(
                    points.stream()
                            .map(point -> new Point(point.x() + right, point.y() + down))
                            .toList(),
                    arrow);
        }
    }

    /** A number, around a middle, at which an arrow ends or goes on. */
    record Port(double x, double y, int number) {
        static final double RADIUS = 10;

        Port moved(double right, double down) {
            return new Port(x + right, y + down, number);
        }
    }

    /** Widths of letters as a share of the font's size; a little more than those of common fonts. */
    private static final double LETTER = 0.58;

    private static final double BOLD_LETTER = 0.65;

    static Layout of(Folding folding) {
        return Piece.picture(folding).finished();
    }

    static double textWidth(String text, double size) {
        return text.length() * LETTER * size;
    }

    static double boldWidth(String text, double size) {
        return text.length() * BOLD_LETTER * size;
    }
}
