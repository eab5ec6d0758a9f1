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

    /**
     * A worker that may not join a run whose bits it would change.
     *
     * @param held the kind that the run computes on
     * @param join of the worker
     */
    record Stranger(String held, Message.Join join) {
        /** What a run ends with that has such workers from the beginning. */
        WorkerFailure refusal() {
            return new WorkerFailure(
                    WorkerFailure.Kind.BAD_INPUT,
                    "the run computes on processor = " + held + ", worker " + join.task() + " on " + join.host()
                            + " has " + join.processor()
                            + ", which gives other bits: give it workers of one kind, or begin it anew with"
                            + " deterministic = false",
                    "");
        }

        /** What is told of one that comes later. */
        String notice() {
            return "worker " + join.task() + " on " + join.host() + " is not used: it has processor = "
                    + join.processor() + ", which gives other bits than " + held + ", on which the run computes";
        }
    }

    /** Who may not join; empty: this one may. */
    Optional<Stranger> stranger(Message.Join join) {
        if (!kinds.containsKey(join.run())) {
            return Optional.empty();
        }
        String held = processor(join.run()).orElse(join.processor());
        kinds.put(join.run(), Optional.of(held));
        return held.equals(join.processor()) ? Optional.empty() : Optional.of(new Stranger(held, join));
    }
}
