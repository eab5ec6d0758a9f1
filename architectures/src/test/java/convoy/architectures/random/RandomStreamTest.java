package convoy.architectures.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RandomStreamTest {
    @Test
    void sameNameGivesTheSameNumbersAndThoseNeverChange() {
        // Literal: another value here would change every trained model.
        RandomStream stream = RandomStream.of(7, "augment", 3, 41);
        assertThat(stream.nextLong()).isEqualTo(2765566570736103645L);
        assertThat(stream.nextInt(1000)).isEqualTo(663);
        assertThat(stream.nextFloat()).isEqualTo(0.88899684f);
        assertThat(stream.nextDouble()).isEqualTo(0.04953950486528158);
        assertThat(stream.nextGaussian()).isEqualTo(0.9997767050863869);
    }

    /** Java has the same generator, which begins at a counter. */
    @Test
    void theCounterTellsAllThatComes() {
        RandomStream stream = RandomStream.of(7, "augment", 3, 41);
        stream.nextLong();
        SplittableRandom same = new SplittableRandom(stream.counter());
        for (int i = 0; i < 100; i++) {
            assertThat(stream.nextLong()).isEqualTo(same.nextLong());
        }
    }

    @Test
    void whateverNamesAStreamTellsItApart() {
        Set<Long> firsts = new HashSet<>();
        int streams = 0;
        for (long seed = -2; seed < 8; seed++) {
            for (String purpose : new String[] {"", "a", "b", "ab", "augment", "order"}) {
                firsts.add(RandomStream.of(seed, purpose).nextLong());
                streams++;
                for (long first = -1; first < 12; first++) {
                    firsts.add(RandomStream.of(seed, purpose, first).nextLong());
                    streams++;
                    for (long second = 0; second < 12; second++) {
                        firsts.add(RandomStream.of(seed, purpose, first, second).nextLong());
                        streams++;
                    }
                }
            }
        }
        assertThat(firsts).hasSize(streams);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 1000, 0x60000001, Integer.MAX_VALUE})
    void integersAreUniform(int bound) {
        RandomStream stream = RandomStream.of(1, "integers", bound);
        int draws = 60_000;
        double sum = 0;
        int lowThird = 0;
        for (int i = 0; i < draws; i++) {
            int drawn = stream.nextInt(bound);
            assertThat(drawn).isBetween(0, bound - 1);
            sum += drawn;
            lowThird += 3L * drawn < bound ? 1 : 0;
        }
        double third = Math.ceil(bound / 3.0) / bound;
        assertThat(sum / draws).isCloseTo((bound - 1) / 2.0, within(5 * 0.29 * bound / Math.sqrt(draws)));
        assertThat((double) lowThird / draws).isCloseTo(third, within(5 * 0.5 / Math.sqrt(draws)));
    }

    @Test
    void realsHaveTheirMoments() {
        RandomStream stream = RandomStream.of(2, "reals");
        int draws = 200_000;
        double[] sums = new double[6];
        for (int i = 0; i < draws; i++) {
            float single = stream.nextFloat();
            double real = stream.nextDouble();
            double gaussian = stream.nextGaussian();
            assertThat(single).isBetween(0f, 0x0.ffffffp0f);
            assertThat(real).isBetween(0.0, Math.nextDown(1.0));
            sums[0] += single;
            sums[1] += real;
            sums[2] += gaussian;
            sums[3] += gaussian * gaussian;
            sums[4] += Math.pow(gaussian, 4);
            sums[5] += Math.abs(gaussian) > 1.959964 ? 1 : 0;
        }
        assertThat(sums[0] / draws).isCloseTo(0.5, within(0.004));
        assertThat(sums[1] / draws).isCloseTo(0.5, within(0.004));
        assertThat(sums[2] / draws).isCloseTo(0, within(0.012));
        assertThat(sums[3] / draws).isCloseTo(1, within(0.017));
        assertThat(sums[4] / draws).isCloseTo(3, within(0.12));
        assertThat(sums[5] / draws).isCloseTo(0.05, within(0.003));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void refusesABoundThatLeavesNothing(int bound) {
        assertThatThrownBy(() -> RandomStream.of(1, "x").nextInt(bound))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bound = " + bound + ", must be positive");
    }
}
