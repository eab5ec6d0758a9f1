package convoy.jobs.retrain.comparison;

import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether a challenger becomes champion, and why. */
public sealed interface PromotionVerdict {
    /** {@return whether it does} */
    boolean promotes();

    /** {@return all of it for a person, a sentence or two each; the first says what happens} */
    List<String> sentences();

    /** {@return the figures that it rests on, by names; accuracies and differences are shares of 1} */
    Map<String, Double> figures();

    /** {@return the sentences as one text} */
    default String text() {
        return String.join(" ", sentences());
    }

    /**
     * There is no champion to compare with.
     *
     * @param accuracy on the held-out rows, in [0, 1]
     * @param rows how many
     */
    record First(double accuracy, long rows) implements PromotionVerdict {
        @Override
        public boolean promotes() {
            return true;
        }

        @Override
        public List<String> sentences() {
            return List.of(
                    "Promoted: there is no champion yet.",
                    "The challenger gets " + Points.percent(accuracy) + " of " + Counts.of(rows, "held-out row")
                            + " right.");
        }

        @Override
        public Map<String, Double> figures() {
            return Map.of("challenger-accuracy", accuracy, "rows", (double) rows);
        }
    }

    /**
     * It is better, by the margin or more, and no class is worse.
     *
     * @param contest the figures
     * @param margin that it keeps
     */
    record Promote(Contest contest, Margin margin) implements PromotionVerdict {
        @Override
        public boolean promotes() {
            return true;
        }

        @Override
        public List<String> sentences() {
            List<String> all = new ArrayList<>();
            all.add("Promoted: the challenger is better.");
            all.add(contest.sentence());
            if (margin.points() > 0) {
                all.add("The lead is not below the margin of "
                        + Points.text(
                                margin.points(), Points.of(contest.counts().lead())) + ", " + margin.reason() + ".");
            }
            all.addAll(contest.notes());
            return List.copyOf(all);
        }

        @Override
        public Map<String, Double> figures() {
            return contest.figures();
        }
    }

    /**
     * Something is wanting.
     *
     * @param contest the figures
     * @param reasons one or more
     */
    record Keep(Contest contest, List<Reason> reasons) implements PromotionVerdict {
        public Keep {
            reasons = List.copyOf(reasons);
            if (reasons.isEmpty()) {
                throw new IllegalArgumentException("a challenger is kept back without a reason");
            }
        }

        @Override
        public boolean promotes() {
            return false;
        }

        @Override
        public List<String> sentences() {
            List<String> all = new ArrayList<>();
            all.add("Not promoted.");
            all.add(contest.sentence());
            reasons.forEach(reason -> all.add(reason.sentence(contest.level())));
            all.addAll(contest.notes());
            return List.copyOf(all);
        }

        @Override
        public Map<String, Double> figures() {
            return contest.figures();
        }
    }
}
