package convoy.parameterserver.server.sums;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.sum.SumTree;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The sums of one step that a partition has so far: disjoint nodes of the sum tree, none the sibling of another, and no more of
 * them than a {@link SumLimit} allows. Not safe for use by several threads: the partition's lock guards it.
 */
public final class PendingSums {
    /** Floats added at once from a message: small enough for the first-level cache. */
    private static final int ADD_CHUNK = 2_048;

    private final SumTree tree;
    private final SumLimit limit;

    /** Where the partition lies in each slab. */
    private final KeyRange local;

    private final Slabs slabs;
    private final List<Sum> pending = new ArrayList<>();
    private final Deque<float[]> free = new ArrayDeque<>();
    private int slabsTaken;

    /**
     * A subtree's sums.
     *
     * @param subtree which micro-batches
     * @param examples that they are of
     * @param slab has them in the partition's part
     */
    @SuppressWarnings("ArrayRecordComponent") // adds up in place, never compared
    public record Sum(Subtree subtree, long examples, float[] slab) {}

    /**
     * Nothing yet.
     *
     * @param limit with the tree
     * @param local where the partition lies in each slab
     * @param slabs the range's
     */
    public PendingSums(SumLimit limit, KeyRange local, Slabs slabs) {
        this.limit = limit;
        this.tree = limit.tree();
        this.local = local;
        this.slabs = slabs;
    }

    /**
     * {@return whether a subtree's sums are part of what is there}
     *
     * @param subtree a node of the tree
     */
    public boolean covers(Subtree subtree) {
        for (Sum other : pending) {
            if (other.subtree.covers(subtree)) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@return whether there is room for a subtree's sums that are not {@linkplain #covers covered}}
     *
     * @param subtree a node of the tree
     */
    public boolean takes(Subtree subtree) {
        return room() > 0 || needs(subtree);
    }

    /**
     * {@return whether a subtree's sums take no slab more, or the step cannot go on without them}
     *
     * @param subtree a node of the tree that is not {@linkplain #covers covered}
     */
    public boolean needs(Subtree subtree) {
        if (subtree.begin() <= frontier()) {
            return true;
        }
        Optional<Subtree> sibling = tree.sibling(subtree);
        for (Sum other : pending) {
            if (subtree.covers(other.subtree)
                    || sibling.filter(other.subtree::equals).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** {@return for how many sums behind the frontier there is room} */
    public int room() {
        if (pending.size() < limit.ahead()) {
            return limit.ahead() - pending.size();
        }
        int frontier = frontier();
        int ahead = 0;
        for (Sum other : pending) {
            ahead += other.subtree.begin() > frontier ? 1 : 0;
        }
        return limit.ahead() - ahead;
    }

    /** The first micro-batch that is in no sum of those that begin at 0 and follow each other. */
    private int frontier() {
        int frontier = 0;
        for (boolean moved = true; moved; ) {
            moved = false;
            for (Sum sum : pending) {
                if (sum.subtree.begin() == frontier) {
                    frontier = sum.subtree.end();
                    moved = true;
                }
            }
        }
        return frontier;
    }

    /** {@return how many sums there are} */
    public int size() {
        return pending.size();
    }

    /**
     * Adds what is not {@linkplain #covers covered} yet and is {@linkplain #takes taken}, in the place of what it covers.
     *
     * @param subtree a node of the tree
     * @param examples that it has
     * @param sums the partition's part of them; read to its end
     * @return the sums of the whole step if they are complete with it; nothing is pending then, and the slab is the caller's
     *     until {@link #giveBack}
     */
    public Optional<Sum> add(Subtree subtree, int examples, FloatBuffer sums) {
        for (Iterator<Sum> all = pending.iterator(); all.hasNext(); ) {
            Sum other = all.next();
            if (subtree.covers(other.subtree)) {
                all.remove();
                free.addLast(other.slab);
            }
        }
        Sum merged = mergeUp(addMessage(subtree, examples, sums));
        if (merged.subtree.equals(tree.root())) {
            return Optional.of(merged);
        }
        pending.add(merged);
        return Optional.empty();
    }

    /**
     * Takes back the slab of a step that has been applied.
     *
     * @param slab that {@link #add} handed out
     */
    public void giveBack(float[] slab) {
        free.addLast(slab);
    }

    /** Copies a message's sums out, on top of their sibling's if that is there already. */
    private Sum addMessage(Subtree subtree, int examples, FloatBuffer sums) {
        Optional<Sum> sibling = takeSibling(subtree);
        if (sibling.isEmpty()) {
            float[] slab = free.isEmpty() ? slabs.get(slabsTaken++) : free.removeLast();
            sums.get(slab, local.begin(), local.size());
            return new Sum(subtree, examples, slab);
        }
        float[] into = sibling.get().slab;
        float[] chunk = new float[Math.min(ADD_CHUNK, local.size())];
        for (int at = local.begin(); at < local.end(); at += chunk.length) {
            int length = Math.min(chunk.length, local.end() - at);
            sums.get(chunk, 0, length);
            addChunk(into, at, chunk, length);
        }
        return new Sum(
                tree.parent(subtree).orElseThrow(), Math.addExact(sibling.get().examples, (long) examples), into);
    }

    private Sum mergeUp(Sum node) {
        Sum merged = node;
        while (true) {
            Optional<Sum> sibling = takeSibling(merged.subtree);
            if (sibling.isEmpty()) {
                return merged;
            }
            float[] other = sibling.get().slab;
            float[] into = merged.slab;
            for (int i = local.begin(); i < local.end(); i++) {
                into[i] += other[i];
            }
            free.addLast(other);
            merged = new Sum(
                    tree.parent(merged.subtree).orElseThrow(),
                    Math.addExact(merged.examples, sibling.get().examples),
                    into);
        }
    }

    private Optional<Sum> takeSibling(Subtree subtree) {
        Optional<Subtree> wanted = tree.sibling(subtree);
        for (int i = 0; wanted.isPresent() && i < pending.size(); i++) {
            if (pending.get(i).subtree.equals(wanted.get())) {
                return Optional.of(pending.remove(i));
            }
        }
        return Optional.empty();
    }

    private static void addChunk(float[] into, int at, float[] chunk, int length) {
        for (int i = 0; i < length; i++) {
            into[at + i] += chunk[i];
        }
    }
}
