package convoy.jobs.progress;

import convoy.driver.evaluation.EvaluationResult;
import convoy.driver.metrics.TrainingListener;
import convoy.jobs.output.Durations;
import convoy.jobs.output.Scores;
import convoy.records.text.Counts;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** Tells a person how a run goes. */
public final class TrainingReporter implements TrainingListener, AutoCloseable {
    private final PrintWriter err;
    private Optional<ProgressDisplay> display = Optional.empty();

    /**
     * Tells how one run goes.
     *
     * @param err standard error, or what stands for it
     */
    public TrainingReporter(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void started(Started started) {
        say(String.format(
                Locale.ROOT,
                "%s: %s, %s, %s, %s an epoch, %s, %s%s",
                started.name(),
                started.network(),
                Counts.of(started.parameters(), "parameter"),
                Counts.of(started.rows(), "image"),
                Counts.of(started.stepsPerEpoch(), "step"),
                Counts.of(started.workers(), "worker"),
                Counts.of(started.servers(), "server"),
                started.firstStep() == 0 ? "" : ", going on from step " + started.firstStep()));
        display = Optional.of(ProgressDisplay.of(started.name(), started.lastStep(), err));
    }

    @Override
    public void progress(Progress now) {
        display.ifPresent(shown -> shown.at(
                now.step(),
                String.format(
                        Locale.ROOT,
                        "epoch %.2f  loss %.4f  accuracy %.1f %%  rate %.4g  %,.0f images/s  %s left",
                        now.epoch(),
                        now.loss(),
                        100 * now.accuracy(),
                        now.learningRate(),
                        now.imagesPerSecond(),
                        Durations.text(now.timeLeft()))));
    }

    @Override
    public void evaluated(EvaluationResult result) {
        say("step " + result.step() + ", held out: " + Scores.describe(result));
    }

    @Override
    public void checkpointed(Checkpointed checkpoint) {
        say(String.format(
                Locale.ROOT,
                "step %d, checkpoint: %.1f MB in %s",
                checkpoint.step(),
                checkpoint.bytes() / 1e6,
                Durations.text(checkpoint.took())));
    }

    @Override
    public void membership(MembershipChange membership) {
        say(membership.change());
    }

    @Override
    public void notice(String line) {
        say(line);
    }

    private void say(String line) {
        display.ifPresentOrElse(shown -> shown.say(line), () -> err.println(line));
    }

    @Override
    public void close() {
        display.ifPresent(ProgressDisplay::close);
        display = Optional.empty();
    }
}
