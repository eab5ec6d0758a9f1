package convoy.parameterserver.sum;

import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The one binary tree along which a step's micro-batches are summed, whoever computed them.
 *
 * <p>Float addition is not associative, so the bits of a sum depend on how it is bracketed. The brackets here depend on
 * the number of leaves alone: node {@code [b, e)} is {@code [b, m) + [m, e)} with {@code m - b} the largest power of
 * two below {@code e - b}. Seven leaves:
 *
 * <pre>
 *              [0,7)
 *           /         \
 *       [0,4)         [4,7)
 *       /   \         /   \
 *   [0,2)   [2,4)  [4,6)  [6,7)
 *   /  \    /  \    /  \
 *  0    1  2    3  4    5    6
 * </pre>
 *
 * @param leaves V, the number of micro-batches of a step
 */
public record SumTree(int leaves) {
    /** The most micro-batches a step may have. */
    public static final int MAX_LEAVES = 65_536;

    /** Refuses a tree without leaves and one beyond the limit. */
    public SumTree {
        if (leaves < 1 || leaves > MAX_LEAVES) {
            throw new IllegalArgumentException("micro-batches = " + leaves + ": use 1 to " + MAX_LEAVES);
        }
    }

    /** {@return the whole step} */
    public Subtree root() {
        return new Subtree(0, leaves);
    }

    /** {@return how many nodes lie above the deepest leaf, which is as many as a stretch of leaves from the first on can be made of} */
    public int depth() {
        return Integer.SIZE - Integer.numberOfLeadingZeros(leaves - 1);
    }

    /**
     * {@return whether {@code node} is one of this tree's}
     *
     * @param node any subtree
     */
    public boolean contains(Subtree node) {
        Subtree at = root();
        while (at.covers(node)) {
            if (at.equals(node)) {
                return true;
            }
            if (at.leaves() == 1) {
                return false;
            }
            int middle = middle(at);
            at = node.begin() < middle ? new Subtree(at.begin(), middle) : new Subtree(middle, at.end());
        }
        return false;
    }

    /**
     * {@return the node of which {@code node} is a child; empty for the root}
     *
     * @param node one of this tree's
     */
    public Optional<Subtree> parent(Subtree node) {
        Optional<Subtree> parent = Optional.empty();
        Subtree at = root();
        while (!at.equals(node)) {
            if (!at.covers(node) || at.leaves() == 1) {
                throw new IllegalArgumentException(node + " is no node of the sum tree of "
                        + Counts.plain(leaves, "micro-batch", "micro-batches"));
            }
            parent = Optional.of(at);
            int middle = middle(at);
            at = node.begin() < middle ? new Subtree(at.begin(), middle) : new Subtree(middle, at.end());
        }
        return parent;
    }

    /**
     * {@return the other child of {@code node}'s parent; empty for the root}
     *
     * @param node one of this tree's
     */
    public Optional<Subtree> sibling(Subtree node) {
        return parent(node)
                .map(parent -> parent.begin() == node.begin()
                        ? new Subtree(node.end(), parent.end())
                        : new Subtree(parent.begin(), node.begin()));
    }

    /**
     * {@return the fewest nodes that make up micro-batches {@code [begin, end)}, from left to right}
     *
     * @param begin the first micro-batch
     * @param end the micro-batch behind the last
     */
    public List<Subtree> cover(int begin, int end) {
        if (begin < 0 || end < begin || end > leaves) {
            throw new IllegalArgumentException(
                    "micro-batches [" + begin + ", " + end + "): a step has [0, " + leaves + ")");
        }
        List<Subtree> cover = new ArrayList<>();
        collect(root(), begin, end, cover);
        return List.copyOf(cover);
    }

    private void collect(Subtree node, int begin, int end, List<Subtree> cover) {
        if (end <= node.begin() || node.end() <= begin) {
            return;
        }
        if (begin <= node.begin() && node.end() <= end) {
            cover.add(node);
            return;
        }
        int middle = middle(node);
        collect(new Subtree(node.begin(), middle), begin, end, cover);
        collect(new Subtree(middle, node.end()), begin, end, cover);
    }

    private static int middle(Subtree node) {
        return node.begin() + Integer.highestOneBit(node.leaves() - 1);
    }
}
