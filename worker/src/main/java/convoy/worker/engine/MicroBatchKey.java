package convoy.worker.engine;

/**
 * The coordinates of a micro-batch. All that is random in its gradient is a function of these.
 *
 * @param seed of dropout
 * @param step the step, from 0
 * @param microBatch the index of the micro-batch in its step, from 0
 */
public record MicroBatchKey(long seed, long step, int microBatch) {}
