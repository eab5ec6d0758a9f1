package convoy.jobs.retrain.comparison;

import convoy.jobs.study.verdict.Figures;
import convoy.records.text.Counts;
import java.util.Optional;

/** Why a challenger does not become champion. Each alone is enough. */
public sealed interface Reason {
    /**
     * {@return one sentence or two, whole, for a person}
     *
     * @param level of the tests
     */
    String sentence(double level);

    /**
     * No answers to these rows could have shown it to be better.
     *
     * @param discordant rows that are answered differently
     * @param smallestP below which p cannot fall with so many
     */
    record TooFewDiffer(long discordant, double smallestP) implements Reason {
        @Override
        public String sentence(double level) {
            return "It cannot be shown to be better: "
                    + (discordant == 1 ? "1 row is" : Counts.of(discordant, "row") + " are")
                    + " right with one of both alone, with which p cannot fall below " + Figures.digits(smallestP, 3)
                    + ", and " + Figures.digits(level, 3) + " or less is needed.";
        }
    }

    /**
     * It could have been shown to be better, and was not.
     *
     * @param p one-sided, of McNemar's exact test
     * @param detectable the smallest lead, in percentage points, that would have been found with probability 0.8; empty if none
     */
    record NotShown(double p, Optional<Double> detectable) implements Reason {
        @Override
        public String sentence(double level) {
            return "It is not shown to be better: " + Figures.p(p, level) + " > " + Figures.digits(level, 3) + "."
                    + detectable
                            .map(points -> " A lead of " + Points.text(points, 0)
                                    + " would have been found with probability 0.8, if as many rows are answered"
                                    + " differently.")
                            .orElse("");
        }
    }

    /**
     * It is not far enough ahead.
     *
     * @param lead in percentage points, perhaps below 0
     * @param margin that is asked for
     */
    record BelowMargin(double lead, Margin margin) implements Reason {
        @Override
        public String sentence(double level) {
            if (lead <= 0) {
                return "It is not ahead.";
            }
            return "Its lead of " + Points.text(lead, margin.points()) + " is below the margin of "
                    + Points.text(margin.points(), lead) + ", " + margin.reason() + ".";
        }
    }

    /**
     * A class is worse.
     *
     * @param change by how much
     */
    record ClassWorse(ClassChange change) implements Reason {
        @Override
        public String sentence(double level) {
            return "Class " + change.text(level) + ".";
        }
    }
}
