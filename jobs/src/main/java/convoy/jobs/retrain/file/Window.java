package convoy.jobs.retrain.file;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.annotation.Named;

/** Which of the data that are there are trained on. */
public sealed interface Window {
    /** {@return what a pipeline file need not say} */
    static Window defaults() {
        return new All();
    }

    /** All of them, each row alike. */
    record All() implements Window {}

    /**
     * Those of the last days, counted back from the newest day that there is, and not from today: so that a call that is repeated later
     * does the same.
     *
     * @param days how many, the newest one among them
     */
    record Last(int days) implements Window {
        public Last {
            Refusal.requireAtLeast("days", days, 1, "1 is the newest day alone");
        }
    }

    /**
     * All of them, so weighted that what is new has a given share of the rows that are drawn.
     *
     * @param old share of what the champion was trained on
     * @param fresh share of what is new
     */
    record Mixture(double old, @Named("new") double fresh) implements Window {
        private static final double ROUNDING = 1e-9;

        public Mixture {
            requireShare("old", old);
            requireShare("new", fresh);
            if (Math.abs(old + fresh - 1) > ROUNDING) {
                throw new BadInputException(Refusal.of("old", old)
                        .because("and new = " + fresh + " do not add up to 1", "new")
                        .instead("give the share of each, as {old: 0.7, new: 0.3}"));
            }
        }

        private static void requireShare(String component, double share) {
            if (!(share > 0 && share < 1)) {
                throw new BadInputException(Refusal.of(component, share)
                        .because("is not in (0, 1)")
                        .instead("give the share of each, as {old: 0.7, new: 0.3}"));
            }
        }
    }
}
