package convoy.jobs.study.file;

import convoy.records.Refusal;
import convoy.records.annotation.Default;
import java.util.ArrayList;
import java.util.List;

/**
 * Synchronous successive halving (Jamieson and Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter
 * optimization"): all trials of a variant's tuning are trained to a rung, the best of them go on to the next. Every variant has the
 * same rungs, as shares of its length, and keeps the same number at each.
 *
 * @param factor one in so many goes on, for so many times as long
 * @param firstEpochs the least that a trial is trained before it may be stopped
 */
public record Halving(
        @Default("3") int factor, @Default("1") int firstEpochs) {
    public Halving {
        Refusal.requireAtLeast("factor", factor, 2, "at each rung one in 2 or more goes on");
        Refusal.requireAtLeast("first-epochs", firstEpochs, 1, "a trial is trained for an epoch or more");
    }

    /**
     * {@return how many rungs there are below the end, for the shortest of the trials}
     *
     * @param shortest epochs of that one
     */
    public int rungs(int shortest) {
        int rungs = 0;
        for (long epochs = (long) firstEpochs * factor; epochs <= shortest; epochs *= factor) {
            rungs++;
        }
        return rungs;
    }

    /**
     * {@return the epochs at which a trial of {@code epochs} is judged, rising; the last one is its end}
     *
     * @param epochs of the trial
     * @param rungs below the end
     */
    public List<Integer> epochs(int epochs, int rungs) {
        List<Integer> at = new ArrayList<>();
        int rest = epochs;
        for (int rung = rungs; rung >= 0; rung--) {
            at.add(0, Math.max(1, rest));
            rest /= factor;
        }
        return at;
    }

    /**
     * {@return how many of so many trials are trained to a rung: all to the first one, one at least to each}
     *
     * @param trials of the variant's tuning
     * @param rung from 0
     */
    public int quota(int trials, int rung) {
        int kept = trials;
        for (int i = 0; i < rung; i++) {
            kept /= factor;
        }
        return Math.max(1, kept);
    }
}
