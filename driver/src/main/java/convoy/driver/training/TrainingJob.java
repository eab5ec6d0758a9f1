package convoy.driver.training;

import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.resolved.ResolvedRun;
import convoy.parameterserver.client.ServerClients;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What all phases of one call have in common.
 *
 * @param cluster to train on
 * @param clients to the servers
 * @param resolved what is trained, and how
 * @param directory of the run
 * @param initialSum SHA-256 of what the run began with, if it is kept
 * @param recorder writes metrics down and tells the listener
 */
record TrainingJob(
        Cluster cluster,
        ServerClients clients,
        ResolvedRun resolved,
        RunDirectory directory,
        Optional<String> initialSum,
        RunRecorder recorder) {

    RunConfiguration configuration() {
        return resolved.configuration();
    }

    Deadlines deadlines() {
        return Deadlines.of(configuration().patience());
    }

    /** What is said when patience ends before anybody, or any server, was there. */
    /**
     * Too few are there, for too long.
     *
     * @param lastLoss why the last executor was lost, if one was
     */
    TrainingFailedException nobody(int workers, int servers, Optional<String> lastLoss) {
        List<String> missing = new ArrayList<>();
        int least = configuration().resources().leastWorkers();
        if (workers < least) {
            missing.add((workers == 0
                            ? "no worker has started"
                            : Counts.plain(workers, "worker") + " of least-workers = " + least + " "
                                    + (workers == 1 ? "has" : "have") + " started")
                    + ": " + cluster.whyNoWorker()
                    + lastLoss.map(reason -> "; the last executor was lost because: " + reason)
                            .orElse(""));
        }
        if (servers == 0) {
            List<String> problems = cluster.membership().problems();
            missing.add("no executor offers a parameter server"
                    + (problems.isEmpty() ? "" : " (" + String.join("; ", problems) + ")"));
        }
        return new TrainingFailedException(
                "nothing began within " + configuration().patience().anyone() + " s: " + String.join("; ", missing)
                        + "; patience.anyone says how long to wait");
    }
}
