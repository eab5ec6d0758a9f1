package convoy.parameterserver.server.sums;

import convoy.parameterserver.sum.SumTree;
import convoy.records.text.Counts;

/**
 * How many sums of a step a partition holds at most.
 *
 * <p>The <em>frontier</em> is the first micro-batch that is in no sum of those that begin at 0 and follow each other. What is before
 * the frontier makes up at most one sum for each level of the tree, as siblings are added when they meet. A sum with the frontier in it is
 * always taken: it replaces others, is added to its sibling, or is a left child and one of those. Beside them so many are taken that begin
 * behind the frontier. So a step never waits for room: somebody has the frontier's micro-batch or computes it, and what has it is taken.
 *
 * @param tree along which is added
 * @param ahead how many sums behind the frontier are taken; at least 1
 */
public record SumLimit(SumTree tree, int ahead) {
    /** As many as are wanted where there is memory for them: where twice as many are pushed in a step, none is ever told to wait. */
    public static final int WANTED = 16;

    /** Refuses what could stand still. */
    public SumLimit {
        if (ahead < 1) {
            throw new IllegalArgumentException(Counts.plain(ahead, "sum") + " ahead of the frontier: at least 1");
        }
    }

    /** {@return how many slabs a partition needs at most: no more than there can be sums of which none is another's sibling} */
    public int slabs() {
        return Math.min(tree.depth() + ahead, (tree.leaves() + 1) / 2);
    }
}
