package convoy.parameterserver.sum;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.records.text.Counts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A worker's side of the canonical sum of one step: leaves come in any order, siblings are added as they meet.
 *
 * <p>The arrays are lent out and taken back ({@link #buffer}, {@link #release}), so that a worker with n micro-batches
 * needs about log2 n of them, made once.
 */
public final class SubtreeSum {
    private final SumTree tree;
    private final int length;

    @GuardedBy("this")
    private final Map<Subtree, Node> held = new HashMap<>();

    @GuardedBy("this")
    private final Deque<float[]> free = new ArrayDeque<>();

    /**
     * A finished subtree.
     *
     * @param subtree which micro-batches
     * @param examples how many examples they have together
     * @param sums the sum of their gradients, of the flat vector's length; {@link #release} it when pushed
     */
    @SuppressWarnings("ArrayRecordComponent") // a large buffer that changes hands, never compared
    public record Node(Subtree subtree, int examples, float[] sums) {}

    /**
     * An empty sum.
     *
     * @param tree the step's tree
     * @param length of every gradient, in floats
     */
    public SubtreeSum(SumTree tree, int length) {
        this.tree = tree;
        this.length = length;
    }

    /** {@return an array for the next gradient; its contents are left over from an earlier one} */
    public synchronized float[] buffer() {
        float[] buffer = free.pollLast();
        return buffer == null ? new float[length] : buffer;
    }

    /**
     * Gives an array back.
     *
     * @param buffer one of {@link #buffer}'s, not used any more
     */
    public synchronized void release(float[] buffer) {
        if (buffer.length != length) {
            throw new IllegalArgumentException(
                    "a buffer of " + Counts.plain(buffer.length, "float") + ": this sum has " + length);
        }
        free.addLast(buffer);
    }

    /**
     * Adds a micro-batch and, as far as siblings are held, the sums above it.
     *
     * @param microBatch counted from 0 within the step
     * @param examples how many examples it has
     * @param gradient becomes this object's
     * @return the largest subtree that is whole with it; still held, {@link #take} it to push it
     */
    public Subtree add(int microBatch, int examples, float[] gradient) {
        return add(grow(microBatch, gradient), examples);
    }

    /**
     * Begins to add a micro-batch whose gradient is still being made, so that what is final of it can be summed and pushed
     * while the rest is computed.
     *
     * @param microBatch counted from 0 within the step
     * @param gradient becomes this object's with {@link #add(Growing, int)}
     * @return to be fed with what is final, from the vector's end to its beginning
     */
    public synchronized Growing grow(int microBatch, float[] gradient) {
        Subtree at = Subtree.leaf(microBatch);
        if (gradient.length != length) {
            throw new IllegalArgumentException(
                    "a gradient of " + Counts.plain(gradient.length, "float") + ": this sum has " + length);
        }
        if (!tree.contains(at)) {
            throw new IllegalArgumentException("micro-batch " + microBatch + ": a step has " + tree.leaves());
        }
        for (Subtree other : held.keySet()) {
            if (other.covers(at)) {
                throw new IllegalArgumentException("micro-batch " + microBatch + " is already part of " + other);
            }
        }
        List<Node> siblings = new ArrayList<>();
        Optional<Subtree> sibling = tree.sibling(at);
        while (sibling.isPresent()) {
            Node other = held.get(sibling.get());
            if (other == null) {
                break;
            }
            siblings.add(other);
            at = new Subtree(
                    Math.min(at.begin(), other.subtree().begin()),
                    Math.max(at.end(), other.subtree().end()));
            sibling = tree.sibling(at);
        }
        return new Growing(at, gradient, siblings);
    }

    /**
     * Adds what has been growing, the rest of the sum included.
     *
     * @param growing what {@link #grow} began; not used any more
     * @param examples how many examples it has
     * @return the largest subtree that is whole with it; still held, {@link #take} it to push it
     */
    public synchronized Subtree add(Growing growing, int examples) {
        growing.sum(0);
        int all = growing.examples(examples);
        for (Node sibling : growing.siblings) {
            held.remove(sibling.subtree());
            free.addLast(sibling.sums());
        }
        held.put(growing.subtree, new Node(growing.subtree, all, growing.gradient));
        return growing.subtree;
    }

    /** A gradient that is being made, and the sums that wait for it. For one thread at a time. */
    public static final class Growing {
        private final Subtree subtree;
        private final float[] gradient;
        private final List<Node> siblings;
        private int summed;

        private Growing(Subtree subtree, float[] gradient, List<Node> siblings) {
            this.subtree = subtree;
            this.gradient = gradient;
            this.siblings = List.copyOf(siblings);
            this.summed = gradient.length;
        }

        /** {@return the largest subtree that will be whole with it} */
        public Subtree subtree() {
            return subtree;
        }

        /**
         * {@return how many examples that subtree has, given the micro-batch's own}
         *
         * @param own how many examples the micro-batch has
         */
        public int examples(int own) {
            int all = own;
            for (Node sibling : siblings) {
                all = Math.addExact(all, sibling.examples());
            }
            return all;
        }

        /**
         * Takes note that the gradient's floats from {@code begin} on are final, and makes the subtree's sum of them, in their
         * place. The halves of a sum may come in either order, since {@code a + b} has the bits of {@code b + a}.
         *
         * @param begin falls from call to call
         */
        public void sum(int begin) {
            for (Node sibling : siblings) {
                float[] other = sibling.sums();
                for (int i = begin; i < summed; i++) {
                    gradient[i] += other[i];
                }
            }
            summed = Math.min(summed, begin);
        }
    }

    /**
     * Hands out a subtree's sum and forgets it; empty when it is not held as a whole.
     *
     * @param subtree a node of the step's tree
     * @return what has to be given back with {@link #release}
     */
    public synchronized Optional<Node> take(Subtree subtree) {
        return Optional.ofNullable(held.remove(subtree));
    }

    /** {@return the subtrees that are held, in no particular order} */
    public synchronized List<Subtree> held() {
        return new ArrayList<>(held.keySet());
    }

    /** Forgets everything: for the next step, or when another view makes what is held useless. */
    public synchronized void clear() {
        held.values().forEach(node -> free.addLast(node.sums()));
        held.clear();
    }
}
