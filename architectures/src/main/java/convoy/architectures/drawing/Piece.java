package convoy.architectures.drawing;

import convoy.architectures.drawing.Item.Group;
import convoy.architectures.drawing.Item.Leaf;
import convoy.architectures.drawing.Layout.Curve;
import convoy.architectures.drawing.Layout.Frame;
import convoy.architectures.drawing.Layout.Placed;
import convoy.architectures.drawing.Ranks.Link;
import convoy.architectures.drawing.Ranks.Size;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A box, or a frame with all that is in it, placed relative to its own corner. A frame is laid out by itself, what is
 * inside first; then it is one rectangle in the frame around it. Arrows enter it at ports in its top, one for each box
 * outside that is read, and leave it at ports in its bottom, one for each box inside that is read outside.
 */
final class Piece {
    private static final double PADDING = 16;
    private static final double TITLE = 30;

    /** How much an arrow to what only an auxiliary head needs pulls; the main way is to be straight. */
    private static final double AUXILIARY_PULL = 1e-3;

    private final double width;
    private final double height;
    private final List<Frame> frames = new ArrayList<>();
    private final List<Placed> boxes = new ArrayList<>();
    private final List<Curve> curves = new ArrayList<>();
    /** By the box outside that is read, and by the box inside that is read: where, from the left side. */
    private final Map<Integer, Double> in = new HashMap<>();

    private final Map<Integer, Double> out = new HashMap<>();

    private Piece(double width, double height) {
        this.width = width;
        this.height = height;
    }

    static Piece picture(Folding folding) {
        return new Inside(folding.root(), "", -1, folding.arrows(), folding.leadingToMainHead()).framed();
    }

    Layout finished() {
        return new Layout(width, height, List.copyOf(frames), List.copyOf(boxes), List.copyOf(curves), List.of());
    }

    private Size size() {
        return new Size(width, height);
    }

    private double in(int source) {
        return in.getOrDefault(source, width / 2);
    }

    private double out(int box) {
        return out.getOrDefault(box, width / 2);
    }

    private void take(Piece inner, double x, double y) {
        inner.frames.forEach(frame -> frames.add(frame.moved(x, y)));
        inner.boxes.forEach(box -> boxes.add(box.moved(x, y)));
        inner.curves.forEach(curve -> curves.add(curve.moved(x, y)));
    }

    private static Piece of(Box box, String frame) {
        String caption = box.caption(frame);
        double text = Math.max(
                Layout.boldWidth(box.title(), 13),
                Math.max(Layout.textWidth(box.detail(), 11), Layout.textWidth(caption, 10.5)));
        boolean plain =
                box.kind() == Box.Kind.CONVOLUTION || box.kind() == Box.Kind.POOLING || box.kind() == Box.Kind.DENSE;
        // A column looks calm when most of its boxes have one width.
        double width = Math.max(text + 24, plain ? 140 : 96);
        double height = 28 + (box.detail().isEmpty() ? 0 : 15) + (caption.isEmpty() ? 0 : 15);
        Piece piece = new Piece(width, height);
        piece.boxes.add(new Placed(0, 0, width, height, box, caption));
        return piece;
    }

    /** What is in a frame, in the making: entries, items and exits are the rectangles, in this order. */
    private static final class Inside {
        private final Group group;
        private final String title;
        private final int depth;
        private final Set<Arrow> arrows;
        private final Set<Integer> main;
        private final List<Piece> pieces = new ArrayList<>();
        /** The item that each box is in. */
        private final Map<Integer, Integer> owner = new HashMap<>();
        /** By the box outside that is read: its rectangle. */
        private final Map<Integer, Integer> entries = new LinkedHashMap<>();
        /** By the box inside that is read outside: its rectangle. */
        private final Map<Integer, Integer> exits = new LinkedHashMap<>();
        /** The links, and whether each ends at a box. */
        private final Map<Link, Boolean> links = new LinkedHashMap<>();

        private final List<Size> sizes = new ArrayList<>();

        Inside(Group group, String title, int depth, Set<Arrow> arrows, Set<Integer> main) {
            this.group = group;
            this.title = title;
            this.depth = depth;
            this.arrows = arrows;
            this.main = main;
            for (Item item : group.items()) {
                item.boxes().forEach(box -> owner.put(box.id(), pieces.size()));
                pieces.add(piece(item));
            }
            addRectangles();
            arrows.forEach(this::addLink);
        }

        private Piece piece(Item item) {
            return item.match(
                    leaf -> Piece.of(leaf.box(), group.first()),
                    inner -> new Inside(inner, inner.titleIn(group.first()), depth + 1, arrows, main).framed());
        }

        private void addRectangles() {
            for (Arrow arrow : arrows) {
                if (enters(arrow) && !entries.containsKey(arrow.from())) {
                    entries.put(arrow.from(), sizes.size());
                    sizes.add(new Size(0, 0));
                }
            }
            pieces.forEach(piece -> sizes.add(piece.size()));
            for (Arrow arrow : arrows) {
                if (leaves(arrow) && !exits.containsKey(arrow.from())) {
                    exits.put(arrow.from(), sizes.size());
                    sizes.add(new Size(0, 0));
                }
            }
        }

        private boolean enters(Arrow arrow) {
            return !owner.containsKey(arrow.from()) && owner.containsKey(arrow.to());
        }

        private boolean leaves(Arrow arrow) {
            return owner.containsKey(arrow.from()) && !owner.containsKey(arrow.to());
        }

        private void addLink(Arrow arrow) {
            Integer from = owner.get(arrow.from());
            Integer to = owner.get(arrow.to());
            boolean outside = from == null && to == null;
            boolean inOne = from != null && from.equals(to);
            if (outside || inOne) {
                return;
            }
            Integer entry = entries.get(arrow.from());
            int start = from == null ? required(entry) : entries.size() + from;
            double startPort = from == null ? 0 : pieces.get(from).out(arrow.from());
            if (to == null) {
                links.put(new Link(start, startPort, required(exits.get(arrow.from())), 0, 1), false);
                return;
            }
            Item target = group.items().get(to);
            boolean leadsOn = target.boxes().stream().anyMatch(box -> main.contains(box.id()));
            links.put(
                    new Link(
                            start,
                            startPort,
                            entries.size() + to,
                            pieces.get(to).in(arrow.from()),
                            leadsOn ? 1 : AUXILIARY_PULL),
                    target instanceof Leaf);
        }

        private static int required(@Nullable Integer rectangle) {
            if (rectangle == null) {
                throw new IllegalStateException("an arrow crosses a frame at no port");
            }
            return rectangle;
        }

        Piece framed() {
            List<Link> ordered = List.copyOf(links.keySet());
            Ranks ranks = new Ranks(sizes, ordered, exits.size());
            boolean drawn = depth >= 0;
            double titleWidth = Layout.boldWidth(title, 12) + 20;
            // The title stands left of where arrows come in.
            double firstEntry =
                    entries.values().stream().mapToDouble(ranks::left).min().orElse(ranks.width());
            double left = Math.max(PADDING, drawn ? titleWidth - firstEntry : 0);
            double head = drawn && entries.isEmpty() ? TITLE : 0;
            double foot = drawn && exits.isEmpty() ? PADDING : 0;
            Piece frame = new Piece(left + ranks.width() + PADDING, head + ranks.height() + foot);
            if (drawn) {
                frame.frames.add(LayoutFrameBuilder.builder()
                        .x(0)
                        .y(0)
                        .width(frame.width)
                        .height(frame.height)
                        .title(title)
                        .path(group.first())
                        .depth(depth)
                        .build());
            }
            for (int i = 0; i < pieces.size(); i++) {
                int rectangle = entries.size() + i;
                frame.take(pieces.get(i), left + ranks.left(rectangle), head + ranks.top(rectangle));
            }
            for (int i = 0; i < ordered.size(); i++) {
                boolean arrow = links.getOrDefault(ordered.get(i), false);
                frame.curves.add(new Curve(ranks.route(i), arrow).moved(left, head));
            }
            entries.forEach((source, at) -> frame.in.put(source, left + ranks.left(at)));
            exits.forEach((result, at) -> frame.out.put(result, left + ranks.left(at)));
            return frame;
        }
    }
}
