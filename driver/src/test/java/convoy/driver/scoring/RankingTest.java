package convoy.driver.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RankingTest {
    @Test
    void theBestComeFirstAndOfEqualOnesTheLower() {
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            int count = 1 + random.nextInt(30);
            int offset = random.nextInt(3);
            float[] logits = new float[offset + count + 2];
            for (int i = 0; i < logits.length; i++) {
                // Few values, so that many are equal; both zeros and what is less than any number among them.
                float[] values = {-3, -0.0f, 0.0f, 1.5f, 7, Float.NEGATIVE_INFINITY, Float.MIN_VALUE};
                logits[i] =
                        random.nextBoolean() ? values[random.nextInt(values.length)] : (float) random.nextGaussian();
            }
            logits[offset] = 1;
            int k = 1 + random.nextInt(count);
            Ranking ranking = Ranking.of(logits, offset, count, k).orElseThrow();
            List<Integer> expected = IntStream.range(0, count)
                    .boxed()
                    .sorted(Comparator.<Integer>comparingDouble(c -> -(double) logits[offset + c] + 0.0)
                            .thenComparing(c -> c))
                    .limit(k)
                    .toList();
            assertThat(IntStream.of(ranking.classes()).boxed().toList()).isEqualTo(expected);
            double sum = 0;
            for (int c = 0; c < count; c++) {
                sum += Math.exp(logits[offset + c]);
            }
            for (int i = 0; i < k; i++) {
                assertThat((double) ranking.probabilities()[i])
                        .isCloseTo(Math.exp(logits[offset + expected.get(i)]) / sum, within(1e-6));
            }
        }
    }

    @Test
    void largeLogitsDoNotOverflow() {
        Ranking ranking = Ranking.of(new float[] {1000, 2000, 1999}, 0, 3, 3).orElseThrow();
        assertThat(ranking.classes()).containsExactly(1, 2, 0);
        assertThat(ranking.probabilities()[0] + ranking.probabilities()[1]).isCloseTo(1, within(1e-6f));
        assertThat(ranking.probabilities()[2]).isZero();
    }

    @Test
    void aProbabilityDoesNotDependOnHowManyAreAskedFor() {
        float[] logits = {0.3f, -1, 2.5f, 0.1f};
        float[] all = Ranking.of(logits, 0, 4, 4).orElseThrow().probabilities();
        assertThat(Ranking.of(logits, 0, 4, 2).orElseThrow().probabilities()).containsExactly(all[0], all[1]);
    }

    @Test
    void whatIsNoNumberHasNoRanking() {
        assertThat(Ranking.of(new float[] {1, Float.NaN}, 0, 2, 1)).isEmpty();
        assertThat(Ranking.of(new float[] {1, Float.POSITIVE_INFINITY}, 0, 2, 1))
                .isEmpty();
        assertThat(Ranking.of(new float[] {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY}, 0, 2, 1))
                .isEmpty();
        assertThat(Ranking.of(new float[] {Float.NaN, 1, 2}, 1, 2, 1)).isPresent();
    }

    @Test
    void neighboursAreScoredInOneStretch() {
        assertThat(PartScorer.runs(List.of(0, 1, 3, 5, 6, 7)))
                .containsExactly(List.of(0, 1), List.of(3), List.of(5, 6, 7));
    }

    @Test
    void howRowsAreCutIsAFunctionOfTheDataSet() {
        assertThat(ScorePlan.partRows(50_000, 128)).isEqualTo(2048);
        assertThat(ScorePlan.partRows(50_000, 100)).isEqualTo(2100);
        assertThat(ScorePlan.partRows(10_000_000_000L / 1000, 128)).isEqualTo(9856);
        assertThat(ScorePlan.partRows(1, 5000)).isEqualTo(5000);
    }

    @Test
    void ofSeveralClassesEachHasItsOwnProbability() {
        Ranking ranking =
                Ranking.ofEach(new float[] {9, -800, 0, 800, 1}, 1, 4, 3).orElseThrow();
        assertThat(ranking.classes()).containsExactly(2, 3, 1);
        assertThat(ranking.probabilities()).containsExactly(1, (float) (1 / (1 + Math.exp(-1))), 0.5f);
        assertThat(Ranking.ofEach(new float[] {-800}, 0, 1, 1).orElseThrow().probabilities())
                .containsExactly(0);
        assertThat(Ranking.ofEach(new float[] {1, Float.NaN}, 0, 2, 1)).isEmpty();
    }
}
