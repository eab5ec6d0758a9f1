package convoy.driver.training;

import convoy.architectures.graph.Network;
import convoy.driver.membership.Membership;
import convoy.driver.worker.WorkerPlan;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.time.Clock;
import convoy.worker.engine.EngineChoice;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;

/**
 * Where a run is trained: processes that hold parameter servers, and a stage of tasks that are workers. A task that ends with an error,
 * or whose process is lost, is begun anew, but not for ever.
 */
public interface Cluster {
    /** The time of the driver, and its threads. */
    Clock clock();

    /** How the driver reaches file systems. */
    Configuration hadoop();

    /** Knows the processes' servers, and takes what workers say. */
    Membership membership();

    /**
     * New connections from the driver to servers.
     *
     * @param silence after which a server that does not answer counts as unreachable
     */
    ServerClients connect(Duration silence);

    /**
     * The same engine and device with nothing left open.
     *
     * @param workers that compute at a time
     * @throws convoy.records.BadInputException if that cannot work here
     */
    EngineChoice settle(EngineChoice choice, int workers, Network network);

    /** How many of a run's workers share a process and its memory; at least 1. */
    int workersOfAProcess(int workers);

    /** The kind of processor that stages are begun on; empty: on any. */
    Optional<String> processor();

    /** Begins a stage of workers. */
    Stage start(WorkerPlan plan, int workers);

    /** In one line, why no worker may have started, and what to look at. */
    String whyNoWorker();

    /** A number that it has not given before, nor any driver before it. */
    long uniqueNumber();

    /**
     * Has {@code action} called, on any thread, when this process is asked to end; it then waits a while until what is returned is closed.
     */
    Watch onStop(Runnable action);

    /** The tasks of one stage. */
    interface Stage extends AutoCloseable {
        /**
         * Fails with a {@link convoy.driver.coordination.TrainingFailedException} if the workers were given up; completes when all have ended well.
         */
        CompletableFuture<?> ended();

        /** Ends tasks that do not end by themselves. */
        void cancel();

        /** Frees what the tasks were given. */
        @Override
        void close();
    }

    /** Until it is closed, a wish to stop is heard. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
