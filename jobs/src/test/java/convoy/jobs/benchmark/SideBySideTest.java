package convoy.jobs.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.jobs.benchmark.SideBySide.Ranked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SideBySideTest {
    private static final Duration TURN = Duration.ofSeconds(2);

    private final List<String> turns = new ArrayList<>();

    /** Makes so many steps a second in its turns, in the last one and all behind it the last number. */
    private final class Paced implements Contestant {
        private final String name;
        private final boolean reference;
        private final List<Double> paces;
        private int turn;

        Paced(String name, boolean reference, Double... paces) {
            this.name = name;
            this.reference = reference;
            this.paces = List.of(paces);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean isReference() {
            return reference;
        }

        @Override
        public Pace run(Duration duration) {
            assertThat(duration).isEqualTo(TURN);
            turns.add(name);
            double pace = paces.get(Math.min(turn++, paces.size() - 1));
            return new Pace(100, 100 / pace);
        }

        @Override
        public void close() {}
    }

    @Test
    void ratiosAreOfOneRoundAndToTheBetterReference() {
        // The first turn is of the warm-up and does not count.
        List<Ranked> ranking = SideBySide.run(
                List.of(
                        new Paced("ours", false, 1.0, 6.0),
                        new Paced("slow", true, 100.0, 4.0),
                        new Paced("fast", true, 1.0, 5.0),
                        new Paced("captured", false, 1.0, 50.0)),
                8,
                3,
                TURN);
        assertThat(ranking).extracting(Ranked::name).containsExactly("ours", "slow", "fast", "captured");
        assertThat(ranking)
                .extracting(Ranked::imagesPerSecond)
                .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-9 ? 0 : Double.compare(a, b))
                .containsExactly(48.0, 32.0, 40.0, 400.0);
        assertThat(ranking.get(0).ratio()).isEqualTo(1.2, within(1e-12));
        assertThat(ranking.get(1).ratio()).isEqualTo(0.8, within(1e-12));
        assertThat(ranking.get(2)).isEqualTo(new Ranked("fast", ranking.get(2).imagesPerSecond(), 1, 1, 1));
        assertThat(ranking.get(3).ratio()).isEqualTo(10, within(1e-12));
    }

    @Test
    void everyRoundBeginsWithAnotherOne() {
        SideBySide.run(
                List.of(new Paced("a", true, 1.0), new Paced("b", false, 1.0), new Paced("c", false, 1.0)), 1, 4, TURN);
        int measured = turns.size() - 12;
        assertThat(measured).isGreaterThanOrEqualTo(6);
        assertThat(turns.subList(measured, turns.size()))
                .containsExactly("a", "b", "c", "b", "c", "a", "c", "a", "b", "a", "b", "c");
    }

    @Test
    void aRoundInWhichAllAreSlowChangesNoRatio() {
        List<Ranked> ranking = SideBySide.compare(
                List.of(new Paced("ours", false, 1.0), new Paced("reference", true, 1.0)),
                List.of(List.of(30.0, 3.0, 33.0), List.of(20.0, 2.0, 30.0)));
        assertThat(ranking.get(0)).isEqualTo(new Ranked("ours", 30, 1.5, 1.1, 1.5));
        assertThat(ranking.get(1)).isEqualTo(new Ranked("reference", 20, 1, 1, 1));
    }

    @Test
    void somethingIsToBeComparedWith() {
        assertThatThrownBy(() -> SideBySide.run(List.of(new Paced("alone", false, 1.0)), 1, 1, TURN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nothing to compare with");
    }
}
