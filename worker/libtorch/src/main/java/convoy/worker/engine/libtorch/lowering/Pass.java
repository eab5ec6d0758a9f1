package convoy.worker.engine.libtorch.lowering;

import convoy.worker.engine.MicroBatchKey;

/**
 * One forward pass.
 *
 * @param training whether batch statistics and dropout apply
 * @param key what dropout's masks are a function of
 * @param examples of the batch
 */
public record Pass(boolean training, MicroBatchKey key, int examples) {}
