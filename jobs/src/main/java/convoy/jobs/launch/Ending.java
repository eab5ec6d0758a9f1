package convoy.jobs.launch;

import convoy.driver.spark.ProcessEnd;

/** A command that ends with statuses of its own, which say more than that it failed. */
public interface Ending {
    /**
     * {@return how it ended, for whoever is told no more than that, as YARN}
     *
     * @param status that it ended with
     */
    ProcessEnd end(int status);
}
