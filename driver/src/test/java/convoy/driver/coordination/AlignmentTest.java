package convoy.driver.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.parameterserver.sum.SumTree;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AlignmentTest {
    @Test
    void pushesAreTheNodesThatCoverAShare() {
        for (int leaves = 1; leaves <= 40; leaves++) {
            SumTree tree = new SumTree(leaves);
            for (int begin = 0; begin < leaves; begin++) {
                for (int end = begin + 1; end <= leaves; end++) {
                    assertThat(Alignment.pushes(begin, end, leaves))
                            .as("[%d, %d) of %d", begin, end, leaves)
                            .isEqualTo(tree.cover(begin, end).size());
                }
            }
        }
    }

    private static int pushes(int[] counts) {
        int all = IntStream.of(counts).sum();
        int begin = 0;
        int pushes = 0;
        for (int count : counts) {
            pushes += Alignment.pushes(begin, begin + count, all);
            begin += count;
        }
        return pushes;
    }

    private static double longest(int[] counts, List<Double> nanos) {
        return IntStream.range(0, counts.length)
                .mapToDouble(worker -> counts[worker] * nanos.get(worker))
                .max()
                .orElseThrow();
    }

    /** The fewest pushes of all cuts in which no share takes longer. */
    private static int fewest(int begin, int worker, int all, List<Double> nanos, double longest) {
        if (worker == nanos.size()) {
            return begin == all ? 0 : 1000;
        }
        int fewest = 1000;
        for (int end = begin + 1; end <= all && (end - begin) * nanos.get(worker) <= longest; end++) {
            fewest = Math.min(fewest, Alignment.pushes(begin, end, all) + fewest(end, worker + 1, all, nanos, longest));
        }
        return fewest;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void noCutAsFastTakesFewerPushes(long seed) {
        Random random = new Random(seed);
        int workers = 2 + random.nextInt(4);
        int all = workers + random.nextInt(14);
        List<Double> nanos = DoubleStream.generate(() -> 1 + 3 * random.nextDouble())
                .limit(workers)
                .boxed()
                .toList();
        int[] counts = Shares.cut(all, nanos).stream()
                .mapToInt(share -> share.orElseThrow().count())
                .toArray();
        double longest = longest(counts, nanos);
        assertThat(pushes(counts)).isEqualTo(fewest(0, 0, all, nanos, longest));
    }

    /** It has one micro-batch, however long that takes it, and the others share what is left as if it were not there. */
    @Test
    void whoIsOnTrialMakesNobodysShareLonger() {
        for (int all = 5; all < 64; all++) {
            List<Double> nanos = List.of(1.0, 1.0, Double.POSITIVE_INFINITY, 1.0, 1.0);
            int[] counts = Shares.cut(all, nanos).stream()
                    .mapToInt(share -> share.orElseThrow().count())
                    .toArray();
            assertThat(counts[2]).isEqualTo(1);
            assertThat(IntStream.of(counts).max()).as("of %d", all).hasValue((all - 1 + 3) / 4);
        }
    }

    /** One of 64 that is slow had shifted all after it: three pushes of each where one will do. */
    @Test
    void oneSlowWorkerShiftsNobodyElse() {
        double[] nanos = DoubleStream.generate(() -> 1).limit(64).toArray();
        nanos[5] = 1.9;
        List<Double> slow = DoubleStream.of(nanos).boxed().toList();
        int[] counts = Shares.cut(256, slow).stream()
                .mapToInt(share -> share.orElseThrow().count())
                .toArray();
        assertThat(longest(counts, slow)).isEqualTo(5);
        assertThat(pushes(counts)).as("64 at best").isLessThan(64 + 64 / 4);
        int[] even = Shares.cut(256, Collections.nCopies(64, 1.0)).stream()
                .mapToInt(share -> share.orElseThrow().count())
                .toArray();
        assertThat(pushes(even)).isEqualTo(64);
    }
}
