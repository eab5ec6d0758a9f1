package convoy.driver.spark;

import convoy.driver.configuration.Resources;
import convoy.driver.configuration.RunConfiguration;
import convoy.records.BadInputException;

/**
 * What a Spark application needs room for at the same time.
 *
 * @param servers parameter servers; 0 for an application that trains nothing
 * @param threads of each task
 * @param tasks that compute at the same time; 0 if any number will do
 */
public record RunSize(int servers, int threads, int tasks) {
    public RunSize {
        if (servers < 0 || threads < 1 || tasks < 0) {
            throw new BadInputException("servers = " + servers + ", threads = " + threads + ", tasks = " + tasks
                    + ": threads is 1 or more, the others 0 or more");
        }
    }

    /** {@return the size of tasks that wait for no other, on whatever there is} */
    public static RunSize ofAnything() {
        return new RunSize(0, 1, 0);
    }

    /**
     * {@return the size of a training}
     *
     * @param configuration of the training
     */
    public static RunSize of(RunConfiguration configuration) {
        Resources resources = configuration.resources();
        return new RunSize(resources.servers(), resources.threads(), resources.workers());
    }

    /** Whether parameter servers are needed. */
    boolean trains() {
        return servers > 0;
    }
}
