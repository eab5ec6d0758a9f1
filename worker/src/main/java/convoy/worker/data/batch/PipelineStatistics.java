package convoy.worker.data.batch;

/**
 * What a pipeline did since it was made.
 *
 * @param batches taken
 * @param rows in them
 * @param waitedNanos how long those who took them waited, in all
 * @param waits how many of the batches were not ready when they were asked for
 * @param rowGroupsRead from storage
 * @param bytesRead likewise, as stored in memory
 */
public record PipelineStatistics(
        long batches, long rows, long waitedNanos, long waits, long rowGroupsRead, long bytesRead) {}
