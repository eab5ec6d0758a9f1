package convoy.driver.training;

import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.configuration.Outputs.OnDivergence;
import convoy.driver.coordination.StepMetrics;
import convoy.driver.coordination.TrainingFailedException;
import java.time.Duration;
import java.util.Optional;

/** Ends a run whose loss is no number any more, if it is to end. For the run's thread. */
final class DivergenceWatch {
    /** How long a checkpoint of a step before is waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TrainingJob job;
    private Optional<Found> found = Optional.empty();

    /** The first step of this call whose loss is no number, and when that was seen. */
    private record Found(long step, double loss, long nanos) {}

    /** Has seen no step yet. */
    DivergenceWatch(TrainingJob job) {
        this.job = job;
    }

    /** Looks at a step whose loss is no number; whether it is the first one of a run that is to end. */
    boolean isFirst(StepMetrics metrics) {
        if (found.isPresent() || job.configuration().outputs().onDivergence() != OnDivergence.STOP) {
            return false;
        }
        found = Optional.of(new Found(
                metrics.step(), metrics.badLoss(), job.cluster().clock().nanoTime()));
        return true;
    }

    /** Whether a checkpoint would be of parameters that are worth nothing, in a run that ends at that. */
    boolean isWorthless(long version) {
        return found.isPresent() && version >= found.get().step();
    }

    /**
     * Ends the run, unless a checkpoint that is worth something may still come.
     *
     * @param checkpoints that may
     */
    void check(CheckpointPipeline checkpoints) {
        if (found.isEmpty()) {
            return;
        }
        boolean patient = job.cluster().clock().nanoTime() - found.get().nanos() <= PATIENCE.toNanos();
        if (!patient || !checkpoints.awaitsOneBefore(found.get().step())) {
            end();
        }
    }

    /** Ends the run if it has diverged. */
    void end() {
        if (found.isPresent()) {
            throw stop(found.get());
        }
    }

    private TrainingFailedException stop(Found first) {
        return Divergence.stop(
                job.configuration(),
                new Checkpoints(job.directory()),
                job.recorder().losses(),
                first.step(),
                "the loss of step " + (first.step() + 1) + " is " + first.loss());
    }
}
