package convoy.parameterserver.server;

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
 * The sums of one step that a partition has so far: disjoint nodes of the sum tree, none the sibling of another. Not safe for
 * use by several threads: the partition's lock guards it.
 */
final class PendingSums {
    /** Floats added at once from a message: small enough for the first-level cache. */
    private static final int ADD_CHUNK = 2_048;

    private final SumTree tree;

    /** Where the partition lies in each slab. */
    private final KeyRange local;

    private final Slabs slabs;
    private final List<Sum> pending = new ArrayList<>();
    private final Deque<float[]> free = new ArrayDeque<>();
    private int slabsTaken;

    /**
     * A subtree's sums.
     *
     * @param examples that they are of
     * @param slab has them in the partition's part
     */
    @SuppressWarnings("ArrayRecordComponent") // adds up in place, never compared
    record Sum(Subtree subtree, long examples, float[] slab) {}

    PendingSums(SumTree tree, KeyRange local, Slabs slabs) {
        this.tree = tree;
        this.local = local;
        this.slabs = slabs;
    }

    /** Whether a subtree's sums are part of what is there. */
    boolean covers(Subtree subtree) {
        for (Sum other : pending) {
            if (other.subtree.covers(subtree)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Adds what is not {@linkplain #covers covered} yet, in the place of what it covers.
     *
     * @return the sums of the whole step if they are complete with it; nothing is pending then, and the slab is the caller's
     *     until {@link #giveBack}
     */
    Optional<Sum> add(Subtree subtree, int examples, FloatBuffer sums) {
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

    /** Takes back the slab of a step that has been applied. */
    void giveBack(float[] slab) {
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
