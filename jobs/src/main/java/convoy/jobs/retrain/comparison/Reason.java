package convoy.jobs.retrain.comparison;

import convoy.jobs.retrain.statistics.McNemarPower;
import convoy.jobs.retrain.statistics.PairedCounts;
import convoy.jobs.study.verdict.Figures;
import convoy.records.text.Counts;
import java.util.OptionalDouble;

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
     * @param counts of all held-out rows
     */
    record NotShown(double p, PairedCounts counts) implements Reason {
        /** The power that "would have been found" is said of. */
        private static final double POWER = 0.8;

        @Override
        public String sentence(double level) {
            String text =
                    "It is not shown to be better: " + Figures.p(p, level) + " > " + Figures.digits(level, 3) + ".";
            OptionalDouble lead = detectable(level);
            return lead.isEmpty()
                    ? text
                    : text + " A lead of " + Points.text(Points.of(lead.getAsDouble()), 0)
                            + " would have been found with probability 0.8, if as many rows are answered differently.";
        }

        /** The smallest lead that is found so often; made out only where it is told, since that takes a while. */
        private OptionalDouble detectable(double level) {
            return counts.rows() > Integer.MAX_VALUE
                    ? OptionalDouble.empty()
                    : new McNemarPower((int) counts.rows(), level)
                            .detectable(counts.discordant() / (double) counts.rows(), POWER);
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
