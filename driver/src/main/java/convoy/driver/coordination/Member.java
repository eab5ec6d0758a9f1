package convoy.driver.coordination;

import convoy.worker.loop.MicroBatches;
import convoy.worker.loop.StepReport;
import convoy.worker.loop.View;
import convoy.worker.loop.ViewBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One attempt of a task that takes part. Guarded by the coordinator. */
final class Member {
    /** Weight of the newest observation in a running mean. */
    private static final double NEWEST = 0.2;

    private final int task;
    private final String executor;
    private final String name;
    private final long joined;
    private long lastSign;
    private boolean silent;
    private Optional<MicroBatches> share = Optional.empty();
    private Optional<View.Rescue> rescue = Optional.empty();
    private final Standing standing = new Standing();
    private @Nullable Double nanosPerMicroBatch;

    /** After how many nanoseconds of the step that is being computed its share was done; empty: it is not. */
    private OptionalDouble finished = OptionalDouble.empty();

    Member(int task, String executor, String name, long now) {
        this.task = task;
        this.executor = executor;
        this.name = name;
        this.joined = now;
        this.lastSign = now;
    }

    /** When. */
    long joined() {
        return joined;
    }

    int task() {
        return task;
    }

    String executor() {
        return executor;
    }

    String name() {
        return name;
    }

    boolean isSilent() {
        return silent;
    }

    Standing standing() {
        return standing;
    }

    /** A sign of life; whether it had been silent. */
    boolean heard(long now) {
        boolean again = silent;
        silent = false;
        lastSign = now;
        return again;
    }

    /** In words. */
    String lastHeard(long now) {
        return String.format(Locale.ROOT, "heard of %.1f s ago", (now - lastSign) / 1e9);
    }

    /** Looks whether it has just become silent. */
    boolean becomesSilent(long now, Duration after) {
        if (silent || now - lastSign <= after.toNanos()) {
            return false;
        }
        silent = true;
        return true;
    }

    /** Time has passed in which it could not be heard. */
    void forgive(long nanos) {
        lastSign += nanos;
    }

    /** The micro-batches of every step that are its. */
    Optional<MicroBatches> share() {
        return share;
    }

    void assign(Optional<MicroBatches> microBatches) {
        share = microBatches;
    }

    /** Micro-batches of others that it is to compute as well. */
    Optional<View.Rescue> rescue() {
        return rescue;
    }

    void rescue(Optional<View.Rescue> microBatches) {
        rescue = microBatches;
    }

    /** A step begins. */
    void beginStep() {
        finished = OptionalDouble.empty();
    }

    /** It has reported something of the step, which has taken so many nanoseconds. */
    void reported(StepMetrics metrics, double taken) {
        if (finished.isEmpty()
                && share.isPresent()
                && done(metrics) == share.get().count()) {
            finished = OptionalDouble.of(taken);
        }
    }

    /** How many micro-batches of its share somebody has done. */
    int done(StepMetrics metrics) {
        return share.map(range -> (int) IntStream.range(range.begin(), range.end())
                        .filter(metrics::has)
                        .count())
                .orElse(0);
    }

    /** How many micro-batches it has done itself, of its share at most. */
    int delivered(StepMetrics metrics) {
        return Math.min(
                share.map(MicroBatches::count).orElse(0), metrics.effort(name).microBatches());
    }

    boolean isFinished() {
        return finished.isPresent();
    }

    /** How many nanoseconds its share takes it; empty if that is not known. */
    OptionalDouble nanosOfShare() {
        return nanosPerMicroBatch == null || share.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(share.get().count() * nanosPerMicroBatch);
    }

    /** How many nanoseconds went by in the step beside those; empty if it has not done its share, or that is not known. */
    OptionalDouble nanosBesidesShare() {
        OptionalDouble ofShare = nanosOfShare();
        return finished.isEmpty() || ofShare.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(finished.getAsDouble() - ofShare.getAsDouble());
    }

    /** What its newest view gives it of {@code step}. */
    List<Integer> microBatches(long step) {
        return ViewBuilder.builder()
                .servers(List.of())
                .until(Long.MAX_VALUE)
                .share(share)
                .rescue(rescue)
                .build()
                .microBatches(step);
    }

    /** How long micro-batches have taken it. */
    void observe(StepReport report) {
        double nanos = (double) (report.times().compute() + report.times().dataWait());
        nanosPerMicroBatch =
                mean(nanosPerMicroBatch, nanos / Math.max(1, report.metrics().size()));
    }

    /** A micro-batch has taken it so long or longer. */
    void observeAtLeast(double nanos) {
        nanosPerMicroBatch = nanosPerMicroBatch == null ? nanos : Math.max(nanosPerMicroBatch, nanos);
    }

    /** How long a micro-batch takes it; empty if it has computed none. */
    Optional<Double> nanosPerMicroBatch() {
        return Optional.ofNullable(nanosPerMicroBatch);
    }

    static double mean(@Nullable Double before, double newest) {
        return before == null ? newest : before + NEWEST * (newest - before);
    }
}
