/**
 * Batches of floats made ready ahead of the engine: in the order of a run or of the rows, mixed and weighted.
 *
 * <p>Which rows make up which micro-batch is decided in {@code order}.
 */
@NullMarked
package convoy.worker.data.batch;

import org.jspecify.annotations.NullMarked;
