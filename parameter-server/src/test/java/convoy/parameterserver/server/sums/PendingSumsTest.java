package convoy.parameterserver.server.sums;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.sum.SumTree;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** However sums come, a step is made of as few at a time as the limit says, with the same bits, and never stands still. */
final class PendingSumsTest {
    private static final KeyRange ONE = new KeyRange(0, 1);

    private static float gradient(int leaf) {
        return (float) Math.sin(1 + leaf * 7.3) * (1 + leaf % 5);
    }

    private static float sum(SumTree tree, Subtree node) {
        if (node.end() - node.begin() == 1) {
            return gradient(node.begin());
        }
        int middle = node.begin() + Integer.highestOneBit(node.end() - node.begin() - 1);
        return sum(tree, new Subtree(node.begin(), middle)) + sum(tree, new Subtree(middle, node.end()));
    }

    /** What is pushed of a step: each micro-batch at least once, some of it again in another cut. */
    private static List<Subtree> pushes(SumTree tree, Random random, int repeated) {
        List<Subtree> pushes = new ArrayList<>();
        for (int begin = 0; begin < tree.leaves(); ) {
            int end = Math.min(tree.leaves(), begin + 1 + random.nextInt(5));
            pushes.addAll(tree.cover(begin, end));
            begin = end;
        }
        for (int i = 0; i < repeated; i++) {
            int begin = random.nextInt(tree.leaves());
            pushes.addAll(tree.cover(begin, Math.min(tree.leaves(), begin + 1 + random.nextInt(40))));
        }
        return pushes;
    }

    /** How a step went: its sum, and the most sums that there were at a time. */
    private record Went(float sum, int peak) {}

    /** Has pushes come in a random order; one for which there is no room comes again later, at any time at which there is. */
    private static Went step(SumLimit limit, List<Subtree> pushes, Random random) {
        Slabs slabs = new Slabs(1);
        PendingSums pending = new PendingSums(limit, ONE, slabs);
        List<Subtree> open = new ArrayList<>(pushes);
        List<Subtree> held = new ArrayList<>();
        int peak = 0;
        while (true) {
            if (open.isEmpty()) {
                held.stream()
                        .filter(subtree -> pending.covers(subtree) || pending.takes(subtree))
                        .forEach(open::add);
                assertThat(open).as("of %s one can go on", held).isNotEmpty();
                held.removeAll(open);
            }
            Subtree next = open.remove(random.nextInt(open.size()));
            if (pending.covers(next)) {
                continue;
            }
            if (!pending.takes(next)) {
                held.add(next);
                continue;
            }
            Optional<PendingSums.Sum> whole = pending.add(
                    next, next.end() - next.begin(), FloatBuffer.wrap(new float[] {sum(limit.tree(), next)}));
            peak = Math.max(peak, whole.isPresent() ? 1 : pending.size());
            if (whole.isPresent()) {
                assertThat(whole.get().examples()).isEqualTo(limit.tree().leaves());
                assertThat(slabs.bytes()).as("bytes").isLessThanOrEqualTo(4L * limit.slabs());
                return new Went(whole.get().slab()[0], peak);
            }
        }
    }

    @ParameterizedTest(name = "{0} micro-batches")
    @ValueSource(ints = {1, 2, 3, 5, 8, 9, 33, 100, 257})
    void anyOrderFitsAndHasTheSameBits(int leaves) {
        SumTree tree = new SumTree(leaves);
        float expected = sum(tree, tree.root());
        for (int ahead : new int[] {1, 2, 5, SumLimit.WANTED}) {
            SumLimit limit = new SumLimit(tree, ahead);
            for (int seed = 0; seed < 12; seed++) {
                Random random = new Random(seed);
                Went went = step(limit, pushes(tree, random, seed % 3 * 2), random);
                assertThat(went.sum()).as("seed %d, %d ahead", seed, ahead).isEqualTo(expected);
                assertThat(went.peak()).isLessThanOrEqualTo(limit.slabs());
            }
        }
    }

    /** The worst order there is: the last micro-batch first, each other one of the others next. */
    @Test
    void theWorstOrderFits() {
        SumTree tree = new SumTree(512);
        SumLimit limit = new SumLimit(tree, 3);
        List<Subtree> leaves = new ArrayList<>();
        for (int leaf = 0; leaf < 512; leaf += 2) {
            leaves.add(Subtree.leaf(leaf));
        }
        for (int leaf = 1; leaf < 512; leaf += 2) {
            leaves.add(Subtree.leaf(leaf));
        }
        assertThat(step(limit, leaves, new Random() {
                            private static final long serialVersionUID = 1L;

                            @Override
                            public int nextInt(int bound) {
                                return bound - 1;
                            }
                        })
                        .peak())
                .isLessThanOrEqualTo(12);
    }

    /** One sum a worker, in random order: what it was without a limit, and what it is. */
    @ParameterizedTest(name = "{0} workers")
    @CsvSource({"8, 3, 4, 4", "64, 25, 31, 22", "512, 190, 220, 25"})
    void theLimitHoldsWhereSumsGrewWithTheWorkers(int workers, double least, double most, int slabs) {
        SumTree tree = new SumTree(workers);
        List<Subtree> pushes =
                IntStream.range(0, workers).mapToObj(Subtree::leaf).toList();
        SumLimit none = new SumLimit(tree, workers);
        SumLimit limit = new SumLimit(tree, SumLimit.WANTED);
        double before = 0;
        double after = 0;
        int seeds = workers > 100 ? 4 : 40;
        for (int seed = 0; seed < seeds; seed++) {
            before += step(none, pushes, new Random(seed)).peak();
            Went went = step(limit, pushes, new Random(seed));
            after = Math.max(after, went.peak());
        }
        assertThat(before / seeds).as("mean peak without a limit").isBetween(least, most);
        assertThat(limit.slabs()).isEqualTo(slabs);
        assertThat(after).as("the highest peak with the limit").isLessThanOrEqualTo(slabs);
    }

    @Test
    void aLimitThatCouldStandStillIsRefused() {
        assertThatThrownBy(() -> new SumLimit(new SumTree(8), 0))
                .hasMessage("0 sums ahead of the frontier: at least 1");
    }
}
