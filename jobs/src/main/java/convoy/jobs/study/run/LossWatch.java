package convoy.jobs.study.run;

import convoy.driver.metrics.TrainingListener;
import convoy.jobs.study.schedule.TrialOutcome;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Looks at each loss of a trial, and ends it at one that is beyond the study's bound. For the run's thread. */
final class LossWatch implements TrainingListener {
    private final Optional<Double> bound;
    private final LongConsumer steps;
    private final Notices notices;
    private Optional<TrialOutcome.Diverged> found = Optional.empty();
    private long newest;

    /** Where lines go that a person should see. */
    interface Notices {
        void say(String line);
    }

    /** Ends a run whose loss is beyond the bound. */
    static final class BeyondException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private BeyondException(String reason) {
            super(reason);
        }
    }

    /**
     * Of one run.
     *
     * @param bound beyond which a loss ends it; empty: none does
     * @param steps is told how many updates are applied
     */
    LossWatch(Optional<Double> bound, LongConsumer steps, Notices notices) {
        this.bound = bound;
        this.steps = steps;
        this.notices = notices;
    }

    @Override
    public void progress(Progress now) {
        newest = now.step();
        steps.accept(newest);
        boolean beyond = bound.filter(most -> now.loss() > most).isPresent();
        if (found.isEmpty() && (beyond || !Double.isFinite(now.loss()))) {
            String limit = Double.isFinite(now.loss()) ? " > diverged.loss-above = " + bound.orElseThrow() : "";
            found = Optional.of(new TrialOutcome.Diverged(
                    now.step(), "the loss of step " + now.step() + " is " + now.loss() + limit));
        }
        if (beyond) {
            throw new BeyondException(found.orElseThrow().reason());
        }
    }

    @Override
    public void notice(String line) {
        notices.say(line);
    }

    /**
     * That the trial has diverged: at the first loss that told so, else after the newest step.
     *
     * @param reason where no loss told so
     */
    TrialOutcome.Diverged diverged(String reason) {
        return found.orElseGet(() -> new TrialOutcome.Diverged(newest, reason));
    }
}
