package convoy.driver.training;

import convoy.architectures.graph.Network;
import convoy.driver.membership.Membership;
import convoy.driver.worker.WorkerPlan;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.time.Clock;
import convoy.worker.engine.EngineChoice;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;

/**
 * Where a run is trained: processes that hold parameter servers, and a stage of tasks that are workers. A task that ends with an error,
 * or whose process is lost, is begun anew, but not for ever.
 */
public interface Cluster {
    /** {@return the time of the driver, and its threads} */
    Clock clock();

    /** {@return settings by which the driver reaches file systems} */
    Configuration hadoop();

    /** {@return what knows the processes' servers, and takes what workers say} */
    Membership membership();

    /**
     * {@return new connections from the driver to servers, to be closed}
     *
     * @param silence after which a server that does not answer counts as unreachable
     */
    ServerClients connect(Duration silence);

    /**
     * {@return the same engine and device with nothing left open}
     *
     * @param choice as configured
     * @param workers that compute at a time
     * @param network that is trained
     * @throws convoy.records.BadInputException if that cannot work here
     */
    EngineChoice settle(EngineChoice choice, int workers, Network network);

    /**
     * {@return how many of a run's workers share a process and its memory; at least 1}
     *
     * @param workers of the run
     */
    int workersOfAProcess(int workers);

    /**
     * Begins a stage of workers.
     *
     * @param plan of each worker
     * @param workers how many
     * @return the stage, under way
     */
    Stage start(WorkerPlan plan, int workers);

    /** {@return in one line, why no worker may have started, and what to look at} */
    String whyNoWorker();

    /** {@return a number that it has not given before, nor any driver before it} */
    long uniqueNumber();

    /**
     * Has {@code action} called, on any thread, when this process is asked to end; it then waits a while until what is returned is closed.
     *
     * @param action called once at most
     * @return to be closed when the process may end
     */
    Watch onStop(Runnable action);

    /** The tasks of one stage. */
    interface Stage extends AutoCloseable {
        /**
         * {@return a future that completes when all workers have ended well} It fails with a {@link
         * convoy.driver.coordination.TrainingFailedException} if they were given up.
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
