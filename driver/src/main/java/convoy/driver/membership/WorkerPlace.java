package convoy.driver.membership;

/**
 * Where one worker's task runs.
 *
 * @param task its index in the stage, by which its micro-batches are ordered
 * @param attempt how often it was begun before
 * @param executor id of the process
 * @param host of the process
 */
public record WorkerPlace(int task, int attempt, String executor, String host) {}
