package convoy.driver.configuration;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.engine.EngineOptions;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What a run asks a cluster for. None of it but {@code threads} changes the trained model.
 *
 * @param threads of the engine in each worker
 * @param workers tasks that compute gradients
 * @param servers that hold the parameters
 * @param leastWorkers fewer do not begin, and end the run if they stay so few
 */
@RecordBuilder
public record Resources(int threads, int workers, int servers, int leastWorkers) implements ResourcesBuilder.With {
    public Resources {
        EngineOptions.requireThreads(threads);
        Refusal.requireAtLeast("workers", workers, 1, "one task or more computes gradients");
        Refusal.requireAtLeast("least-workers", leastWorkers, 1, "a run needs a worker");
        if (leastWorkers > workers) {
            throw new BadInputException(Refusal.of("least-workers", leastWorkers)
                    .because("> workers = " + workers, "workers")
                    .instead("lower least-workers or raise workers"));
        }
        Refusal.requireAtLeast("servers", servers, 1, "one server or more holds the parameters");
    }

    /** {@return what a run file need not say} */
    public static Resources defaults() {
        return new Resources(1, 1, 1, 1);
    }
}
