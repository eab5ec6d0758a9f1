package convoy.driver.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.driver.evaluation.LabelFigures.OfClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The figures of {@code sklearn.metrics}: {@code precision_recall_fscore_support} with {@code zero_division=0} and
 * {@code average_precision_score}.
 */
final class LabelFiguresTest {
    /** Rows by classes, with scores that come several times, a class that nothing shows and one that is never found. */
    private static final float[] LOGITS = {
        1.5f, -0.5f, -1, 0.25f, 0.5f, 2, -2, -0.25f, 0.5f, -0.5f, 1, -0.25f, -1, 0, -1, -3, 0.5f, -0.5f, 3, -0.25f, -2,
        1, -1, -0.5f
    };

    private static final boolean[] SHOWN = {
        true, false, false, true,
        true, true, false, false,
        false, true, false, true,
        true, false, false, false,
        false, true, false, true,
        false, true, false, false
    };

    private static final LabelFigures FIGURES = LabelFigures.of(List.of("a", "b", "c", "d"), LOGITS, SHOWN);

    private static void assertFigures(OfClass of, double precision, double recall, double f1) {
        assertThat(of.precision()).isCloseTo(precision, within(1e-12));
        assertThat(of.recall()).isCloseTo(recall, within(1e-12));
        assertThat(of.f1()).isCloseTo(f1, within(1e-12));
    }

    @Test
    void eachClassHasPrecisionRecallAndF1() {
        assertFigures(FIGURES.classes().get(0), 0.5, 2.0 / 3, 4.0 / 7);
        assertFigures(FIGURES.classes().get(1), 2.0 / 3, 0.5, 4.0 / 7);
        assertFigures(FIGURES.classes().get(2), 0, 0, 0);
        assertFigures(FIGURES.classes().get(3), 1, 1.0 / 3, 0.5);
        assertFigures(FIGURES.micro(), 5.0 / 10, 5.0 / 10, 0.5);
        assertThat(FIGURES.macro(OfClass::precision)).isCloseTo((0.5 + 2.0 / 3 + 1) / 4, within(1e-12));
        assertThat(FIGURES.macro(OfClass::recall)).isCloseTo((2.0 / 3 + 0.5 + 1.0 / 3) / 4, within(1e-12));
        assertThat(FIGURES.macro(OfClass::f1)).isCloseTo((8.0 / 7 + 0.5) / 4, within(1e-12));
    }

    /** By hand: of class a, scores 1.5 (shown), 0.5 three times (one shown), -1 (shown), -2. */
    @Test
    void rowsOfEqualScoresComeTogetherInTheAveragePrecision() {
        assertThat(FIGURES.classes().get(0).averagePrecision().orElseThrow())
                .isCloseTo(1.0 / 3 + 1.0 / 3 * (2.0 / 4) + 1.0 / 3 * (3.0 / 5), within(1e-12));
        // As scikit-learn 1.2.1 has them (python3-sklearn of Debian 12), which has 0 where no row is of the class.
        assertThat(FIGURES.classes().get(0).averagePrecision().orElseThrow()).isCloseTo(0.7, within(1e-12));
        assertThat(FIGURES.classes().get(1).averagePrecision().orElseThrow())
                .isCloseTo(0.8333333333333333, within(1e-12));
        assertThat(FIGURES.classes().get(2).averagePrecision()).isEmpty();
        assertThat(FIGURES.classes().get(3).averagePrecision().orElseThrow())
                .isCloseTo(0.8333333333333333, within(1e-12));
        assertThat(FIGURES.meanAveragePrecision().orElseThrow())
                .isCloseTo(
                        FIGURES.classes().stream()
                                .flatMap(one -> one.averagePrecision().stream())
                                .mapToDouble(Double::doubleValue)
                                .average()
                                .orElseThrow(),
                        within(1e-12));
    }

    /** The example of scikit-learn's documentation. */
    @Test
    void theExampleOfTheDocumentationComesOut() {
        assertThat(AveragePrecision.of(new float[] {0.1f, 0.4f, 0.35f, 0.8f}, new boolean[] {false, false, true, true}))
                .hasValueSatisfying(area -> assertThat(area).isCloseTo(0.8333333333333333, within(1e-12)));
    }

    /** The plainest calculation: for each different score, precision and recall of what scores as much or more. */
    @Test
    void drawnScoresGiveWhatThePlainCalculationGives() {
        Random random = new Random(1);
        for (int trial = 0; trial < 200; trial++) {
            int rows = 1 + random.nextInt(40);
            float[] scores = new float[rows];
            boolean[] there = new boolean[rows];
            for (int row = 0; row < rows; row++) {
                scores[row] = random.nextInt(9) - 4;
                scores[row] = random.nextBoolean() ? scores[row] : -scores[row] / 3;
                there[row] = random.nextInt(3) == 0;
            }
            Optional<Double> area = AveragePrecision.of(scores, there);
            double expected = plain(scores, there);
            assertThat(area.isPresent()).isEqualTo(!Double.isNaN(expected));
            area.ifPresent(value -> assertThat(value).isCloseTo(expected, within(1e-12)));
        }
    }

    private static double plain(float[] scores, boolean[] there) {
        List<Float> different = new ArrayList<>();
        for (float score : scores) {
            if (!different.contains(score + 0.0f)) {
                different.add(score + 0.0f);
            }
        }
        different.sort(Comparator.reverseOrder());
        double positives = 0;
        for (boolean one : there) {
            positives += one ? 1 : 0;
        }
        double area = 0;
        double before = 0;
        for (float threshold : different) {
            double found = 0;
            double hits = 0;
            for (int row = 0; row < scores.length; row++) {
                found += scores[row] >= threshold ? 1 : 0;
                hits += scores[row] >= threshold && there[row] ? 1 : 0;
            }
            area += (hits / positives - before) * (hits / found);
            before = hits / positives;
        }
        return area;
    }

    @Test
    void whatIsNoNumberIsNeverFound() {
        LabelFigures figures = LabelFigures.of(
                List.of("a"), new float[] {Float.NaN, 1, Float.NEGATIVE_INFINITY}, new boolean[] {true, false, true});
        assertFigures(figures.classes().get(0), 0, 0, 0);
        assertThat(figures.classes().get(0).misses()).isEqualTo(2);
        assertThat(figures.meanAveragePrecision().orElseThrow()).isCloseTo(2.0 / 3, within(1e-12));
    }
}
