package convoy.driver.coordination.crash;

import convoy.records.text.Counts;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Executors that were lost while one and the same step was computed. Where servers are restored the steps before it are done again in
 * between, so that steps get done and the run does not get on. Of what a process does to itself few times are enough; of what is done to
 * it, as by a kernel that has no memory left, time decides as well. Not safe for use by several threads.
 */
public final class Crashes {
    /** Executors lost, each after the one before had been replaced. */
    private static final int GENERATIONS = 3;

    /** Of more micro-batches that all of them had to do the message says nothing. */
    private static final int SHOWN = 8;

    private final String computed;
    private final int most;
    private final Duration patience;
    private long step = -1;
    private int lost;
    private int generations;
    private long since;
    private long lastLoss;
    private int crashes;

    /** Micro-batches that all of those had to compute that crashed. */
    private Set<Integer> common = Set.of();

    /**
     * Begins without a loss.
     *
     * @param computed network and engine, for the message
     * @param most crashes at one step that are too many
     * @param patience from the first loss at a step on with nothing done since, after which losses of executors, each replaced before the
     *     next, are too many
     */
    public Crashes(String computed, int most, Duration patience) {
        this.computed = computed;
        this.most = most;
        this.patience = patience;
    }

    /**
     * Where it was lost.
     *
     * @param step that was computed
     * @param microBatches of it that its workers had yet to compute
     * @param joined when its worker had come, in nanoseconds
     */
    public record Place(long step, Set<Integer> microBatches, long joined) {
        public Place {
            microBatches = Set.copyOf(microBatches);
        }
    }

    /**
     * An executor with a worker was lost.
     *
     * @param loss of it
     * @param place where
     * @param now the time in nanoseconds
     * @return in a line, why the run cannot get on; empty: it may
     */
    public Optional<String> lost(ExecutorLoss loss, Place place, long now) {
        if (place.step() < step) {
            // On the way there again.
            return Optional.empty();
        }
        if (place.step() > step) {
            step = place.step();
            crashes = 0;
            gotOn();
        }
        if (generations == 0) {
            since = now;
        }
        lost++;
        if (generations == 0 || place.joined() >= lastLoss) {
            generations++;
            lastLoss = now;
        }
        if (loss.crash().isPresent()) {
            crashed(place);
            if (crashes >= most) {
                return Optional.of(Counts.plain(crashes, "executor") + " crashed while step " + step + " was computed"
                        + where() + ", the last one, executor " + loss.executor() + ", of "
                        + loss.crash().get() + " (" + loss.reason() + ")" + file(loss)
                        + ": it would crash there again; try another engine, or machines of another kind");
            }
        }
        return generations >= GENERATIONS && now - since >= patience.toNanos()
                ? Optional.of(Counts.plain(lost, "executor") + " were lost in "
                        + Counts.plain(Duration.ofNanos(now - since).toSeconds(), "second") + " while step " + step
                        + " was computed" + where() + ", the last one, executor " + loss.executor() + ", because: "
                        + loss.reason() + file(loss)
                        + "; look into its log, it may need more memory; patience.trouble says how long to try")
                : Optional.empty();
    }

    /** A micro-batch is done that never was before: however long the step is, the time that losses may take begins anew. */
    public void gotOn() {
        lost = 0;
        generations = 0;
    }

    /**
     * Time has passed in which nothing could happen.
     *
     * @param nanos how much
     */
    public void forgive(long nanos) {
        since += nanos;
    }

    private void crashed(Place place) {
        Set<Integer> both = new TreeSet<>(place.microBatches());
        if (crashes > 0) {
            both.retainAll(common);
        }
        common = both;
        crashes++;
    }

    private String where() {
        String each = crashes == 0 || common.isEmpty() || common.size() > SHOWN
                ? ""
                : ", each with " + (common.size() == 1 ? "micro-batch " : "micro-batches ")
                        + common.stream().map(Object::toString).collect(Collectors.joining(", ")) + " to do";
        return each + " (" + computed + ")";
    }

    private static String file(ExecutorLoss loss) {
        return loss.crashFile()
                .map(file -> "; its JVM tells of a crash in " + file)
                .orElse("");
    }
}
