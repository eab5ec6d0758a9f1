package convoy.jobs.study.schedule;

import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.TrialRecord;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How an assignment ended. */
public sealed interface TrialOutcome {
    /**
     * {@return the trial's record after it}
     *
     * @param until the epoch that the assignment was to end with
     * @param before the trial's record before it
     */
    TrialRecord after(int until, TrialRecord before);

    /**
     * {@return what a person reads behind the trial's name}
     *
     * @param until the epoch that the assignment was to end with
     */
    String sentence(int until);

    /**
     * The trial was trained as far as it was to be, and has a score there.
     *
     * @param score at the epoch that it was to reach
     */
    record Reached(Score score) implements TrialOutcome {
        @Override
        public TrialRecord after(int until, TrialRecord before) {
            return before.with(until, score);
        }

        @Override
        public String sentence(int until) {
            return String.format(Locale.ROOT, "after epoch %d: accuracy %.2f %%", until, 100 * score.accuracy());
        }
    }

    /**
     * Its loss was no number, or beyond the study's bound.
     *
     * @param step updates after which that was seen
     * @param reason in one line
     */
    record Diverged(long step, String reason) implements TrialOutcome {
        @Override
        public TrialRecord after(int until, TrialRecord before) {
            return before.withDiverged(Optional.of(new TrialRecord.Divergence(step, reason)))
                    .withCrashes(List.of());
        }

        @Override
        public String sentence(int until) {
            return "has diverged: " + reason;
        }
    }

    /**
     * Something else ended it, and it may go well another time.
     *
     * @param reason in one line
     */
    record Crashed(String reason) implements TrialOutcome {
        @Override
        public TrialRecord after(int until, TrialRecord before) {
            return before.crashed(reason);
        }

        @Override
        public String sentence(int until) {
            return "has crashed: " + reason;
        }
    }
}
