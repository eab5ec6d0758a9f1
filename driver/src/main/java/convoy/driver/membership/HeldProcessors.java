package convoy.driver.membership;

import convoy.driver.coordination.WorkerFailure;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which runs are held to one kind of processor, and to which. Not safe for use by several threads. */
final class HeldProcessors {
    private final Map<String, Optional<String>> kinds = new HashMap<>();

    /**
     * Holds a run.
     *
     * @param before what it was begun on; empty: what its first worker has
     */
    void hold(String run, Optional<String> before) {
        kinds.put(run, before);
    }

    void release(String run) {
        kinds.remove(run);
    }

    /** The kind; empty while no worker has joined, and of a run that is not held. */
    Optional<String> processor(String run) {
        return kinds.getOrDefault(run, Optional.empty());
    }

    /** Why a worker may not join a run whose bits it would change; empty if it may. */
    Optional<WorkerFailure> stranger(Message.Join join) {
        if (!kinds.containsKey(join.run())) {
            return Optional.empty();
        }
        String held = processor(join.run()).orElse(join.processor());
        kinds.put(join.run(), Optional.of(held));
        return held.equals(join.processor())
                ? Optional.empty()
                : Optional.of(new WorkerFailure(
                        WorkerFailure.Kind.BAD_INPUT,
                        "the run computes on processor = " + held + ", worker " + join.task() + " on "
                                + join.host() + " has " + join.processor()
                                + ", which gives other bits: give it workers of one kind, or begin it anew with"
                                + " deterministic = false",
                        ""));
    }
}
