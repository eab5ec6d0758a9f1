package convoy.driver.coordination;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** How often tasks have failed. Guarded by the coordinator. */
final class FailureCounts {
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    private final Map<Integer, Integer> inARow = new HashMap<>();
    private final Map<Integer, Integer> inThisStep = new HashMap<>();
    private final Map<Integer, Integer> passing = new HashMap<>();
    private final Set<Integer> leftOut = new HashSet<>();

    void add(int task) {
        inARow.merge(task, 1, Integer::sum);
        inThisStep.merge(task, 1, Integer::sum);
    }

    /**
     * It failed by what may pass.
     *
     * @return how long it is to wait: twice as long each time that it fails with nothing done in between
     */
    Duration addPassing(int task) {
        int before = passing.merge(task, 1, Integer::sum) - 1;
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(before, 10));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }

    /** With nothing done in between. */
    int inARow(int task) {
        return inARow.getOrDefault(task, 0);
    }

    /** While the step that is being computed was. */
    int inThisStep(int task) {
        return inThisStep.getOrDefault(task, 0);
    }

    /** The task has done something. */
    void forgetRow(int task) {
        inARow.remove(task);
        passing.remove(task);
    }

    /** A step is done. */
    void forgetStep() {
        inThisStep.clear();
    }

    /** It takes part no more. */
    void leaveOut(int task) {
        leftOut.add(task);
    }

    boolean isLeftOut(int task) {
        return leftOut.contains(task);
    }
}
