/**
 * Networks, weights and batches that the tests of every engine use.
 *
 * <p>No engine, and nothing that expects anything of one.
 */
@NullMarked
package convoy.worker.engine.samples;

import org.jspecify.annotations.NullMarked;
