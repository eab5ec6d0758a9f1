package convoy.architectures.drawing;

import java.util.List;
import java.util.function.Function;

/** What stands in a frame: a box, or another frame. */
sealed interface Item {
    /** All boxes inside, in order. */
    List<Box> boxes();

    /** What the one function makes of a box, or the other of a frame. */
    <R> R match(Function<Leaf, R> leaf, Function<Group, R> group);

    /** A box. */
    record Leaf(Box box) implements Item {
        @Override
        public List<Box> boxes() {
            return List.of(box);
        }

        @Override
        public <R> R match(Function<Leaf, R> leaf, Function<Group, R> group) {
            return leaf.apply(this);
        }
    }

    /**
     * A frame.
     *
     * @param first the common prefix of its boxes' names
     * @param last the prefix of the last block that it stands for; {@code first} if it stands for one
     * @param repeats how many blocks, one after the other, it stands for
     * @param items what is drawn, of the first block
     */
    record Group(String first, String last, int repeats, List<Item> items) implements Item {
        @Override
        public List<Box> boxes() {
            return items.stream().flatMap(item -> item.boxes().stream()).toList();
        }

        @Override
        public <R> R match(Function<Leaf, R> leaf, Function<Group, R> group) {
            return group.apply(this);
        }

        /** What stands over it in a frame: {@code layer1.0}, or {@code layer1.0 … layer1.5  × 6}. */
        String titleIn(String frame) {
            String name = Box.relative(first, frame);
            return repeats == 1 ? name : name + " … " + Box.relative(last, frame) + "  × " + repeats;
        }
    }
}
