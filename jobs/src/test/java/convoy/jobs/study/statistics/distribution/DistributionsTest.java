package convoy.jobs.study.statistics.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.jobs.study.statistics.Published;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DistributionsTest {
    static Stream<String> noncentral() {
        return Published.SCIPY.keys().stream().filter(key -> key.startsWith("nct."));
    }

    /** The first figure is an integral with 40 digits, the second SciPy's. */
    @ParameterizedTest
    @MethodSource("noncentral")
    void noncentralTIsSciPys(String key) {
        List<String> words = numbers(key);
        NoncentralT distribution = new NoncentralT(Integer.parseInt(words.get(1)), Double.parseDouble(words.get(2)));
        double found = distribution.cumulativeProbability(Double.parseDouble(words.get(0)));
        assertThat(found).isEqualTo(Published.SCIPY.get(key)[0], within(1e-12));
        assertThat(found).isEqualTo(Published.SCIPY.get(key)[1], within(1e-10));
    }

    static Stream<String> ranges() {
        return Published.SCIPY.keys().stream().filter(key -> key.startsWith("range."));
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void theRangeIsSciPys(String key) {
        List<String> words = numbers(key);
        double found = new StudentizedRange(Integer.parseInt(words.get(0)))
                .cumulativeProbability(Double.parseDouble(words.get(1)));
        assertThat(found).isEqualTo(Published.SCIPY.get(key)[0], within(1e-12));
        assertThat(found).isEqualTo(Published.SCIPY.get(key)[1], within(1e-10));
        if (Published.R.keys().contains(key)) {
            // R's own accuracy.
            assertThat(found).isEqualTo(Published.R.get(key)[0], within(1e-8));
        }
    }

    static Stream<String> uppers() {
        return Published.SCIPY.keys().stream().filter(key -> key.startsWith("upper."));
    }

    @ParameterizedTest
    @MethodSource("uppers")
    void quantilesOfTheRangeAreThoseOfTheIntegral(String key) {
        List<String> words = numbers(key);
        double found =
                new StudentizedRange(Integer.parseInt(words.get(0))).upperQuantile(Double.parseDouble(words.get(1)));
        assertThat(found).isEqualTo(Published.SCIPY.get(key)[0], within(1e-10));
    }

    /** Of "nct.2.306.8.3.0" these are 2.306, 8, 3.0: all but counts are written with a point. */
    private static List<String> numbers(String key) {
        String[] words = key.split("\\.", -1);
        Stream.Builder<String> numbers = Stream.builder();
        boolean isNoncentral = words[0].equals("nct");
        if (isNoncentral) {
            numbers.add(words[1] + "." + words[2]).add(words[3]).add(words[4] + "." + words[5]);
        } else {
            numbers.add(words[1]).add(words[2] + "." + words[3]);
        }
        return numbers.build().toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 9, 12, 20, 50})
    void signedRanksAreRs(int n) {
        double[] cumulative = Published.R.get("psignrank." + n);
        SignedRanks ranks = SignedRanks.of(n);
        for (int sum = 0; sum < cumulative.length; sum++) {
            assertThat(ranks.twoSided(2 * sum)).isEqualTo(Math.min(1, 2 * cumulative[sum]), within(1e-10));
            int mirrored = n * (n + 1) - 2 * sum;
            assertThat(ranks.twoSided(mirrored)).isEqualTo(ranks.twoSided(2 * sum));
        }
    }

    @Test
    void tiesAreCounted() {
        // Ranks 1.5, 1.5, 3: the eight sums are 0, 1.5, 1.5, 3, 3, 4.5, 4.5, 6.
        SignedRanks ranks = SignedRanks.ofDoubled(new int[] {3, 3, 6});
        assertThat(Arrays.asList(ranks.twoSided(0), ranks.twoSided(3), ranks.twoSided(6), ranks.twoSided(9)))
                .containsExactly(0.25, 0.75, 1.0, 0.75);
    }

    @Test
    void theCriticalSumIsTheLastThatRejects() {
        for (int n = 1; n < 40; n++) {
            SignedRanks ranks = SignedRanks.of(n);
            int critical = ranks.critical(0.05);
            assertThat(critical >= 0 ? ranks.twoSided(critical) : 0).isLessThanOrEqualTo(0.05);
            assertThat(ranks.twoSided(critical + 1)).isGreaterThan(0.05);
        }
    }
}
