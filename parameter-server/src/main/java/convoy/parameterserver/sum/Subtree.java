package convoy.parameterserver.sum;

/**
 * A node of the {@link SumTree}, named by the leaves under it: micro-batches {@code [begin, end)}.
 *
 * @param begin first micro-batch
 * @param end the micro-batch behind the last
 */
public record Subtree(int begin, int end) {
    /** Refuses what holds no leaf. */
    public Subtree {
        if (begin < 0 || end <= begin) {
            throw new IllegalArgumentException("subtree [" + begin + ", " + end + "): 0 <= begin < end must hold");
        }
    }

    /**
     * {@return one micro-batch as a subtree}
     *
     * @param microBatch counted from 0 within the step
     */
    public static Subtree leaf(int microBatch) {
        return new Subtree(microBatch, microBatch + 1);
    }

    /** The number of micro-batches under this node. */
    int leaves() {
        return end - begin;
    }

    /**
     * {@return whether every leaf of {@code other} lies under this node}
     *
     * @param other a node of the same tree
     */
    public boolean covers(Subtree other) {
        return begin <= other.begin && other.end <= end;
    }

    @Override
    public String toString() {
        return "[" + begin + ", " + end + ")";
    }
}
