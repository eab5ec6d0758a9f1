package convoy.architectures.drawing;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What the picture shows of a node, or of several that follow each other.
 *
 * @param id its place in the order of the network
 * @param kind decides the colour
 * @param path the name of its first node
 * @param title the first operation
 * @param detail the operations after it; may be empty
 * @param shape the output's, or those of the first and the last of a run of like boxes
 * @param tooltip one line for each node: name, operation, shape, cost
 */
@RecordBuilder
record Box(int id, Kind kind, String path, String title, String detail, String shape, String tooltip) {
    enum Kind {
        INPUT("#374151", "#374151", "#ffffff"),
        CONVOLUTION("#dbeafe", "#3b82c4", "#111827"),
        DENSE("#dcfce7", "#3f9a5f", "#111827"),
        POOLING("#ffedd5", "#d08a3a", "#111827"),
        JOIN("#ede9fe", "#7c6bc4", "#111827"),
        OTHER("#f3f4f6", "#9ca3af", "#111827"),
        HEAD("#374151", "#374151", "#ffffff");

        final String fill;
        final String line;
        final String ink;

        Kind(String fill, String line, String ink) {
            this.fill = fill;
            this.line = line;
            this.ink = ink;
        }
    }

    /**
     * A path inside a frame: {@code downsample.0} of {@code layer1.0.downsample.0} in {@code layer1.0}. A bare number
     * keeps the frame's last part, {@code features.0}.
     */
    static String relative(String path, String frame) {
        if (frame.isEmpty() || !path.startsWith(frame + ".")) {
            return path;
        }
        String name = path.substring(frame.length() + 1);
        return name.chars().allMatch(Character::isDigit) ? path.substring(frame.lastIndexOf('.') + 1) : name;
    }

    /** The small line at the foot: name and shape. */
    String caption(String frame) {
        return kind == Kind.INPUT || kind == Kind.HEAD ? "" : relative(path, frame) + " → " + shape;
    }

    /** What must agree for two boxes to be drawn as one; channels that grow from block to block need not. */
    String likenessIn(String frame) {
        return String.join("|", kind.name(), relative(path, frame), title, detail);
    }

    /** This box standing for a run of like ones as well, of which {@code last} is the last. */
    Box through(Box last) {
        String shapes = shape.equals(last.shape) ? shape : shape + " … " + last.shape;
        return BoxBuilder.builder()
                .id(id)
                .kind(kind)
                .path(path)
                .title(title)
                .detail(detail)
                .shape(shapes)
                .tooltip(tooltip)
                .build();
    }
}
