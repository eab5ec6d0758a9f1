package convoy.jobs.study.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.records.Place;
import convoy.records.Value;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PointsTest {
    private static final Dimension RATE = new Dimension.Log(0.001, 0.1, 3);
    private static final Dimension DECAY = new Dimension.Values(List.of(number("0.0001"), number("0.001")));
    private static final Dimension BATCHES = new Dimension.Whole(2, 8, Scale.LINEAR, 3);

    private static Value number(String text) {
        return new Value.Scalar(text, Value.Scalar.Kind.NUMBER, new Place("test", 0));
    }

    private static double real(Value value) {
        return Double.parseDouble(((Value.Scalar) value).text());
    }

    private static double at(Map<String, Value> point, String key) {
        return real(Optional.ofNullable(point.get(key)).orElseThrow());
    }

    private static Map<String, Dimension> space() {
        Map<String, Dimension> space = new LinkedHashMap<>();
        space.put("schedule.rate", RATE);
        space.put("weight-decay.rate", DECAY);
        space.put("micro-batches", BATCHES);
        return space;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GRID")
    void morePointsLeaveThoseBeforeAsTheyAre(Draw draw) {
        List<Map<String, Value>> few = Points.draw(draw, 7, space(), 5);
        List<Map<String, Value>> many = Points.draw(draw, 7, space(), 40);
        assertThat(many.subList(0, 5)).isEqualTo(few);
        assertThat(new HashSet<>(many)).hasSizeGreaterThan(30);
        assertThat(Points.draw(draw, 8, space(), 5)).isNotEqualTo(few);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GRID")
    void everyPointLiesInTheSpace(Draw draw) {
        for (Map<String, Value> point : Points.draw(draw, 3, space(), 64)) {
            assertThat(point.keySet()).containsExactly("schedule.rate", "weight-decay.rate", "micro-batches");
            assertThat(at(point, "schedule.rate")).isBetween(0.001, 0.1);
            assertThat(at(point, "weight-decay.rate")).isIn(0.0001, 0.001);
            assertThat(at(point, "micro-batches")).isBetween(2.0, 8.0);
        }
    }

    /** The net's property that scrambling keeps: of 2^m points one lies in each interval of length 2^-m, in each dimension. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 12345})
    void scrambledSobolPointsStayEvenlySpread(long seed) {
        int points = 64;
        for (int dimension = 0; dimension < 5; dimension++) {
            Set<Integer> intervals = new HashSet<>();
            for (int index = 0; index < points; index++) {
                intervals.add((int) (SobolPoints.at(seed, index, 5)[dimension] * points));
            }
            assertThat(intervals).hasSize(points);
        }
    }

    /** In two dimensions too: of 16 points one lies in each of 4 x 4 squares, since the first two dimensions are a (0, 2)-sequence. */
    @Test
    void scrambledSobolPointsFillSquares() {
        Set<Integer> squares = new HashSet<>();
        for (int index = 0; index < 16; index++) {
            double[] point = SobolPoints.at(99, index, 2);
            squares.add(((int) (point[0] * 4)) * 4 + (int) (point[1] * 4));
        }
        assertThat(squares).hasSize(16);
    }

    /** Each point alone is uniform over seeds: its mean is 1/2 within five standard errors of 1 / sqrt(12 n). */
    @Test
    void aScrambledPointIsUniformOverSeeds() {
        int seeds = 2000;
        double sum = 0;
        for (int seed = 0; seed < seeds; seed++) {
            sum += SobolPoints.at(seed, 0, 3)[2];
        }
        assertThat(sum / seeds).isBetween(0.5 - 5 / Math.sqrt(12.0 * seeds), 0.5 + 5 / Math.sqrt(12.0 * seeds));
    }

    /** Of b^m points of a dimension in base b one lies in each interval of length b^-m. */
    @Test
    void permutedHaltonPointsStayEvenlySpread() {
        int[] bases = {2, 3, 5};
        int[] counts = {64, 81, 125};
        for (int d = 0; d < bases.length; d++) {
            Set<Integer> intervals = new HashSet<>();
            for (int index = 0; index < counts[d]; index++) {
                intervals.add((int) (HaltonPoints.at(5, index, 3)[d] * counts[d] + 1e-9));
            }
            assertThat(intervals).as("base " + bases[d]).hasSize(counts[d]);
        }
    }

    @Test
    void aGridHasEveryCombination() {
        List<Map<String, Value>> points = Points.draw(Draw.GRID, 0, space(), 0);
        assertThat(points).hasSize(3 * 2 * 3).doesNotHaveDuplicates();
        assertThat(Points.gridSize(space())).isEqualTo(18);
        assertThat(points.stream().map(point -> at(point, "schedule.rate")).distinct())
                .containsExactly(0.001, 0.01, 0.1);
        assertThat(points.stream().map(point -> at(point, "micro-batches")).distinct())
                .containsExactly(2.0, 5.0, 8.0);
    }

    @Test
    void aLogarithmicScaleHasItsMiddleAtTheGeometricMean() {
        assertThat(real(RATE.at(0.5))).isEqualTo(0.01);
        assertThat(real(RATE.at(0))).isEqualTo(0.001);
        assertThat(real(new Dimension.Uniform(0, 10, 3).at(0.25))).isEqualTo(2.5);
    }

    @Test
    void wholeNumbersComeEquallyOften() {
        int[] counts = new int[9];
        for (int i = 0; i < 700; i++) {
            counts[(int) real(BATCHES.at((i + 0.5) / 700))]++;
        }
        assertThat(counts).containsExactly(0, 0, 100, 100, 100, 100, 100, 100, 100);
    }

    @Test
    void whatLiesAtAnEndIsTold() {
        assertThat(RATE.isEdge(number("0.00105"))).isTrue();
        assertThat(RATE.isEdge(number("0.099"))).isTrue();
        assertThat(RATE.isEdge(number("0.01"))).isFalse();
        assertThat(BATCHES.isEdge(number("2"))).isTrue();
        assertThat(BATCHES.isEdge(number("5"))).isFalse();
        Dimension three = new Dimension.Values(List.of(number("3"), number("1"), number("2")));
        assertThat(three.isEdge(number("1"))).isTrue();
        assertThat(three.isEdge(number("2"))).isFalse();
        Value text = new Value.Scalar("1e-4", Value.Scalar.Kind.TEXT, new Place("test", 0));
        assertThat(new Dimension.Values(List.of(text, number("0.1"))).isEdge(text))
                .isTrue();
        Value word = new Value.Scalar("adam", Value.Scalar.Kind.TEXT, new Place("test", 0));
        assertThat(new Dimension.Values(List.of(word, number("0.1"))).isEdge(word))
                .isFalse();
    }

    @Test
    void whatCannotBeASpaceIsRefused() {
        assertThatThrownBy(() -> new Dimension.Uniform(1, 0.5, 3))
                .isInstanceOf(BadInputException.class)
                .hasMessage("from = 1 > to = 0.5: give the smaller number first");
        assertThatThrownBy(() -> new Dimension.Log(0, 0.5, 3))
                .isInstanceOf(BadInputException.class)
                .hasMessage("from = 0 <= 0: a logarithmic scale begins above 0, as 1e-5");
        assertThatThrownBy(() -> new Dimension.Whole(0, 5, Scale.LOG, 3))
                .isInstanceOf(BadInputException.class)
                .hasMessage("from = 0 <= 0: a logarithmic scale begins above 0, as 1e-5");
        assertThatThrownBy(() -> new Dimension.Values(List.of()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("values = [] has none");
    }
}
