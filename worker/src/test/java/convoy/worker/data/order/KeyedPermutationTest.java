package convoy.worker.data.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.random.RandomStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyedPermutationTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 7, 16, 17, 31, 100, 1000, 4096, 50_000})
    void everyElementHasOnePlace(long size) {
        for (long seed = 0; seed < 5; seed++) {
            KeyedPermutation permutation = new KeyedPermutation(size, RandomStream.of(seed, "test"));
            assertThat(LongStream.range(0, size)
                            .map(permutation::apply)
                            .sorted()
                            .toArray())
                    .as("seed %d", seed)
                    .isEqualTo(LongStream.range(0, size).toArray());
        }
    }

    @Test
    void sizesBeyondIntAreFine() {
        long size = 1L << 40;
        KeyedPermutation permutation = new KeyedPermutation(size, RandomStream.of(1, "test"));
        assertThat(LongStream.range(size - 1000, size).map(permutation::apply).distinct())
                .hasSize(1000)
                .allMatch(place -> place >= 0 && place < size);
    }

    /** Over many keys, every element comes to every place about equally often: chi-squared with 99 degrees of freedom. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9})
    void everyPlaceIsAsLikely(long element) {
        int size = 10;
        int keys = 20_000;
        int[] counts = new int[size];
        for (int key = 0; key < keys; key++) {
            counts[(int) new KeyedPermutation(size, RandomStream.of(key, "test")).apply(element)]++;
        }
        double expected = (double) keys / size;
        double chiSquared = 0;
        for (int count : counts) {
            chiSquared += (count - expected) * (count - expected) / expected;
        }
        // 9 degrees of freedom: beyond 27.9 once in a thousand.
        assertThat(chiSquared).isLessThan(27.9);
    }

    /** Neighbours do not stay neighbours. */
    @Test
    void differencesOfNeighboursAreSpread() {
        int size = 4096;
        KeyedPermutation permutation = new KeyedPermutation(size, RandomStream.of(3, "test"));
        int[] bins = new int[16];
        for (int i = 0; i + 1 < size; i++) {
            long difference = Math.floorMod(permutation.apply(i + 1) - permutation.apply(i), (long) size);
            bins[(int) (difference * bins.length / size)]++;
        }
        double expected = (size - 1.0) / bins.length;
        double chiSquared = 0;
        for (int count : bins) {
            chiSquared += (count - expected) * (count - expected) / expected;
        }
        // 15 degrees of freedom: beyond 37.7 once in a thousand.
        assertThat(chiSquared).isLessThan(37.7);
    }

    @Test
    void whatLiesOutsideIsRefused() {
        KeyedPermutation permutation = new KeyedPermutation(5, RandomStream.of(0, "test"));
        assertThatThrownBy(() -> permutation.apply(5)).hasMessageContaining("index = 5, outside [0, 5)");
        assertThatThrownBy(() -> new KeyedPermutation(0, RandomStream.of(0, "test")))
                .hasMessageContaining("size = 0");
    }
}
